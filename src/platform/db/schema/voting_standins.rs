//! Who stands in an owner's place on a vote's roll: agents, buyers.

use super::heads;

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    proxies (id) {
        id -> DbId,
        vote_id -> DbId,
        head_id -> DbId,
        principal_id -> DbId,
        kind -> Text,
        agent_id -> Nullable<DbId>,
        agent_name -> Text,
        agent_index -> Text,
        agent_tail -> Text,
        agent_salt -> Text,
        items -> Nullable<Text>,
        valid_until -> Timestamp,
        digest -> Text,
        recorded_by -> DbId,
        recorded_name -> Text,
        recorded_at -> Timestamp,
        confirmed_by -> Nullable<DbId>,
        confirmed_name -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
        log_seq -> Nullable<BigInt>,
        ended_name -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    proxy_documents (proxy_id) {
        proxy_id -> DbId,
        file_name -> Text,
        media_type -> Text,
        content -> Binary,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_transfers (id) {
        id -> DbId,
        vote_id -> DbId,
        unit_id -> DbId,
        head_id -> DbId,
        evidence -> Text,
        sellers -> Text,
        buyers -> Text,
        proposed_by -> DbId,
        proposed_name -> Text,
        proposed_at -> Timestamp,
        confirmed_by -> Nullable<DbId>,
        confirmed_name -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
        withdrawn_name -> Nullable<Text>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    transfer_notices (id) {
        id -> DbId,
        transfer_id -> DbId,
        owner_id -> DbId,
        side -> Text,
        recipient -> Text,
        masked_contact -> Nullable<Text>,
        state -> Text,
        at -> Timestamp,
    }
}
diesel::joinable!(proxies -> heads (head_id));
