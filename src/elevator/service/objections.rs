//! Objections 采光、噪声、贬值: filed by an owner or recorded by staff, mediated, closed.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::facts::{place_of, unit_of, units_of};
use crate::elevator::{
    model::{
        CaseCommand, CaseRow, Closing, MediationRow, NewClosing, NewMediation, NewObjection,
        NextWay, ObjectionKind, ObjectionRow,
    },
    rules::state::next_state,
    store::objections,
};
use crate::kernel::{
    Code, ElevatorObjectionId, LocalDate, MediationId, Outcome, Page, PageQuery, Refusal, UtcTime,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};

/// A mediation 调解记录.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MediationView {
    /// The record.
    pub mediation_id: MediationId,
    /// When it was held.
    pub held_on: LocalDate,
    /// Who mediated, and who took part.
    pub mediators: String,
    /// What came of it.
    pub outcome: String,
    /// Where the signed note is kept.
    pub signed_note: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When (legal time).
    pub recorded_at: UtcTime,
}

/// An objection with its mediations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ElevatorObjectionView {
    /// The objection.
    pub objection_id: ElevatorObjectionId,
    /// What for.
    pub kind: ObjectionKind,
    /// The unit that objects.
    pub unit_code: String,
    /// What is objected to, and why.
    pub text: String,
    /// Who filed it, masked where it is an owner.
    pub filed_by: String,
    /// When (legal time).
    pub filed_at: UtcTime,
    /// How it ended; nothing while it is open.
    pub closing: Option<Closing>,
    /// Why.
    pub closing_reason: Option<String>,
    /// The next legal way, where it was not settled.
    pub next_way: Option<NextWay>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// When (legal time).
    pub closed_at: Option<UtcTime>,
    /// The mediations, in order.
    pub mediations: Vec<MediationView>,
}

fn views(conn: &mut Conn, rows: Vec<ObjectionRow>) -> Outcome<Vec<ElevatorObjectionView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mediations = objections::list_mediations(conn, &ids)?;
    let of = |id: ElevatorObjectionId| {
        let held = mediations.iter().filter(|row| row.objection_id == id).cloned();
        held.map(|row| MediationView {
            mediation_id: row.id,
            held_on: row.held_on,
            mediators: row.mediators,
            outcome: row.outcome,
            signed_note: row.signed_note,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
        })
        .collect()
    };
    let view = |row: ObjectionRow| ElevatorObjectionView {
        objection_id: row.id,
        kind: row.kind,
        unit_code: row.unit_code,
        text: row.text,
        filed_by: row.filed_by,
        filed_at: row.filed_at,
        closing: row.closing,
        closing_reason: row.closing_reason,
        next_way: row.next_way,
        closed_by: row.closed_by,
        closed_at: row.closed_at,
        mediations: of(row.id),
    };
    Ok(rows.into_iter().map(view).collect())
}

fn one(conn: &mut Conn, row: ObjectionRow) -> Outcome<ElevatorObjectionView> {
    views(conn, vec![row])?.pop().ok_or_else(|| Refusal::internal("no view"))
}

/// Files an objection: an owner for the own unit, or staff on behalf of a unit.
///
/// # Errors
/// `elevator_state_conflict` after the end; `not_found`; `invalid_field`.
pub fn file(
    tx: &mut WriteTx<'_>,
    (case, reach): (&CaseRow, &Reach),
    new: &NewObjection,
) -> Outcome<ElevatorObjectionView> {
    next_state(case.state, CaseCommand::Object)?;
    let now = tx.legal_now();
    let units = units_of(tx.conn(), case, now.local_date())?;
    let whom = unit_of(&units, (&place_of(case), reach), new.unit_code.as_deref());
    let (unit, owner_id) = whom?;
    let row = ObjectionRow {
        id: ElevatorObjectionId::new(),
        case_id: case.id,
        unit_id: unit.id,
        owner_id,
        unit_code: unit.code.clone(),
        kind: new.kind,
        text: new.text.clone(),
        filed_by: tx.actor().name.clone(),
        filed_at: now,
        closing: None,
        closing_reason: None,
        next_way: None,
        closed_by: None,
        closed_at: None,
    };
    objections::insert_objection(tx.conn(), &row)?;
    let after = json!({ "case_id": case.id, "kind": new.kind });
    tx.emit("elevator.objection_filed", row.id, &after);
    let after = json!({ "kind": new.kind, "text": new.text });
    tx.audit("elevator.objection_filed", ("elevator_objection", row.id), (None, Some(&after)));
    one(tx.conn(), row)
}

