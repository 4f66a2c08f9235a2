//! Whether a journal may be booked.

use std::collections::{BTreeMap, BTreeSet};

use super::moves::{is_allowed, needs_checker};
use crate::kernel::{Code, Fen, LedgerAccountId, LocalDate, Outcome, Refusal};
use crate::ledger::model::{AccountRow, NewJournal};

/// What the decision rests on.
pub struct Facts<'a> {
    /// Every account that an entry names.
    pub accounts: &'a BTreeMap<LedgerAccountId, AccountRow>,
    /// What a reservation sets aside for this journal: it may be spent, too.
    pub set_aside: &'a BTreeMap<LedgerAccountId, Fen>,
    /// Today.
    pub today: LocalDate,
    /// The last day of the last closed period.
    pub closed_through: Option<LocalDate>,
}

fn invalid(detail: &str) -> Refusal {
    Refusal::new(Code::JournalInvalid).detail(detail)
}

/// What a journal would do to an account: its balance changes by that many fen.
type Changes = BTreeMap<LedgerAccountId, i128>;

/// The journal's sum, where it may be booked.
///
/// # Errors
/// `journal_invalid` for what no journal may be; `same_clerk`; `period_closed`; `account_closed`;
/// `balance_too_low` with the account, what is there and what is needed, in fen as yuan.
pub fn check(journal: &NewJournal, facts: &Facts<'_>) -> Outcome<Fen> {
    check_signatures(journal)?;
    check_money(journal, facts)
}

/// [`check`] before anybody signed.
///
/// # Errors
/// As [`check`], without `same_clerk`.
pub fn check_money(journal: &NewJournal, facts: &Facts<'_>) -> Outcome<Fen> {
    if journal.on > facts.today {
        return Err(invalid("dated in the future · 记账日期不得晚于今日"));
    }
    if let Some(through) = facts.closed_through.filter(|through| journal.on <= *through) {
        return Err(Refusal::new(Code::PeriodClosed)
            .with("on", journal.on.to_string())
            .with("closed_through", through.to_string()));
    }
    let mut sum = Fen::ZERO;
    let mut changes = Changes::new();
    for entry in &journal.entries {
        let account = |id| facts.accounts.get(&id).ok_or_else(|| invalid("an unknown account"));
        let (debit, credit) = (account(entry.debit)?, account(entry.credit)?);
        if entry.amount.0 <= 0 {
            return Err(invalid("an entry of nothing · 分录金额须大于零"));
        }
        if !is_allowed(journal.event, (debit.kind, credit.kind)) {
            let detail = format!("{}: {} to {}", journal.event, debit.kind, credit.kind);
            return Err(invalid(&detail));
        }
        sum = sum.checked_add(entry.amount).ok_or_else(|| invalid("too large · 金额过大"))?;
        let amount = i128::from(entry.amount.0);
        *changes.entry(debit.id).or_default() +=
            if debit.kind.is_asset() { amount } else { -amount };
        *changes.entry(credit.id).or_default() +=
            if credit.kind.is_asset() { -amount } else { amount };
    }
    if journal.entries.is_empty() {
        return Err(invalid("no entries · 没有分录"));
    }
    for (id, change) in changes {
        let Some(account) = facts.accounts.get(&id) else { continue };
        let set_aside = facts.set_aside.get(&id).copied().unwrap_or_default();
        check_account(account, set_aside, change)?;
    }
    Ok(sum)
}

/// The balance that may be spent: what is there, without what is reserved.
pub fn available(account: &AccountRow) -> Fen {
    Fen(account.balance_fen.0.saturating_sub(account.reserved_fen.0))
}

fn check_account(account: &AccountRow, set_aside: Fen, change: i128) -> Outcome<()> {
    if account.closed_at.is_some() {
        return Err(Refusal::new(Code::AccountClosed).with("account", account.title.clone()));
    }
    let there = Fen(available(account).0.saturating_add(set_aside.0));
    if i128::from(there.0) + change < 0 {
        let need =
            i64::try_from(-change).map_or_else(|_| String::new(), |fen| Fen(fen).to_string());
        return Err(Refusal::new(Code::BalanceTooLow)
            .with("account", account.title.clone())
            .with("account_id", account.id.to_string())
            .with("have", there.to_string())
            .with("need", need));
    }
    let is_too_large = i128::from(account.balance_fen.0) + change > i128::from(i64::MAX);
    if is_too_large { Err(invalid("too large · 金额过大")) } else { Ok(()) }
}

fn check_signatures(journal: &NewJournal) -> Outcome<()> {
    let signatures = &journal.signatures;
    let people = signatures.maker.iter().chain(&signatures.checkers);
    let ids: BTreeSet<_> = people.clone().map(|person| person.id).collect();
    if ids.len() != people.count() || signatures.checkers.len() > 2 {
        let detail = "whoever made it does not check it · 制单人不得复核";
        return Err(Refusal::new(Code::SameClerk).detail(detail));
    }
    let is_signed = signatures.maker.is_some() && !signatures.checkers.is_empty();
    if needs_checker(journal.event) && !is_signed {
        let detail = "two people must stand behind it · 须由制单、复核两人办理";
        return Err(Refusal::new(Code::SameClerk)
            .detail(detail)
            .with("event", journal.event.as_str()));
    }
    Ok(())
}
