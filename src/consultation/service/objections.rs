//! The register of objections: a case each, answered by the desk, ended by the objector's own word.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::json;

use super::facts::{get_consultation, get_for_anyone, households, own_household, place_of};
use crate::consultation::{
    model::{
        ConsultationObjectionRow, ConsultationRow, NewConsultationObjection, NewObjectionStep,
        ObjectionCommand, ObjectionState, ObjectionStepRow, ObjectionUnitRow, Reason,
        WithdrawalRow,
    },
    rules::cases::next_objection,
    store::{consultations, objections},
};
use crate::kernel::{
    Code, CommunityId, ConsultationId, ConsultationObjectionId, LocalDate, ObjectionStepId,
    ObjectionUnitId, ObjectionWithdrawalId, Outcome, OwnerId, Page, PageQuery, Refusal, UnitId,
    UtcTime,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another},
};
use crate::registry::{RegisterScope, list_owned_units};

/// What was done with an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ObjectionStepView {
    /// What.
    pub command: ObjectionCommand,
    /// In words.
    pub text: String,
    /// An answer's wording for everybody.
    pub public_text: Option<String>,
    /// The version of the plan that answers it.
    pub plan_version: Option<String>,
    /// Whether the plan was changed by it.
    pub plan_changed: bool,
    /// By whom.
    pub by: String,
    /// When (legal time).
    pub at: UtcTime,
}

/// A withdrawal that one of staff proposed and another has not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ProposedWithdrawal {
    /// How the household's word is on record.
    pub text: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When (legal time).
    pub proposed_at: UtcTime,
}

/// An objection with all that was done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ConsultationObjectionView {
    /// The objection.
    pub objection_id: ConsultationObjectionId,
    /// Its number in the consultation, from 1.
    pub number: i32,
    /// Why, by the list.
    pub reason: Reason,
    /// Why, in words.
    pub text: String,
    /// Where it stands.
    pub state: ObjectionState,
    /// The households that object.
    pub unit_ids: Vec<UnitId>,
    /// Who filed it.
    pub filed_by: String,
    /// When (legal time).
    pub filed_at: UtcTime,
    /// What was done with it, in order.
    pub steps: Vec<ObjectionStepView>,
    /// A withdrawal by staff that waits for a second person.
    pub withdrawal: Option<ProposedWithdrawal>,
}

/// What everybody may see of an objection: no name, no unit, no word of the objector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicObjection {
    /// Its number in the consultation.
    pub number: i32,
    /// Why, by the list.
    pub reason: Reason,
    /// Where it stands.
    pub state: ObjectionState,
    /// How many households object.
    pub households: usize,
    /// When it was raised (legal time).
    pub raised_at: UtcTime,
    /// The last answer.
    pub answer: Option<String>,
    /// The version of the plan that answers it.
    pub plan_version: Option<String>,
    /// Whether the plan was changed by it.
    pub plan_changed: bool,
}

fn views(
    conn: &mut Conn,
    rows: Vec<ConsultationObjectionRow>,
) -> Outcome<Vec<ConsultationObjectionView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut units: HashMap<_, Vec<UnitId>> = HashMap::new();
    for unit in objections::list_units(conn, &ids)? {
        units.entry(unit.objection_id).or_default().push(unit.unit_id);
    }
    let mut steps: HashMap<_, Vec<ObjectionStepView>> = HashMap::new();
    for step in objections::list_steps(conn, &ids)? {
        steps.entry(step.objection_id).or_default().push(ObjectionStepView {
            command: step.command,
            text: step.text,
            public_text: step.public_text,
            plan_version: step.plan_version,
            plan_changed: step.plan_changed,
            by: step.actor_name,
            at: step.at,
        });
    }
    let mut proposed: HashMap<_, ProposedWithdrawal> = HashMap::new();
    for row in objections::list_withdrawals(conn, &ids)? {
        let done = steps.get(&row.objection_id).map_or(0, Vec::len);
        // Whatever was done since has overtaken it.
        if row.confirmed_at.is_none() && usize::try_from(row.after_steps) == Ok(done) {
            let waits = ProposedWithdrawal {
                text: row.text,
                proposed_by: row.proposer_name,
                proposed_at: row.proposed_at,
            };
            proposed.insert(row.objection_id, waits);
        }
    }
    let view = |row: ConsultationObjectionRow| ConsultationObjectionView {
        withdrawal: proposed.remove(&row.id),
        objection_id: row.id,
        number: row.number,
        reason: row.reason,
        text: row.text,
        state: row.state,
        unit_ids: units.remove(&row.id).unwrap_or_default(),
        filed_by: row.filer_name,
        filed_at: row.filed_at,
        steps: steps.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(view).collect())
}

