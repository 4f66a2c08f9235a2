//! A survey's way: drafted, opened with a frozen roll, closed by the clock and counted, voided with a
//! reason, repeated after a failure.

use chrono::TimeDelta;
use serde_json::json;

use super::{
    facts::{get_survey, person, questions_of, refuse_faults, rule_of, verdict_of},
    results::{Counted, counts},
    tasks,
    views::{SurveyView, buildings_of, view},
};
use crate::kernel::{
    BuildingId, Code, CommunityId, Outcome, Refusal, SurveyHouseholdId, SurveyId, SurveyVersionId,
    UtcTime,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another},
};
use crate::registry::{
    RegisterScope, ScopePlace, UnitUse, find_scope_place, list_scope_units,
    require_standing_community,
};
use crate::survey::{
    model::{
        HouseholdRow, NewSurvey, NextRound, Purpose, QuestionnaireRow, SurveyCommand, SurveyRow,
        SurveyState, TaskState,
    },
    rules::{
        answer::Fault,
        gate::{gate_of, verdict},
        state::next_state,
    },
    store,
};

/// Surveys that are closed in one go by the clock.
const SET: i64 = 20;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Until when staff may enter; nothing where that is the close itself.
fn entry_end(closes_at: UtcTime, seconds: i64) -> Option<UtcTime> {
    (seconds > 0).then(|| closes_at.plus(TimeDelta::seconds(seconds)))
}

fn scope_of(community_id: CommunityId, buildings: &[BuildingId]) -> RegisterScope {
    match buildings {
        [] => RegisterScope::Community(community_id),
        some => RegisterScope::Buildings(some.to_vec()),
    }
}

/// Drafts a survey.
///
/// # Errors
/// `not_found` outside the reach; `invalid_field` for a version that this community may not use, a
/// policy that is not shipped, or a close in the past; `community_ended`; `survey_round_required` where
/// an acceptance of the same homes failed and has no next round.
pub fn create(tx: &mut WriteTx<'_>, reach: &Reach, new: &NewSurvey) -> Outcome<SurveyView> {
    let mut buildings = new.building_ids.clone();
    buildings.sort_unstable();
    let scope = scope_of(new.community_id, &buildings);
    let place = find_scope_place(tx.conn(), &scope)?;
    let place = place.filter(|place| place.community_id == new.community_id);
    let place = place.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let questionnaire = usable(tx.conn(), &place, new.version_id)?;
    must_be_ahead(new.closes_at, tx.legal_now())?;
    let gate = gate_of(&new.policy, questionnaire.purpose)?;
    let gate = gate.map(|rule| serde_json::to_string(&rule)).transpose();
    let (created_by, creator_name) = person(tx)?;
    let row = SurveyRow {
        id: SurveyId::new(),
        division_code: place.division_code,
        community_id: new.community_id,
        buildings: serde_json::to_string(&buildings).map_err(Refusal::internal)?,
        version_id: new.version_id,
        purpose: questionnaire.purpose,
        title: new.title.clone(),
        subject: new.subject.clone(),
        gate: gate.map_err(Refusal::internal)?,
        round: 1,
        previous_id: None,
        state: SurveyState::Draft,
        closes_at: new.closes_at,
        opened_at: None,
        closed_at: None,
        voided_at: None,
        voider_name: None,
        void_reason: None,
        households: None,
        verdict: None,
        created_at: tx.legal_now(),
        created_by,
        creator_name,
        entry_until: entry_end(new.closes_at, i64::from(new.entry_days) * DAY),
    };
    if !reach.covers(&row.place()) {
        return Err(Refusal::new(Code::NotFound));
    }
    may_ask(tx.conn(), &row)?;
    keep_new(tx, row)
}

/// Whether two surveys of one community ask some of the same homes.
fn overlap(one: &SurveyRow, other: &SurveyRow) -> Outcome<bool> {
    let (one, other) = (buildings_of(one)?, buildings_of(other)?);
    Ok(one.is_empty() || other.is_empty() || one.iter().any(|id| other.contains(id)))
}

/// Whether these homes may be asked: the community stands, and no failed acceptance of some of the same
/// homes waits for its next round. Rectification is not to be gone round by a fresh survey.
fn may_ask(conn: &mut Conn, row: &SurveyRow) -> Outcome<()> {
    require_standing_community(conn, row.community_id)?;
    if row.purpose != Purpose::Accept {
        return Ok(());
    }
    for known in store::surveys::list_like(conn, row, SurveyState::Closed)? {
        let is_failed = verdict_of(&known)?.is_some_and(|verdict| !verdict.met);
        if is_failed
            && overlap(&known, row)?
            && store::surveys::find_next(conn, known.id)?.is_none()
        {
            let refusal = Refusal::new(Code::SurveyRoundRequired);
            return Err(refusal.with("survey_id", known.id.to_string()));
        }
    }
    Ok(())
}

