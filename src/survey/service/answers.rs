//! Answers come on line, by a household's link, at the door or on paper (`entries`). All are kept; which
//! one of a household counts is decided when it closes (`rules::select`).

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    counting::{counted_of, standing_of},
    facts::{get_survey, person, questions_of, refuse_faults},
    links::household_of_token,
};
use crate::kernel::{
    Code, Outcome, OwnerId, Refusal, SurveyAnswerId, SurveyHouseholdId, SurveyId, SurveyLinkId,
    UnitId, UtcTime,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};
use crate::registry::list_owned_units;
use crate::survey::{
    model::{
        AnswerConfirmation, AnswerRow, AnswerStanding, Answers, Channel, HouseholdRow, Purpose,
        Question, Respondent, SurveyCommand, SurveyRow, SurveyState,
    },
    rules::{answer::faults, state::next_state},
    store,
};

/// Answers of one household at the most: all are kept, and nobody may fill the disk.
const MOST_ANSWERS: i64 = 50;

/// That an answer was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KeptAnswer {
    /// The answer.
    pub answer_id: SurveyAnswerId,
    /// How it stands to the close.
    pub standing: AnswerStanding,
    /// The household.
    pub household: HouseholdView,
    /// When it was given (legal time).
    pub given_at: UtcTime,
    /// Until when it may be replaced by another one.
    pub closes_at: UtcTime,
}

/// A household of the roll: its place, never a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HouseholdView {
    /// The household.
    pub household_id: SurveyHouseholdId,
    /// Its unit's number 房号.
    pub code: String,
    /// Its building.
    pub building: String,
    /// Its entrance.
    pub entrance: Option<String>,
}

impl From<HouseholdRow> for HouseholdView {
    fn from(row: HouseholdRow) -> Self {
        Self {
            household_id: row.id,
            code: row.code,
            building: row.building,
            entrance: row.entrance,
        }
    }
}

/// What somebody is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AskedView {
    /// The survey.
    pub survey_id: SurveyId,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub purpose: Purpose,
    /// What it is about.
    pub subject: Option<String>,
    /// Where it stands.
    pub state: SurveyState,
    /// Until when it may be answered.
    pub closes_at: UtcTime,
    /// The questions.
    pub questions: Vec<Question>,
    /// For which household.
    pub household: HouseholdView,
    /// Whether this household answered already; it may answer anew until the close.
    pub answered: bool,
}

/// What a household is asked by a survey.
///
/// # Errors
/// Of the database.
pub fn asked(conn: &mut Conn, row: SurveyRow, household: HouseholdRow) -> Outcome<AskedView> {
    Ok(AskedView {
        questions: questions_of(conn, row.version_id)?,
        answered: store::answers::count_answers_of(conn, household.id)? > 0,
        survey_id: row.id,
        title: row.title,
        purpose: row.purpose,
        subject: row.subject,
        state: row.state,
        closes_at: row.closes_at,
        household: household.into(),
    })
}

/// The open surveys that ask the units of an owner.
///
/// # Errors
/// Of the database.
pub fn list_own(conn: &mut Conn, (owner, now): (OwnerId, UtcTime)) -> Outcome<Vec<AskedView>> {
    let owned = list_owned_units(conn, &[owner], now.local_date())?;
    let units: Vec<UnitId> = owned.into_iter().map(|(_, unit)| unit).collect();
    let found = store::surveys::list_open_of_units(conn, &units)?;
    found.into_iter().map(|(survey, household)| asked(conn, survey, household)).collect()
}

/// An owner who has signed in answers for one of the own units.
///
/// # Errors
/// `not_found`; `survey_household_unknown` for a unit that is not the own one or not on the roll;
/// `survey_state_conflict`, `too_late`; `survey_answer_invalid` with every fault;
/// `survey_answers_exhausted`.
pub fn answer_online(
    tx: &mut WriteTx<'_>,
    (id, owner, unit): (SurveyId, OwnerId, UnitId),
    (respondent, answers): (Respondent, &Answers),
) -> Outcome<KeptAnswer> {
    let row = store::surveys::find_survey(tx.conn(), id)?;
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let today = tx.legal_now().local_date();
    let owned = list_owned_units(tx.conn(), &[owner], today)?;
    let household = store::surveys::find_household_of_unit(tx.conn(), (id, unit))?
        .filter(|_| owned.iter().any(|(_, known)| *known == unit))
        .ok_or_else(|| Refusal::new(Code::SurveyHouseholdUnknown))?;
    let (account, name) = person(tx)?;
    let new = AnswerRow {
        entered_by: Some(account),
        entrant_name: Some(name),
        ..bare(tx, (id, household.id), (respondent, Channel::Online))
    };
    keep(tx, (&row, household), (new, answers))
}

/// Somebody of a household answers by its link.
///
/// # Errors
/// `survey_link_unknown`; otherwise as [`answer_online`].
pub fn answer_by_link(
    tx: &mut WriteTx<'_>,
    token: &str,
    (respondent, answers): (Respondent, &Answers),
) -> Outcome<KeptAnswer> {
    let (row, household, link) = household_of_token(tx.conn(), token)?;
    let whose = (row.id, household.id);
    let new = AnswerRow { link_id: Some(link), ..bare(tx, whose, (respondent, Channel::Link)) };
    keep(tx, (&row, household), (new, answers))
}