fn one(conn: &mut Conn, row: ConsultationObjectionRow) -> Outcome<ConsultationObjectionView> {
    views(conn, vec![row])?.pop().ok_or_else(|| Refusal::internal("no view of one row"))
}

/// Files an objection: an owner for the own household, staff on behalf of named ones.
///
/// # Errors
/// `not_found`; `not_a_household` with the place of the first that is none; `invalid_field`.
pub fn file(
    tx: &mut WriteTx<'_>,
    (id, reach): (ConsultationId, &Reach),
    new: &NewConsultationObjection,
) -> Outcome<ConsultationObjectionView> {
    let now = tx.legal_now();
    let consultation = get_for_anyone(tx.conn(), (id, now.local_date()), reach)?;
    let (unit_ids, owner_id) = whose(tx, (&consultation, reach), new)?;
    let number = objections::last_number(tx.conn(), id)?.unwrap_or(0) + 1;
    let person = Person::of(tx)?;
    let row = ConsultationObjectionRow {
        id: ConsultationObjectionId::new(),
        consultation_id: id,
        number,
        reason: new.reason,
        text: new.text.clone(),
        state: ObjectionState::Raised,
        owner_id,
        filed_by: person.id,
        filer_name: person.name,
        filed_at: now,
    };
    let unit =
        |unit_id| ObjectionUnitRow { id: ObjectionUnitId::new(), objection_id: row.id, unit_id };
    let units: Vec<_> = unit_ids.into_iter().map(unit).collect();
    objections::insert_objection(tx.conn(), &row, &units)?;
    let after = json!({ "number": number, "reason": row.reason, "units": units.len() });
    tx.emit("consultation.objection_raised", row.id, &after);
    let after = json!({ "number": number, "reason": row.reason, "text": row.text });
    let object = ("consultation_objection", row.id);
    tx.audit("consultation.objection_raised", object, (None, Some(&after)));
    one(tx.conn(), row)
}

fn whose(
    tx: &mut WriteTx<'_>,
    (consultation, reach): (&ConsultationRow, &Reach),
    new: &NewConsultationObjection,
) -> Outcome<(Vec<UnitId>, Option<OwnerId>)> {
    let today = tx.legal_now().local_date();
    if !reach.covers(&place_of(consultation)) {
        let owner_id = reach.owner_id().ok_or_else(|| Refusal::new(Code::NotFound))?;
        let whose = (owner_id, consultation.community_id);
        let mut own = Vec::new();
        if new.unit_ids.is_empty() {
            own.push(own_household(tx.conn(), whose, (None, today))?);
        }
        for unit in &new.unit_ids {
            own.push(own_household(tx.conn(), whose, (Some(*unit), today))?);
        }
        return Ok((own, Some(owner_id)));
    }
    if new.unit_ids.is_empty() {
        let detail = "on whose behalf? · 须指明住户";
        return Err(Refusal::field(Code::InvalidField, "/unit_ids", detail));
    }
    let scope = RegisterScope::Community(consultation.community_id);
    let known = households(tx.conn(), &scope, today)?;
    for (index, unit) in new.unit_ids.iter().enumerate() {
        if known.iter().all(|known| known.id != *unit) {
            let pointer = format!("/unit_ids/{index}");
            let detail = "no dwelling of this community · 不是本小区住宅";
            return Err(Refusal::field(Code::NotAHousehold, &pointer, detail));
        }
    }
    Ok((new.unit_ids.clone(), None))
}

