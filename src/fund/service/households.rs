//! What a household sees: its own account, and what a vote would mean for it.

use serde::Serialize;

use super::{
    schemes::{policy_of, standard_of},
    views::{BillView, bill_view},
    votes::bearing_units,
};
use crate::fund::{
    model::{ShareRow, TopUpBase, find_policy},
    rules::{
        assess::assess,
        split, subsidy,
        top_up::{is_below_line, is_below_standard},
    },
    store::{schemes, uses},
};
use crate::kernel::{Area, Code, CommunityId, Fen, LocalDate, Outcome, OwnerId, Refusal, UnitId};
use crate::ledger::{AccountKey, Event, StatementLine, find_accounts, find_books, statement};
use crate::platform::db::Conn;
use crate::registry::{
    RegisterScope, UnitPlace, find_scope_place, list_owned_units, list_unit_places,
};

/// 我的维修资金: a unit's account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HouseholdFund {
    /// The unit.
    pub unit_id: UnitId,
    /// Its building.
    pub building: String,
    /// Its number.
    pub code: String,
    /// What is there.
    pub balance: Fen,
    /// What of it is reserved for works.
    pub reserved: Fen,
    /// Its bills.
    pub bills: Vec<BillView>,
    /// What its sub-account bore of works.
    pub used: Fen,
    /// What is owed directly for works.
    pub direct: Fen,
    /// What city and district added.
    pub matched: Fen,
    /// Whether the balance is below the line of topping up.
    pub below_line: bool,
    /// Every line of the account: the receipts.
    pub lines: Vec<StatementLine>,
}

/// The accounts of everything that an owner owns on a day: a former owner sees nothing any more.
///
/// # Errors
/// Of the database.
pub fn own_funds(
    conn: &mut Conn,
    owner_id: OwnerId,
    today: LocalDate,
) -> Outcome<Vec<HouseholdFund>> {
    let mut funds = Vec::new();
    for (_, unit_id) in list_owned_units(conn, &[owner_id], today)? {
        funds.extend(household(conn, unit_id, today)?);
    }
    Ok(funds)
}

/// A unit's account, where its community has books.
fn household(conn: &mut Conn, unit_id: UnitId, today: LocalDate) -> Outcome<Option<HouseholdFund>> {
    let scope = RegisterScope::Units(vec![unit_id]);
    let Some(place) = find_scope_place(conn, &scope)? else { return Ok(None) };
    let Some(book) = find_books(conn, place.community_id)? else { return Ok(None) };
    let Some(unit) = list_unit_places(conn, &scope, today)?.into_iter().next() else {
        return Ok(None);
    };
    let key = AccountKey::Unit { unit_id, building_id: unit.building_id };
    let account = find_accounts(conn, book.id, &[key])?.remove(&key);
    let bills = schemes::list_of_unit(conn, book.id, unit_id)?;
    let target = Fen::checked_sum(bills.iter().map(|bill| bill.amount_fen)).unwrap_or_default();
    let line = policy_of(&book)?.top_up;
    let last = bills.last().map(|bill| bill.scheme_id);
    let scheme = match last {
        Some(id) => schemes::find_scheme(conn, id)?,
        None => None,
    };
    let shares = uses::list_shares_of_unit(conn, unit_id)?;
    let sum =
        |of: fn(&ShareRow) -> Fen| Fen::checked_sum(shares.iter().map(of)).unwrap_or_default();
    let (used, direct) = (sum(|share| share.borne_fen), sum(|share| share.direct_fen));
    let lines = match &account {
        Some(account) => statement(conn, book.id, account.id)?.lines,
        None => Vec::new(),
    };
    let is_match =
        |line: &&StatementLine| matches!(line.event, Event::SubsidyCredited | Event::ClawbackDue);
    let matched = Fen::checked_sum(lines.iter().filter(is_match).map(|line| line.change));
    let balance = account.as_ref().map_or(Fen::ZERO, |account| account.balance_fen);
    Ok(Some(HouseholdFund {
        unit_id,
        building: unit.building,
        code: unit.code,
        balance,
        reserved: account.map_or(Fen::ZERO, |account| account.reserved_fen),
        bills: bills.into_iter().map(|bill| bill_view(bill, today)).collect(),
        used,
        direct,
        matched: matched.unwrap_or_default(),
        below_line: match (line.base, scheme) {
            (TopUpBase::Standard, Some(scheme)) => {
                let area = unit.area.map_or(0, |area| area.0);
                is_below_standard(balance, (area, scheme.standard_fen.0), line.percent)
            }
            _ => is_below_line(balance, target, line.percent),
        },
        lines,
    }))
}

