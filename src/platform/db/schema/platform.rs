//! The machine room: outbox, audit trail, idempotent answers, the legal clock.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    outbox_events (id) {
        id -> DbId,
        topic -> Text,
        subject -> Text,
        payload -> Text,
        created_at -> Timestamp,
        available_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        attempts -> Integer,
        done_at -> Nullable<Timestamp>,
        failed_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    audit_log (id) {
        id -> DbId,
        at -> Timestamp,
        actor_id -> Nullable<DbId>,
        actor_name -> Text,
        actor_role -> Text,
        action -> Text,
        object_type -> Text,
        object_id -> Text,
        before_digest -> Nullable<Text>,
        after_digest -> Nullable<Text>,
        request_id -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    audit_chain (sequence) {
        sequence -> BigInt,
        audit_id -> DbId,
        hash -> Text,
    }
}
diesel::table! {
    idempotent_answers (principal, route, key) {
        principal -> Text,
        route -> Text,
        key -> Text,
        request_digest -> Text,
        status -> Integer,
        body -> Text,
        created_at -> Timestamp,
    }
}
diesel::table! {
    legal_clock (id) {
        id -> Integer,
        offset_seconds -> BigInt,
    }
}
diesel::joinable!(audit_chain -> audit_log (audit_id));
diesel::allow_tables_to_appear_in_same_query!(audit_chain, audit_log);