/// Answers an objection.
///
/// # Errors
/// `not_found`; `consultation_objection_conflict`.
pub fn answer(
    tx: &mut WriteTx<'_>,
    (id, objection_id, reach): (ConsultationId, ConsultationObjectionId, &Reach),
    new: &NewObjectionStep,
) -> Outcome<ConsultationObjectionView> {
    get_consultation(tx.conn(), id, reach)?;
    let row = get_objection(tx.conn(), (id, objection_id))?;
    keep(tx, row, new)
}

/// Records the objector's own word: confirmed, not satisfied, withdrawn. An owner says it for the
/// objection that he filed, and for one that staff filed for his flat. Of the latter staff may record it
/// too, but not whoever answered, and a withdrawal by two people only: the first time it is proposed,
/// the second time, by another, confirmed.
///
/// # Errors
/// `not_found`; `consultation_objection_conflict`; `consultation_objection_shared` where an owner would end
/// what other households share; `same_clerk`.
pub fn respond(
    tx: &mut WriteTx<'_>,
    (id, objection_id, reach): (ConsultationId, ConsultationObjectionId, &Reach),
    new: &NewObjectionStep,
) -> Outcome<ConsultationObjectionView> {
    let today = tx.legal_now().local_date();
    let consultation = get_for_anyone(tx.conn(), (id, today), reach)?;
    let row = get_objection(tx.conn(), (id, objection_id))?;
    if row.owner_id.is_some() {
        if row.owner_id != reach.owner_id() {
            return Err(Refusal::new(Code::NotFound));
        }
        return keep(tx, row, new);
    }
    if !reach.covers(&place_of(&consultation)) {
        let owner_id = reach.owner_id().ok_or_else(|| Refusal::new(Code::NotFound))?;
        must_own(tx.conn(), (owner_id, today), (objection_id, new.command))?;
        return keep(tx, row, new);
    }
    let steps = objections::list_steps(tx.conn(), &[objection_id])?;
    let answered = steps.iter().rfind(|step| step.command == ObjectionCommand::Answer);
    if let Some(answered) = answered {
        must_be_another(answered.actor, &Person::of(tx)?)?;
    }
    if new.command == ObjectionCommand::Withdraw {
        return withdraw(tx, row, (new, steps.len()));
    }
    keep(tx, row, new)
}

/// Whether an owner may say this of an objection that staff filed: one who owns a flat of it that it does
/// not satisfy, one who owns all of them that it is settled (ours).
fn must_own(
    conn: &mut Conn,
    (owner_id, day): (OwnerId, LocalDate),
    (id, command): (ConsultationObjectionId, ObjectionCommand),
) -> Outcome<()> {
    let owned = list_owned_units(conn, &[owner_id], day)?;
    let is_own = |row: &ObjectionUnitRow| owned.iter().any(|(_, unit)| *unit == row.unit_id);
    let units = objections::list_units(conn, &[id])?;
    if !units.iter().any(is_own) {
        return Err(Refusal::new(Code::NotFound));
    }
    if command != ObjectionCommand::Refuse && !units.iter().all(is_own) {
        return Err(Refusal::new(Code::ConsultationObjectionShared));
    }
    Ok(())
}

/// Staff takes an objection back by two people.
fn withdraw(
    tx: &mut WriteTx<'_>,
    row: ConsultationObjectionRow,
    (new, steps): (&NewObjectionStep, usize),
) -> Outcome<ConsultationObjectionView> {
    next_objection(row.state, new.command)?;
    let (person, now) = (Person::of(tx)?, tx.legal_now());
    let after_steps = i32::try_from(steps).map_err(Refusal::internal)?;
    let known = objections::list_withdrawals(tx.conn(), &[row.id])?;
    let Some(waiting) = known.into_iter().find(|one| one.after_steps == after_steps) else {
        let proposed = WithdrawalRow {
            id: ObjectionWithdrawalId::new(),
            objection_id: row.id,
            after_steps,
            text: new.text.clone(),
            proposed_by: person.id,
            proposer_name: person.name,
            proposed_at: now,
            confirmed_by: None,
            confirmer_name: None,
            confirmed_at: None,
        };
        objections::insert_withdrawal(tx.conn(), &proposed)?;
        let (action, after) = ("consultation.withdrawal_proposed", json!({ "text": new.text }));
        tx.audit(action, ("consultation_objection", row.id), (None, Some(&after)));
        return one(tx.conn(), row);
    };
    must_be_another(waiting.proposed_by, &person)?;
    let confirmed = WithdrawalRow {
        confirmed_by: Some(person.id),
        confirmer_name: Some(person.name),
        confirmed_at: Some(now),
        ..waiting
    };
    if !objections::set_withdrawn(tx.conn(), &confirmed)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    keep(tx, row, new)
}

