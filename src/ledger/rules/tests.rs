//! The rules of booking at their boundaries, and the database's table against the program's.

use std::collections::{BTreeMap, BTreeSet};

use super::{moves::*, post::*};
use crate::kernel::{
    AccountId, BookId, BuildingId, Code, Fen, JournalId, LedgerAccountId, LocalDate, UnitId,
};
use crate::ledger::model::{
    AccountKind, AccountRow, Event, NewEntry, NewJournal, References, Signatures,
};
use crate::platform::two_people::Person;

const MIGRATION: &str = include_str!("../../../migrations/common/20260310000000_ledger/up.sql");

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn account(kind: AccountKind, balance: i64, reserved: i64) -> AccountRow {
    AccountRow {
        id: LedgerAccountId::new(),
        book_id: BookId::new(),
        kind,
        code: kind.to_string(),
        title: kind.to_string(),
        unit_id: (kind == AccountKind::Unit).then(UnitId::new),
        building_id: (kind == AccountKind::Unit).then(BuildingId::new),
        project_id: None,
        balance_fen: Fen(balance),
        reserved_fen: Fen(reserved),
        closed_at: None,
    }
}

fn person() -> Person {
    Person { id: AccountId::new(), name: "某人".to_owned() }
}

struct Case {
    journal: NewJournal,
    accounts: BTreeMap<LedgerAccountId, AccountRow>,
    set_aside: BTreeMap<LedgerAccountId, Fen>,
    closed_through: Option<LocalDate>,
}

impl Case {
    fn new(event: Event, debit: &AccountRow, credit: &AccountRow, amount: i64) -> Self {
        let entry = NewEntry { debit: debit.id, credit: credit.id, amount: Fen(amount) };
        Self {
            journal: NewJournal {
                id: JournalId::new(),
                event,
                on: day("2026-03-02"),
                narrative: String::new(),
                entries: vec![entry],
                references: References::default(),
                signatures: Signatures { maker: Some(person()), checkers: vec![person()] },
            },
            accounts: [debit, credit].map(|one| (one.id, one.clone())).into(),
            set_aside: BTreeMap::new(),
            closed_through: None,
        }
    }

    fn run(&self) -> Result<Fen, Code> {
        let facts = Facts {
            accounts: &self.accounts,
            set_aside: &self.set_aside,
            today: day("2026-03-02"),
            closed_through: self.closed_through,
        };
        check(&self.journal, &facts).map_err(|refusal| refusal.code())
    }
}

#[test]
fn the_database_allows_the_same_moves() {
    let rows: BTreeSet<String> = MIGRATION
        .lines()
        .map(|line| line.trim().trim_end_matches([',', ';']))
        .filter(|line| line.starts_with("('"))
        .map(str::to_owned)
        .collect();
    let mut ours = BTreeSet::new();
    for event in Event::ALL {
        for debit in AccountKind::ALL {
            for credit in AccountKind::ALL {
                if is_allowed(*event, (*debit, *credit)) {
                    ours.insert(format!("('{event}', '{debit}', '{credit}')"));
                }
            }
        }
    }
    assert_eq!(rows, ours);
}

#[test]
fn the_database_asks_for_a_checker_where_the_rule_does() {
    let from = MIGRATION.find("ck_ledger_journals__checked").unwrap();
    let listed = &MIGRATION[from..][..MIGRATION[from..].find("OR (maker_id").unwrap()];
    for event in Event::ALL {
        let is_free = listed.contains(&format!("'{event}'"));
        assert_eq!(is_free, !needs_checker(*event), "{event}");
    }
}

#[test]
fn no_money_goes_from_unit_to_unit() {
    for event in Event::ALL {
        for kind in [AccountKind::Unit, AccountKind::Seller] {
            assert!(!is_allowed(*event, (AccountKind::Unit, kind)), "{event}");
        }
    }
}

#[test]
fn a_payment_may_take_the_last_fen_and_no_more() {
    let (unit, bank) = (account(AccountKind::Unit, 1_000, 0), account(AccountKind::Bank, 9_000, 0));
    assert_eq!(Case::new(Event::ContractorPaid, &unit, &bank, 1_000).run(), Ok(Fen(1_000)));
    let over = Case::new(Event::ContractorPaid, &unit, &bank, 1_001).run();
    assert_eq!(over, Err(Code::BalanceTooLow));
}

