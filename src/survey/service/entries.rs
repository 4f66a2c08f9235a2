//! Staff enters what households gave at the door or on paper. What was given before the close may come
//! after it: then another person types it again from the paper, and it counts; what comes after the time
//! of entry is kept and does not count.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    answers::{KeptAnswer, bare, check, insert},
    counting::{counted_of, standing_of},
    facts::{get_survey, questions_of},
};
use crate::kernel::{
    Code, Outcome, Refusal, SurveyAnswerId, SurveyHouseholdId, SurveyId, UploadOutcome, UtcTime,
    VisitKey,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another},
};
use crate::survey::{
    model::{
        AnswerRow, AnswerStanding, Answers, Channel, ConfirmationRow, HouseholdRow, Question,
        QuestionKind, SurveyCommand, SurveyRow, Taken, TakenAnswer,
    },
    rules::state::next_state,
    store,
};

/// Waiting entries that are listed at the most.
const MOST_WAITING: i64 = 500;

/// The answer to one entry of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SurveyEntryAnswer {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// The key that the phone made; absent where it can't be read.
    pub client_id: Option<VisitKey>,
    /// What became of it.
    pub outcome: UploadOutcome,
    /// The answer under the key.
    pub answer_id: Option<SurveyAnswerId>,
    /// How it stands to the close.
    pub standing: Option<AnswerStanding>,
    /// `other_content` or `later_word` for a conflict; the error code for a refusal.
    pub code: Option<String>,
    /// JSON pointer of the fault.
    pub pointer: Option<String>,
    /// What is wrong.
    pub detail: Option<String>,
}

/// What a batch of entries does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SurveyEntriesAnswer {
    /// One answer an entry, in the order of the batch.
    pub entries: Vec<SurveyEntryAnswer>,
    /// How many were kept now.
    pub accepted: usize,
    /// How many clash.
    pub conflicts: usize,
    /// How many were refused.
    pub refused: usize,
}

/// An answer that a second person must type again, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WaitingSurveyEntry {
    /// The answer.
    pub answer_id: SurveyAnswerId,
    /// The household.
    pub household_id: SurveyHouseholdId,
    /// How it came.
    pub channel: Channel,
    /// The paper's serial.
    pub serial: Option<String>,
    /// Who went to the door.
    pub visitors: Vec<String>,
    /// When the household gave it (legal time, as the other).
    pub given_at: UtcTime,
    /// Who entered it.
    pub entered_by: Option<String>,
    /// When.
    pub received_at: UtcTime,
}

struct Desk {
    survey: SurveyRow,
    questions: Vec<Question>,
    person: Person,
}

impl Desk {
    fn new(tx: &mut WriteTx<'_>, (id, reach): (SurveyId, &Reach)) -> Outcome<Self> {
        let survey = get_survey(tx.conn(), id, reach)?;
        next_state(survey.state, SurveyCommand::Enter)?;
        let questions = questions_of(tx.conn(), survey.version_id)?;
        Ok(Self { survey, questions, person: Person::of(tx)? })
    }

    /// The answer as it would be kept.
    fn row(&self, tx: &WriteTx<'_>, taken: &TakenAnswer) -> Outcome<AnswerRow> {
        let whose = (self.survey.id, taken.household_id);
        let mut row = AnswerRow {
            answers: serde_json::to_string(&taken.answers).map_err(Refusal::internal)?,
            given_at: taken.given_at,
            entered_by: Some(self.person.id),
            entrant_name: Some(self.person.name.clone()),
            client_key: taken.client_key,
            ..bare(tx, whose, (taken.respondent, Channel::Door))
        };
        match &taken.taken {
            Taken::Door([first, second], confirmation) => {
                (row.visitor, row.second_visitor) = (Some(first.clone()), Some(second.clone()));
                row.confirmation = *confirmation;
            }
            Taken::Paper(serial) => {
                (row.channel, row.serial) = (Channel::Paper, Some(serial.clone()));
            }
        }
        Ok(row)
    }

