//! What a merger or split moves, and where buildings belonged on a day.

use std::collections::HashMap;

use super::boundaries::place_of;
use crate::{
    kernel::{
        BoundaryChangeId, BuildingId, Code, CommunityId, LocalDate, Outcome, ProposalState, Refusal,
    },
    platform::{auth::Reach, db::Conn},
    registry::{
        model::BoundaryKind,
        rules::boundaries::{BoundaryFault, place_buildings, twice},
        store::{
            boundaries::{self as store, ChangeRow, SourceRow, TargetRow},
            communities::{Building, Community, find_community},
        },
    },
};

/// A building that moves.
#[derive(Debug, Clone)]
pub struct Move {
    /// The building, as it stands in the community that it leaves.
    pub building: Building,
    /// What goes before its name and the numbers of its units.
    pub prefix: String,
    /// To which new community, by index.
    pub target: usize,
    /// The numbers of its units.
    pub units: Vec<String>,
}

/// What moves where.
///
/// # Errors
/// `invalid_field` for what does not hang together; `boundary_unfit` for a building that was
/// entered since and goes nowhere.
pub fn plan(
    conn: &mut Conn,
    (kind, sources): (BoundaryKind, &[(CommunityId, String)]),
    targets: &[Vec<BuildingId>],
) -> Outcome<Vec<Move>> {
    let ids: Vec<CommunityId> = sources.iter().map(|(id, _)| *id).collect();
    let buildings = store::list_buildings(conn, &ids)?;
    let ids: Vec<BuildingId> = buildings.iter().map(|building| building.id).collect();
    let placed = place_buildings((kind, sources.len()), &ids, targets)
        .map_err(|fault| refusal(fault, &buildings))?;
    let mut units_of: HashMap<BuildingId, Vec<String>> = HashMap::new();
    for (building, code) in store::list_unit_codes(conn, &ids)? {
        units_of.entry(building).or_default().push(code);
    }
    let one = |(building, target): (Building, usize)| Move {
        prefix: sources
            .iter()
            .find(|(id, _)| *id == building.community_id)
            .map(|(_, prefix)| prefix.clone())
            .unwrap_or_default(),
        units: units_of.remove(&building.id).unwrap_or_default(),
        building,
        target,
    };
    Ok(buildings.into_iter().zip(placed).map(one).collect())
}

/// Refuses names that would stand twice in one new community.
///
/// # Errors
/// `boundary_unfit` with the names of buildings and the numbers of units.
pub fn require_fit(moves: &[Move]) -> Outcome<()> {
    let buildings =
        twice(moves.iter().map(|one| (one.target, format!("{}{}", one.prefix, one.building.name))));
    let units = twice(moves.iter().flat_map(|one| {
        one.units.iter().map(|code| (one.target, format!("{}{code}", one.prefix)))
    }));
    if buildings.is_empty() && units.is_empty() {
        return Ok(());
    }
    let count = units.len();
    let units: Vec<String> = units.into_iter().take(MOST_TOLD).collect();
    let detail = "give a community's buildings and units a prefix · 请为重名的楼栋、房号加前缀";
    let refusal = Refusal::new(Code::BoundaryUnfit).with("buildings", buildings);
    Err(refusal.with("units", units).with("unit_count", count).detail(detail))
}

/// Unit numbers that a refusal lists at the most.
pub const MOST_TOLD: usize = 20;

fn refusal(fault: BoundaryFault, buildings: &[Building]) -> Refusal {
    let (pointer, detail) = match fault {
        BoundaryFault::Sources => {
            ("/sources".to_owned(), "two or more merge, one splits · 合并须两个以上，拆分须一个")
        }
        BoundaryFault::Targets => {
            ("/targets".to_owned(), "a merger makes one, a split two or more · 合并为一，拆分为多")
        }
        BoundaryFault::Named => (
            "/targets/0/building_ids".to_owned(),
            "all buildings of a merger go there · 合并时全部楼栋一并移入",
        ),
        BoundaryFault::Empty(index) => {
            (format!("/targets/{index}/building_ids"), "no building · 没有楼栋")
        }
        BoundaryFault::Twice(_) => ("/targets".to_owned(), "a building twice · 楼栋重复"),
        BoundaryFault::Foreign(_) => {
            ("/targets".to_owned(), "a building of another community · 楼栋不属于该小区")
        }
        BoundaryFault::Unnamed(id) => {
            let name = buildings.iter().find(|building| building.id == id);
            return Refusal::new(Code::BoundaryUnfit)
                .with("building_id", id.to_string())
                .with("building", name.map(|building| building.name.clone()).unwrap_or_default())
                .detail("no new community takes the building · 该楼栋未归入任何新小区");
        }
    };
    Refusal::field(Code::InvalidField, &pointer, detail)
}

/// A merger or split with its communities.
#[derive(Debug, Clone)]
pub struct ChangeView {
    /// The row.
    pub row: ChangeRow,
    /// What ends.
    pub sources: Vec<(SourceRow, Community)>,
    /// What begins.
    pub targets: Vec<TargetRow>,
}

