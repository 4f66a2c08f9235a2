//! Money that comes in, is allocated, invested, given back: E2-E6, E12, E14-E16 and the opening.

use super::{
    plan::{Draft, Effect, Leg, Plan, leg, seller_leg, unit_leg, unit_of_books, units_of_books},
    votes::bearing_units,
};
use crate::fund::{
    model::Operation,
    rules::{interest, split},
};
use crate::kernel::{Code, Fen, JournalId, LocalDate, Outcome, Refusal, UnitId};
use crate::ledger::{
    AccountKey, AccountKind, AccountRow, BookRow, Booked, Event, References, available,
    day_balances, get_booked, is_reversed, list_accounts, sum_of_subject,
};
use crate::platform::db::WriteTx;
use crate::registry::{RegisterScope, UnitPlace};

fn references(bank_serial: Option<&str>, document: Option<&str>) -> References {
    References {
        bank_serial: bank_serial.map(str::to_owned),
        document: document.map(str::to_owned),
        ..References::default()
    }
}

fn draft(event: Event, narrative: &str, lines: Vec<(Leg, Leg, Fen)>, of: References) -> Draft {
    Draft { event, narrative: narrative.to_owned(), lines, references: of }
}

fn simple(
    (event, narrative): (Event, &str),
    (debit, credit): (Leg, Leg),
    (amount, references): (Fen, References),
) -> Outcome<Plan> {
    Plan::one(draft(event, narrative, vec![(debit, credit, amount)], references), Effect::None)
}

/// What an existing account is called.
fn leg_of(account: &AccountRow) -> Outcome<Leg> {
    let unknown = || Refusal::internal("an account of no unit");
    let key = match account.kind {
        AccountKind::Unit => AccountKey::Unit {
            unit_id: account.unit_id.ok_or_else(unknown)?,
            building_id: account.building_id.ok_or_else(unknown)?,
        },
        AccountKind::Seller => AccountKey::Seller(account.building_id.ok_or_else(unknown)?),
        _ => return Err(unknown()),
    };
    Ok((key, account.title.clone()))
}

/// E2-E6 and the opening.
pub(super) fn income(tx: &mut WriteTx<'_>, book: &BookRow, operation: &Operation) -> Outcome<Plan> {
    match operation {
        Operation::OpeningBalance { units, document } => opening(tx, book, (units, document)),
        Operation::Deposit { unit_id, amount, bank_serial } => {
            let unit = unit_of_books(tx, book, *unit_id)?;
            let lines = vec![(leg(AccountKey::Bank), unit_leg(&unit), *amount)];
            let text = format!("{} {} 交存", unit.building, unit.code);
            let of = references(Some(bank_serial), None);
            Plan::one(
                draft(Event::Deposit, &text, lines, of),
                Effect::Paid(vec![(*unit_id, *amount)]),
            )
        }
        Operation::Receipt { amount, bank_serial, memo } => simple(
            (Event::Deposit, memo),
            (leg(AccountKey::Bank), leg(AccountKey::Suspense)),
            (*amount, references(Some(bank_serial), None)),
        ),
        Operation::IdentifyReceipt { journal_id, unit_id, amount } => {
            identify(tx, book, (*journal_id, *unit_id, *amount))
        }
        Operation::SellerDeposit { building_id, amount, bank_serial } => {
            let seller = seller_leg(tx, book, *building_id)?;
            simple(
                (Event::SellerDeposit, "售房单位交存"),
                (leg(AccountKey::Bank), seller),
                (*amount, references(Some(bank_serial), None)),
            )
        }
        Operation::PublicRevenue { amount, bank_serial, document } => simple(
            (Event::PublicRevenueReceived, "公共收益收入"),
            (leg(AccountKey::Bank), leg(AccountKey::PublicRevenue)),
            (*amount, references(Some(bank_serial), Some(document))),
        ),
        Operation::CreditPublicRevenue { amount, document } => {
            let scope = RegisterScope::Community(book.community_id);
            let today = tx.legal_now().local_date();
            let units = bearing_units(tx.conn(), &scope, today)?;
            let lines = by_area(&units, *amount, AccountKey::PublicRevenue)?;
            let of = references(None, Some(document));
            let text = "公共收益按面积转入分户";
            Plan::one(draft(Event::PublicRevenueCredited, text, lines, of), Effect::None)
        }
        _ => yields(tx, book, operation),
    }
}

