//! Results, after the close only: the distribution of every closed question, whole and by building.
//! Where too few answered, nothing is shown (`rules::cells`). Never a name or a household.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    counting::counted_of,
    facts::{get_survey, questions_of, verdict_of},
};
use crate::kernel::{Code, Outcome, Refusal, SurveyHouseholdId, SurveyId, UtcTime};
use crate::platform::{auth::Reach, db::Conn};
use crate::survey::{
    model::{
        Answers, Channel, GateVerdict, HouseholdRow, Purpose, Question, SurveyRow, SurveyState,
    },
    rules::{
        answer::{chosen, is_in_favour},
        cells::{FEWEST, shown},
        gate::Counts,
        questionnaire::choices,
    },
    store,
};

/// A roll with the answers that count.
pub struct Counted {
    roll: Vec<HouseholdRow>,
    answers: HashMap<SurveyHouseholdId, Answers>,
    channels: Vec<Channel>,
}

impl Counted {
    /// Loads a survey's roll and the answer of each household that counts.
    pub fn load(conn: &mut Conn, survey: &SurveyRow) -> Outcome<Self> {
        let roll = store::surveys::list_households(conn, survey.id)?;
        let rows = store::answers::list_answers(conn, survey.id)?;
        let confirmed = store::answers::list_confirmed(conn, survey.id)?.into_iter().collect();
        let (mut answers, mut channels) = (HashMap::new(), Vec::new());
        for (household, row) in counted_of(survey, &rows, &confirmed) {
            let read = serde_json::from_str(&row.answers).map_err(Refusal::internal)?;
            answers.insert(household, read);
            channels.push(row.channel);
        }
        Ok(Self { roll, answers, channels })
    }

    /// The answers that count, as of any household.
    pub fn answers(&self) -> impl Iterator<Item = &Answers> {
        self.answers.values()
    }
}

pub(super) fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// What the gate counts.
#[must_use]
pub fn counts(questions: &[Question], counted: &Counted) -> Counts {
    let gate = questions.iter().find(|question| question.gate);
    let in_favour = |question: &Question| {
        counted.answers().filter(|answers| is_in_favour(question, answers)).count()
    };
    Counts {
        households: number(counted.roll.len()),
        answered: number(counted.answers.len()),
        in_favour: gate.map_or(0, |question| number(in_favour(question))),
    }
}

/// How often an option or a mark was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OptionCount {
    /// The option's key, or the mark.
    pub key: String,
    /// Its text; the mark itself for a scale.
    pub text: String,
    /// Whether it counts as in favour or satisfied.
    pub in_favour: bool,
    /// Households that chose it.
    pub count: u64,
}

/// The distribution of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionResult {
    /// Its key.
    pub key: String,
    /// What was asked.
    pub text: String,
    /// Households that answered it.
    pub answered: u64,
    /// Those in favour or satisfied.
    pub in_favour: u64,
    /// By option or mark; empty for a text.
    pub options: Vec<OptionCount>,
}

/// The result of a building.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BuildingResult {
    /// Its name.
    pub building: String,
    /// Households of the roll.
    pub households: u64,
    /// Those that answered.
    pub answered: u64,
    /// The distributions; absent where too few answered to show them.
    pub questions: Option<Vec<QuestionResult>>,
}

/// How many of the counted answers came in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChannelCount {
    /// The way.
    pub channel: Channel,
    /// Households whose counted answer came so.
    pub count: u64,
}

/// The result of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SurveyResult {
    /// The survey.
    pub survey_id: SurveyId,
    /// Its title.
    pub title: String,
    /// What it was for.
    pub purpose: Purpose,
    /// What it was about.
    pub subject: Option<String>,
    /// Which round.
    pub round: i32,
    /// When it closed (legal time).
    pub closed_at: Option<UtcTime>,
    /// The gate's verdict with its working.
    pub verdict: Option<GateVerdict>,
    /// Households of the frozen roll.
    pub households: u64,
    /// Those that answered.
    pub answered: u64,
    /// How the counted answers came.
    pub channels: Vec<ChannelCount>,
    /// Fewer answers than this are not shown.
    pub fewest_shown: u64,
    /// The distributions; absent where too few answered.
    pub questions: Option<Vec<QuestionResult>>,
    /// By building, in the order of the roll.
    pub buildings: Vec<BuildingResult>,
}

