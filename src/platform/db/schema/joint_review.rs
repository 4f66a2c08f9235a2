//! Joint reviews 联合审查: delegates, rounds, items, invitations, opinions, answers.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    review_delegates (id) {
        id -> DbId,
        account_id -> DbId,
        login -> Text,
        department -> Text,
        division_code -> Text,
        ends_id -> Nullable<DbId>,
        actor_name -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    joint_reviews (id) {
        id -> DbId,
        project_id -> DbId,
        division_code -> Text,
        community_id -> DbId,
        title -> Text,
        state -> Text,
        round -> Integer,
        due_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    review_rounds (id) {
        id -> DbId,
        review_id -> DbId,
        number -> Integer,
        plan_version_id -> DbId,
        plan_number -> Integer,
        plan_sha256 -> Text,
        days -> Integer,
        opener_id -> DbId,
        opener_name -> Text,
        opened_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    review_items (id) {
        id -> DbId,
        round_id -> DbId,
        position -> Integer,
        item_key -> Text,
        code -> Text,
        title -> Text,
        title_en -> Text,
        place -> Text,
        digest -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    review_invitations (id) {
        id -> DbId,
        round_id -> DbId,
        department -> Text,
        source -> Text,
        reason -> Text,
        asked -> Text,
        silence -> Text,
        due_at -> Timestamp,
        inviter_name -> Text,
        invited_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    review_opinions (id) {
        id -> DbId,
        round_id -> DbId,
        item_id -> DbId,
        department -> Text,
        source -> Text,
        verdict -> Nullable<Text>,
        wants -> Nullable<Text>,
        text -> Text,
        late -> Bool,
        original_id -> Nullable<DbId>,
        author_id -> Nullable<DbId>,
        author_login -> Text,
        author_name -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    review_responses (id) {
        id -> DbId,
        opinion_id -> DbId,
        kind -> Text,
        reason -> Text,
        plan_number -> Nullable<Integer>,
        authority -> Nullable<Text>,
        document_sha256 -> Nullable<Text>,
        author_id -> DbId,
        author_name -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    review_meetings (id) {
        id -> DbId,
        round_id -> DbId,
        held_on -> Date,
        place -> Text,
        participants -> Text,
        summary -> Text,
        minutes_sha256 -> Text,
        recorder_name -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    review_closures (id) {
        id -> DbId,
        round_id -> DbId,
        closer_id -> DbId,
        closer_name -> Text,
        at -> Timestamp,
    }
}
