//! Random commands on the books against a plain model: what the model allows is booked, what it does not is
//! refused with its code, and every balance agrees after each batch, on both databases.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use jiugai::{
    kernel::{Code, CommunityId, Fen, JournalId, LedgerAccountId, ReservationId, UtcTime},
    ledger::{
        AccountKey, Event, NewEntry, NewJournal, NewReservation, References, Signatures,
        ensure_accounts, get_books, list_accounts, post, release, reserve, reverse,
    },
    platform::{
        db::{Actor, WriteContext, WriteTx},
        two_people::Person,
    },
    registry::{RegisterScope, list_unit_places},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{Fund, fund};
use crate::{
    db_test,
    support::{
        TestApp,
        long::{rounds, seed},
    },
};

/// The accounts that move: bank, suspense, income, and three units.
const PLACES: usize = 6;
const BANK: usize = 0;
const SUSPENSE: usize = 1;
const INCOME: usize = 2;

/// The plain books: nothing but sums.
#[derive(Default, Clone)]
struct Model {
    balances: [i64; PLACES],
    reserved: [i64; PLACES],
    /// By reservation: what is left on each unit.
    holds: BTreeMap<usize, BTreeMap<usize, i64>>,
    /// By journal: debit, credit, amount, whether it may be taken back.
    journals: Vec<(usize, usize, i64, bool)>,
}

/// A command as the dice give it.
#[derive(Debug, Clone)]
enum Command {
    Move(Event, usize, usize, i64),
    Reserve(usize, i64),
    PayReserved(usize, usize, i64),
    Release(usize),
    Reverse(usize),
}

fn command(random: &mut StdRng, model: &Model) -> Command {
    let unit = random.random_range(3..PLACES);
    let amount = random.random_range(1..2_000);
    let reservation = random.random_range(0..model.holds.len().max(1) + 1);
    match random.random_range(0..12) {
        0..=2 => Command::Move(Event::Deposit, BANK, unit, amount),
        3 => Command::Move(Event::Deposit, BANK, SUSPENSE, amount),
        4 => Command::Move(Event::DepositIdentified, SUSPENSE, unit, amount),
        5 => Command::Move(Event::InterestReceived, BANK, INCOME, amount),
        6 => Command::Move(Event::InterestAllocated, INCOME, unit, amount),
        7 => Command::Move(Event::ContractorPaid, unit, BANK, amount),
        8 => Command::Reserve(unit, amount),
        9 => Command::PayReserved(reservation, unit, amount),
        10 => Command::Release(reservation),
        _ => Command::Reverse(random.random_range(0..model.journals.len().max(1))),
    }
}

impl Model {
    /// What a move from one place to another does: money that is an asset in the bank is owed elsewhere.
    fn shift(&mut self, (debit, credit): (usize, usize), amount: i64) {
        for (place, sign) in [(debit, 1), (credit, -1)] {
            let asset = if place == BANK { 1 } else { -1 };
            self.balances[place] += sign * asset * amount;
        }
    }

    fn is_sound(&self) -> bool {
        let free = self.balances.iter().zip(&self.reserved).all(|(held, kept)| held >= kept);
        free && self.balances.iter().all(|one| *one >= 0)
    }

    /// The books after the command, or the code with which it is refused.
    fn after(&self, command: &Command) -> Result<Self, Code> {
        let mut next = self.clone();
        match command {
            Command::Move(_, debit, credit, amount) => {
                next.shift((*debit, *credit), *amount);
                next.journals.push((*debit, *credit, *amount, true));
            }
            Command::Reserve(unit, amount) => {
                next.reserved[*unit] += amount;
                next.holds.insert(next.holds.len(), BTreeMap::from([(*unit, *amount)]));
            }
            Command::PayReserved(id, unit, amount) => {
                let holds = next.holds.get_mut(id).ok_or(Code::NotFound)?;
                let left = holds.get_mut(unit).filter(|left| **left >= *amount);
                *left.ok_or(Code::ReservationConflict)? -= amount;
                holds.retain(|_, left| *left > 0);
                next.reserved[*unit] -= amount;
                next.shift((*unit, BANK), *amount);
                next.journals.push((*unit, BANK, *amount, true));
            }
            Command::Release(id) => {
                let holds = next.holds.get_mut(id).ok_or(Code::NotFound)?;
                if holds.is_empty() {
                    return Err(Code::ReservationConflict);
                }
                for (unit, left) in std::mem::take(holds) {
                    next.reserved[unit] -= left;
                }
            }
            Command::Reverse(at) => {
                let (debit, credit, amount, may) = *next.journals.get(*at).ok_or(Code::NotFound)?;
                if !may {
                    return Err(Code::JournalReversed);
                }
                next.journals[*at].3 = false;
                next.shift((credit, debit), amount);
                next.journals.push((credit, debit, amount, false));
            }
        }
        if next.is_sound() { Ok(next) } else { Err(Code::BalanceTooLow) }
    }
}

/// The books under test, with the ids of what the model numbers.
struct Books {
    community: CommunityId,
    places: Vec<LedgerAccountId>,
    people: Signatures,
    reservations: Vec<ReservationId>,
    journals: Vec<JournalId>,
}

