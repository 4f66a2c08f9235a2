//! Money from several channels 渠道资金: sources, allocations, commitments, payments.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_sources (id) {
        id -> DbId,
        channel -> Text,
        name -> Text,
        document -> Text,
        region -> Text,
        valid_from -> Date,
        valid_until -> Date,
        programme_only -> Bool,
        fund_reference -> Nullable<Text>,
        amount_fen -> BigInt,
        allocated_fen -> BigInt,
        returned_fen -> BigInt,
        carried_fen -> BigInt,
        supersedes_id -> Nullable<DbId>,
        closed_at -> Nullable<Timestamp>,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_purposes (source_id, purpose) {
        source_id -> DbId,
        purpose -> Text,
        tag -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_lines (id) {
        id -> DbId,
        project_id -> DbId,
        community_id -> DbId,
        division_code -> Text,
        item_key -> Text,
        code -> Text,
        class -> Text,
        name -> Text,
        cost_fen -> BigInt,
        allocated_fen -> BigInt,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_allocations (id) {
        id -> DbId,
        source_id -> DbId,
        line_id -> DbId,
        purpose -> Text,
        code -> Text,
        class -> Text,
        division_code -> Text,
        region -> Text,
        valid_from -> Date,
        valid_until -> Date,
        allocated_on -> Date,
        amount_fen -> BigInt,
        released_fen -> BigInt,
        committed_fen -> BigInt,
        note -> Text,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_commitments (id) {
        id -> DbId,
        allocation_id -> DbId,
        contract_number -> Text,
        counterparty -> Text,
        amount_fen -> BigInt,
        released_fen -> BigInt,
        claimed_fen -> BigInt,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_releases (id) {
        id -> DbId,
        allocation_id -> DbId,
        commitment_id -> Nullable<DbId>,
        amount_fen -> BigInt,
        reason -> Text,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_invoices (id) {
        id -> DbId,
        counterparty -> Text,
        number -> Text,
        amount_fen -> BigInt,
        claimed_fen -> BigInt,
        claims -> Integer,
        has_twin -> Bool,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_payments (id) {
        id -> DbId,
        commitment_id -> DbId,
        invoice_id -> DbId,
        amount_fen -> BigInt,
        state -> Text,
        proposed_by -> DbId,
        proposer_name -> Text,
        proposed_at -> Timestamp,
        settled_by -> Nullable<DbId>,
        settler_name -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    funding_returns (id) {
        id -> DbId,
        source_id -> DbId,
        amount_fen -> BigInt,
        document -> Text,
        reason -> Text,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}
