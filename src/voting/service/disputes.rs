//! Disputed ballots 表决票异议: filed by an owner of the head, by staff for a household, or by the paper
//! desk that read a sheet again. What two people rule stands in `rulings`. Absent on purpose: any
//! answer that tells what a ballot says.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{facts::Vote, log, notices::units_of};
use crate::ballot_log::{self as leaf, Leaf};
use crate::kernel::{
    BallotId, Code, DisputeId, HeadId, Outcome, Page, PageQuery, Refusal, UtcTime,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};
use crate::voting::{
    model::{
        BallotRow, Channel, Command, DisputeFilter, DisputeReason, DisputeRow, DisputeState, Filer,
        NewDispute,
    },
    rules::state::decide,
    store::{disputes, notices, rolls},
};

/// A dispute; silent about what the ballot says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DisputeView {
    /// The dispute.
    pub dispute_id: DisputeId,
    /// The disputed ballot.
    pub ballot_id: BallotId,
    /// Its 回执码.
    pub receipt: String,
    /// How it came in.
    pub channel: Channel,
    /// The units of its head.
    pub units: Vec<String>,
    /// Why it is disputed.
    pub reason: DisputeReason,
    /// In words.
    pub text: String,
    /// The unit on whose behalf staff filed it.
    pub unit_code: Option<String>,
    /// Who filed it, masked where it is an owner.
    pub filed_by: String,
    /// When (legal time; so are all of these).
    pub filed_at: UtcTime,
    /// Where it stands.
    pub state: DisputeState,
    /// What is proposed or ruled: whether it is right.
    pub upheld: Option<bool>,
    /// Why, in words.
    pub ruling: Option<String>,
    /// Who proposed it.
    pub proposed_by: Option<String>,
    /// When.
    pub proposed_at: Option<UtcTime>,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When.
    pub confirmed_at: Option<UtcTime>,
    /// Rises with each proposal and with the confirmation, which names it.
    pub version: i32,
}

impl DisputeView {
    pub(super) fn of(row: DisputeRow, ballot: &BallotRow, units: Vec<String>) -> Self {
        Self {
            state: row.state(),
            dispute_id: row.id,
            ballot_id: row.ballot_id,
            receipt: ballot.receipt.clone(),
            channel: ballot.channel,
            units,
            reason: row.reason,
            text: row.text,
            unit_code: row.unit_code,
            filed_by: row.filed_by,
            filed_at: row.filed_at,
            upheld: row.upheld,
            ruling: row.ruling,
            proposed_by: row.proposed_name,
            proposed_at: row.proposed_at,
            confirmed_by: row.confirmed_name,
            confirmed_at: row.confirmed_at,
            version: row.version,
        }
    }

    /// What a household sees: a proposal decides nothing, and may be another one tomorrow.
    fn for_household(self) -> Self {
        if self.confirmed_at.is_some() {
            return self;
        }
        Self { upheld: None, ruling: None, proposed_by: None, proposed_at: None, ..self }
    }
}

/// The ballot of a receipt in a vote, however the code is typed.
///
/// # Errors
/// `not_found`.
pub fn find_ballot(conn: &mut Conn, vote: &Vote, receipt: &str) -> Outcome<BallotId> {
    let row = super::receipts::find_by_code(conn, receipt)?;
    if row.vote_id == vote.row.id { Ok(row.id) } else { Err(Refusal::new(Code::NotFound)) }
}

