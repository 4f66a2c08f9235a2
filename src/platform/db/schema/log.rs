//! Append-only logs.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    logs (id) {
        id -> DbId,
        subject -> Text,
        origin -> Text,
        key_generation -> Integer,
        size -> BigInt,
        root -> Binary,
        frontier -> Binary,
        entries_open -> Bool,
        frozen_reason -> Nullable<Text>,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    log_leaves (log_id, seq) {
        log_id -> DbId,
        seq -> BigInt,
        leaf -> Binary,
        hashes -> Binary,
        openings -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    log_witnesses (log_id, witness) {
        log_id -> DbId,
        witness -> Text,
        origin -> Text,
        size -> BigInt,
        checkpoint -> Nullable<Text>,
        cosignature -> Nullable<Text>,
        cosigned_at -> Nullable<Timestamp>,
        fault -> Nullable<Text>,
        fault_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    log_checkpoints (log_id, hour) {
        log_id -> DbId,
        hour -> Timestamp,
        checkpoint -> Text,
        taken_at -> Timestamp,
    }
}
