//! Surveys 居民调查: questionnaires, rolls of households, answers, rectification.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    survey_questionnaires (id) {
        id -> DbId,
        division_code -> Text,
        community_id -> Nullable<DbId>,
        purpose -> Text,
        title -> Text,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    survey_versions (id) {
        id -> DbId,
        questionnaire_id -> DbId,
        number -> Integer,
        questions -> Text,
        digest -> Text,
        published_at -> Timestamp,
        published_by -> DbId,
        publisher_name -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    surveys (id) {
        id -> DbId,
        division_code -> Text,
        community_id -> DbId,
        buildings -> Text,
        version_id -> DbId,
        purpose -> Text,
        title -> Text,
        subject -> Nullable<Text>,
        gate -> Nullable<Text>,
        round -> Integer,
        previous_id -> Nullable<DbId>,
        state -> Text,
        closes_at -> Timestamp,
        opened_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        voided_at -> Nullable<Timestamp>,
        voider_name -> Nullable<Text>,
        void_reason -> Nullable<Text>,
        households -> Nullable<BigInt>,
        verdict -> Nullable<Text>,
        created_at -> Timestamp,
        created_by -> DbId,
        creator_name -> Text,
        entry_until -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    survey_households (id) {
        id -> DbId,
        survey_id -> DbId,
        unit_id -> DbId,
        position -> Integer,
        code -> Text,
        building -> Text,
        entrance -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    survey_links (id) {
        id -> DbId,
        survey_id -> DbId,
        household_id -> DbId,
        token_hash -> Text,
        issued_at -> Timestamp,
        issued_by -> DbId,
        replaced_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    survey_answers (id) {
        id -> DbId,
        survey_id -> DbId,
        household_id -> DbId,
        answers -> Text,
        respondent -> Text,
        channel -> Text,
        given_at -> Timestamp,
        received_at -> Timestamp,
        entered_by -> Nullable<DbId>,
        entrant_name -> Nullable<Text>,
        link_id -> Nullable<DbId>,
        visitor -> Nullable<Text>,
        second_visitor -> Nullable<Text>,
        serial -> Nullable<Text>,
        confirmation -> Nullable<Text>,
        client_key -> Nullable<DbId>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    survey_confirmations (answer_id) {
        answer_id -> DbId,
        confirmed_by -> DbId,
        confirmer_name -> Text,
        confirmed_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    survey_reminders (id) {
        id -> DbId,
        survey_id -> DbId,
        day -> Date,
        households -> Integer,
        asked_at -> Timestamp,
        asked_by -> DbId,
        asker_name -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    survey_tasks (id) {
        id -> DbId,
        survey_id -> DbId,
        position -> Integer,
        item -> Text,
        description -> Text,
        state -> Text,
        evidence -> Nullable<Text>,
        done_by -> Nullable<DbId>,
        doer_name -> Nullable<Text>,
        done_at -> Nullable<Timestamp>,
        confirmed_by -> Nullable<DbId>,
        confirmer_name -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}
diesel::joinable!(survey_versions -> survey_questionnaires (questionnaire_id));
diesel::joinable!(survey_households -> surveys (survey_id));
diesel::allow_tables_to_appear_in_same_query!(survey_answers, survey_confirmations);
diesel::allow_tables_to_appear_in_same_query!(survey_households, survey_confirmations);