/// E5, E6.
fn yields(tx: &mut WriteTx<'_>, book: &BookRow, operation: &Operation) -> Outcome<Plan> {
    match operation {
        Operation::Interest { amount, bank_serial } => simple(
            (Event::InterestReceived, "利息收入"),
            (leg(AccountKey::Bank), leg(AccountKey::Unallocated)),
            (*amount, references(Some(bank_serial), None)),
        ),
        Operation::AllocateInterest { amount, from, to } => {
            allocate(tx, book, (*amount, (*from, *to)))
        }
        Operation::Invest { amount, bank_serial, document } => simple(
            (Event::Invested, "转存定期、购买国债"),
            (leg(AccountKey::Investment), leg(AccountKey::Bank)),
            (*amount, references(Some(bank_serial), Some(document))),
        ),
        Operation::Redeem { principal, gain, bank_serial } => {
            let mut lines = vec![(leg(AccountKey::Bank), leg(AccountKey::Investment), *principal)];
            if *gain != Fen::ZERO {
                lines.push((leg(AccountKey::Bank), leg(AccountKey::Unallocated), *gain));
            }
            let of = references(Some(bank_serial), None);
            Plan::one(draft(Event::InvestmentRedeemed, "到期收回", lines, of), Effect::None)
        }
        _ => Err(Refusal::internal("not an income")),
    }
}

fn by_area(units: &[UnitPlace], amount: Fen, from: AccountKey) -> Outcome<Vec<(Leg, Leg, Fen)>> {
    let weight = |unit: &UnitPlace| {
        let area = unit.area.map_or(0, |area| area.0);
        ((unit.building.clone(), unit.code.clone()), area)
    };
    let weights: Vec<_> = units.iter().map(weight).collect();
    let parts = split(amount, &weights).ok_or_else(|| Refusal::new(Code::EmptyScope))?;
    let lines = units.iter().zip(parts).filter(|(_, part)| *part > Fen::ZERO);
    Ok(lines.map(|(unit, part)| (leg(from), unit_leg(unit), part)).collect())
}

fn opening(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (lines, document): (&[crate::fund::model::OpeningLine], &str),
) -> Outcome<Plan> {
    let ids: Vec<UnitId> = lines.iter().map(|line| line.unit_id).collect();
    let units = units_of_books(tx, book, &ids)?;
    let mut booked = Vec::with_capacity(lines.len());
    for line in lines {
        let unit = units.iter().find(|unit| unit.id == line.unit_id);
        let unit = unit.ok_or_else(|| Refusal::new(Code::FundUnitOutside))?;
        booked.push((leg(AccountKey::Bank), unit_leg(unit), line.amount));
    }
    let of = references(None, Some(document));
    Plan::one(draft(Event::OpeningBalance, "期初余额", booked, of), Effect::None)
}

fn subject(id: JournalId) -> String {
    format!("journal:{id}")
}

/// A journal of which something is given back or identified, with what of it is left.
fn source(tx: &mut WriteTx<'_>, book: &BookRow, (id, amount): (JournalId, Fen)) -> Outcome<Booked> {
    let booked = get_booked(tx.conn(), book.id, id)?;
    let is_deposit = matches!(booked.journal.event, Event::Deposit | Event::DepositIdentified);
    if !is_deposit || is_reversed(tx.conn(), id)? {
        return Err(
            Refusal::new(Code::FundStateConflict).with("event", booked.journal.event.as_str())
        );
    }
    let gone = sum_of_subject(tx.conn(), book.id, &subject(id))?;
    let left = booked.journal.amount_fen.checked_sub(gone).unwrap_or_default();
    if amount > left {
        return Err(Refusal::new(Code::FundAboveApproved)
            .with("have", left.to_string())
            .with("need", amount.to_string()));
    }
    Ok(booked)
}

fn identify(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (id, unit_id, amount): (JournalId, UnitId, Fen),
) -> Outcome<Plan> {
    let booked = source(tx, book, (id, amount))?;
    if booked.entries.iter().any(|(_, credit, _)| credit.kind != AccountKind::Suspense) {
        return Err(Refusal::new(Code::FundStateConflict).detail("not in suspense · 不是待查款"));
    }
    let unit = unit_of_books(tx, book, unit_id)?;
    let lines = vec![(leg(AccountKey::Suspense), unit_leg(&unit), amount)];
    let of = References { subject: Some(subject(id)), ..References::default() };
    let text = format!("{} {} 待查款认领", unit.building, unit.code);
    let effect = Effect::Paid(vec![(unit_id, amount)]);
    Plan::one(draft(Event::DepositIdentified, &text, lines, of), effect)
}

/// E15: what was paid in by mistake goes back to whoever paid it.
pub(super) fn refund_mispayment(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (id, amount, bank_serial): (JournalId, Fen, &str),
) -> Outcome<Plan> {
    let booked = source(tx, book, (id, amount))?;
    let Some((_, account, _)) = booked.entries.first() else {
        return Err(Refusal::internal("a journal without entries"));
    };
    let (from, effect) = match account.unit_id {
        Some(unit) => (leg_of(account)?, Effect::Unpaid(vec![(unit, amount)])),
        None => (leg(AccountKey::Suspense), Effect::None),
    };
    let of = References { subject: Some(subject(id)), ..references(Some(bank_serial), None) };
    let lines = vec![(from, leg(AccountKey::Bank), amount)];
    Plan::one(draft(Event::MispaymentRefunded, "退还误交", lines, of), effect)
}