fn get_objection(
    conn: &mut Conn,
    (id, objection_id): (ConsultationId, ConsultationObjectionId),
) -> Outcome<ConsultationObjectionRow> {
    let found = objections::find_objection(conn, (id, objection_id))?;
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

fn keep(
    tx: &mut WriteTx<'_>,
    before: ConsultationObjectionRow,
    new: &NewObjectionStep,
) -> Outcome<ConsultationObjectionView> {
    let state = next_objection(before.state, new.command)?;
    let row = ConsultationObjectionRow { state, ..before.clone() };
    // An answer that follows an answer leaves the state; the step is the change.
    let moved =
        before.state == state || objections::set_objection(tx.conn(), (before.state, &row))?;
    if !moved {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let person = Person::of(tx)?;
    let step = ObjectionStepRow {
        id: ObjectionStepId::new(),
        objection_id: row.id,
        command: new.command,
        text: new.text.clone(),
        public_text: new.public_text.clone(),
        plan_version: new.plan_version.clone(),
        plan_changed: new.plan_changed,
        actor: person.id,
        actor_name: person.name,
        at: tx.legal_now(),
    };
    objections::insert_step(tx.conn(), &step)?;
    let (was, is) = (json!({ "state": before.state }), json!({ "state": state }));
    let action = format!("consultation.objection_{}", new.command);
    tx.emit(&action, row.id, &is);
    tx.audit(&action, ("consultation_objection", row.id), (Some(&was), Some(&is)));
    one(tx.conn(), row)
}

/// Objections by number; an owner sees the own ones and those that staff filed for the own units.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    (consultation, reach): (&ConsultationRow, &Reach),
    (today, page): (LocalDate, &PageQuery),
) -> Outcome<Page<ConsultationObjectionView>> {
    let is_staff = reach.covers(&place_of(consultation));
    let owner_id = reach.owner_id().filter(|_| !is_staff);
    let mut own = Vec::new();
    if let Some(owner_id) = owner_id {
        own.extend(list_owned_units(conn, &[owner_id], today)?.into_iter().map(|(_, unit)| unit));
    }
    let owner = owner_id.map(|owner_id| (owner_id, own.as_slice()));
    let place = (page.cursor()?, page.fetch());
    let rows = objections::list_objections(conn, (consultation.id, owner), place)?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.number.to_string());
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// 居民提出 → 方案修改: what was raised and what came of it, for everybody.
///
/// # Errors
/// `not_found`; `invalid_cursor`.
pub fn list_public(
    conn: &mut Conn,
    id: ConsultationId,
    page: &PageQuery,
) -> Outcome<Page<PublicObjection>> {
    consultations::find_consultation(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let rows = objections::list_objections(conn, (id, None), (page.cursor()?, page.fetch()))?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.number.to_string());
    Ok(Page { items: views(conn, items)?.into_iter().map(public).collect(), next_cursor })
}

fn public(view: ConsultationObjectionView) -> PublicObjection {
    let last = view.steps.into_iter().rfind(|step| step.public_text.is_some());
    let (answer, plan_version, plan_changed) = last.map_or((None, None, false), |step| {
        (step.public_text, step.plan_version, step.plan_changed)
    });
    PublicObjection {
        number: view.number,
        reason: view.reason,
        state: view.state,
        households: view.unit_ids.len(),
        raised_at: view.filed_at,
        answer,
        plan_version,
        plan_changed,
    }
}

/// Everything that was raised in a community's consultations and by which a plan was changed.
///
/// # Errors
/// Of the database.
pub fn list_plan_changes(
    conn: &mut Conn,
    community_id: CommunityId,
) -> Outcome<Vec<PublicObjection>> {
    let rows = objections::list_of_community(conn, community_id)?;
    let all = views(conn, rows)?.into_iter().map(public);
    Ok(all.filter(|one| one.plan_changed).collect())
}
