//! Rectification 整改: a failed acceptance opens a task for each item that too few were satisfied with.
//! One person says what was done, another confirms it or sends it back.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    facts::{get_survey, person, verdict_of},
    results::{Counted, number},
};
use crate::kernel::{Code, Outcome, Refusal, SurveyId, SurveyTaskId, Threshold, UtcTime};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another},
};
use crate::survey::{
    model::{GateVerdict, Question, SurveyCommand, SurveyRow, TaskRow, TaskState},
    rules::{answer::is_in_favour, state::next_state},
    store,
};

/// A rectification task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TaskView {
    /// The task.
    pub task_id: SurveyTaskId,
    /// Its number, from 1.
    pub position: i32,
    /// The item: a question's key, or what was added by hand.
    pub item: String,
    /// What is to be put right.
    pub description: String,
    /// Where it stands.
    pub state: TaskState,
    /// What was done.
    pub evidence: Option<String>,
    /// By whom.
    pub done_by: Option<String>,
    /// When (legal time, as the other).
    pub done_at: Option<UtcTime>,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When.
    pub confirmed_at: Option<UtcTime>,
}

impl From<TaskRow> for TaskView {
    fn from(row: TaskRow) -> Self {
        Self {
            task_id: row.id,
            position: row.position,
            item: row.item,
            description: row.description,
            state: row.state,
            evidence: row.evidence,
            done_by: row.doer_name,
            done_at: row.done_at,
            confirmed_by: row.confirmer_name,
            confirmed_at: row.confirmed_at,
        }
    }
}

fn row_of(
    (survey, position): (SurveyId, usize),
    (item, description): (String, String),
    created_at: UtcTime,
) -> Outcome<TaskRow> {
    Ok(TaskRow {
        id: SurveyTaskId::new(),
        survey_id: survey,
        position: i32::try_from(position).map_err(Refusal::internal)?,
        item,
        description,
        state: TaskState::Open,
        evidence: None,
        done_by: None,
        doer_name: None,
        done_at: None,
        confirmed_by: None,
        confirmer_name: None,
        confirmed_at: None,
        created_at,
    })
}

/// Opens the tasks of an acceptance that failed: one for each item below the gate's share, one where
/// too few answered; the gate's own question where no item tells more.
///
/// # Errors
/// Of the database.
pub fn open_tasks(
    tx: &mut WriteTx<'_>,
    survey: &SurveyRow,
    (questions, counted, verdict): (&[Question], &Counted, &GateVerdict),
) -> Outcome<()> {
    let count = |question: &Question| {
        let given = || counted.answers().filter(|all| all.contains_key(&question.key));
        let satisfied = given().filter(|all| is_in_favour(question, all)).count();
        (number(satisfied), number(given().count()))
    };
    let describe = |question: &Question, (satisfied, answered): (u64, u64)| {
        (question.key.clone(), format!("{}：满意 {satisfied} / 答卷 {answered}", question.text))
    };
    let is_short = |(satisfied, answered): &(u64, u64)| {
        let share = Threshold::at_least(verdict.rule.share);
        *answered > 0 && !share.is_met(*satisfied, *answered)
    };
    let judged = questions.iter().filter(|one| !one.in_favour.is_empty() && !one.gate);
    let judged = judged.map(|question| (question, count(question)));
    let mut items: Vec<(String, String)> = judged
        .filter(|(_, numbers)| is_short(numbers))
        .map(|(question, numbers)| describe(question, numbers))
        .collect();
    if items.is_empty() && !verdict.test.met {
        let gates = questions.iter().filter(|one| one.gate);
        items.extend(gates.map(|question| describe(question, count(question))));
    }
    if let Some(test) = verdict.coverage.as_ref().filter(|test| !test.met) {
        let text = format!("答卷户数 {} 不足 {}（共 {} 户）", test.have, test.need, test.total);
        items.push(("coverage".to_owned(), text));
    }
    let now = tx.legal_now();
    let rows = items.into_iter().enumerate();
    let rows = rows.map(|(at, item)| row_of((survey.id, at + 1), item, now));
    let rows = rows.collect::<Outcome<Vec<_>>>()?;
    store::tasks::insert_tasks(tx.conn(), &rows)?;
    let after = json!({ "tasks": rows.len() });
    tx.audit("survey.tasks_opened", ("survey", survey.id), (None, Some(&after)));
    Ok(())
}

