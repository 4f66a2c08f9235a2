//! Objections, applications and pledges around a consultation.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_objections (id) {
        id -> DbId,
        consultation_id -> DbId,
        number -> Integer,
        reason -> Text,
        text -> Text,
        state -> Text,
        owner_id -> Nullable<DbId>,
        filed_by -> DbId,
        filer_name -> Text,
        filed_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_objection_units (id) {
        id -> DbId,
        objection_id -> DbId,
        unit_id -> DbId,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_objection_steps (id) {
        id -> DbId,
        objection_id -> DbId,
        command -> Text,
        text -> Text,
        public_text -> Nullable<Text>,
        plan_version -> Nullable<Text>,
        plan_changed -> Bool,
        actor -> DbId,
        actor_name -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_withdrawals (id) {
        id -> DbId,
        objection_id -> DbId,
        after_steps -> Integer,
        text -> Text,
        proposed_by -> DbId,
        proposer_name -> Text,
        proposed_at -> Timestamp,
        confirmed_by -> Nullable<DbId>,
        confirmer_name -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_applications (id) {
        id -> DbId,
        division_code -> Text,
        year -> Integer,
        sequence -> Integer,
        number -> Text,
        community_id -> DbId,
        channel -> Text,
        applicant -> Text,
        unit_code -> Nullable<Text>,
        text -> Text,
        reference -> Nullable<Text>,
        applied_on -> Date,
        owner_id -> Nullable<DbId>,
        recorded_by -> DbId,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_merges (id) {
        id -> DbId,
        from_id -> DbId,
        into_id -> DbId,
        reason -> Text,
        merged_by -> DbId,
        merger_name -> Text,
        merged_at -> Timestamp,
        undo_reason -> Nullable<Text>,
        undoer_name -> Nullable<Text>,
        undone_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_pledges (id) {
        id -> DbId,
        community_id -> DbId,
        unit_id -> DbId,
        kind -> Text,
        state -> Text,
        proof -> Text,
        owner_id -> Nullable<DbId>,
        recorded_by -> DbId,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    consultation_objections,
    consultation_objection_units
);
