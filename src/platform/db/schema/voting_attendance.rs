//! Deliveries per unit, reminders, sittings.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    delivery_photos (id) {
        id -> DbId,
        vote_id -> DbId,
        digest -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        width -> Integer,
        height -> Integer,
        content -> Binary,
        uploaded_at -> Timestamp,
        uploaded_by -> DbId,
        uploader_name -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    unit_deliveries (id) {
        id -> DbId,
        vote_id -> DbId,
        unit_id -> DbId,
        unit_code -> Text,
        method -> Text,
        outcome -> Text,
        failure_reason -> Nullable<Text>,
        delivered_at -> Timestamp,
        receiver -> Nullable<Text>,
        note -> Nullable<Text>,
        photo_id -> Nullable<DbId>,
        replaces_id -> Nullable<DbId>,
        correction_reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> DbId,
        recorder_name -> Text,
        checked_at -> Nullable<Timestamp>,
        checked_by -> Nullable<DbId>,
        checker_name -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_reminders (id) {
        id -> DbId,
        vote_id -> DbId,
        day -> Date,
        heads -> Integer,
        asked_at -> Timestamp,
        asked_by -> DbId,
        asker_name -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    reminder_messages (id) {
        id -> DbId,
        reminder_id -> DbId,
        head_id -> DbId,
        owner_id -> Nullable<DbId>,
        recipient -> Text,
        masked_contact -> Nullable<Text>,
        state -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sittings (id) {
        id -> DbId,
        vote_id -> DbId,
        place -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        announced_at -> Timestamp,
        announced_by -> DbId,
        announcer_name -> Text,
        cancelled_at -> Nullable<Timestamp>,
        canceller_name -> Nullable<Text>,
        cancel_reason -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sitting_attendances (id) {
        id -> DbId,
        sitting_id -> DbId,
        head_id -> DbId,
        owner_id -> DbId,
        signed_in_at -> Timestamp,
        recorded_by -> DbId,
        recorder_name -> Text,
        left_at -> Nullable<Timestamp>,
        left_name -> Nullable<Text>,
        voided_at -> Nullable<Timestamp>,
        voided_name -> Nullable<Text>,
        void_reason -> Nullable<Text>,
        proxy_id -> Nullable<DbId>,
    }
}
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    reminder_messages::reminder_id,
    reminder_messages::state,
);
diesel::joinable!(reminder_messages -> vote_reminders (reminder_id));
diesel::joinable!(sitting_attendances -> sittings (sitting_id));
