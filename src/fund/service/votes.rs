//! Which owner vote stands behind raising or using money (民法典 278: 5 使用, 6 筹集).

use crate::kernel::{Code, Outcome, Refusal, VoteId};
use crate::ledger::BookRow;
use crate::platform::db::Conn;
use crate::registry::{RegisterScope, UnitPlace, find_scope_place, list_unit_places};
use crate::voting::{find_outcome, find_papers};

/// 筹集: to raise the fund, a special matter.
pub(super) const RAISE: &str = "6";
/// 使用: to use it, an ordinary matter.
pub(super) const USE: &str = "5";

/// The part of the register whose owners decided on the matter.
///
/// # Errors
/// `fund_vote_missing` where the vote is of another community, not confirmed, or no item on the matter
/// passed.
pub(super) fn decided_scope(
    conn: &mut Conn,
    (book, vote_id): (&BookRow, VoteId),
    matter: &str,
) -> Outcome<RegisterScope> {
    let missing = |state: &str| {
        Refusal::new(Code::FundVoteMissing)
            .with("vote_id", vote_id.to_string())
            .with("matter", matter)
            .with("have", state)
            .with("need", "confirmed, passed")
    };
    let outcome = match find_outcome(conn, vote_id) {
        Err(refusal) if refusal.code() == Code::NotFound => return Err(missing("unknown")),
        found => found?,
    };
    let papers = find_papers(conn, vote_id)?;
    let place = find_scope_place(conn, &outcome.scope)?;
    if place.is_none_or(|place| place.community_id != book.community_id) {
        return Err(missing("of another community · 其他小区"));
    }
    let is_on = |keys: &str| keys.split(',').any(|key| key == matter);
    let mut items = papers.items.iter().filter(|item| is_on(&item.matter)).peekable();
    if items.peek().is_none() {
        return Err(missing("not on this matter · 未就该事项表决"));
    }
    if papers.confirmed_at.is_none() || items.any(|item| !item.passed) {
        return Err(missing(outcome.state.as_str()));
    }
    Ok(outcome.scope)
}

/// The units of a scope that bear common costs: all but parking spaces and storage rooms.
///
/// # Errors
/// `empty_scope`; `roll_incomplete` with the units whose area is unknown.
pub(super) fn bearing_units(
    conn: &mut Conn,
    scope: &RegisterScope,
    day: crate::kernel::LocalDate,
) -> Outcome<Vec<UnitPlace>> {
    use crate::registry::UnitUse;
    let mut units = list_unit_places(conn, scope, day)?;
    units.retain(|unit| matches!(unit.unit_use, UnitUse::Residential | UnitUse::Commercial));
    let mut unknown = units.iter().filter(|unit| unit.area.is_none()).peekable();
    if unknown.peek().is_some() {
        let mut refusal = Refusal::new(Code::RollIncomplete);
        for unit in unknown.take(50) {
            let detail = format!("{} {}", unit.building, unit.code);
            refusal = refusal.with_field("/scope", "roll_incomplete", detail);
        }
        return Err(refusal);
    }
    if units.is_empty() { Err(Refusal::new(Code::EmptyScope)) } else { Ok(units) }
}
