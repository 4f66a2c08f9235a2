//! Matches 补: budgets of city and district, and claims on audited use. A claim that no budget holds waits
//! in order.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

use super::schemes::policy_of;
use crate::fund::{
    model::{BudgetRow, ClaimRow, ClaimState, ClaimUnitRow, NewBudget, UseState},
    rules::subsidy,
    store::{claims, uses},
};
use crate::kernel::{
    BudgetId, ClaimId, Code, Fen, FundUseId, LedgerAccountId, Outcome, ProjectId, Refusal, UnitId,
};
use crate::ledger::{BookRow, Event, Tier, event_sums, sum_of_project};
use crate::platform::{
    auth::{Place, Reach, require},
    db::{Conn, WriteTx},
    two_people::Person,
};

/// How a unit stands in a project's match.
#[derive(Debug, Clone, Default)]
pub(super) struct UnitStanding {
    pub account_id: Option<LedgerAccountId>,
    /// What of its audited use was its own money.
    pub countable: Fen,
    /// What of that was claimed before.
    pub claimed: Fen,
    /// What it was credited, less what it gave back.
    pub credited: Fen,
}

/// How a project's match stands.
pub(super) struct Standing {
    /// By unit, with building and room.
    pub units: BTreeMap<(UnitId, (String, String)), UnitStanding>,
    /// Own money that was used, audited.
    pub countable: Fen,
    /// The match of it.
    pub entitled: Fen,
    /// What was claimed, less what was clawed back.
    pub granted: Fen,
    /// The claims, in order.
    pub claims: Vec<ClaimRow>,
}

/// Money that a unit put in itself, not by a match.
const OWN: [Event; 6] = [
    Event::OpeningBalance,
    Event::Deposit,
    Event::DepositIdentified,
    Event::PublicRevenueCredited,
    Event::InterestAllocated,
    Event::MispaymentRefunded,
];

fn own_money(sums: &BTreeMap<Event, Fen>) -> Fen {
    let own = OWN.iter().filter_map(|event| sums.get(event).copied());
    Fen::checked_sum(own).unwrap_or_default()
}

/// How the match of a project stands; `changed` is a use as it would be audited.
///
/// # Errors
/// Of the database.
pub(super) fn standing_of_project(
    conn: &mut Conn,
    book: &BookRow,
    project_id: ProjectId,
    changed: Option<(FundUseId, &[(UnitId, Fen)])>,
) -> Outcome<Standing> {
    let overflow = || Refusal::internal("overflow");
    let sums = event_sums(conn, book.id)?;
    let mut units: BTreeMap<(UnitId, (String, String)), UnitStanding> = BTreeMap::new();
    for row in uses::list_of_project(conn, (book.id, project_id))? {
        let change = changed.filter(|(id, _)| *id == row.id).map(|(_, borne)| borne);
        if row.state != UseState::Audited && change.is_none() {
            continue;
        }
        let change: Option<HashMap<UnitId, Fen>> =
            change.map(|rows| rows.iter().copied().collect());
        for share in uses::list_shares(conn, row.id)? {
            let now = change.as_ref().and_then(|rows| rows.get(&share.unit_id).copied());
            let one = units.entry((share.unit_id, (share.building, share.code))).or_default();
            one.account_id = Some(share.account_id);
            let borne = now.unwrap_or(share.borne_fen);
            one.countable = one.countable.checked_add(borne).ok_or_else(overflow)?;
        }
    }
    // Own money that other projects used and claimed is not there any more.
    let mut elsewhere: HashMap<UnitId, Fen> = HashMap::new();
    let (ours, others): (Vec<_>, Vec<_>) = claims::list_claims(conn, book.id)?
        .into_iter()
        .partition(|row| row.project_id == project_id);
    let ids = |rows: &[ClaimRow]| rows.iter().map(|row| row.id).collect::<Vec<ClaimId>>();
    for unit in claims::list_units(conn, &ids(&others))? {
        let sum = elsewhere.entry(unit.unit_id).or_default();
        *sum = sum.checked_add(unit.used_fen).ok_or_else(overflow)?;
    }
    for ((unit, _), one) in &mut units {
        let own = one.account_id.and_then(|id| sums.get(&id)).map(own_money).unwrap_or_default();
        let gone = elsewhere.get(unit).copied().unwrap_or_default();
        let left = own.checked_sub(gone).unwrap_or_default().max(Fen::ZERO);
        one.countable = subsidy::countable(one.countable, left);
    }
    for unit in claims::list_units(conn, &ids(&ours))? {
        let one = units.entry((unit.unit_id, (unit.building, unit.code))).or_default();
        one.claimed = one.claimed.checked_add(unit.used_fen).ok_or_else(overflow)?;
        one.credited = one.credited.checked_add(unit.amount_fen).ok_or_else(overflow)?;
    }
    let countable = Fen::checked_sum(units.values().map(|one| one.countable));
    let countable = countable.ok_or_else(overflow)?;
    let matched = policy_of(book)?.matched;
    let clawed = sum_of_project(conn, (book.id, project_id), Event::ClawbackDue)?;
    let claimed = Fen::checked_sum(ours.iter().map(|row| row.amount_fen)).ok_or_else(overflow)?;
    Ok(Standing {
        units,
        countable,
        entitled: subsidy::entitlement(countable, matched).ok_or_else(overflow)?,
        granted: claimed.checked_sub(clawed).ok_or_else(overflow)?,
        claims: ours,
    })
}

