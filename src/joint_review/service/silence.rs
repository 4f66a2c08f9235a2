//! Silence past the deadline is recorded as silence, by the clock. It is never a department's pass.

use serde_json::json;

use super::facts::{current, set, tell};
use crate::joint_review::{
    model::{OpinionRow, OpinionSource, ReviewCommand, ReviewRow, Round, RoundRow},
    rules::{closing::latest, state::next_state},
    store::{cases, opinions},
};
use crate::kernel::{Outcome, ReviewOpinionId, UtcTime};
use crate::platform::db::WriteTx;

/// Cases that are looked at in one go.
const SET: i64 = 20;

/// Records the silence of departments whose deadline has passed. It may run as often as it likes: a
/// case is due until what was missing is recorded, and then for its next deadline.
///
/// # Errors
/// Of the database.
pub fn record_due_silence(tx: &mut WriteTx<'_>) -> Outcome<()> {
    let now = tx.legal_now();
    for review in cases::list_due(tx.conn(), now, SET)? {
        next_state(review.state, ReviewCommand::RecordSilence)?;
        let (row, round) = current(tx.conn(), &review)?;
        let rows = silent((&row, &round), now);
        opinions::insert_opinions(tx.conn(), &rows)?;
        let deadlines = round.invitations.iter().map(|one| one.row.due_at);
        let due_at = deadlines.filter(|due_at| *due_at > now).min();
        let review = set(tx, ReviewRow { due_at, ..review })?;
        if !rows.is_empty() {
            let mut departments: Vec<&str> = rows.iter().map(|row| &*row.department).collect();
            departments.dedup();
            let payload = json!({ "round": row.number, "departments": departments });
            tell(tx, &review, ("silence_recorded", &payload));
        }
    }
    Ok(())
}

fn silent((row, round): (&RoundRow, &Round), now: UtcTime) -> Vec<OpinionRow> {
    let spoken = latest(&round.opinions);
    let due = round.invitations.iter().filter(|one| one.row.due_at <= now);
    due.flat_map(|invitation| {
        let asked = |position| invitation.asked.contains(&position);
        let items = round.items.iter().filter(move |item| asked(item.position));
        items.map(|item| (invitation.row.department.as_str(), item.id))
    })
    .filter(|key| !spoken.contains_key(key))
    .map(|(department, item_id)| OpinionRow {
        id: ReviewOpinionId::new(),
        round_id: row.id,
        item_id,
        department: department.to_owned(),
        source: OpinionSource::Silence,
        verdict: None,
        wants: None,
        text: String::new(),
        late: false,
        original_id: None,
        author_id: None,
        author_login: String::new(),
        author_name: "system".to_owned(),
        at: now,
    })
    .collect()
}