/// An objection that is open, of a case in which it may be worked on.
fn open_one(
    tx: &mut WriteTx<'_>,
    case: &CaseRow,
    id: ElevatorObjectionId,
) -> Outcome<ObjectionRow> {
    let found = objections::find_objection(tx.conn(), (case.id, id))?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    next_state(case.state, CaseCommand::Settle)?;
    if row.closed_at.is_some() {
        return Err(Refusal::new(Code::AlreadyExists).detail("the objection is closed"));
    }
    Ok(row)
}

/// Records a mediation of an open objection.
///
/// # Errors
/// `not_found`; `already_exists` where the objection is closed; `elevator_state_conflict`;
/// `invalid_field` for a day to come.
pub fn mediate(
    tx: &mut WriteTx<'_>,
    (case, id): (&CaseRow, ElevatorObjectionId),
    new: &NewMediation,
) -> Outcome<ElevatorObjectionView> {
    let objection = open_one(tx, case, id)?;
    let now = tx.legal_now();
    if new.held_on > now.local_date() {
        return Err(Refusal::field(Code::InvalidField, "/held_on", "a day to come"));
    }
    let row = MediationRow {
        id: MediationId::new(),
        objection_id: id,
        held_on: new.held_on,
        mediators: new.mediators.clone(),
        outcome: new.outcome.clone(),
        signed_note: new.signed_note.clone(),
        recorded_by: tx.actor().name.clone(),
        recorded_at: now,
    };
    objections::insert_mediation(tx.conn(), &row)?;
    let after = json!({ "held_on": new.held_on, "outcome": new.outcome });
    tx.audit("elevator.mediated", ("elevator_objection", id), (None, Some(&after)));
    one(tx.conn(), objection)
}

/// Closes an objection. One about private space ends by withdrawal or settlement only: without that
/// owner's own consent it stays open.
///
/// # Errors
/// As [`mediate`]; `elevator_consent_missing`.
pub fn close(
    tx: &mut WriteTx<'_>,
    (case, id): (&CaseRow, ElevatorObjectionId),
    new: &NewClosing,
) -> Outcome<ElevatorObjectionView> {
    let row = open_one(tx, case, id)?;
    if row.kind == ObjectionKind::PrivateSpace && new.closing == Closing::Unsettled {
        return Err(Refusal::new(Code::ElevatorConsentMissing).with("unit_code", row.unit_code));
    }
    let row = ObjectionRow {
        closing: Some(new.closing),
        closing_reason: Some(new.reason.clone()),
        next_way: new.next_way,
        closed_by: Some(tx.actor().name.clone()),
        closed_at: Some(tx.legal_now()),
        ..row
    };
    if !objections::set_closed(tx.conn(), &row)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let after = json!({ "closing": new.closing, "reason": new.reason, "next_way": new.next_way });
    tx.emit("elevator.objection_closed", id, &json!({ "closing": new.closing }));
    tx.audit("elevator.objection_closed", ("elevator_objection", id), (None, Some(&after)));
    one(tx.conn(), row)
}

/// Objections of a case; an owner sees the own ones only.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    (case, reach): (&CaseRow, &Reach),
    (open, page): (Option<bool>, &PageQuery),
) -> Outcome<Page<ElevatorObjectionView>> {
    let owner_id = if reach.covers(&place_of(case)) { None } else { reach.owner_id() };
    let place = (page.cursor()?, page.fetch());
    let rows = objections::list_objections(conn, (case.id, owner_id), open, place)?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(Page { items: views(conn, items)?, next_cursor })
}
