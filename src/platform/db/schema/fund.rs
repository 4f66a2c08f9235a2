//! The repair fund 维修资金: schemes, bills, uses, operations, subsidies.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_schemes (id) {
        id -> DbId,
        book_id -> DbId,
        title -> Text,
        policy -> Text,
        standard -> Text,
        standard_fen -> BigInt,
        percent -> Integer,
        scope -> Text,
        raise_vote_id -> DbId,
        due_on -> Date,
        units -> Integer,
        amount_fen -> BigInt,
        maker_id -> DbId,
        maker_name -> Text,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_bills (id) {
        id -> DbId,
        scheme_id -> DbId,
        book_id -> DbId,
        unit_id -> DbId,
        building -> Text,
        code -> Text,
        area -> BigInt,
        amount_fen -> BigInt,
        paid_fen -> BigInt,
        due_on -> Date,
        deferred_to -> Nullable<Date>,
        deferral_reason -> Nullable<Text>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_uses (id) {
        id -> DbId,
        book_id -> DbId,
        project_id -> DbId,
        plan_item -> Text,
        title -> Text,
        contractor -> Text,
        contract -> Text,
        use_vote_id -> DbId,
        policy -> Text,
        amount_fen -> BigInt,
        fund_fen -> BigInt,
        direct_fen -> BigInt,
        paid_fen -> BigInt,
        fund_paid_fen -> BigInt,
        audited_fen -> Nullable<BigInt>,
        audit_report -> Nullable<Text>,
        reservation_id -> Nullable<DbId>,
        state -> Text,
        version -> Integer,
        maker_id -> DbId,
        maker_name -> Text,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_use_shares (use_id, unit_id) {
        use_id -> DbId,
        unit_id -> DbId,
        account_id -> DbId,
        building -> Text,
        code -> Text,
        area -> BigInt,
        share_fen -> BigInt,
        fund_fen -> BigInt,
        direct_fen -> BigInt,
        borne_fen -> BigInt,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_operations (id) {
        id -> DbId,
        book_id -> DbId,
        kind -> Text,
        body -> Text,
        amount_fen -> BigInt,
        on_date -> Date,
        signatures_needed -> Integer,
        state -> Text,
        maker_id -> DbId,
        maker_name -> Text,
        checker_id -> Nullable<DbId>,
        checker_name -> Nullable<Text>,
        second_checker_id -> Nullable<DbId>,
        second_checker_name -> Nullable<Text>,
        reason -> Nullable<Text>,
        made_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_payments (id) {
        id -> DbId,
        use_id -> DbId,
        operation_id -> DbId,
        payee -> Text,
        invoice -> Text,
        acceptance -> Text,
        amount_fen -> BigInt,
        fund_fen -> BigInt,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_budgets (id) {
        id -> DbId,
        division_code -> Text,
        tier -> Text,
        year -> Integer,
        document -> Text,
        amount_fen -> BigInt,
        committed_fen -> BigInt,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_claims (id) {
        id -> DbId,
        book_id -> DbId,
        project_id -> DbId,
        number -> Integer,
        division_code -> Text,
        policy -> Text,
        year -> Integer,
        used_fen -> BigInt,
        entitled_fen -> BigInt,
        amount_fen -> BigInt,
        city_fen -> BigInt,
        district_fen -> BigInt,
        city_received_fen -> BigInt,
        district_received_fen -> BigInt,
        state -> Text,
        maker_id -> DbId,
        maker_name -> Text,
        created_at -> Timestamp,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    fund_claim_units (claim_id, unit_id) {
        claim_id -> DbId,
        unit_id -> DbId,
        account_id -> DbId,
        building -> Text,
        code -> Text,
        used_fen -> BigInt,
        amount_fen -> BigInt,
    }
}