/// An answer of a household given now, without its content and provenance.
pub(super) fn bare(
    tx: &WriteTx<'_>,
    (survey_id, household_id): (SurveyId, SurveyHouseholdId),
    (respondent, channel): (Respondent, Channel),
) -> AnswerRow {
    AnswerRow {
        id: SurveyAnswerId::new(),
        survey_id,
        household_id,
        answers: String::new(),
        respondent,
        channel,
        given_at: tx.legal_now(),
        received_at: tx.legal_now(),
        entered_by: None,
        entrant_name: None,
        link_id: None::<SurveyLinkId>,
        visitor: None,
        second_visitor: None,
        serial: None,
        confirmation: None,
        client_key: None,
    }
}

/// Keeps an answer that a household gives itself, until the close.
fn keep(
    tx: &mut WriteTx<'_>,
    (survey, household): (&SurveyRow, HouseholdRow),
    (row, answers): (AnswerRow, &Answers),
) -> Outcome<KeptAnswer> {
    let is_over = matches!(survey.state, SurveyState::Open | SurveyState::Closed)
        && tx.legal_now() >= survey.closes_at;
    if is_over {
        return Err(Refusal::new(Code::TooLate).with("closes_at", survey.closes_at.to_string()));
    }
    next_state(survey.state, SurveyCommand::Answer)?;
    let questions = questions_of(tx.conn(), survey.version_id)?;
    check(tx.conn(), (&questions, household.id), answers)?;
    let text = serde_json::to_string(answers).map_err(Refusal::internal)?;
    insert(tx, (survey, household), AnswerRow { answers: text, ..row })
}

/// Whether an answer fits the questions, and its household may give another one.
pub(super) fn check(
    conn: &mut Conn,
    (questions, household): (&[Question], SurveyHouseholdId),
    answers: &Answers,
) -> Outcome<()> {
    refuse_faults(Code::SurveyAnswerInvalid, faults(questions, answers))?;
    if store::answers::count_answers_of(conn, household)? >= MOST_ANSWERS {
        return Err(Refusal::new(Code::SurveyAnswersExhausted).with("most", MOST_ANSWERS));
    }
    Ok(())
}

/// Keeps an answer that was checked.
pub(super) fn insert(
    tx: &mut WriteTx<'_>,
    (survey, household): (&SurveyRow, HouseholdRow),
    row: AnswerRow,
) -> Outcome<KeptAnswer> {
    store::answers::insert_answer(tx.conn(), &row)?;
    let after = json!({ "survey_id": survey.id, "household_id": household.id,
        "channel": row.channel, "answers": row.answers });
    tx.audit("survey.answered", ("survey_answer", row.id), (None, Some(&after)));
    Ok(KeptAnswer {
        answer_id: row.id,
        standing: standing_of(survey, &row, &HashSet::new()),
        household: household.into(),
        given_at: row.given_at,
        closes_at: survey.closes_at,
    })
}

/// An answer's provenance; its content is nobody's to read household by household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AnswerTrace {
    /// The answer.
    pub answer_id: SurveyAnswerId,
    /// Who of the household answered.
    pub respondent: Respondent,
    /// How it came.
    pub channel: Channel,
    /// When it was given (legal time, as the other).
    pub given_at: UtcTime,
    /// When it came here.
    pub received_at: UtcTime,
    /// The staff who entered it.
    pub entered_by: Option<String>,
    /// Who went to the door.
    pub visitors: Vec<String>,
    /// How the household confirmed what they took down.
    pub confirmation: Option<AnswerConfirmation>,
    /// The paper's serial.
    pub serial: Option<String>,
    /// How it stands to the close.
    pub standing: AnswerStanding,
    /// Whether it is the one that counts.
    pub counts: bool,
}

/// Everything that a household answered, as it came.
///
/// # Errors
/// `not_found`.
pub fn list_traces(
    conn: &mut Conn,
    (id, reach): (SurveyId, &Reach),
    household: SurveyHouseholdId,
) -> Outcome<Vec<AnswerTrace>> {
    let survey = get_survey(conn, id, reach)?;
    store::surveys::find_household(conn, household)?
        .filter(|row| row.survey_id == survey.id)
        .ok_or_else(|| Refusal::new(Code::NotFound))?;
    let rows = store::answers::list_answers_of(conn, household)?;
    let confirmed = store::answers::list_confirmed_of(conn, household)?.into_iter().collect();
    let counts = counted_of(&survey, &rows, &confirmed).get(&household).map(|row| row.id);
    let trace = |row: AnswerRow| AnswerTrace {
        standing: standing_of(&survey, &row, &confirmed),
        confirmation: row.confirmation,
        answer_id: row.id,
        respondent: row.respondent,
        channel: row.channel,
        given_at: row.given_at,
        received_at: row.received_at,
        // An owner's name is not shown: who answered on line is the household.
        entered_by: row.entrant_name.filter(|_| row.channel != Channel::Online),
        visitors: [row.visitor, row.second_visitor].into_iter().flatten().collect(),
        serial: row.serial,
        counts: counts == Some(row.id),
    };
    Ok(rows.into_iter().map(trace).collect())
}