    /// Whether it may be kept, and its household.
    fn check(&self, tx: &mut WriteTx<'_>, taken: &TakenAnswer) -> Outcome<HouseholdRow> {
        let (id, now) = (self.survey.id, tx.legal_now());
        let household = store::surveys::find_household(tx.conn(), taken.household_id)?
            .filter(|household| household.survey_id == id)
            .ok_or_else(|| Refusal::new(Code::SurveyHouseholdUnknown))?;
        let opened_at = self.survey.opened_at.unwrap_or(self.survey.created_at);
        if taken.given_at < opened_at || taken.given_at > now {
            let detail = "应在调查开始之后、现在之前 · between the opening and now";
            return Err(Refusal::field(Code::InvalidField, "/given_at", detail));
        }
        if taken.given_at >= self.survey.closes_at {
            let refusal = Refusal::new(Code::TooLate);
            return Err(refusal.with("closes_at", self.survey.closes_at.to_string()));
        }
        if let Taken::Paper(serial) = &taken.taken
            && store::answers::has_serial(tx.conn(), (id, serial))?
        {
            let detail = "该编号的问卷已录入 · a paper of this serial was entered";
            return Err(Refusal::field(Code::InvalidField, "/serial", detail));
        }
        check(tx.conn(), (&self.questions, household.id), &taken.answers)?;
        Ok(household)
    }

    fn judge(
        &self,
        tx: &mut WriteTx<'_>,
        (index, taken): (usize, &TakenAnswer),
    ) -> Outcome<SurveyEntryAnswer> {
        let answer = |outcome, row: &AnswerRow, code: Option<&str>| SurveyEntryAnswer {
            index,
            client_id: taken.client_key,
            outcome,
            answer_id: Some(row.id),
            standing: None,
            code: code.map(str::to_owned),
            pointer: None,
            detail: None,
        };
        let row = self.row(tx, taken)?;
        if let Some(key) = taken.client_key
            && let Some(known) = store::answers::find_of_key(tx.conn(), (self.survey.id, key))?
        {
            return Ok(if is_same(&known, row) {
                answer(UploadOutcome::Duplicate, &known, None)
            } else {
                answer(UploadOutcome::Conflict, &known, Some("other_content"))
            });
        }
        let household = match self.check(tx, taken) {
            Ok(household) => household,
            // The database failed, not the entry: the whole batch is tried again.
            Err(refusal) if refusal.code().status() >= 500 => return Err(refusal),
            Err(refusal) => return Ok(refused((index, taken.client_key), &refusal)),
        };
        let whose = household.id;
        let kept = insert(tx, (&self.survey, household), row.clone())?;
        let standing = Some(kept.standing);
        if kept.standing == AnswerStanding::InTime && !self.counts(tx.conn(), whose, &row)? {
            let told = answer(UploadOutcome::Conflict, &row, Some("later_word"));
            return Ok(SurveyEntryAnswer { standing, ..told });
        }
        Ok(SurveyEntryAnswer { standing, ..answer(UploadOutcome::Accepted, &row, None) })
    }

    fn counts(
        &self,
        conn: &mut Conn,
        household: SurveyHouseholdId,
        row: &AnswerRow,
    ) -> Outcome<bool> {
        let rows = store::answers::list_answers_of(conn, household)?;
        let counted = counted_of(&self.survey, &rows, &HashSet::new());
        Ok(counted.get(&household).is_some_and(|known| known.id == row.id))
    }
}

/// Whether what came under a key is what stands there, whoever sent it and when.
fn is_same(known: &AnswerRow, came: AnswerRow) -> bool {
    let came = AnswerRow {
        id: known.id,
        received_at: known.received_at,
        entered_by: known.entered_by,
        entrant_name: known.entrant_name.clone(),
        ..came
    };
    *known == came
}

/// Staff enters what a household answered at the door or on paper.
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `survey_household_unknown`; `invalid_field` for a time outside of
/// the window and a serial that was entered; `too_late` for what was given after the close;
/// `survey_answer_invalid` with every fault; `survey_answers_exhausted`.
pub fn enter(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyId, &Reach),
    taken: &TakenAnswer,
) -> Outcome<KeptAnswer> {
    let desk = Desk::new(tx, (id, reach))?;
    let household = desk.check(tx, taken)?;
    let row = desk.row(tx, taken)?;
    insert(tx, (&desk.survey, household), row)
}

/// The answer to an entry that is refused.
#[must_use]
pub fn refused(
    (index, client_id): (usize, Option<VisitKey>),
    refusal: &Refusal,
) -> SurveyEntryAnswer {
    let field = refusal.errors().first();
    SurveyEntryAnswer {
        index,
        client_id,
        outcome: UploadOutcome::Refused,
        answer_id: None,
        standing: None,
        code: Some(refusal.code().as_str().to_owned()),
        pointer: field.map(|field| format!("/entries/{index}{}", field.pointer)),
        detail: field.map(|field| field.detail.clone()),
    }
}

