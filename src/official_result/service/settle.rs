//! A recorded result is confirmed by another person, or withdrawn; a correction supersedes.

use serde_json::json;

use super::{
    record::differs,
    views::{ItemView, OfficialResultView, item_views, view},
};
use crate::kernel::{Code, OfficialFileId, OfficialResultId, Outcome, Refusal};
use crate::official_result::{
    model::{NewEvidence, OfficialRow, OfficialState},
    store,
};
use crate::platform::{
    auth::{Place, Reach},
    db::{Conn, WriteTx},
};

/// Where a result's scope lies.
pub(super) fn place_of(row: &OfficialRow) -> Place {
    Place {
        division_code: row.division_code.clone(),
        community_id: Some(row.community_id),
        building_id: row.building_id,
    }
}

/// A result within the reach.
///
/// # Errors
/// `not_found`.
pub fn get_result(conn: &mut Conn, id: OfficialResultId, reach: &Reach) -> Outcome<OfficialRow> {
    let row = store::find_result(conn, id)?.filter(|row| reach.covers(&place_of(row)));
    row.ok_or_else(|| Refusal::new(Code::NotFound))
}

fn must_wait(row: &OfficialRow) -> Outcome<()> {
    if row.state == OfficialState::Proposed {
        return Ok(());
    }
    Err(Refusal::new(Code::OfficialResultStateConflict).with("state", row.state.as_str()))
}

/// Confirms a result, as another person than the one who recorded it. What it corrects is superseded
/// in the same step, and stays visible.
///
/// # Errors
/// `not_found`; `official_result_state_conflict`; `same_clerk`; `official_result_evidence_missing`
/// without a file; `official_result_differs` with every item whose numbers give another verdict than
/// the platform states: a wrong outcome binds homes, so no reason outweighs it.
pub fn confirm(
    tx: &mut WriteTx<'_>,
    (id, reach): (OfficialResultId, &Reach),
) -> Outcome<OfficialResultView> {
    let row = get_result(tx.conn(), id, reach)?;
    must_wait(&row)?;
    let actor = tx.actor().clone();
    let confirmed_by = actor.account_id.ok_or_else(|| Refusal::new(Code::Forbidden))?;
    if confirmed_by == row.recorded_by {
        let detail = "whoever recorded it does not confirm it · 登记人不能确认";
        return Err(Refusal::new(Code::SameClerk).detail(detail));
    }
    if store::list_files(tx.conn(), &[id])?.is_empty() {
        return Err(Refusal::new(Code::OfficialResultEvidenceMissing));
    }
    must_agree(&item_views(tx.conn(), &row)?)?;
    if let Some(old) = row.replaces_id {
        supersede(tx, old)?;
    }
    let row = OfficialRow {
        state: OfficialState::Confirmed,
        confirmed_by: Some(confirmed_by),
        confirmer_name: Some(actor.name),
        confirmed_at: Some(tx.legal_now()),
        ..row
    };
    keep(tx, OfficialState::Proposed, &row)?;
    view(tx.conn(), row)
}

fn must_agree(items: &[ItemView]) -> Outcome<()> {
    let differing: Vec<&ItemView> = items.iter().filter(|item| !item.agrees).collect();
    let Some(first) = differing.first() else { return Ok(()) };
    let word = |passed: bool| if passed { "passed · 通过" } else { "failed · 未通过" };
    let missed: Vec<&str> =
        first.predicates.iter().filter(|test| !test.met).map(|test| test.clause.as_str()).collect();
    let clause = missed.first().copied().unwrap_or("民法典 278");
    let rule = differs(word(first.platform_passed), word(first.recount_passed), clause);
    let items = serde_json::to_value(&differing).map_err(Refusal::internal)?;
    Err(Refusal::rule(Code::OfficialResultDiffers, rule).with("items", items))
}

fn supersede(tx: &mut WriteTx<'_>, id: OfficialResultId) -> Outcome<()> {
    let found = store::find_result(tx.conn(), id)?;
    let old = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let old = OfficialRow { state: OfficialState::Superseded, ..old };
    keep(tx, OfficialState::Confirmed, &old)
}

/// Withdraws a result that waits.
///
/// # Errors
/// `not_found`; `official_result_state_conflict`.
pub fn withdraw(
    tx: &mut WriteTx<'_>,
    (id, reach): (OfficialResultId, &Reach),
    reason: &str,
) -> Outcome<OfficialResultView> {
    let row = get_result(tx.conn(), id, reach)?;
    must_wait(&row)?;
    let row = OfficialRow {
        state: OfficialState::Withdrawn,
        withdrawn_name: Some(tx.actor().name.clone()),
        withdrawn_at: Some(tx.legal_now()),
        withdrawal_reason: Some(reason.to_owned()),
        ..row
    };
    keep(tx, OfficialState::Proposed, &row)?;
    view(tx.conn(), row)
}

/// Moves a result, with its event and audit row.
fn keep(tx: &mut WriteTx<'_>, before: OfficialState, row: &OfficialRow) -> Outcome<()> {
    if !store::set_result(tx.conn(), before, row)? {
        return Err(Refusal::new(Code::OfficialResultStateConflict));
    }
    let (was, now) = (json!({ "state": before }), json!({ "state": row.state }));
    let action = format!("official_result.{}", row.state);
    tx.emit(&action, row.id, &now);
    tx.audit(&action, ("official_result", row.id), (Some(&was), Some(&now)));
    Ok(())
}

/// A file of evidence; whoever looks is kept in the audit trail.
///
/// # Errors
/// `not_found`.
pub fn look_at_file(
    tx: &mut WriteTx<'_>,
    (id, reach): (OfficialResultId, &Reach),
    file_id: OfficialFileId,
) -> Outcome<NewEvidence> {
    get_result(tx.conn(), id, reach)?;
    let found = store::find_file(tx.conn(), id, file_id)?;
    let (row, content) = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    tx.audit("official_result.evidence_read", ("official_result_file", file_id), (None, None));
    Ok(NewEvidence { file_name: row.file_name, media_type: row.media_type, content })
}
