//! Meetings, and the end of a case.

use serde_json::json;

use super::{
    facts::{current, get_review, set, tell},
    views::{CaseView, view},
};
use crate::joint_review::{
    model::{ClosureRow, MeetingRow, NewMeeting, ReviewCommand, ReviewRow},
    rules::{
        closing::{must_be_resolved, open_points},
        state::next_state,
    },
    store::cases,
};
use crate::kernel::{Code, JointReviewId, Outcome, Refusal, ReviewClosureId, ReviewMeetingId};
use crate::platform::{auth::Reach, db::WriteTx, two_people::Person};

/// Records a meeting of the departments; its minutes stay outside, known by their SHA-256.
///
/// # Errors
/// `not_found`; `review_state_conflict`; `invalid_field` for a day that is not there yet.
pub fn record_meeting(
    tx: &mut WriteTx<'_>,
    (id, reach): (JointReviewId, &Reach),
    new: &NewMeeting,
) -> Outcome<CaseView> {
    let review = get_review(tx.conn(), id, reach)?;
    next_state(review.state, ReviewCommand::RecordMeeting)?;
    if new.held_on > tx.legal_now().local_date() {
        let detail = "会议尚未召开 · the meeting lies ahead";
        return Err(Refusal::field(Code::InvalidField, "/held_on", detail));
    }
    let (row, _) = current(tx.conn(), &review)?;
    let meeting = MeetingRow {
        id: ReviewMeetingId::new(),
        round_id: row.id,
        held_on: new.held_on,
        place: new.place.clone(),
        participants: new.participants.clone(),
        summary: new.summary.clone(),
        minutes_sha256: new.minutes_sha256.clone(),
        recorder_name: tx.actor().name.clone(),
        at: tx.legal_now(),
    };
    cases::insert_meeting(tx.conn(), &meeting)?;
    let payload = json!({ "round": row.number, "meeting_id": meeting.id,
        "sha256": meeting.minutes_sha256 });
    tell(tx, &review, ("meeting_recorded", &payload));
    view(tx.conn(), review)
}

/// Closes a case in whose round nothing is open.
///
/// # Errors
/// `not_found`; `review_state_conflict`; `review_unresolved` with every open point.
pub fn close(tx: &mut WriteTx<'_>, (id, reach): (JointReviewId, &Reach)) -> Outcome<CaseView> {
    let review = get_review(tx.conn(), id, reach)?;
    let state = next_state(review.state, ReviewCommand::Close)?;
    let (row, round) = current(tx.conn(), &review)?;
    let points = open_points(&round);
    let list = serde_json::to_value(&points).map_err(Refusal::internal)?;
    must_be_resolved(&points).map_err(|refusal| refusal.with("open_points", list))?;
    let person = Person::of(tx)?;
    let closure = ClosureRow {
        id: ReviewClosureId::new(),
        round_id: row.id,
        closer_id: person.id,
        closer_name: person.name,
        at: tx.legal_now(),
    };
    // Moved first: a second one who closes meets the version, not the closure's key.
    let review = set(tx, ReviewRow { state, due_at: None, ..review })?;
    cases::insert_closure(tx.conn(), &closure)?;
    let payload = json!({ "round": row.number, "project_id": review.project_id,
        "sha256": row.plan_sha256 });
    tell(tx, &review, ("closed", &payload));
    view(tx.conn(), review)
}