/// Keeps answers that phones took down without network, each by itself; those that could not be read
/// come with their answer.
///
/// # Errors
/// `not_found`; `survey_state_conflict` before the opening and for a void survey.
pub fn upload(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyId, &Reach),
    entries: &[Result<TakenAnswer, SurveyEntryAnswer>],
) -> Outcome<SurveyEntriesAnswer> {
    let desk = Desk::new(tx, (id, reach))?;
    let mut answers = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        answers.push(match entry {
            Ok(taken) => desk.judge(tx, (index, taken))?,
            Err(answer) => answer.clone(),
        });
    }
    let count = |outcome| answers.iter().filter(|answer| answer.outcome == outcome).count();
    Ok(SurveyEntriesAnswer {
        accepted: count(UploadOutcome::Accepted),
        conflicts: count(UploadOutcome::Conflict),
        refused: count(UploadOutcome::Refused),
        entries: answers,
    })
}

/// Another person types an answer again that was entered after the close; then it counts. Words are not
/// compared.
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `too_late` after the time of entry; `survey_entry_not_waiting`;
/// `same_clerk`; `survey_entry_differs`.
pub fn confirm(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyId, &Reach),
    (answer_id, again): (SurveyAnswerId, &Answers),
) -> Outcome<WaitingSurveyEntry> {
    let survey = get_survey(tx.conn(), id, reach)?;
    let found = store::answers::find_answer(tx.conn(), (id, answer_id))?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    next_state(survey.state, SurveyCommand::ConfirmEntry)?;
    let now = tx.legal_now();
    if now >= survey.entry_end() {
        let until = survey.entry_end().to_string();
        return Err(Refusal::new(Code::TooLate).with("entry_until", until));
    }
    let confirmed = store::answers::list_confirmed_of(tx.conn(), row.household_id)?;
    let standing = standing_of(&survey, &row, &confirmed.into_iter().collect());
    let (AnswerStanding::Waiting, Some(first)) = (standing, row.entered_by) else {
        let refusal = Refusal::new(Code::SurveyEntryNotWaiting);
        return Err(refusal.with("standing", standing.as_str()));
    };
    let person = Person::of(tx)?;
    must_be_another(first, &person)?;
    let questions = questions_of(tx.conn(), survey.version_id)?;
    let known: Answers = serde_json::from_str(&row.answers).map_err(Refusal::internal)?;
    if ticks(&questions, &known) != ticks(&questions, again) {
        return Err(Refusal::new(Code::SurveyEntryDiffers));
    }
    let confirmation = ConfirmationRow {
        answer_id,
        confirmed_by: person.id,
        confirmer_name: person.name,
        confirmed_at: now,
    };
    store::answers::insert_confirmation(tx.conn(), &confirmation)?;
    let after = json!({ "survey_id": id, "household_id": row.household_id });
    tx.audit("survey.entry_confirmed", ("survey_answer", answer_id), (None, Some(&after)));
    Ok(waiting(row))
}

/// An answer without its words.
fn ticks(questions: &[Question], answers: &Answers) -> Answers {
    let is_word = |key: &String| {
        questions.iter().any(|asked| asked.key == *key && asked.kind == QuestionKind::Text)
    };
    let ticked = answers.iter().filter(|(key, _)| !is_word(key));
    ticked.map(|(key, given)| (key.clone(), given.clone())).collect()
}

fn waiting(row: AnswerRow) -> WaitingSurveyEntry {
    WaitingSurveyEntry {
        answer_id: row.id,
        household_id: row.household_id,
        channel: row.channel,
        serial: row.serial,
        visitors: [row.visitor, row.second_visitor].into_iter().flatten().collect(),
        given_at: row.given_at,
        entered_by: row.entrant_name,
        received_at: row.received_at,
    }
}

/// The answers that wait for a second person, as they came; 500 at the most.
///
/// # Errors
/// `not_found`.
pub fn list_waiting(
    conn: &mut Conn,
    (id, reach): (SurveyId, &Reach),
) -> Outcome<Vec<WaitingSurveyEntry>> {
    let survey = get_survey(conn, id, reach)?;
    let rows = store::answers::list_unconfirmed(conn, &survey, MOST_WAITING)?;
    let waits =
        |row: &AnswerRow| standing_of(&survey, row, &HashSet::new()) == AnswerStanding::Waiting;
    Ok(rows.into_iter().filter(waits).map(waiting).collect())
}