/// Two acceptances of the same homes are not open side by side: the desk would choose the better one.
fn must_be_alone(conn: &mut Conn, row: &SurveyRow) -> Outcome<()> {
    if row.purpose != Purpose::Accept {
        return Ok(());
    }
    for known in store::surveys::list_like(conn, row, SurveyState::Open)? {
        if overlap(&known, row)? {
            let refusal = Refusal::new(Code::SurveySideBySide);
            return Err(refusal.with("survey_id", known.id.to_string()));
        }
    }
    Ok(())
}

fn keep_new(tx: &mut WriteTx<'_>, row: SurveyRow) -> Outcome<SurveyView> {
    store::surveys::insert_survey(tx.conn(), &row)?;
    let after = json!({ "purpose": row.purpose, "round": row.round, "version": row.version_id });
    tx.audit("survey.drafted", ("survey", row.id), (None, Some(&after)));
    view(tx.conn(), row)
}

/// A version that the community may use.
fn usable(conn: &mut Conn, place: &ScopePlace, id: SurveyVersionId) -> Outcome<QuestionnaireRow> {
    let found = store::questionnaires::find_version(conn, id)?.map(|(_, row)| row);
    let fits = |row: &QuestionnaireRow| {
        place.division_code.starts_with(&row.division_code)
            && row.community_id.is_none_or(|id| id == place.community_id)
    };
    found.filter(fits).ok_or_else(|| {
        let detail = "本小区没有这份问卷 · no questionnaire of this community";
        Refusal::field(Code::InvalidField, "/version_id", detail)
    })
}

fn must_be_ahead(closes_at: UtcTime, now: UtcTime) -> Outcome<()> {
    if closes_at > now {
        return Ok(());
    }
    let detail = "截止时间须在现在之后 · the close lies ahead";
    Err(Refusal::field(Code::InvalidField, "/closes_at", detail))
}

/// Opens a survey: the residential units of the register become its roll and its denominator. A
/// household 户 is one residential unit, lived in or not (ours).
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `too_late` after the close; `survey_roll_empty`;
/// `community_ended`; `survey_round_required`; `survey_side_by_side` with the one that is open.
pub fn open(tx: &mut WriteTx<'_>, (id, reach): (SurveyId, &Reach)) -> Outcome<SurveyView> {
    let row = get_survey(tx.conn(), id, reach)?;
    let state = next_state(row.state, SurveyCommand::Open)?;
    let now = tx.legal_now();
    if row.closes_at <= now {
        return Err(Refusal::new(Code::TooLate).with("closes_at", row.closes_at.to_string()));
    }
    may_ask(tx.conn(), &row)?;
    must_be_alone(tx.conn(), &row)?;
    let scope = scope_of(row.community_id, &buildings_of(&row)?);
    let units = list_scope_units(tx.conn(), &scope, now.local_date())?;
    let homes = units.into_iter().filter(|unit| unit.unit_use == UnitUse::Residential);
    let mut roll = Vec::new();
    for (index, unit) in homes.enumerate() {
        roll.push(HouseholdRow {
            id: SurveyHouseholdId::new(),
            survey_id: id,
            unit_id: unit.id,
            position: i32::try_from(index + 1).map_err(Refusal::internal)?,
            code: unit.code,
            building: unit.building,
            entrance: unit.entrance,
        });
    }
    if roll.is_empty() {
        return Err(Refusal::new(Code::SurveyRollEmpty));
    }
    let households = i64::try_from(roll.len()).map_err(Refusal::internal)?;
    let after = SurveyRow { state, opened_at: Some(now), households: Some(households), ..row };
    keep(tx, SurveyState::Draft, &after)?;
    store::surveys::insert_households(tx.conn(), &roll)?;
    view(tx.conn(), after)
}

/// Closes a survey whose window and time of entry have ended, and counts it for its gate.
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `too_early` before that.
pub fn close(tx: &mut WriteTx<'_>, (id, reach): (SurveyId, &Reach)) -> Outcome<SurveyView> {
    let row = get_survey(tx.conn(), id, reach)?;
    let row = close_row(tx, row)?;
    view(tx.conn(), row)
}

/// Closes the surveys whose window has ended.
///
/// # Errors
/// Of the database.
pub fn close_due(tx: &mut WriteTx<'_>) -> Outcome<()> {
    let now = tx.legal_now();
    for row in store::surveys::list_due(tx.conn(), now, SET)? {
        close_row(tx, row)?;
    }
    Ok(())
}

