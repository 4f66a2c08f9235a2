//! What is printed for people who vote on paper: a blank ballot per head, a delivery list per unit,
//! the roll for the notice board. Units and areas only: a sheet that gets lost tells no name.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    facts::Vote,
    publication::{NoticeItem, VoteHead, list_notice_items, vote_head},
};
use crate::kernel::{Area, Code, HeadId, Outcome, Refusal};
use crate::platform::db::Conn;
use crate::voting::{
    model::{RollFilter, RollUnitRow},
    store::rolls,
};

/// Ballots of one answer at the most; print by building beyond that.
const MOST_BALLOTS: usize = 2_000;

/// A unit as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintUnit {
    pub code: String,
    pub building: String,
    pub entrance: Option<String>,
    #[serde(rename = "use")]
    pub unit_use: String,
    pub area: Area,
    pub area_source: String,
}

impl From<RollUnitRow> for PrintUnit {
    fn from(row: RollUnitRow) -> Self {
        Self {
            code: row.code,
            building: row.building,
            entrance: row.entrance,
            unit_use: row.unit_use,
            area: row.area,
            area_source: row.area_source,
        }
    }
}

/// One blank ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlankBallot {
    /// The head; the QR code carries it beside the vote.
    pub head_id: HeadId,
    /// Its number on the roll, from 1.
    pub number: i32,
    /// The area that it carries.
    pub area: Area,
    /// Its units.
    pub units: Vec<PrintUnit>,
    /// Whether it is the developer's one head.
    pub is_developer_pool: bool,
}

/// Blank ballots for printing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlankBallots {
    /// The vote.
    pub vote: VoteHead,
    /// What is asked.
    pub items: Vec<NoticeItem>,
    /// What an item left blank is taken for: abstention or invalid.
    pub blank_is_abstain: bool,
    /// One per head.
    pub ballots: Vec<BlankBallot>,
}

/// A list of units for printing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitList {
    /// The vote.
    pub vote: VoteHead,
    /// The units, by building.
    pub buildings: Vec<(String, Vec<PrintUnit>)>,
}

/// A blank ballot for each head, or for each head with a unit in a building.
///
/// # Errors
/// `wrong_state` before the notice locks the agenda; `invalid_field` beyond 2,000 ballots.
pub fn blank_ballots(
    conn: &mut Conn,
    vote: &Vote,
    building: Option<&str>,
) -> Outcome<BlankBallots> {
    if vote.row.noticed_at.is_none() {
        let refusal = Refusal::new(Code::WrongState).with("state", vote.row.state.as_str());
        return Err(refusal.detail("ballots are printed after the notice, which locks the agenda"));
    }
    let units = rolls::list_whole_roll(conn, vote.row.id)?;
    let head = vote_head(conn, vote, &units)?;
    let mut order: Vec<HeadId> = Vec::new();
    let mut units_of: HashMap<HeadId, Vec<PrintUnit>> = HashMap::new();
    let mut wanted: HashMap<HeadId, bool> = HashMap::new();
    for unit in units {
        let Some(head_id) = unit.head_id else { continue };
        let is_here = building.is_none_or(|building| building == unit.building);
        *wanted.entry(head_id).or_insert_with(|| {
            order.push(head_id);
            false
        }) |= is_here;
        units_of.entry(head_id).or_default().push(unit.into());
    }
    order.retain(|head_id| wanted.get(head_id).copied().unwrap_or(false));
    if order.len() > MOST_BALLOTS {
        let detail = format!("{} ballots; at most {MOST_BALLOTS} at once", order.len());
        return Err(Refusal::field(Code::InvalidField, "building", detail));
    }
    let rows: HashMap<_, _> =
        rolls::list_heads(conn, vote.row.id)?.into_iter().map(|row| (row.id, row)).collect();
    let ballot = |head_id: HeadId| {
        let row = rows.get(&head_id)?;
        Some(BlankBallot {
            head_id,
            number: row.position + 1,
            area: row.area,
            units: units_of.remove(&head_id).unwrap_or_default(),
            is_developer_pool: row.is_developer_pool,
        })
    };
    Ok(BlankBallots {
        vote: head,
        items: list_notice_items(conn, vote)?,
        blank_is_abstain: vote.pack.switches.blank_is_abstain.value,
        ballots: order.into_iter().filter_map(ballot).collect(),
    })
}

/// The units of a frozen roll by building: for delivery, and for the notice board.
///
/// # Errors
/// `wrong_state` before the roll is frozen.
pub fn unit_list(conn: &mut Conn, vote: &Vote, building: Option<&str>) -> Outcome<UnitList> {
    if vote.row.roll_heads.is_none() {
        let refusal = Refusal::new(Code::WrongState).with("state", vote.row.state.as_str());
        return Err(refusal.detail("the roll is not frozen"));
    }
    let filter = RollFilter { building: building.map(str::to_owned), ..RollFilter::default() };
    let units = rolls::list_roll_units(conn, vote.row.id, &filter, (None, i64::MAX))?;
    let vote = vote_head(conn, vote, &units)?;
    let mut buildings: Vec<(String, Vec<PrintUnit>)> = Vec::new();
    for unit in units {
        match buildings.iter_mut().find(|(name, _)| *name == unit.building) {
            Some((_, list)) => list.push(unit.into()),
            None => buildings.push((unit.building.clone(), vec![unit.into()])),
        }
    }
    Ok(UnitList { vote, buildings })
}