/// The tasks of a survey.
///
/// # Errors
/// `not_found`.
pub fn list(conn: &mut Conn, (id, reach): (SurveyId, &Reach)) -> Outcome<Vec<TaskView>> {
    let survey = get_survey(conn, id, reach)?;
    let rows = store::tasks::list_tasks(conn, survey.id)?;
    Ok(rows.into_iter().map(TaskView::from).collect())
}

/// Adds a task by hand.
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `survey_gate_met`; `already_exists` once the next round was
/// drafted.
pub fn add(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyId, &Reach),
    (item, description): (&str, &str),
) -> Outcome<TaskView> {
    let survey = get_survey(tx.conn(), id, reach)?;
    next_state(survey.state, SurveyCommand::Rectify)?;
    if verdict_of(&survey)?.is_none_or(|verdict| verdict.met) {
        return Err(Refusal::new(Code::SurveyGateMet));
    }
    if let Some(next) = store::surveys::find_next(tx.conn(), id)? {
        return Err(Refusal::new(Code::AlreadyExists).with("survey_id", next.to_string()));
    }
    let position = store::tasks::list_tasks(tx.conn(), id)?.len() + 1;
    let item = (item.to_owned(), description.to_owned());
    let row = row_of((id, position), item, tx.legal_now())?;
    store::tasks::insert_tasks(tx.conn(), std::slice::from_ref(&row))?;
    let after = json!({ "item": row.item });
    tx.audit("survey_task.added", ("survey_task", row.id), (None, Some(&after)));
    Ok(row.into())
}

/// A task within the reach, with the state that it must be in.
fn get_task(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyTaskId, &Reach),
    need: TaskState,
) -> Outcome<TaskRow> {
    let found = store::tasks::find_task(tx.conn(), id)?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let survey = get_survey(tx.conn(), row.survey_id, reach)?;
    next_state(survey.state, SurveyCommand::Rectify)?;
    if row.state == need {
        return Ok(row);
    }
    let refusal = Refusal::new(Code::SurveyTaskStateConflict);
    Err(refusal.with("state", row.state.as_str()).with("need", need.as_str()))
}

/// Says what was done about a task.
///
/// # Errors
/// `not_found`; `survey_task_state_conflict`.
pub fn finish(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyTaskId, &Reach),
    evidence: &str,
) -> Outcome<TaskView> {
    let row = get_task(tx, (id, reach), TaskState::Open)?;
    let (done_by, doer_name) = person(tx)?;
    let row = TaskRow {
        state: TaskState::Done,
        evidence: Some(evidence.to_owned()),
        done_by: Some(done_by),
        doer_name: Some(doer_name),
        done_at: Some(tx.legal_now()),
        ..row
    };
    keep(tx, (TaskState::Open, "survey_task.done"), row)
}

/// Another person confirms that a task is done, or sends it back.
///
/// # Errors
/// `not_found`; `survey_task_state_conflict`; `same_clerk`.
pub fn review(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyTaskId, &Reach),
    accepted: bool,
) -> Outcome<TaskView> {
    let row = get_task(tx, (id, reach), TaskState::Done)?;
    let second = Person::of(tx)?;
    if let Some(first) = row.done_by {
        must_be_another(first, &second)?;
    }
    if !accepted {
        let back = TaskRow {
            state: TaskState::Open,
            evidence: None,
            done_by: None,
            doer_name: None,
            done_at: None,
            ..row
        };
        return keep(tx, (TaskState::Done, "survey_task.sent_back"), back);
    }
    let row = TaskRow {
        state: TaskState::Confirmed,
        confirmed_by: Some(second.id),
        confirmer_name: Some(second.name),
        confirmed_at: Some(tx.legal_now()),
        ..row
    };
    keep(tx, (TaskState::Done, "survey_task.confirmed"), row)
}

fn keep(
    tx: &mut WriteTx<'_>,
    (before, action): (TaskState, &str),
    row: TaskRow,
) -> Outcome<TaskView> {
    if !store::tasks::set_task(tx.conn(), before, &row)? {
        return Err(Refusal::new(Code::SurveyTaskStateConflict));
    }
    let (was, now) = (
        json!({ "state": before }),
        json!({ "state": row.state,
        "survey_id": row.survey_id, "evidence": row.evidence }),
    );
    tx.emit(action, row.id, &json!({ "survey_id": row.survey_id, "state": row.state }));
    tx.audit(action, ("survey_task", row.id), (Some(&was), Some(&now)));
    Ok(row.into())
}