fn close_row(tx: &mut WriteTx<'_>, row: SurveyRow) -> Outcome<SurveyRow> {
    let state = next_state(row.state, SurveyCommand::Close)?;
    let now = tx.legal_now();
    if now < row.entry_end() {
        let refusal = Refusal::new(Code::TooEarly).with("closes_at", row.closes_at.to_string());
        return Err(refusal.with("entry_until", row.entry_end().to_string()));
    }
    let questions = questions_of(tx.conn(), row.version_id)?;
    let counted = Counted::load(tx.conn(), &row)?;
    let rule = rule_of(&row)?;
    let judged = rule.map(|rule| verdict(&rule, counts(&questions, &counted)));
    let text = judged.as_ref().map(serde_json::to_string).transpose();
    let row =
        SurveyRow { state, closed_at: Some(now), verdict: text.map_err(Refusal::internal)?, ..row };
    keep(tx, SurveyState::Open, &row)?;
    let failed = judged.filter(|verdict| !verdict.met && row.purpose == Purpose::Accept);
    if let Some(verdict) = failed {
        tasks::open_tasks(tx, &row, (&questions, &counted, &verdict))?;
    }
    Ok(row)
}

/// Voids a survey; what was answered and counted stays. A counted one is voided by another person than
/// whoever made it (ours).
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `same_clerk`.
pub fn void(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyId, &Reach),
    reason: &str,
) -> Outcome<SurveyView> {
    let row = get_survey(tx.conn(), id, reach)?;
    let before = row.state;
    let state = next_state(before, SurveyCommand::Void)?;
    let person = Person::of(tx)?;
    if before == SurveyState::Closed {
        must_be_another(row.created_by, &person)?;
    }
    let row = SurveyRow {
        state,
        voided_at: Some(tx.legal_now()),
        voider_name: Some(person.name),
        void_reason: Some(reason.to_owned()),
        ..row
    };
    keep(tx, before, &row)?;
    view(tx.conn(), row)
}

/// Drafts the next round of a survey whose gate failed; after a failed acceptance only once every
/// rectification task was confirmed.
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `survey_gate_met`; `survey_tasks_open` with those that are;
/// `already_exists` where there is a next round; `community_ended`; `invalid_field` as in [`create`].
pub fn next_round(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyId, &Reach),
    new: &NextRound,
) -> Outcome<SurveyView> {
    let row = get_survey(tx.conn(), id, reach)?;
    next_state(row.state, SurveyCommand::NextRound)?;
    if verdict_of(&row)?.is_none_or(|verdict| verdict.met) {
        return Err(Refusal::new(Code::SurveyGateMet));
    }
    let tasks = store::tasks::list_tasks(tx.conn(), id)?;
    let waiting: Vec<&str> = tasks
        .iter()
        .filter(|task| task.state != TaskState::Confirmed)
        .map(|task| task.item.as_str())
        .collect();
    if !waiting.is_empty() {
        return Err(Refusal::new(Code::SurveyTasksOpen).with("items", waiting));
    }
    if let Some(next) = store::surveys::find_next(tx.conn(), id)? {
        return Err(Refusal::new(Code::AlreadyExists).with("survey_id", next.to_string()));
    }
    require_standing_community(tx.conn(), row.community_id)?;
    must_be_ahead(new.closes_at, tx.legal_now())?;
    let version_id = new.version_id.unwrap_or(row.version_id);
    same_questionnaire(tx.conn(), (row.version_id, version_id))?;
    let (created_by, creator_name) = person(tx)?;
    let grace = row.entry_end().seconds_since(row.closes_at);
    let next = SurveyRow {
        id: SurveyId::new(),
        version_id,
        subject: new.subject.clone().or(row.subject),
        round: row.round.saturating_add(1),
        previous_id: Some(id),
        state: SurveyState::Draft,
        closes_at: new.closes_at,
        entry_until: entry_end(new.closes_at, grace),
        opened_at: None,
        closed_at: None,
        voided_at: None,
        voider_name: None,
        void_reason: None,
        households: None,
        verdict: None,
        created_at: tx.legal_now(),
        created_by,
        creator_name,
        ..row
    };
    keep_new(tx, next)
}

fn same_questionnaire(
    conn: &mut Conn,
    (old, new): (SurveyVersionId, SurveyVersionId),
) -> Outcome<()> {
    let mut of = |id| -> Outcome<_> {
        let found = store::questionnaires::find_version(conn, id)?;
        Ok(found.map(|(_, questionnaire)| questionnaire.id))
    };
    if of(old)? == of(new)? {
        return Ok(());
    }
    let detail = "下一轮须用同一问卷 · a version of the same questionnaire";
    let fault = Fault::new("/version_id".to_owned(), "invalid_field", detail);
    refuse_faults(Code::InvalidField, vec![fault])
}

/// Moves a survey, with its event and audit row.
fn keep(tx: &mut WriteTx<'_>, before: SurveyState, row: &SurveyRow) -> Outcome<()> {
    if !store::surveys::set_survey(tx.conn(), before, row)? {
        return Err(Refusal::new(Code::SurveyStateConflict));
    }
    let was = json!({ "state": before });
    let now = json!({ "state": row.state, "community_id": row.community_id,
        "purpose": row.purpose, "households": row.households });
    let action = format!("survey.{}", row.state);
    tx.emit(&action, row.id, &now);
    tx.audit(&action, ("survey", row.id), (Some(&was), Some(&now)));
    Ok(())
}
