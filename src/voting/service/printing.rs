//! What is printed for people who vote on paper: a ballot per issued sheet, a delivery list per unit,
//! the roll for the notice board. Units and areas only: a sheet that gets lost tells no name.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    amendment::{AmendmentLine, posted_amendments},
    facts::Vote,
    paper_code::sheet_code,
    publication::{NoticeItem, VoteHead, list_notice_items, vote_head},
    silence::{SilenceNotice, silence_notice},
};
use crate::kernel::{Area, Code, HeadId, Outcome, Refusal, SheetIssueId};
use crate::platform::{auth::seal::Keys, db::Conn};
use crate::voting::{
    model::{HeadRow, RollFilter, RollUnitRow, SheetRow, SheetState},
    store::{rolls, sheet_ledger},
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
    /// The head.
    pub head_id: HeadId,
    /// The sheet's serial, in groups.
    pub serial: String,
    /// The text of its QR code.
    pub code: String,
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
    /// What silence means, where a clause is in force.
    pub silence: Option<SilenceNotice>,
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
    /// What was amended of the roll since it was announced.
    pub amendments: Vec<AmendmentLine>,
}

/// The issued sheets that are not back yet, all of them or those of one run or one building.
///
/// # Errors
/// `not_ready` where none was issued; `invalid_field` beyond 2,000 ballots.
pub fn blank_ballots(
    conn: &mut Conn,
    (vote, keys): (&Vote, &Keys),
    (building, issue_id): (Option<&str>, Option<SheetIssueId>),
) -> Outcome<BlankBallots> {
    let vote_id = vote.row.id;
    let units = rolls::list_whole_roll(conn, vote_id)?;
    let head = vote_head(conn, vote, &units)?;
    let mut units_of: HashMap<HeadId, Vec<PrintUnit>> = HashMap::new();
    for unit in units {
        let Some(head_id) = unit.head_id else { continue };
        units_of.entry(head_id).or_default().push(unit.into());
    }
    let is_here = |head_id: &HeadId| {
        let units = units_of.get(head_id).map(Vec::as_slice).unwrap_or_default();
        building.is_none_or(|building| units.iter().any(|unit| unit.building == building))
    };
    let mut sheets: HashMap<HeadId, SheetRow> =
        sheet_ledger::list_in_states(conn, vote_id, &[SheetState::Issued])?
            .into_iter()
            .filter(|sheet| issue_id.is_none_or(|id| id == sheet.issue_id))
            .filter(|sheet| is_here(&sheet.head_id))
            .map(|sheet| (sheet.head_id, sheet))
            .collect();
    if sheets.is_empty() {
        let detail = "no issued sheet is left to print: issue sheets first";
        return Err(Refusal::new(Code::NotReady).detail(detail));
    }
    if sheets.len() > MOST_BALLOTS {
        let detail = format!("{} ballots; at most {MOST_BALLOTS} at once", sheets.len());
        return Err(Refusal::field(Code::InvalidField, "building", detail));
    }
    let ballot = |row: HeadRow| {
        let sheet = sheets.remove(&row.id)?;
        Some(BlankBallot {
            head_id: row.id,
            serial: sheet.serial.grouped(),
            code: sheet_code(keys, (vote_id, row.id), &sheet.serial),
            number: row.position + 1,
            area: row.area,
            units: units_of.remove(&row.id).unwrap_or_default(),
            is_developer_pool: row.is_developer_pool,
        })
    };
    Ok(BlankBallots {
        vote: head,
        items: list_notice_items(conn, vote)?,
        blank_is_abstain: vote.pack.switches.blank_is_abstain.value,
        silence: silence_notice(conn, vote)?,
        ballots: rolls::list_heads(conn, vote_id)?.into_iter().filter_map(ballot).collect(),
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
    let amendments = posted_amendments(conn, vote)?;
    let vote = vote_head(conn, vote, &units)?;
    let mut buildings: Vec<(String, Vec<PrintUnit>)> = Vec::new();
    for unit in units {
        match buildings.iter_mut().find(|(name, _)| *name == unit.building) {
            Some((_, list)) => list.push(unit.into()),
            None => buildings.push((unit.building.clone(), vec![unit.into()])),
        }
    }
    Ok(UnitList { vote, buildings, amendments })
}
