//! Sheets are registered as they are handed in. What is refused is kept: the refusal travels as a
//! value, so that the attempt is committed.

use serde_json::json;

use super::{facts::Vote, paper_views::SheetView};
use crate::kernel::{AttemptId, Code, HeadId, Outcome, Refusal, SheetId, UtcTime, VoteId};
use crate::platform::db::WriteTx;
use crate::voting::{
    model::{AttemptRow, Channel, Clerk, Command, SheetOf, SheetRow, SheetState, VoteState},
    rules::state::decide,
    store::{ballots, rolls, sheets},
};

/// Registers a sheet now; the inner refusal is to be committed, because the attempt is kept.
///
/// # Errors
/// Of the database. Inside: `not_on_roll`; `too_late` after the close; `wrong_state` before it opens.
pub fn register_sheet(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (clerk, of): (&Clerk, &SheetOf),
) -> Outcome<Outcome<SheetView>> {
    let (now, vote_id) = (tx.legal_now(), vote.row.id);
    let found = match of {
        SheetOf::Unit(code) => rolls::find_roll_unit(tx.conn(), vote_id, code)?,
        SheetOf::Head(head) => {
            let units = rolls::list_units_of_heads(tx.conn(), &[*head])?;
            units.into_iter().find(|unit| unit.vote_id == vote_id)
        }
    };
    let head = found.and_then(|unit| unit.head_id.map(|head_id| (head_id, unit.code)));
    let refusal = match (decide(vote.row.state, Command::RegisterSheet, &vote.facts(now)?), &head) {
        (Err(refused), _) => late(vote, refused),
        (Ok(_), None) => Refusal::new(Code::NotOnRoll),
        (Ok(_), Some((head_id, unit_code))) => {
            let row = SheetRow {
                id: SheetId::new(),
                vote_id,
                head_id: *head_id,
                unit_code: unit_code.clone(),
                state: SheetState::Registered,
                registered_at: now,
                registered_by: clerk.account_id,
                settled_at: None,
                void_reason: None,
                version: 1,
            };
            sheets::insert_sheet(tx.conn(), &row)?;
            let after = json!({ "head_id": head_id, "registered_at": now });
            tx.audit("sheet.registered", ("sheet", row.id), (None, Some(&after)));
            return Ok(Ok(row.into()));
        }
    };
    let head_id = head.map(|(head_id, _)| head_id);
    let attempt = attempt(tx, (vote_id, head_id, None), (now, refusal.code()));
    ballots::insert_ballots(tx.conn(), &[], &[], &[attempt])?;
    Ok(Err(refusal))
}

/// A vote that is over is too late, not in a wrong state.
fn late(vote: &Vote, refused: Refusal) -> Refusal {
    let is_over = vote.row.closed_at.is_some() && vote.row.state != VoteState::Voided;
    match (refused.code(), vote.row.closes_at) {
        (Code::WrongState, Some(closes_at)) if is_over => {
            Refusal::new(Code::TooLate).with("closes_at", closes_at.to_string())
        }
        _ => refused,
    }
}

pub(super) fn attempt(
    tx: &WriteTx<'_>,
    (vote_id, head_id, sheet_id): (VoteId, Option<HeadId>, Option<SheetId>),
    (at, reason): (UtcTime, Code),
) -> AttemptRow {
    AttemptRow {
        id: AttemptId::new(),
        vote_id,
        head_id,
        sheet_id,
        channel: Channel::Paper,
        at,
        reason: reason.as_str().to_owned(),
        actor_id: tx.actor().account_id,
        request_id: tx.context().request_id.clone(),
    }
}
