//! What this server, as a witness, saw of the logs of others.

diesel::table! {
    use diesel::sql_types::*;
    witnessed_heads (origin) {
        origin -> Text,
        size -> BigInt,
        root -> Binary,
        checkpoint -> Text,
        cosigned_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    witness_conflicts (origin, size, root) {
        origin -> Text,
        size -> BigInt,
        root -> Binary,
        checkpoint -> Text,
        seen_at -> Timestamp,
    }
}
