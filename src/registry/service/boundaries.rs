//! Communities merge or split: one person proposes, another confirms. Buildings, units and owners
//! keep their ids; the old communities end and stay, with their votes and rolls.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::json;

use super::{
    boundary_views::{ChangeView, MOST_TOLD, Move, plan, require_fit},
    communities::{enter_named, require_text},
};
use crate::{
    kernel::{
        BoundaryChangeId, BoundaryTargetId, BuildingId, BuildingPeriodId, Code, CommunityId,
        CompositeId, LocalDate, Outcome, ReferenceId, Refusal, VoteId,
    },
    platform::{
        auth::{Place, Reach, require},
        db::{Conn, WriteTx},
        two_people::{Person, must_be_another, must_wait},
    },
    registry::{
        model::{BoundaryKind, NewBoundaryChange, NewSource, NewTarget, OwnerKind, WorkKind},
        scope_units::{RegisterScope, list_scope_units},
        store::{
            boundaries::{self as store, ChangeRow, PartRow, PeriodRow, SourceRow, TargetRow},
            communities::{
                Community, find_community, find_division, list_communities_named,
                raise_register_version,
            },
        },
    },
};

/// Characters of a prefix at the most.
const MOST_PREFIX: usize = 20;
/// Communities that end, or begin, with one change at the most.
const MOST: usize = 50;

/// A vote that stands in the way of a merger or split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteInTheWay {
    /// The vote.
    pub id: VoteId,
    /// What it is called.
    pub title: String,
    /// Its state.
    pub state: String,
}

/// A survey, consultation or renovation project that stands in the way of a merger or split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkInTheWay {
    /// What it is.
    pub kind: WorkKind,
    /// Which.
    pub id: ReferenceId,
    /// What it is called.
    pub title: String,
}

/// What the register must know of votes and works, which it does not: whoever does, answers.
pub trait BoundaryGuard: Send + Sync {
    /// The votes of these communities that stand in the way of new boundaries from `day` on: their
    /// roll is frozen and their result is not final, or their roll is of that day or later.
    ///
    /// # Errors
    /// Of the database.
    fn votes_in_the_way(
        &self,
        conn: &mut Conn,
        communities: &[CommunityId],
        day: LocalDate,
    ) -> Outcome<Vec<VoteInTheWay>>;

    /// The surveys, consultations and renovation projects of these communities that are under way.
    ///
    /// # Errors
    /// Of the database.
    fn works_in_the_way(
        &self,
        conn: &mut Conn,
        communities: &[CommunityId],
    ) -> Outcome<Vec<WorkInTheWay>>;

    /// Whether the authority approved that composite decision, by which each place votes for
    /// itself, and it is about these communities and no other: each as a whole, or by all of these
    /// buildings of it.
    ///
    /// # Errors
    /// Of the database.
    fn is_approved(
        &self,
        conn: &mut Conn,
        id: CompositeId,
        communities: &[(CommunityId, HashSet<BuildingId>)],
    ) -> Outcome<bool>;
}

/// Refuses what a community that has ended no longer takes.
///
/// # Errors
/// `community_ended` with the day.
pub fn require_standing(conn: &mut Conn, id: CommunityId) -> Outcome<()> {
    let found = find_community(conn, &Reach::everything(), id)?;
    match found.and_then(|community| community.ended_on) {
        Some(day) => Err(Refusal::new(Code::CommunityEnded).with("ended_on", day.to_string())),
        None => Ok(()),
    }
}

/// Proposes a merger or split. It has no effect until another person confirms it.
///
/// # Errors
/// `invalid_field` for what does not hang together; `not_found` outside the reach;
/// `community_ended`; `already_exists` where another proposal waits for one of the communities, or
/// a new name is taken; `boundary_unfit` for names that would stand twice, and for units not handed
/// over whose developer the register does not name.
pub fn propose(
    tx: &mut WriteTx<'_>,
    guard: &dyn BoundaryGuard,
    reach: &Reach,
    new: &NewBoundaryChange,
) -> Outcome<BoundaryChangeId> {
    check(tx, new)?;
    let division = require_sources(tx, reach, &new.sources)?;
    let sources: Vec<_> =
        new.sources.iter().map(|source| (source.community_id, source.prefix.clone())).collect();
    let named: Vec<_> = new.targets.iter().map(|target| target.building_ids.clone()).collect();
    let moves = plan(tx.conn(), (new.kind, &sources), &named)?;
    require_fit(&moves)?;
    require_decision(tx, guard, (new.decision_id, &moves))?;
    require_developers(tx, (new.kind, new.effective_on), &moves)?;
    let id = BoundaryChangeId::new();
    let (targets, parts) = target_rows(tx, reach, (id, &division, &new.targets))?;
    let source = |(community_id, prefix)| SourceRow { change_id: id, community_id, prefix };
    let sources: Vec<SourceRow> = sources.into_iter().map(source).collect();
    let row = change_row(tx, id, new)?;
    store::insert_change(tx.conn(), &row, (&sources, &targets, &parts))?;
    let what = json!({ "kind": row.kind, "document_number": row.document_number,
        "effective_on": row.effective_on, "communities": sources.len() });
    tx.audit("registry.boundaries_proposed", ("boundary_change", id), (None, Some(&what)));
    Ok(id)
}

