//! The live quorum of a sitting: who is present and who has taken part already, against the two lines
//! of participation. Never a choice. And its sign-in sheet: units and areas, no names.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{
    facts::Vote,
    publication::{VoteHead, vote_head},
    sittings::{SittingView, get_sitting},
    views::{Participation, participation, participation_of},
};
use crate::kernel::{Area, HeadId, Outcome, SittingId, UtcTime};
use crate::platform::db::Conn;
use crate::voting::{
    model::Totals,
    rules::explain::Predicate,
    store::{ballots, rolls, sittings},
};

/// How near a sitting is to participation.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Quorum {
    /// The whole roll.
    pub total: Totals,
    /// Heads that are present now.
    pub present: Totals,
    /// Heads that have taken part already, here or elsewhere, by any means.
    pub cast: Totals,
    /// Both, each head once: what participation would be if everybody present voted.
    pub together: Totals,
    /// The two lines of the law for `together`; a margin with a minus sign is what is missing.
    pub lines: Vec<Predicate>,
}

/// The quorum of a sitting now.
///
/// # Errors
/// `not_found`; of the database.
pub fn quorum(conn: &mut Conn, vote: &Vote, id: SittingId) -> Outcome<Quorum> {
    get_sitting(conn, vote, id)?;
    let here = sittings::list_attendances(conn, id)?;
    let present: HashSet<HeadId> =
        here.iter().filter(|row| row.is_present()).map(|row| row.head_id).collect();
    let came: HashSet<HeadId> =
        ballots::list_participants(conn, vote.row.id)?.into_iter().collect();
    let together = participation_of(conn, vote, &present.union(&came).copied().collect())?;
    let present = participation_of(conn, vote, &present)?.participating;
    let Participation { total, participating: cast, .. } = participation(conn, vote)?;
    Ok(Quorum { total, present, cast, together: together.participating, lines: together.lines })
}

/// A line of the sign-in sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignInLine {
    /// The head's number on the roll, from 1.
    pub number: i32,
    /// Its units.
    pub units: Vec<String>,
    /// Its area.
    pub area: Area,
    /// When somebody signed in for it, as far as that is on record.
    pub signed_in_at: Option<UtcTime>,
    /// When the owner left.
    pub left_at: Option<UtcTime>,
    /// Whether an agent came in the owner's place.
    pub by_agent: bool,
}

/// The sign-in sheet 签到表 of a sitting.
#[derive(Debug, Clone, Serialize)]
pub struct SignInSheet {
    /// The vote.
    pub vote: VoteHead,
    /// The sitting.
    pub sitting: SittingView,
    /// One line per head, in the order of the roll.
    pub lines: Vec<SignInLine>,
}

/// The sign-in sheet: to be signed on paper, or as it was recorded.
///
/// # Errors
/// `not_found`; of the database.
pub fn sign_in_sheet(conn: &mut Conn, vote: &Vote, id: SittingId) -> Outcome<SignInSheet> {
    let sitting = get_sitting(conn, vote, id)?.into();
    let units = rolls::list_whole_roll(conn, vote.row.id)?;
    let head = vote_head(conn, vote, &units)?;
    let mut units_of: HashMap<HeadId, Vec<String>> = HashMap::new();
    for unit in units {
        let Some(head_id) = unit.head_id else { continue };
        units_of.entry(head_id).or_default().push(unit.code);
    }
    // The latest attendance of a head that was no mistake.
    let here = sittings::list_attendances(conn, id)?.into_iter();
    let here: HashMap<HeadId, _> =
        here.filter(|row| row.voided_at.is_none()).map(|row| (row.head_id, row)).collect();
    let heads = rolls::list_heads(conn, vote.row.id)?.into_iter();
    let lines = heads.map(|row| SignInLine {
        number: row.position + 1,
        units: units_of.remove(&row.id).unwrap_or_default(),
        area: row.area,
        signed_in_at: here.get(&row.id).map(|came| came.signed_in_at),
        left_at: here.get(&row.id).and_then(|came| came.left_at),
        by_agent: here.get(&row.id).is_some_and(|came| came.proxy_id.is_some()),
    });
    Ok(SignInSheet { vote: head, sitting, lines: lines.collect() })
}
