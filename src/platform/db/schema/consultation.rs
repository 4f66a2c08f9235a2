//! Consultations 征询: rounds, what households say, assignments.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultations (id) {
        id -> DbId,
        division_code -> Text,
        community_id -> DbId,
        title -> Text,
        target_percent -> Integer,
        state -> Text,
        created_by -> DbId,
        creator_name -> Text,
        created_at -> Timestamp,
        concluded_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_rounds (id) {
        id -> DbId,
        consultation_id -> DbId,
        number -> Integer,
        opened_at -> Timestamp,
        opener_name -> Text,
        closed_at -> Nullable<Timestamp>,
        closer_name -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_stances (id) {
        id -> DbId,
        consultation_id -> DbId,
        unit_id -> DbId,
        round -> Integer,
        source -> Text,
        stance -> Text,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        said_at -> Timestamp,
        place -> Nullable<Text>,
        first_visitor -> Nullable<Text>,
        first_role -> Nullable<Text>,
        second_visitor -> Nullable<Text>,
        second_role -> Nullable<Text>,
        confirmation -> Nullable<Text>,
        clash -> Bool,
        client_key -> Nullable<DbId>,
        digest -> Text,
        recorded_by -> DbId,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_corrections (id) {
        id -> DbId,
        stance_id -> DbId,
        stance -> Nullable<Text>,
        why -> Text,
        state -> Text,
        proposed_by -> DbId,
        proposer_name -> Text,
        proposed_at -> Timestamp,
        settled_by -> Nullable<DbId>,
        settler_name -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
        confirmation -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_clashes (id) {
        id -> DbId,
        consultation_id -> DbId,
        client_key -> DbId,
        digest -> Text,
        content -> Text,
        receiver_name -> Text,
        received_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    consultation_assignments (id) {
        id -> DbId,
        consultation_id -> DbId,
        round -> Integer,
        unit_id -> DbId,
        first_account -> DbId,
        first_login -> Text,
        second_account -> DbId,
        second_login -> Text,
        assigned_by -> DbId,
        assigner_name -> Text,
        assigned_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(consultation_stances, consultation_corrections);
