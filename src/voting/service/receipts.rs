//! Receipts 回执码 found again: by the owner after signing in on any phone, and by anybody who holds
//! a code. Neither tells a choice; the public one tells no name and no area.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{
    changes::earlier,
    facts::{Vote, find_vote},
    notice_text::{dispute_by, receipt_url},
    notices::units_of,
};
use crate::kernel::{BallotId, Code, HeadId, Outcome, OwnerId, Refusal, UtcTime, VoteId};
use crate::platform::db::Conn;
use crate::registry::{RegisterScope, find_scope_place};
use crate::voting::{
    model::{BallotRow, Channel, DisputeState, VoteState},
    store::{ballots, disputes, notices, rolls},
};

/// A ballot of an own head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OwnBallot {
    /// The ballot.
    pub ballot_id: BallotId,
    /// The head.
    pub head_id: HeadId,
    /// Its units.
    pub units: Vec<String>,
    /// 回执码.
    pub receipt: String,
    /// The public page of the receipt.
    pub receipt_url: String,
    /// How it came in.
    pub channel: Channel,
    /// When it was taken (legal time).
    pub cast_at: UtcTime,
    /// Whether it stands: it is not invalid, void, changed, or behind another one.
    pub stands: bool,
    /// How often the head's ballot may still be changed on line before the close.
    pub changes_left: u32,
    /// Its newest dispute.
    pub dispute: Option<DisputeState>,
    /// Until when it can be disputed in any case (legal time).
    pub dispute_by: Option<UtcTime>,
}

/// A receipt as anybody may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicReceipt {
    /// 回执码.
    pub receipt: String,
    /// The page of this receipt.
    pub url: String,
    /// The vote.
    pub vote_id: VoteId,
    /// Its title.
    pub title: String,
    /// Its community.
    pub community: String,
    /// Its state.
    pub state: VoteState,
    /// The units that voted.
    pub units: Vec<String>,
    /// How the ballot came in.
    pub channel: Channel,
    /// When it was taken (legal time).
    pub cast_at: UtcTime,
    /// Whether it stands.
    pub stands: bool,
    /// Its newest dispute.
    pub dispute: Option<DisputeState>,
    /// Until when it can be disputed in any case (legal time).
    pub dispute_by: Option<UtcTime>,
}

/// The ballots of the heads for which an owner stands, oldest first: whoever of the owners cast them,
/// and however.
///
/// # Errors
/// Of the database.
pub fn own_ballots(
    conn: &mut Conn,
    vote: &Vote,
    (owner_id, public_url): (OwnerId, &str),
) -> Outcome<Vec<OwnBallot>> {
    let heads: Vec<HeadId> = rolls::list_heads_of_owner(conn, vote.row.id, owner_id)?
        .into_iter()
        .map(|(head, _)| head.id)
        .collect();
    let units = units_of(conn, &heads)?;
    let rows = ballots::list_ballots_of_heads(conn, &heads)?;
    let standings = Standings::load(conn, &rows)?;
    let until = dispute_by(vote)?;
    let earlier = earlier(conn, &heads)?;
    let left =
        |head: &HeadId| earlier.get(head).copied().unwrap_or_default().changes_left(&vote.pack);
    let own = |row: BallotRow| OwnBallot {
        changes_left: left(&row.head_id),
        ballot_id: row.id,
        head_id: row.head_id,
        units: units.get(&row.head_id).cloned().unwrap_or_default(),
        receipt_url: receipt_url(public_url, &row.receipt),
        receipt: row.receipt,
        channel: row.channel,
        cast_at: row.cast_at,
        stands: standings.standing.contains(&row.id),
        dispute: standings.disputes.get(&row.id).copied(),
        dispute_by: until,
    };
    Ok(rows.into_iter().map(own).collect())
}

/// The receipt of a code, however it is typed: capitals, spaces and hyphens do not matter.
///
/// # Errors
/// `not_found`.
pub fn public_receipt(conn: &mut Conn, code: &str, public_url: &str) -> Outcome<PublicReceipt> {
    let row = find_by_code(conn, code)?;
    let vote = find_vote(conn, row.vote_id)?;
    // By the vote's own community: its buildings may have moved to another since.
    let place = find_scope_place(conn, &RegisterScope::Community(vote.row.community_id))?;
    let standings = Standings::load(conn, std::slice::from_ref(&row))?;
    Ok(PublicReceipt {
        url: receipt_url(public_url, &row.receipt),
        receipt: row.receipt,
        vote_id: row.vote_id,
        title: vote.row.title.clone(),
        community: place.map(|place| place.community).unwrap_or_default(),
        state: vote.row.state,
        units: units_of(conn, &[row.head_id])?.remove(&row.head_id).unwrap_or_default(),
        channel: row.channel,
        cast_at: row.cast_at,
        stands: standings.standing.contains(&row.id),
        dispute: standings.disputes.get(&row.id).copied(),
        dispute_by: dispute_by(&vote)?,
    })
}

/// The ballot of a code, however it is typed.
pub(super) fn find_by_code(conn: &mut Conn, code: &str) -> Outcome<BallotRow> {
    let is_filler = |c: &char| !matches!(c, ' ' | '-');
    let code: String = code.chars().filter(is_filler).collect::<String>().to_lowercase();
    let row = notices::find_ballot_by_receipt(conn, &code)?;
    row.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Which ballots stand, and the newest dispute of each.
struct Standings {
    standing: HashSet<BallotId>,
    disputes: HashMap<BallotId, DisputeState>,
}

impl Standings {
    fn load(conn: &mut Conn, rows: &[BallotRow]) -> Outcome<Self> {
        let ids: Vec<BallotId> = rows.iter().map(|row| row.id).collect();
        let standing = notices::list_standing_ballots(conn, &ids)?.into_iter().collect();
        let disputes = disputes::list_disputes_of(conn, &ids)?;
        let disputes = disputes.into_iter().map(|row| (row.ballot_id, row.state())).collect();
        Ok(Self { standing, disputes })
    }
}