fn change_row(
    tx: &mut WriteTx<'_>,
    id: BoundaryChangeId,
    new: &NewBoundaryChange,
) -> Outcome<ChangeRow> {
    let person = Person::of(tx)?;
    Ok(ChangeRow {
        id,
        kind: new.kind,
        effective_on: new.effective_on,
        document_number: new.document_number.trim().to_owned(),
        reason: new.reason.trim().to_owned(),
        decision_id: new.decision_id,
        proposed_by: person.id,
        proposed_name: person.name,
        proposed_at: tx.legal_now(),
        confirmed_by: None,
        confirmed_name: None,
        confirmed_at: None,
        withdrawn_name: None,
        withdrawn_at: None,
    })
}

fn check(tx: &mut WriteTx<'_>, new: &NewBoundaryChange) -> Outcome<()> {
    require_text("/document_number", &new.document_number)?;
    let length = new.reason.trim().chars().count();
    if !(1..=2000).contains(&length) || new.reason.contains('\0') {
        let detail = "1 to 2000 characters · 1至2000个字";
        return Err(Refusal::field(Code::InvalidField, "/reason", detail));
    }
    let today = tx.legal_now().local_date();
    if new.effective_on < today {
        let detail = format!("不能早于今天 {today} (not before today)");
        return Err(Refusal::field(Code::InvalidField, "/effective_on", detail));
    }
    for (pointer, count) in [("/sources", new.sources.len()), ("/targets", new.targets.len())] {
        if count > MOST {
            let detail = format!("at most {MOST} · 最多{MOST}个");
            return Err(Refusal::field(Code::InvalidField, pointer, detail));
        }
    }
    let long = |source: &NewSource| {
        source.prefix.chars().count() > MOST_PREFIX || source.prefix.chars().any(char::is_control)
    };
    if let Some(index) = new.sources.iter().position(long) {
        let detail = format!("at most {MOST_PREFIX} characters · 最多{MOST_PREFIX}个字");
        let pointer = format!("/sources/{index}/prefix");
        return Err(Refusal::field(Code::InvalidField, &pointer, detail));
    }
    Ok(())
}

/// The decision that is named is approved, and about these communities.
fn require_decision(
    tx: &mut WriteTx<'_>,
    guard: &dyn BoundaryGuard,
    (decision, moves): (Option<CompositeId>, &[Move]),
) -> Outcome<()> {
    let Some(id) = decision else { return Ok(()) };
    let mut buildings: HashMap<CommunityId, HashSet<BuildingId>> = HashMap::new();
    for one in moves {
        let of = buildings.entry(one.building.community_id).or_default();
        // Nobody votes in a building without units.
        of.extend(Some(one.building.id).filter(|_| !one.units.is_empty()));
    }
    let communities: Vec<_> = buildings.into_iter().collect();
    if guard.is_approved(tx.conn(), id, &communities)? {
        return Ok(());
    }
    let detail =
        "no approved decision about these communities · 没有已获批准、针对这些小区的组合表决";
    Err(Refusal::field(Code::InvalidField, "/decision_id", detail))
}

