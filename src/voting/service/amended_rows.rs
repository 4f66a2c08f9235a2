//! How the rows of a roll follow its amendment. Numbers of heads and places of units stay; a head
//! without units is struck, never deleted: void sheets may name it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    amended_roll::{Plan, owner_ids},
    facts::Vote,
    log::owners_of,
};
use crate::ballot_log::Owners;
use crate::kernel::{Area, HeadId, Outcome, OwnerId, Refusal, RollUnitId, UnitId};
use crate::platform::db::WriteTx;
use crate::voting::{
    model::{HeadOwnerRow, HeadRow, RollUnitRow},
    rules::amend::{Change, Place},
    store::amendments,
};

/// A unit that the amendment changed, as its leaf tells it.
#[derive(Debug)]
pub struct Written {
    /// Its number.
    pub code: String,
    /// Its building.
    pub building: String,
    /// Where it stands; none where it was struck.
    pub place: Option<Place>,
    /// Who belongs to its head; none where it was struck.
    pub owners: Option<Owners>,
}

impl Plan {
    /// Writes the amended roll; answers each changed unit.
    ///
    /// # Errors
    /// Of the database.
    pub fn write(&self, tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<Vec<Written>> {
        let heads = self.write_heads(tx, vote)?;
        let owners = self.write_owners(tx, &heads)?;
        let mut next = self.units.iter().map(|unit| unit.position).max().map_or(0, |at| at + 1);
        let mut written = Vec::new();
        for change in &self.amended.changes {
            let (code, building) = self.name_of(change.unit);
            let (earlier, place) = (self.unit_of(change.unit), change.after);
            if let Some(place) = place {
                let head = heads.get(&place.head).map(|head| head.id);
                let row = self.unit_row(vote, (change.unit, head, place), next)?;
                next += i32::from(earlier.is_none());
                amendments::put_roll_unit(tx.conn(), &row)?;
            } else if let Some(earlier) = earlier {
                amendments::delete_roll_unit(tx.conn(), earlier.id)?;
            }
            let owners = place.map(|place| owners.get(&place.head).cloned().unwrap_or_default());
            written.push(Written { code, building, place, owners });
        }
        Ok(written)
    }

    fn unit_row(
        &self,
        vote: &Vote,
        (id, head_id, place): (UnitId, Option<HeadId>, Place),
        next: i32,
    ) -> Outcome<RollUnitRow> {
        let registered = self.register.get(&id);
        let unit = registered.ok_or_else(|| Refusal::internal("a unit without a register row"))?;
        let (area, delivered) = (place.area, place.is_delivered);
        let area_source = unit.area_source.map(|source| source.to_string()).unwrap_or_default();
        if let Some(earlier) = self.unit_of(id) {
            return Ok(RollUnitRow { head_id, area, area_source, delivered, ..earlier.clone() });
        }
        Ok(RollUnitRow {
            id: RollUnitId::new(),
            vote_id: vote.row.id,
            unit_id: id,
            head_id,
            position: next,
            code: unit.code.clone(),
            building: unit.building.clone(),
            entrance: unit.entrance.clone(),
            unit_use: unit.unit_use.to_string(),
            area,
            area_source,
            delivered,
        })
    }

    /// New heads, new areas, heads that count no more; answers the heads that count, by number.
    fn write_heads(&self, tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<BTreeMap<i32, HeadRow>> {
        let (now, conn) = (tx.legal_now(), tx.conn());
        let areas: &BTreeMap<i32, Area> = &self.amended.areas;
        let mut counted = BTreeMap::new();
        for head in &self.heads {
            let Some(area) = areas.get(&head.position).copied() else {
                amendments::strike_head(conn, head.id, now)?;
                continue;
            };
            if area != head.area {
                amendments::set_head_area(conn, head.id, area)?;
            }
            counted.insert(head.position, HeadRow { area, ..head.clone() });
        }
        for new in &self.amended.new_heads {
            let row = HeadRow {
                id: HeadId::new(),
                vote_id: vote.row.id,
                position: new.number,
                area: areas.get(&new.number).copied().unwrap_or_default(),
                is_developer_pool: new.is_developer_pool,
            };
            amendments::insert_head(conn, &row)?;
            counted.insert(new.number, row);
        }
        Ok(counted)
    }

    /// Who belongs to the heads that units were put to. A head that keeps a unit as it was announced
    /// keeps its people; by head, as the log has them.
    fn write_owners(
        &self,
        tx: &mut WriteTx<'_>,
        heads: &BTreeMap<i32, HeadRow>,
    ) -> Outcome<HashMap<i32, Owners>> {
        let changed: HashSet<UnitId> = self.amended.changes.iter().map(|c| c.unit).collect();
        let mut told = HashMap::new();
        for head in heads.values() {
            let of_head =
                |change: &&Change| change.after.is_some_and(|place| place.head == head.position);
            let put: Vec<UnitId> =
                self.amended.changes.iter().filter(of_head).map(|change| change.unit).collect();
            if put.is_empty() {
                continue;
            }
            let keeps = self
                .units
                .iter()
                .any(|unit| unit.head_id == Some(head.id) && !changed.contains(&unit.unit_id));
            let rows = self.owners_of(head, &put, keeps);
            amendments::replace_head_owners(tx.conn(), head.id, &rows)?;
            told.insert(head.position, owners_of(&rows));
        }
        Ok(told)
    }

    fn owners_of(&self, head: &HeadRow, put: &[UnitId], keeps: bool) -> Vec<HeadOwnerRow> {
        let old: Vec<&HeadOwnerRow> =
            self.owners.iter().filter(|owner| keeps && owner.head_id == head.id).collect();
        let mut members: BTreeSet<OwnerId> = old.iter().map(|owner| owner.owner_id).collect();
        let mut voters: BTreeSet<OwnerId> = BTreeSet::new();
        if old.iter().any(|owner| !owner.may_cast) {
            voters.extend(old.iter().filter(|owner| owner.may_cast).map(|owner| owner.owner_id));
        }
        for id in put {
            members.extend(self.seats.get(id).iter().flat_map(|seat| owner_ids(&seat.members)));
            voters.extend(self.register.get(id).and_then(|unit| unit.voter_id));
        }
        voters.retain(|voter| members.contains(voter));
        let row = |owner_id: OwnerId| HeadOwnerRow {
            head_id: head.id,
            owner_id,
            vote_id: head.vote_id,
            may_cast: voters.is_empty() || voters.contains(&owner_id),
        };
        members.into_iter().map(row).collect()
    }
}
