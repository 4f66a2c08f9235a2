//! What every use case begins with: the survey within the reach, its questions, who acts.

use crate::kernel::{AccountId, Code, Outcome, Refusal, SurveyId, SurveyVersionId};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
    two_people::Person,
};
use crate::survey::{
    model::{GateRule, GateVerdict, Question, SurveyRow},
    rules::answer::Fault,
    store,
};

/// A survey within the reach.
///
/// # Errors
/// `not_found`.
pub fn get_survey(conn: &mut Conn, id: SurveyId, reach: &Reach) -> Outcome<SurveyRow> {
    let row = store::surveys::find_survey(conn, id)?.filter(|row| reach.covers(&row.place()));
    row.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// The questions of a version.
///
/// # Errors
/// Of the database.
pub fn questions_of(conn: &mut Conn, id: SurveyVersionId) -> Outcome<Vec<Question>> {
    let found = store::questionnaires::find_version(conn, id)?;
    let (version, _) = found.ok_or_else(|| Refusal::internal("a survey without its version"))?;
    serde_json::from_str(&version.questions).map_err(Refusal::internal)
}

/// The gate's rule that a survey pinned.
///
/// # Errors
/// `internal` where it can't be read.
pub fn rule_of(row: &SurveyRow) -> Outcome<Option<GateRule>> {
    let read = |text: &String| serde_json::from_str(text).map_err(Refusal::internal);
    row.gate.as_ref().map(read).transpose()
}

/// The verdict that was written at the close.
///
/// # Errors
/// `internal` where it can't be read.
pub fn verdict_of(row: &SurveyRow) -> Outcome<Option<GateVerdict>> {
    let read = |text: &String| serde_json::from_str(text).map_err(Refusal::internal);
    row.verdict.as_ref().map(read).transpose()
}

/// Who acts: account and name.
///
/// # Errors
/// `forbidden` for somebody without an account.
pub fn person(tx: &WriteTx<'_>) -> Outcome<(AccountId, String)> {
    let Person { id, name } = Person::of(tx)?;
    Ok((id, name))
}

/// A refusal with every fault; nothing where there is none.
///
/// # Errors
/// The code with the faults.
pub fn refuse_faults(code: Code, faults: Vec<Fault>) -> Outcome<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let add = |refusal: Refusal, fault: Fault| {
        refusal.with_field(&fault.pointer, fault.code, fault.detail)
    };
    Err(faults.into_iter().fold(Refusal::new(code), add))
}