impl ChangeView {
    /// Loads it; `everywhere` asks that the reach covers every community that ends.
    ///
    /// # Errors
    /// `not_found` where it is not there or not within the reach.
    pub fn load(
        conn: &mut Conn,
        id: BoundaryChangeId,
        (reach, everywhere): (&Reach, bool),
    ) -> Outcome<Self> {
        let absent = || Refusal::new(Code::NotFound);
        let row = store::find_change(conn, id)?.ok_or_else(absent)?;
        let (sources, targets) = (store::list_sources(conn, id)?, store::list_targets(conn, id)?);
        let covered = |(_, community): &(SourceRow, Community)| reach.covers(&place_of(community));
        let mut is_seen =
            if everywhere { sources.iter().all(covered) } else { sources.iter().any(covered) };
        if !everywhere && !is_seen {
            for target in targets.iter().filter_map(|target| target.community_id) {
                is_seen |= find_community(conn, reach, target)?.is_some();
            }
        }
        if is_seen { Ok(Self { row, sources, targets }) } else { Err(absent()) }
    }

    /// What moves where, as the register stands now.
    ///
    /// # Errors
    /// As [`plan`].
    pub fn plan(&self, conn: &mut Conn) -> Outcome<Vec<Move>> {
        let sources: Vec<_> =
            self.sources.iter().map(|(row, _)| (row.community_id, row.prefix.clone())).collect();
        let named = self.named(conn)?;
        plan(conn, (self.row.kind, &sources), &named)
    }

    fn named(&self, conn: &mut Conn) -> Outcome<Vec<Vec<BuildingId>>> {
        let parts = store::list_parts(conn, self.row.id)?;
        let of = |target: &TargetRow| {
            let parts = parts.iter().filter(|part| part.target_id == target.id);
            parts.map(|part| part.building_id).collect()
        };
        Ok(self.targets.iter().map(of).collect())
    }

    /// What moves, or moved: by the register while it is proposed, by the periods that it ended
    /// once confirmed, nothing once withdrawn.
    ///
    /// # Errors
    /// As [`plan`].
    pub fn moves(&self, conn: &mut Conn) -> Outcome<Vec<Move>> {
        if self.row.state() == ProposalState::Proposed {
            return self.plan(conn);
        }
        let periods = store::list_periods_of(conn, self.row.id)?;
        let ids: Vec<BuildingId> = periods.iter().map(|period| period.building_id).collect();
        let mut units_of: HashMap<BuildingId, Vec<String>> = HashMap::new();
        for (building, code) in store::list_unit_codes(conn, &ids)? {
            units_of.entry(building).or_default().push(code);
        }
        let named = self.named(conn)?;
        let prefix_of = |id: CommunityId| {
            let found = self.sources.iter().find(|(row, _)| row.community_id == id);
            found.map(|(row, _)| row.prefix.clone()).unwrap_or_default()
        };
        let moved = periods.into_iter().map(|period| Move {
            prefix: prefix_of(period.community_id),
            target: named.iter().position(|ids| ids.contains(&period.building_id)).unwrap_or(0),
            units: units_of.remove(&period.building_id).unwrap_or_default(),
            building: Building {
                id: period.building_id,
                community_id: period.community_id,
                name: period.building_name,
                version: 0,
            },
        });
        Ok(moved.collect())
    }
}

/// A building in a community for a time: name, from, until.
pub type Stay = (CommunityId, BuildingId, String, Option<LocalDate>, Option<LocalDate>);

/// The buildings that belonged to a community on a day.
///
/// # Errors
/// Of the database.
pub fn buildings_on(conn: &mut Conn, id: CommunityId, day: LocalDate) -> Outcome<Vec<Stay>> {
    let mut stays: Vec<Stay> = store::list_periods_in(conn, id)?
        .into_iter()
        .map(|period| {
            let until = Some(period.valid_to);
            (id, period.building_id, period.building_name, period.valid_from, until)
        })
        .collect();
    let here = store::list_buildings(conn, &[id])?;
    stays.extend(current(conn, here)?);
    stays.retain(|(.., from, until)| {
        from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until)
    });
    Ok(stays)
}

/// Where a building belonged, oldest first; empty for a building that is not there.
///
/// # Errors
/// Of the database.
pub fn stays_of(conn: &mut Conn, id: BuildingId) -> Outcome<Vec<Stay>> {
    let mut stays: Vec<Stay> = store::list_periods(conn, &[id])?
        .into_iter()
        .map(|period| {
            let until = Some(period.valid_to);
            (period.community_id, id, period.building_name, period.valid_from, until)
        })
        .collect();
    let found = store::list_some_buildings(conn, &[id])?;
    stays.extend(current(conn, found)?);
    Ok(stays)
}

/// Where buildings belong today, and since when.
fn current(conn: &mut Conn, buildings: Vec<Building>) -> Outcome<Vec<Stay>> {
    let ids: Vec<BuildingId> = buildings.iter().map(|building| building.id).collect();
    let mut since = HashMap::new();
    for period in store::list_periods(conn, &ids)? {
        since.insert(period.building_id, period.valid_to);
    }
    let stay = |building: Building| {
        let from = since.get(&building.id).copied();
        (building.community_id, building.id, building.name, from, None)
    };
    Ok(buildings.into_iter().map(stay).collect())
}
