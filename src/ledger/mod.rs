//! The ledger 账 of the repair fund 住宅专项维修资金: double entry in fen, append-only, one set of books
//! for each management area, a sub-account 分户账 for each unit. It knows events and accounts.
//!
//! Invariants, each held by the database as well: an entry names its debit and its credit, so that every
//! journal balances; only the moves of `rules::moves` can be written, none between units or buildings;
//! no account is overdrawn, what is reserved is there; entries and journals never change; a bank serial
//! is booked once; from the payment on, whoever checks is not whoever made it. Each journal is a leaf of
//! the books' log. Absent on purpose: votes, plans, subsidies, bills (`fund` decides what is booked).

mod dto;
mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use model::{
    AccountKey, AccountKind, AccountRow, BookRow, Event, JournalRow, NewBooks, NewEntry,
    NewJournal, NewReservation, References, ReservationRow, ReservationState, Signatures, Tier,
};
pub use routes::routes;
pub use rules::{moves::needs_checker, post::available};
pub use service::{
    accounts::{ensure_accounts, find_accounts},
    books::get as get_book,
    books::{find_books, get_books, open_books},
    check::{BooksCheck, check_books},
    lookups::{
        Booked, DayBalances, close_accounts, day_balances, event_sums, get_booked, is_reversed,
        list_accounts, sum_of_project, sum_of_subject,
    },
    post::{Posted, check_money, post},
    reserve::{expire_due, release, reserve},
    reverse::reverse,
    views::{StatementLine, statement},
};