impl Books {
    /// Runs a command; what it made is known from then on.
    fn run(&mut self, tx: &mut WriteTx<'_>, command: &Command) -> Result<(), Code> {
        let code = |refusal: jiugai::kernel::Refusal| refusal.code();
        let book = get_books(tx.conn(), self.community).map_err(code)?;
        let on = tx.legal_now().local_date();
        let unknown: ReservationId = ReservationId::new();
        let journal = |event, (debit, credit): (usize, usize), amount, reservation| NewJournal {
            id: JournalId::new(),
            event,
            on,
            narrative: "随机".to_owned(),
            entries: vec![NewEntry {
                debit: self.places[debit],
                credit: self.places[credit],
                amount: Fen(amount),
            }],
            references: References { reservation, ..References::default() },
            signatures: self.people.clone(),
        };
        match command {
            Command::Move(event, debit, credit, amount) => {
                let journal = journal(*event, (*debit, *credit), *amount, None);
                let posted = post(tx, &book, &journal).map_err(code)?;
                self.journals.push(posted.journal.id);
            }
            Command::Reserve(unit, amount) => {
                let expires_at: UtcTime = tx.legal_now().plus(TimeDelta::days(900));
                let holds = vec![(self.places[*unit], Fen(*amount))];
                let new = NewReservation { subject: "random".to_owned(), holds, expires_at };
                self.reservations.push(reserve(tx, &book, &new).map_err(code)?.id);
            }
            Command::PayReserved(id, unit, amount) => {
                let id = self.reservations.get(*id).copied().unwrap_or(unknown);
                let journal = journal(Event::ContractorPaid, (*unit, BANK), *amount, Some(id));
                let posted = post(tx, &book, &journal).map_err(code)?;
                self.journals.push(posted.journal.id);
            }
            Command::Release(id) => {
                let id = self.reservations.get(*id).copied().unwrap_or(unknown);
                release(tx, id).map_err(code)?;
            }
            Command::Reverse(at) => {
                let id = self.journals.get(*at).copied().unwrap_or_else(JournalId::new);
                let posted = reverse(tx, (&book, id), (on, "随机"), self.people.clone());
                self.journals.push(posted.map_err(code)?.journal.id);
            }
        }
        Ok(())
    }
}

async fn prepare(fund: &Fund) -> Books {
    let app = &fund.desk.app;
    let mut people = Vec::new();
    for login in ["one", "two"] {
        let id = app.account(login, &[]).await;
        people.push(Person { id, name: login.to_owned() });
    }
    let community = fund.desk.community;
    let context = WriteContext::of(Actor::named("auditor"));
    let write = app.db.write(&context, "auditor", move |tx| {
        let book = get_books(tx.conn(), community)?;
        let today = tx.legal_now().local_date();
        let scope = RegisterScope::Community(community);
        let units = list_unit_places(tx.conn(), &scope, today)?;
        let mut keys = vec![AccountKey::Bank, AccountKey::Suspense, AccountKey::Unallocated];
        keys.extend(
            units
                .iter()
                .map(|unit| AccountKey::Unit { unit_id: unit.id, building_id: unit.building_id }),
        );
        let wanted: Vec<_> = keys.iter().map(|key| (*key, key.code())).collect();
        let made = ensure_accounts(tx, &book, &wanted)?;
        Ok(keys.iter().map(|key| made[key].id).collect::<Vec<_>>())
    });
    let places = write.await.unwrap();
    let maker = people.pop();
    let people = Signatures { maker, checkers: people };
    Books { community, places, people, reservations: Vec::new(), journals: Vec::new() }
}

db_test! {
    async fn random_commands_do_what_a_plain_model_says(app: TestApp) {
        let fund = fund(app).await;
        let mut books = prepare(&fund).await;
        let mut random = StdRng::seed_from_u64(seed(6));
        let mut model = Model::default();
        let mut refused = 0;
        for _ in 0..rounds(40, 2_000) {
            let mut batch = Vec::new();
            let mut after = model.clone();
            for _ in 0..100 {
                let command = command(&mut random, &after);
                let expected = after.after(&command);
                let said = expected.as_ref().map(|_| ()).map_err(|code| *code);
                refused += usize::from(said.is_err());
                after = expected.unwrap_or(after);
                batch.push((command, said));
            }
            let context = WriteContext::of(Actor::named("auditor"));
            let known = (books.community, books.places.clone(), books.people.clone());
            let (reservations, journals) = (books.reservations.clone(), books.journals.clone());
            // The whole batch runs again where the database asks for it: from what was known before.
            let run = fund.desk.app.db.write(&context, "auditor", move |tx| {
                let (community, places, people) = known.clone();
                let mut books = Books {
                    community,
                    places,
                    people,
                    reservations: reservations.clone(),
                    journals: journals.clone(),
                };
                for (command, said) in &batch {
                    assert_eq!(&books.run(tx, command), said, "{command:?}");
                }
                Ok((books.reservations, books.journals))
            });
            (books.reservations, books.journals) = run.await.unwrap();
            model = after;
            let book = books.community;
            let rows = fund.desk.app.db.read(move |conn| {
                let book = get_books(conn, book)?;
                list_accounts(conn, book.id)
            });
            let rows = rows.await.unwrap();
            for (place, id) in books.places.iter().enumerate() {
                let row = rows.iter().find(|row| row.id == *id).unwrap();
                let held = (row.balance_fen.0, row.reserved_fen.0);
                assert_eq!(held, (model.balances[place], model.reserved[place]), "{place}");
            }
        }
        assert!(refused > 300, "the dice try what must be refused, too: {refused}");
        fund.sound().await;
    }
}