fn parts(row: &ClaimRow) -> [(Tier, Fen); 2] {
    [(Tier::City, row.city_fen), (Tier::District, row.district_fen)]
}

/// The budgets that a claim draws on.
fn budgets_of(conn: &mut Conn, row: &ClaimRow) -> Outcome<Vec<BudgetId>> {
    let mut ids = Vec::new();
    for (tier, _) in parts(row) {
        let found = claims::find_budget(conn, (&row.division_code, tier, row.year))?;
        ids.extend(found.map(|budget| budget.id));
    }
    Ok(ids)
}

/// Sets a claim's parts aside in both budgets, all or nothing.
fn commit_budgets(tx: &mut WriteTx<'_>, row: &ClaimRow) -> Outcome<bool> {
    let mut changed = Vec::new();
    for (tier, fen) in parts(row) {
        if fen == Fen::ZERO {
            continue;
        }
        let found = claims::find_budget(tx.conn(), (&row.division_code, tier, row.year))?;
        let Some(budget) = found else { return Ok(false) };
        let committed = budget.committed_fen.checked_add(fen);
        let Some(committed) = committed.filter(|sum| *sum <= budget.amount_fen) else {
            return Ok(false);
        };
        changed.push(BudgetRow { committed_fen: committed, ..budget });
    }
    for budget in changed {
        if !claims::update_budget(tx.conn(), &budget)? {
            return Err(Refusal::new(Code::StaleVersion));
        }
    }
    Ok(true)
}

/// Claims what of a project's audited use is not matched yet. Where a budget is exhausted, or an earlier
/// claim waits for it, the claim is queued.
///
/// # Errors
/// `fund_nothing_to_claim` with what is entitled and granted; `fund_policy_missing`.
pub fn create(
    tx: &mut WriteTx<'_>,
    (book, project_id): (&BookRow, ProjectId),
) -> Outcome<ClaimRow> {
    let policy = policy_of(book)?;
    let standing = standing_of_project(tx.conn(), book, project_id, None)?;
    let amount = standing.entitled.checked_sub(standing.granted).unwrap_or_default();
    if amount <= Fen::ZERO {
        return Err(Refusal::new(Code::FundNothingToClaim)
            .with("entitled", standing.entitled.to_string())
            .with("granted", standing.granted.to_string()));
    }
    let overflow = || Refusal::internal("overflow");
    let (city, district) = subsidy::tiers(amount, policy.city).ok_or_else(overflow)?;
    let id = ClaimId::new();
    let units = claim_units((id, &standing), amount)?;
    let person = Person::of(tx)?;
    let today = tx.legal_now().local_date();
    let number = standing.claims.last().map_or(1, |row| row.number + 1);
    let mut row = ClaimRow {
        id,
        book_id: book.id,
        project_id,
        number,
        division_code: book.division_code.clone(),
        policy: serde_json::to_string(policy).map_err(Refusal::internal)?,
        year: today.year(),
        used_fen: standing.countable,
        entitled_fen: standing.entitled,
        amount_fen: amount,
        city_fen: city,
        district_fen: district,
        city_received_fen: Fen::ZERO,
        district_received_fen: Fen::ZERO,
        state: ClaimState::Queued,
        maker_id: person.id,
        maker_name: person.name,
        created_at: tx.legal_now(),
        version: 1,
    };
    let ours = budgets_of(tx.conn(), &row)?;
    let mut is_first = true;
    for earlier in claims::list_queued(tx.conn())? {
        let theirs = budgets_of(tx.conn(), &earlier)?;
        is_first &= !theirs.iter().any(|id| ours.contains(id));
    }
    if is_first && commit_budgets(tx, &row)? {
        row.state = ClaimState::Submitted;
    }
    claims::insert_claim(tx.conn(), &row, &units)?;
    let told = json!({ "book_id": book.id, "project_id": project_id, "amount": row.amount_fen,
        "city": row.city_fen, "district": row.district_fen, "state": row.state });
    tx.emit("fund.claimed", row.id, &told);
    tx.audit("fund.claimed", ("fund_claim", row.id), (None, Some(&told)));
    Ok(row)
}

