//! Accounts, sessions, grants, codes.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    accounts (id) {
        id -> DbId,
        kind -> Text,
        login -> Nullable<Text>,
        owner_id -> Nullable<DbId>,
        name -> Text,
        division_code -> Text,
        community_id -> Nullable<DbId>,
        building_id -> Nullable<DbId>,
        password_hash -> Nullable<Text>,
        initial_until -> Nullable<Timestamp>,
        password_changed_at -> Nullable<Timestamp>,
        totp_sealed -> Nullable<Binary>,
        totp_confirmed -> Bool,
        totp_step -> Nullable<BigInt>,
        disabled_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sessions (id) {
        id -> DbId,
        account_id -> DbId,
        factor -> Text,
        device -> Text,
        created_at -> Timestamp,
        refreshed_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    refresh_tokens (digest) {
        digest -> Text,
        session_id -> DbId,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    grants (id) {
        id -> DbId,
        account_id -> DbId,
        role -> Text,
        scope_kind -> Text,
        scope_reference -> Text,
        granted_by_id -> Nullable<DbId>,
        granted_at -> Timestamp,
        revoked_by_id -> Nullable<DbId>,
        revoked_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    one_time_codes (id) {
        id -> DbId,
        contact_index -> Text,
        purpose -> Text,
        code_digest -> Text,
        tries -> Integer,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    limited_attempts (id) {
        id -> DbId,
        subject -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    dev_inbox (id) {
        id -> DbId,
        channel -> Text,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        created_at -> Timestamp,
    }
}
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, sessions, refresh_tokens, grants);
