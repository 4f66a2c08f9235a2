//! What a decision on a case rests on.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::joint_review::{
    model::{Invitation, InvitationRow, OpinionRow, ReviewRow, Round, RoundRow},
    store::{cases, opinions},
};
use crate::kernel::{Code, JointReviewId, Outcome, Refusal, ReviewOpinionId};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};

/// A case within the reach.
///
/// # Errors
/// `not_found`.
pub fn get_review(conn: &mut Conn, id: JointReviewId, reach: &Reach) -> Outcome<ReviewRow> {
    let found = cases::find_review(conn, id)?.filter(|row| reach.covers(&row.place()));
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// A round with everything that was said in it.
///
/// # Errors
/// `internal` where an invitation can't be read.
pub fn load(conn: &mut Conn, row: &RoundRow) -> Outcome<Round> {
    let read = |row: InvitationRow| {
        let asked = serde_json::from_str(&row.asked).map_err(Refusal::internal)?;
        Ok(Invitation { row, asked })
    };
    let invitations = cases::list_invitations(conn, row.id)?;
    let opinions = opinions::list_opinions(conn, row.id)?;
    let roots: BTreeSet<ReviewOpinionId> = opinions.iter().map(OpinionRow::root).collect();
    let roots: Vec<_> = roots.into_iter().collect();
    Ok(Round {
        items: cases::list_items(conn, row.id)?,
        invitations: invitations.into_iter().map(read).collect::<Outcome<_>>()?,
        responses: opinions::list_responses(conn, &roots)?,
        opinions,
    })
}

/// The round of a number.
///
/// # Errors
/// `not_found`.
pub fn get_round(conn: &mut Conn, id: JointReviewId, number: i32) -> Outcome<RoundRow> {
    let found = cases::list_rounds(conn, id)?.into_iter().find(|row| row.number == number);
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// The round that stands, with everything that was said in it.
///
/// # Errors
/// `not_found` where the case has none.
pub fn current(conn: &mut Conn, row: &ReviewRow) -> Outcome<(RoundRow, Round)> {
    let round_row = get_round(conn, row.id, row.round)?;
    let round = load(conn, &round_row)?;
    Ok((round_row, round))
}

/// Moves a case.
///
/// # Errors
/// `stale_version` where somebody else did.
pub fn set(tx: &mut WriteTx<'_>, row: ReviewRow) -> Outcome<ReviewRow> {
    if !cases::set_review(tx.conn(), &row)? {
        return Err(Refusal::new(Code::StaleVersion).with("version", row.version));
    }
    Ok(ReviewRow { version: row.version + 1, ..row })
}

/// Tells others and the audit trail what was done.
pub fn tell(tx: &mut WriteTx<'_>, row: &ReviewRow, (what, payload): (&str, &Value)) {
    let action = format!("joint_review.{what}");
    tx.emit(&action, row.id, payload);
    tx.audit(&action, ("joint_review", row.id), (None, Some(payload)));
}