fn distribution(questions: &[Question], answers: &[&Answers]) -> Vec<QuestionResult> {
    let of = |question: &Question| {
        let given = || answers.iter().filter_map(|all| all.get(&question.key));
        let option = |key: String| {
            let known = question.options.iter().find(|option| option.key == key);
            let text = known.map_or_else(|| key.clone(), |option| option.text.clone());
            let count = given().filter(|given| chosen(question, given).contains(&key)).count();
            let in_favour = question.in_favour.contains(&key);
            OptionCount { in_favour, count: number(count), key, text }
        };
        QuestionResult {
            key: question.key.clone(),
            text: question.text.clone(),
            answered: number(given().count()),
            in_favour: number(answers.iter().filter(|all| is_in_favour(question, all)).count()),
            options: choices(question).into_iter().map(option).collect(),
        }
    };
    questions.iter().map(of).collect()
}

/// Counts a closed survey.
fn result_of(conn: &mut Conn, row: SurveyRow) -> Outcome<SurveyResult> {
    if row.state != SurveyState::Closed {
        let refusal = Refusal::new(Code::ResultHidden);
        return Err(refusal.with("state", row.state.as_str()));
    }
    let questions = questions_of(conn, row.version_id)?;
    let counted = Counted::load(conn, &row)?;
    let mut parts: Vec<(&str, u64, Vec<&Answers>)> = Vec::new();
    for household in &counted.roll {
        let name = household.building.as_str();
        if parts.last().is_none_or(|(building, _, _)| *building != name) {
            parts.push((name, 0, Vec::new()));
        }
        if let Some((_, households, answers)) = parts.last_mut() {
            *households += 1;
            answers.extend(counted.answers.get(&household.id));
        }
    }
    let sizes: Vec<u64> = parts.iter().map(|(_, _, answers)| number(answers.len())).collect();
    let building = |((name, households, answers), is_shown): (_, bool)| {
        let (name, households, answers): (&str, u64, Vec<&Answers>) = (name, households, answers);
        BuildingResult {
            building: name.to_owned(),
            households,
            answered: number(answers.len()),
            questions: is_shown.then(|| distribution(&questions, &answers)),
        }
    };
    let buildings = parts.into_iter().zip(shown(&sizes)).map(building).collect();
    let all: Vec<&Answers> = counted.answers().collect();
    let answered = number(all.len());
    let of_channel = |channel: &Channel| ChannelCount {
        channel: *channel,
        count: number(counted.channels.iter().filter(|known| *known == channel).count()),
    };
    Ok(SurveyResult {
        verdict: verdict_of(&row)?,
        survey_id: row.id,
        title: row.title,
        purpose: row.purpose,
        subject: row.subject,
        round: row.round,
        closed_at: row.closed_at,
        households: number(counted.roll.len()),
        answered,
        channels: Channel::ALL.iter().map(of_channel).collect(),
        fewest_shown: FEWEST,
        questions: (answered >= FEWEST).then(|| distribution(&questions, &all)),
        buildings,
    })
}

/// The result of a survey within the reach.
///
/// # Errors
/// `not_found`; `result_hidden` in any state but closed.
pub fn result(conn: &mut Conn, (id, reach): (SurveyId, &Reach)) -> Outcome<SurveyResult> {
    let row = get_survey(conn, id, reach)?;
    result_of(conn, row)
}

/// The result for everybody.
///
/// # Errors
/// `not_found` in any state but closed.
pub fn public_result(conn: &mut Conn, id: SurveyId) -> Outcome<SurveyResult> {
    let row = store::surveys::find_survey(conn, id)?;
    let row = row.filter(|row| row.state == SurveyState::Closed);
    result_of(conn, row.ok_or_else(|| Refusal::new(Code::NotFound))?)
}