/// E5: by balance × days of the sub-accounts and sellers' parts.
fn allocate(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (amount, period): (Fen, (LocalDate, LocalDate)),
) -> Outcome<Plan> {
    if period.0 >= period.1 || period.1 > tx.legal_now().local_date().plus_days(1) {
        let detail = "a period that is over, the day after its last · 须为已结束的期间";
        return Err(Refusal::field(Code::InvalidField, "/operation/to", detail));
    }
    let balances = day_balances(tx.conn(), book.id)?;
    let accounts = list_accounts(tx.conn(), book.id)?.into_iter();
    let bearing =
        accounts.filter(|one| matches!(one.kind, AccountKind::Unit | AccountKind::Seller));
    let mut weights = Vec::new();
    let mut legs = Vec::new();
    for account in bearing {
        let days = balances.get(&account.id).map(Vec::as_slice).unwrap_or_default();
        let weight = interest::balance_days(days, period);
        let weight = weight.ok_or_else(|| Refusal::internal("overflow"))?;
        weights.push((account.title.clone(), weight));
        legs.push(leg_of(&account)?);
    }
    let parts = interest::allocate(amount, &weights);
    let parts = parts.ok_or_else(|| {
        Refusal::new(Code::EmptyScope).detail("no balance in that period · 该期间没有余额")
    })?;
    let lines = legs.into_iter().zip(parts).filter(|(_, part)| *part > Fen::ZERO);
    let lines = lines.map(|(to, part)| (leg(AccountKey::Unallocated), to, part)).collect();
    let text = format!("利息分配 {} 至 {}", period.0, period.1);
    let draft = draft(Event::InterestAllocated, &text, lines, References::default());
    Plan::one(draft, Effect::None)
}

/// E12, E14: money that leaves the special account for good.
pub(super) fn paid_out(
    (event, from): (Event, AccountKey),
    (amount, bank_serial, document): (Fen, &str, &str),
) -> Outcome<Plan> {
    let text = if event == Event::ClawbackPaid { "退回补助" } else { "退还余额" };
    let of = references(Some(bank_serial), Some(document));
    simple((event, text), (leg(from), leg(AccountKey::Bank)), (amount, of))
}

/// E14: the balance of a unit whose house is gone becomes payable, and the sub-account is closed.
pub(super) fn house_gone(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (unit_id, document): (UnitId, &str),
) -> Outcome<Plan> {
    let accounts = list_accounts(tx.conn(), book.id)?;
    let account = accounts.into_iter().find(|one| one.unit_id == Some(unit_id));
    let account = account.ok_or_else(|| Refusal::new(Code::FundUnitOutside))?;
    if account.reserved_fen > Fen::ZERO || account.closed_at.is_some() {
        return Err(Refusal::new(Code::FundStateConflict)
            .with("reserved", account.reserved_fen.to_string()));
    }
    let lines = vec![(leg_of(&account)?, leg(AccountKey::Refund), available(&account))];
    let of = references(None, Some(document));
    let text = format!("{} 房屋灭失", account.title);
    Plan::one(draft(Event::HouseGone, &text, lines, of), Effect::Closed(vec![account.id]))
}

/// E16: a journal that was booked by mistake is taken back. Payments, audits and subsidies are corrected by
/// an audit, not so: what they changed beside the books would stay.
pub(super) fn reverse(tx: &mut WriteTx<'_>, book: &BookRow, id: JournalId) -> Outcome<Plan> {
    let booked = get_booked(tx.conn(), book.id, id)?;
    let used = sum_of_subject(tx.conn(), book.id, &subject(id))?;
    let event = booked.journal.event;
    let is_simple = matches!(
        event,
        Event::OpeningBalance
            | Event::Deposit
            | Event::DepositIdentified
            | Event::SellerDeposit
            | Event::PublicRevenueReceived
            | Event::PublicRevenueCredited
            | Event::InterestReceived
            | Event::InterestAllocated
            | Event::Invested
            | Event::InvestmentRedeemed
    );
    if is_reversed(tx.conn(), id)? || event == Event::Reversal {
        return Err(Refusal::new(Code::JournalReversed).with("number", booked.journal.number));
    }
    if !is_simple || used > Fen::ZERO {
        return Err(Refusal::new(Code::FundStateConflict)
            .detail("corrected by an audit, not by a reversal · 应通过审定更正")
            .with("event", event.as_str()));
    }
    let is_paid_in = matches!(event, Event::Deposit | Event::DepositIdentified);
    let unit = |(_, credit, fen): &(AccountRow, AccountRow, Fen)| Some((credit.unit_id?, *fen));
    let units: Vec<(UnitId, Fen)> = booked.entries.iter().filter_map(unit).collect();
    Ok(Plan {
        amount: booked.journal.amount_fen,
        drafts: Vec::new(),
        effect: if is_paid_in { Effect::Unpaid(units) } else { Effect::None },
    })
}