/// A unit that was not handed over counts with its developer's (法释〔2009〕7号 9). Where the register
/// does not say whose it is, the only developer of the community is meant: after a merger that could
/// be another courtyard's, so the register is completed first.
fn require_developers(
    tx: &mut WriteTx<'_>,
    (kind, day): (BoundaryKind, LocalDate),
    moves: &[Move],
) -> Outcome<()> {
    if kind == BoundaryKind::Split {
        return Ok(());
    }
    let communities: BTreeSet<_> = moves.iter().map(|one| one.building.community_id).collect();
    let mut unknown = Vec::new();
    for community in communities {
        let scope = RegisterScope::Community(community);
        for unit in list_scope_units(tx.conn(), &scope, day)? {
            let owned = unit.owners.iter().any(|owner| owner.kind == OwnerKind::Developer);
            if !unit.delivered && unit.developer_id.is_none() && !owned {
                unknown.push(unit.code);
            }
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let count = unknown.len();
    unknown.truncate(MOST_TOLD);
    let detail = "enter the developer of units not handed over · 请先登记未交付房屋的建设单位";
    let refusal = Refusal::new(Code::BoundaryUnfit).with("units", unknown);
    Err(refusal.with("unit_count", count).detail(detail))
}

/// Each source once, within the reach, standing, and free; the division of the first.
fn require_sources(tx: &mut WriteTx<'_>, reach: &Reach, sources: &[NewSource]) -> Outcome<String> {
    let mut division = None;
    for (index, source) in sources.iter().enumerate() {
        let id = source.community_id;
        if sources.iter().take(index).any(|earlier| earlier.community_id == id) {
            let pointer = format!("/sources/{index}");
            return Err(Refusal::field(Code::InvalidField, &pointer, "named twice · 重复"));
        }
        let found = find_community(tx.conn(), reach, id)?;
        let found = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
        require(reach, &place_of(&found), "boundary_manage")?;
        require_standing(tx.conn(), id)?;
        division.get_or_insert(found.division_code);
    }
    let ids: Vec<CommunityId> = sources.iter().map(|source| source.community_id).collect();
    if let Some(busy) = store::list_proposed(tx.conn(), &ids)?.first() {
        let detail = "another proposal waits: confirm or withdraw it · 已有待复核的变更";
        let refusal = Refusal::new(Code::AlreadyExists).with("community_id", busy.to_string());
        return Err(refusal.detail(detail));
    }
    let none = || Refusal::field(Code::InvalidField, "/sources", "none · 缺少小区");
    division.ok_or_else(none)
}

/// Where a community lies.
#[must_use]
pub fn place_of(row: &Community) -> Place {
    let division_code = row.division_code.clone();
    Place { division_code, community_id: Some(row.id), building_id: None }
}

fn target_rows(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    (change_id, division, new): (BoundaryChangeId, &str, &[NewTarget]),
) -> Outcome<(Vec<TargetRow>, Vec<PartRow>)> {
    let (mut targets, mut parts): (Vec<TargetRow>, Vec<PartRow>) = (Vec::new(), Vec::new());
    for (index, target) in new.iter().enumerate() {
        let pointer = format!("/targets/{index}/name");
        require_text(&pointer, &target.name)?;
        let division_code = target.division_code.as_deref().unwrap_or(division).to_owned();
        // Who reaches the communities alone makes new ones beside them only.
        let place = Place { division_code: division_code.clone(), ..Place::default() };
        if division_code != division {
            require(reach, &place, "boundary_manage")?;
        }
        if find_division(tx.conn(), &division_code)?.is_none() {
            let pointer = format!("/targets/{index}/division_code");
            let detail = "no such division; enter it first · 区划代码不存在，请先录入";
            return Err(Refusal::field(Code::InvalidField, &pointer, detail));
        }
        let same = |row: &TargetRow| row.name == target.name && row.division_code == division_code;
        let named = list_communities_named(tx.conn(), &target.name)?;
        if targets.iter().any(same) || named.iter().any(|(_, other)| *other == division_code) {
            let detail = "the name is taken · 该区划已有同名小区";
            return Err(Refusal::field(Code::AlreadyExists, &pointer, detail));
        }
        let row = TargetRow {
            id: BoundaryTargetId::new(),
            change_id,
            position: i32::try_from(index).map_err(Refusal::internal)?,
            name: target.name.clone(),
            division_code,
            community_id: None,
        };
        let part = |building: &BuildingId| PartRow { target_id: row.id, building_id: *building };
        parts.extend(target.building_ids.iter().map(part));
        targets.push(row);
    }
    Ok((targets, parts))
}

/// Confirms a proposal, as another person than the one who proposed it: the new communities are
/// entered, buildings and units move, the old communities end.
///
/// # Errors
/// `wrong_state` once it was confirmed or withdrawn; `same_clerk`; `too_early` before its day;
/// `vote_running` with the votes that stand in the way, `community_busy` with other works; as
/// [`propose`].
pub fn confirm(
    tx: &mut WriteTx<'_>,
    guard: &dyn BoundaryGuard,
    reach: &Reach,
    view: &ChangeView,
) -> Outcome<()> {
    let (row, today, now) = (&view.row, tx.legal_now().local_date(), tx.legal_now());
    must_wait(row.state(), Code::WrongState)?;
    let person = Person::of(tx)?;
    must_be_another(row.proposed_by, &person)?;
    if today < row.effective_on {
        let refusal =
            Refusal::new(Code::TooEarly).with("effective_on", row.effective_on.to_string());
        return Err(refusal.detail("the new boundaries do not hold yet · 未到生效日期"));
    }
    let ids: Vec<CommunityId> = view.sources.iter().map(|(row, _)| row.community_id).collect();
    for id in &ids {
        require_standing(tx.conn(), *id)?;
    }
    must_be_idle(tx, guard, (&ids, row.effective_on))?;
    let home = view.sources.first().map(|(_, community)| community.division_code.as_str());
    for target in view.targets.iter().filter(|to| Some(to.division_code.as_str()) != home) {
        let place = Place { division_code: target.division_code.clone(), ..Place::default() };
        require(reach, &place, "boundary_manage")?;
    }
    let moves = view.plan(tx.conn())?;
    require_fit(&moves)?;
    require_decision(tx, guard, (row.decision_id, &moves))?;
    require_developers(tx, (row.kind, row.effective_on), &moves)?;
    let begun = apply(tx, view, &moves)?;
    store::end_communities(tx.conn(), &ids, row.effective_on)?;
    if !store::set_confirmed(tx.conn(), row.id, (person.id, &person.name, now))? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let what = json!({ "ended": ids, "begun": begun, "effective_on": row.effective_on,
        "document_number": row.document_number });
    tx.audit("registry.boundaries_changed", ("boundary_change", row.id), (None, Some(&what)));
    tx.emit("registry.boundaries_changed", row.id, &what);
    Ok(())
}

/// Nothing of these communities is under way that would be left behind.
fn must_be_idle(
    tx: &mut WriteTx<'_>,
    guard: &dyn BoundaryGuard,
    (communities, day): (&[CommunityId], LocalDate),
) -> Outcome<()> {
    let votes = guard.votes_in_the_way(tx.conn(), communities, day)?;
    if !votes.is_empty() {
        let told = |vote: &VoteInTheWay| json!({ "vote_id": vote.id, "title": vote.title });
        let votes: Vec<_> = votes.iter().map(told).collect();
        return Err(Refusal::new(Code::VoteRunning).with("votes", votes));
    }
    let works = guard.works_in_the_way(tx.conn(), communities)?;
    if works.is_empty() {
        return Ok(());
    }
    let told =
        |work: &WorkInTheWay| json!({ "kind": work.kind, "id": work.id, "title": work.title });
    let works: Vec<_> = works.iter().map(told).collect();
    Err(Refusal::new(Code::CommunityBusy).with("works", works))
}

/// Enters the new communities and moves the buildings, each with the period that ends.
fn apply(tx: &mut WriteTx<'_>, view: &ChangeView, moves: &[Move]) -> Outcome<Vec<CommunityId>> {
    let row = &view.row;
    let buildings: Vec<BuildingId> = moves.iter().map(|one| one.building.id).collect();
    let mut since = HashMap::new();
    for period in store::list_periods(tx.conn(), &buildings)? {
        since.insert(period.building_id, period.valid_to);
    }
    let period = |one: &Move| PeriodRow {
        id: BuildingPeriodId::new(),
        building_id: one.building.id,
        community_id: one.building.community_id,
        building_name: one.building.name.clone(),
        valid_from: since.get(&one.building.id).copied(),
        valid_to: row.effective_on,
        change_id: row.id,
    };
    let periods: Vec<PeriodRow> = moves.iter().map(period).collect();
    store::insert_periods(tx.conn(), &periods)?;
    let mut begun = Vec::new();
    for (index, target) in view.targets.iter().enumerate() {
        let community = enter_named(tx, &target.division_code, &target.name)?;
        store::set_target(tx.conn(), target.id, community.id)?;
        for (source, _) in &view.sources {
            let ids: Vec<BuildingId> = moves
                .iter()
                .filter(|one| one.target == index)
                .filter(|one| one.building.community_id == source.community_id)
                .map(|one| one.building.id)
                .collect();
            store::move_buildings(tx.conn(), (community.id, &source.prefix), &ids)?;
        }
        raise_register_version(tx.conn(), community.id)?;
        begun.push(community.id);
    }
    Ok(begun)
}

/// Withdraws a proposal that nobody has confirmed.
///
/// # Errors
/// `wrong_state` once it was confirmed or withdrawn.
pub fn withdraw(tx: &mut WriteTx<'_>, view: &ChangeView) -> Outcome<()> {
    must_wait(view.row.state(), Code::WrongState)?;
    let (id, now, name) = (view.row.id, tx.legal_now(), tx.actor().name.clone());
    if !store::set_withdrawn(tx.conn(), id, (&name, now))? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    tx.audit("registry.boundaries_withdrawn", ("boundary_change", id), (None, None));
    Ok(())
}

/// When a community began by a merger or split: it had no unit before.
///
/// # Errors
/// Of the database.
pub fn find_beginning(conn: &mut Conn, id: CommunityId) -> Outcome<Option<LocalDate>> {
    Ok(store::find_beginning(conn, id)?)
}
