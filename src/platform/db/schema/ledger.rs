//! The ledger 账: books, accounts, journals, entries, reservations, periods.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ledger_books (id) {
        id -> DbId,
        community_id -> DbId,
        division_code -> Text,
        bank_name -> Text,
        bank_account -> Text,
        last_number -> BigInt,
        opened_on -> Date,
        opener_id -> DbId,
        opener_name -> Text,
        opened_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ledger_accounts (id) {
        id -> DbId,
        book_id -> DbId,
        kind -> Text,
        code -> Text,
        title -> Text,
        unit_id -> Nullable<DbId>,
        building_id -> Nullable<DbId>,
        project_id -> Nullable<DbId>,
        balance_fen -> BigInt,
        reserved_fen -> BigInt,
        closed_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    ledger_moves (event, debit_kind, credit_kind) {
        event -> Text,
        debit_kind -> Text,
        credit_kind -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ledger_journals (id) {
        id -> DbId,
        book_id -> DbId,
        number -> BigInt,
        event -> Text,
        on_date -> Date,
        amount_fen -> BigInt,
        narrative -> Text,
        bank_serial -> Nullable<Text>,
        document -> Nullable<Text>,
        subject -> Nullable<Text>,
        vote_id -> Nullable<DbId>,
        project_id -> Nullable<DbId>,
        reservation_id -> Nullable<DbId>,
        reverses_id -> Nullable<DbId>,
        maker_id -> Nullable<DbId>,
        maker_name -> Text,
        checker_id -> Nullable<DbId>,
        checker_name -> Nullable<Text>,
        second_checker_id -> Nullable<DbId>,
        second_checker_name -> Nullable<Text>,
        log_seq -> BigInt,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ledger_entries (journal_id, position) {
        journal_id -> DbId,
        position -> Integer,
        book_id -> DbId,
        event -> Text,
        debit_account_id -> DbId,
        debit_kind -> Text,
        credit_account_id -> DbId,
        credit_kind -> Text,
        amount_fen -> BigInt,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ledger_reservations (id) {
        id -> DbId,
        book_id -> DbId,
        subject -> Text,
        amount_fen -> BigInt,
        settled_fen -> BigInt,
        state -> Text,
        expires_at -> Timestamp,
        maker_name -> Text,
        created_at -> Timestamp,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ledger_holds (reservation_id, account_id) {
        reservation_id -> DbId,
        account_id -> DbId,
        amount_fen -> BigInt,
        settled_fen -> BigInt,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ledger_periods (id) {
        id -> DbId,
        book_id -> DbId,
        through -> Date,
        last_number -> BigInt,
        trial_balance -> Text,
        log_seq -> BigInt,
        closer_id -> DbId,
        closer_name -> Text,
        closed_at -> Timestamp,
    }
}
