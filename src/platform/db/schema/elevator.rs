//! Elevator cases 加装电梯.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_cases (id) {
        id -> DbId,
        division_code -> Text,
        community_id -> DbId,
        building_id -> DbId,
        entrance_id -> DbId,
        name -> Text,
        state -> Text,
        requested_at -> Timestamp,
        due_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
        answer -> Nullable<Text>,
        outcome_reason -> Nullable<Text>,
        agreed_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_requests (id) {
        id -> DbId,
        case_id -> DbId,
        unit_id -> DbId,
        unit_code -> Text,
        owner_id -> Nullable<DbId>,
        note -> Nullable<Text>,
        recorded_by -> Text,
        requested_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_steps (id) {
        id -> DbId,
        case_id -> DbId,
        command -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        actor_name -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_votes (case_id, vote_id) {
        case_id -> DbId,
        vote_id -> DbId,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_plans (id) {
        id -> DbId,
        case_id -> DbId,
        number -> Integer,
        cost_fen -> BigInt,
        subsidy_fen -> BigInt,
        basis -> Text,
        coefficients -> Text,
        terms -> Text,
        body -> Text,
        digest -> Text,
        made_by -> Text,
        made_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_shares (id) {
        id -> DbId,
        plan_id -> DbId,
        unit_id -> DbId,
        unit_code -> Text,
        floor -> Integer,
        area -> Nullable<BigInt>,
        coefficient -> Integer,
        share_fen -> BigInt,
        private_space -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_signatures (id) {
        id -> DbId,
        plan_id -> DbId,
        share_id -> DbId,
        owner_id -> Nullable<DbId>,
        unit_code -> Text,
        channel -> Text,
        state -> Text,
        signer_name -> Text,
        recorded_by -> DbId,
        recorded_name -> Text,
        recorded_at -> Timestamp,
        checked_by -> Nullable<DbId>,
        checked_name -> Nullable<Text>,
        checked_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_objections (id) {
        id -> DbId,
        case_id -> DbId,
        unit_id -> DbId,
        owner_id -> Nullable<DbId>,
        unit_code -> Text,
        kind -> Text,
        text -> Text,
        filed_by -> Text,
        filed_at -> Timestamp,
        closing -> Nullable<Text>,
        closing_reason -> Nullable<Text>,
        next_way -> Nullable<Text>,
        closed_by -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    elevator_mediations (id) {
        id -> DbId,
        objection_id -> DbId,
        held_on -> Date,
        mediators -> Text,
        outcome -> Text,
        signed_note -> Nullable<Text>,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::joinable!(elevator_shares -> elevator_plans (plan_id));
diesel::joinable!(elevator_signatures -> elevator_plans (plan_id));