fn claim_units((id, standing): (ClaimId, &Standing), amount: Fen) -> Outcome<Vec<ClaimUnitRow>> {
    let overflow = || Refusal::internal("overflow");
    let fresh = |one: &UnitStanding| one.countable.0.saturating_sub(one.claimed.0).max(0);
    let has_fresh = standing.units.values().any(|one| fresh(one) > 0);
    let weight = |one: &UnitStanding| if has_fresh { fresh(one) } else { one.countable.0 };
    let weights: Vec<(&(String, String), i64)> =
        standing.units.iter().map(|((_, code), one)| (code, weight(one))).collect();
    let parts = subsidy::credit(amount, &weights).ok_or_else(overflow)?;
    let mut rows = Vec::with_capacity(parts.len());
    for (((unit_id, (building, code)), one), part) in standing.units.iter().zip(parts) {
        let Some(account_id) = one.account_id else { continue };
        rows.push(ClaimUnitRow {
            claim_id: id,
            unit_id: *unit_id,
            account_id,
            building: building.clone(),
            code: code.clone(),
            used_fen: Fen(fresh(one)),
            amount_fen: part,
        });
    }
    Ok(rows)
}

/// Sets a budget, and lets claims that waited go on, in their order.
///
/// # Errors
/// `forbidden` beyond the reach; `fund_budget_too_low` below what is committed.
pub fn set_budget(tx: &mut WriteTx<'_>, reach: &Reach, new: &NewBudget) -> Outcome<BudgetRow> {
    let place =
        Place { division_code: new.division_code.clone(), community_id: None, building_id: None };
    require(reach, &place, "fund_approve")?;
    let known = claims::list_budgets(tx.conn())?.into_iter().find(|row| {
        row.division_code == new.division_code && row.tier == new.tier && row.year == new.year
    });
    let row = match known {
        None => {
            let row = BudgetRow {
                id: BudgetId::new(),
                division_code: new.division_code.clone(),
                tier: new.tier,
                year: new.year,
                document: new.document.clone(),
                amount_fen: new.amount,
                committed_fen: Fen::ZERO,
                version: 1,
            };
            claims::insert_budget(tx.conn(), &row)?;
            row
        }
        Some(row) if new.amount < row.committed_fen => {
            return Err(Refusal::new(Code::FundBudgetTooLow)
                .with("have", row.committed_fen.to_string())
                .with("need", new.amount.to_string()));
        }
        Some(row) => {
            let row = BudgetRow { amount_fen: new.amount, document: new.document.clone(), ..row };
            if !claims::update_budget(tx.conn(), &row)? {
                return Err(Refusal::new(Code::StaleVersion));
            }
            row
        }
    };
    let told = json!({ "division_code": row.division_code, "tier": row.tier, "year": row.year,
        "amount": row.amount_fen, "document": row.document });
    tx.audit("fund.budget_set", ("fund_budget", row.id), (None, Some(&told)));
    advance(tx)?;
    let now = claims::get_budget(tx.conn(), row.id)?;
    now.ok_or_else(|| Refusal::internal("a budget is gone"))
}

/// Queued claims that their budgets hold now, in order: none overtakes an earlier one that waits for a budget
/// of its own.
fn advance(tx: &mut WriteTx<'_>) -> Outcome<()> {
    let mut waited_for: Vec<BudgetId> = Vec::new();
    for row in claims::list_queued(tx.conn())? {
        let budgets = budgets_of(tx.conn(), &row)?;
        let waits = budgets.iter().any(|id| waited_for.contains(id));
        if waits || !commit_budgets(tx, &row)? {
            waited_for.extend(budgets);
            continue;
        }
        let row = ClaimRow { state: ClaimState::Submitted, ..row };
        if !claims::update_claim(tx.conn(), &row)? {
            return Err(Refusal::new(Code::StaleVersion));
        }
        let told = json!({ "book_id": row.book_id, "project_id": row.project_id,
            "amount": row.amount_fen });
        tx.emit("fund.claim_submitted", row.id, &told);
    }
    Ok(())
}

/// The budgets within the reach.
///
/// # Errors
/// Of the database.
pub fn list_budgets(conn: &mut Conn, reach: &Reach) -> Outcome<Vec<BudgetRow>> {
    let place = |row: &BudgetRow| Place {
        division_code: row.division_code.clone(),
        community_id: None,
        building_id: None,
    };
    let rows = claims::list_budgets(conn)?.into_iter();
    Ok(rows.filter(|row| reach.covers(&place(row))).collect())
}