#[test]
fn what_is_reserved_for_another_is_not_there() {
    let (unit, bank) =
        (account(AccountKind::Unit, 1_000, 400), account(AccountKind::Bank, 9_000, 0));
    let mut case = Case::new(Event::ContractorPaid, &unit, &bank, 601);
    assert_eq!(case.run(), Err(Code::BalanceTooLow));
    case.journal.entries[0].amount = Fen(600);
    assert_eq!(case.run(), Ok(Fen(600)));
    case.journal.entries[0].amount = Fen(1_000);
    case.set_aside.insert(unit.id, Fen(400));
    assert_eq!(case.run(), Ok(Fen(1_000)), "its own reservation may be spent");
}

#[test]
fn the_bank_is_not_overdrawn() {
    let (unit, bank) = (account(AccountKind::Unit, 1_000, 0), account(AccountKind::Bank, 999, 0));
    let paid = Case::new(Event::ContractorPaid, &unit, &bank, 1_000).run();
    assert_eq!(paid, Err(Code::BalanceTooLow));
}

#[test]
fn from_the_payment_on_two_people_sign() {
    let (unit, bank) = (account(AccountKind::Unit, 1_000, 0), account(AccountKind::Bank, 1_000, 0));
    for event in Event::ALL.iter().filter(|event| **event != Event::Reversal) {
        let (debit, credit) = moves(*event)[0];
        let (debit, credit) = (account(debit, 9_000, 0), account(credit, 9_000, 0));
        let mut case = Case::new(*event, &debit, &credit, 1);
        assert_eq!(case.run(), Ok(Fen(1)), "{event}");
        case.journal.signatures.checkers.clear();
        let alone = if needs_checker(*event) { Err(Code::SameClerk) } else { Ok(Fen(1)) };
        assert_eq!(case.run(), alone, "{event}");
    }
    let mut case = Case::new(Event::ContractorPaid, &unit, &bank, 1);
    case.journal.signatures.checkers = case.journal.signatures.maker.iter().cloned().collect();
    assert_eq!(case.run(), Err(Code::SameClerk));
    let second = person();
    case.journal.signatures.checkers = vec![second.clone(), second];
    assert_eq!(case.run(), Err(Code::SameClerk));
}

#[test]
fn a_closed_period_and_the_future_take_nothing() {
    let (bank, unit) = (account(AccountKind::Bank, 0, 0), account(AccountKind::Unit, 0, 0));
    let mut case = Case::new(Event::Deposit, &bank, &unit, 5);
    case.closed_through = Some(day("2026-03-01"));
    assert_eq!(case.run(), Ok(Fen(5)));
    case.closed_through = Some(day("2026-03-02"));
    assert_eq!(case.run(), Err(Code::PeriodClosed));
    case.closed_through = None;
    case.journal.on = day("2026-03-03");
    assert_eq!(case.run(), Err(Code::JournalInvalid));
}

#[test]
fn nothing_negative_nothing_empty_nothing_else() {
    let (bank, unit) = (account(AccountKind::Bank, 0, 0), account(AccountKind::Unit, 0, 0));
    for amount in [0, -1] {
        let refused = Case::new(Event::Deposit, &bank, &unit, amount).run();
        assert_eq!(refused, Err(Code::JournalInvalid));
    }
    let turned = Case::new(Event::Deposit, &unit, &bank, 1).run();
    assert_eq!(turned, Err(Code::JournalInvalid));
    let mut empty = Case::new(Event::Deposit, &bank, &unit, 1);
    empty.journal.entries.clear();
    assert_eq!(empty.run(), Err(Code::JournalInvalid));
    let mut closed = Case::new(Event::Deposit, &bank, &unit, 1);
    closed.accounts.get_mut(&unit.id).unwrap().closed_at = Some(day("2026-01-01").starts_at());
    assert_eq!(closed.run(), Err(Code::AccountClosed));
    let full = account(AccountKind::Bank, i64::MAX, 0);
    let refused = Case::new(Event::Deposit, &full, &unit, 1).run();
    assert_eq!(refused, Err(Code::JournalInvalid), "no overflow");
}