/// What one percentage would mean for a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Alternative {
    /// Of the standard.
    pub percent: u32,
    /// What the unit would pay in 要交多少.
    pub pays_in: Fen,
    /// What of it the works would take.
    pub used: Fen,
    /// What would have to be paid directly on top.
    pub direct: Fen,
    /// What city and district would give back 补回多少.
    pub comes_back: Fen,
    /// What would be in the account then.
    pub balance: Fen,
}

/// 算一算: what a unit would pay and what would come back, before the vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Calculation {
    /// The unit.
    pub unit_id: UnitId,
    /// Its building.
    pub building: String,
    /// Its number.
    pub code: String,
    /// Its exclusive area.
    pub area: Area,
    /// By percentage, in steps of ten from the least to the most that the policy allows.
    pub alternatives: Vec<Alternative>,
}

/// What the owner's units of a community would pay, and what would come back.
///
/// # Errors
/// `not_found` without a unit there; `fund_policy_missing`; `roll_incomplete`; `empty_scope`.
pub fn calculate(
    conn: &mut Conn,
    (owner_id, community_id): (OwnerId, CommunityId),
    (standard, use_amount): (&str, Fen),
    today: LocalDate,
) -> Outcome<Vec<Calculation>> {
    let scope = RegisterScope::Community(community_id);
    let place = find_scope_place(conn, &scope)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let owned = list_owned_units(conn, &[owner_id], today)?;
    let policy = find_policy(&place.division_code);
    let policy = policy.ok_or_else(|| Refusal::new(Code::FundPolicyMissing))?;
    let standard = standard_of(policy, standard)?;
    let units = bearing_units(conn, &scope, today)?;
    let weight = |unit: &UnitPlace| {
        ((unit.building.clone(), unit.code.clone()), unit.area.map_or(0, |area| area.0))
    };
    let weights: Vec<_> = units.iter().map(weight).collect();
    let shares = split(use_amount, &weights).ok_or_else(|| Refusal::new(Code::EmptyScope))?;
    let overflow = || Refusal::internal("overflow");
    let mut found = Vec::new();
    for (unit, share) in units.into_iter().zip(shares) {
        if !owned.iter().any(|(_, id)| *id == unit.id) {
            continue;
        }
        let area = unit.area.unwrap_or(Area::ZERO);
        let mut alternatives = Vec::new();
        let range = policy.percent;
        for percent in (range.least..=range.most).step_by(10) {
            let pays_in = assess(area, standard.per_m2, percent).ok_or_else(overflow)?;
            let used = share.min(pays_in);
            let back = subsidy::entitlement(used, policy.matched).ok_or_else(overflow)?;
            let left = pays_in.checked_sub(used).ok_or_else(overflow)?;
            alternatives.push(Alternative {
                percent,
                pays_in,
                used,
                direct: share.checked_sub(used).ok_or_else(overflow)?,
                comes_back: back,
                balance: left.checked_add(back).ok_or_else(overflow)?,
            });
        }
        found.push(Calculation {
            unit_id: unit.id,
            building: unit.building,
            code: unit.code,
            area,
            alternatives,
        });
    }
    if found.is_empty() { Err(Refusal::new(Code::NotFound)) } else { Ok(found) }
}