/// Files a dispute: one row, one leaf.
///
/// # Errors
/// `not_found` for a ballot of another vote, or of a head that is not the owner's or has no such
/// unit; `wrong_state` before the opening and after the confirmation; `too_late` after the publicity;
/// `already_exists` while another dispute of the ballot is open; `dispute_state_conflict` where the
/// ballot is void; `invalid_field` where what was misread is no paper.
pub fn file_dispute(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    new: &NewDispute,
    who: &Filer,
) -> Outcome<DisputeView> {
    let now = tx.legal_now();
    let ballot = notices::list_ballots_by_id(tx.conn(), &[new.ballot_id])?.pop();
    let ballot = ballot.filter(|ballot| ballot.vote_id == vote.row.id);
    let ballot = ballot.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let units = units_of(tx.conn(), &[ballot.head_id])?.remove(&ballot.head_id).unwrap_or_default();
    let (owner_id, unit_code) = match who {
        Filer::Owner(owner_id) => {
            let heads = rolls::list_heads_of_owner(tx.conn(), vote.row.id, *owner_id)?;
            if heads.iter().all(|(head, _)| head.id != ballot.head_id) {
                return Err(Refusal::new(Code::NotFound));
            }
            (Some(*owner_id), None)
        }
        Filer::Household(unit) if units.contains(unit) => (None, Some(unit.clone())),
        Filer::Household(unit) => {
            return Err(Refusal::new(Code::NotFound).with("unit_code", unit.as_str()));
        }
        Filer::Recheck => (None, None),
    };
    // A re-check may end after the publicity: what it finds is disputed all the same.
    let command = match who {
        Filer::Recheck => Command::RecheckSheets,
        Filer::Owner(_) | Filer::Household(_) => Command::DisputeBallot,
    };
    decide(vote.row.state, command, &vote.facts(now)?)?;
    if new.reason == DisputeReason::Misread && ballot.channel != Channel::Paper {
        return Err(Refusal::field(Code::InvalidField, "/reason", "only paper is read"));
    }
    for earlier in disputes::list_disputes_of(tx.conn(), &[ballot.id])? {
        match earlier.state() {
            DisputeState::Open | DisputeState::Proposed => {
                return Err(Refusal::new(Code::AlreadyExists).detail("an open dispute"));
            }
            DisputeState::Upheld => {
                let detail = "the ballot is void";
                return Err(Refusal::new(Code::DisputeStateConflict).detail(detail));
            }
            DisputeState::Corrected | DisputeState::Dismissed => {}
        }
    }
    let row = keep(tx, (vote, &ballot, new), (owner_id, unit_code))?;
    Ok(DisputeView::of(row, &ballot, units))
}

/// Writes leaf, row, event, audit.
fn keep(
    tx: &mut WriteTx<'_>,
    (vote, ballot, new): (&Vote, &BallotRow, &NewDispute),
    (owner_id, unit_code): (Option<crate::kernel::OwnerId>, Option<String>),
) -> Outcome<DisputeRow> {
    let now = tx.legal_now();
    let leaf = leaf::Challenge {
        at: now.micros(),
        ballot: u64::try_from(ballot.log_seq).map_err(Refusal::internal)?,
        reason: new.reason.to_string(),
    };
    let log_seq = log::append(tx, vote.row.id, vec![Leaf::Challenge(leaf).into()])?;
    let row = DisputeRow {
        id: DisputeId::new(),
        vote_id: vote.row.id,
        ballot_id: ballot.id,
        owner_id,
        reason: new.reason,
        text: new.text.clone(),
        unit_code,
        filer: tx.actor().account_id,
        filed_by: tx.actor().name.clone(),
        filed_at: now,
        log_seq: i64::try_from(log_seq).map_err(Refusal::internal)?,
        upheld: None,
        ruling: None,
        choices: None,
        invalid_reason: None,
        proposed_by: None,
        proposed_name: None,
        proposed_at: None,
        confirmed_by: None,
        confirmed_name: None,
        confirmed_at: None,
        ruling_seq: None,
        version: 1,
    };
    disputes::insert_dispute(tx.conn(), &row)?;
    let after = json!({ "vote_id": vote.row.id, "ballot_id": ballot.id, "reason": new.reason });
    tx.emit("dispute.filed", row.id, &after);
    tx.audit("dispute.filed", ("dispute", row.id), (None, Some(&after)));
    Ok(row)
}

/// The disputes of a vote; whoever is no staff there sees those of the own heads.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_disputes(
    conn: &mut Conn,
    (vote, reach): (&Vote, &Reach),
    (filter, page): (DisputeFilter, &PageQuery),
) -> Outcome<Page<DisputeView>> {
    let is_staff = reach.covers(&vote.place);
    let owner_id = if is_staff { filter.owner_id } else { reach.owner_id() };
    let filter = DisputeFilter { owner_id, ..filter };
    let place = (page.cursor()?, page.fetch());
    let rows = disputes::list_disputes(conn, vote.row.id, filter, place)?;
    let heads: Vec<HeadId> = rows.iter().map(|(_, ballot)| ballot.head_id).collect();
    let units: HashMap<HeadId, Vec<String>> = units_of(conn, &heads)?;
    let page = Page::cut(rows, page.limit(), |(row, _)| row.id.to_string());
    Ok(page.map(|(row, ballot)| {
        let units = units.get(&ballot.head_id).cloned().unwrap_or_default();
        let view = DisputeView::of(row, &ballot, units);
        if is_staff { view } else { view.for_household() }
    }))
}
