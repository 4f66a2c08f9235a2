//! What households wrote in their own words, for the desk that must answer it: after the close, sorted, so
//! that neither place nor order tells whose they are.

use serde::{Deserialize, Serialize};

use super::{
    facts::{get_survey, questions_of},
    results::Counted,
};
use crate::kernel::{Code, Outcome, Refusal, SurveyId};
use crate::platform::{auth::Reach, db::Conn};
use crate::survey::model::{Given, QuestionKind, SurveyState};

/// What was written on a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WordsView {
    /// The question's key.
    pub key: String,
    /// What was asked.
    pub text: String,
    /// What was written, sorted.
    pub words: Vec<String>,
}

/// What was written on each question of words.
///
/// # Errors
/// `not_found`; `result_hidden` in any state but closed.
pub fn words(conn: &mut Conn, (id, reach): (SurveyId, &Reach)) -> Outcome<Vec<WordsView>> {
    let survey = get_survey(conn, id, reach)?;
    if survey.state != SurveyState::Closed {
        return Err(Refusal::new(Code::ResultHidden).with("state", survey.state.as_str()));
    }
    let questions = questions_of(conn, survey.version_id)?;
    let counted = Counted::load(conn, &survey)?;
    let asked = questions.into_iter().filter(|question| question.kind == QuestionKind::Text);
    let view = asked.map(|question| {
        let given = counted.answers().filter_map(|all| match all.get(&question.key) {
            Some(Given::One(text)) => Some(text.trim().to_owned()),
            _ => None,
        });
        let mut words: Vec<String> = given.filter(|text| !text.is_empty()).collect();
        words.sort_unstable();
        WordsView { key: question.key, text: question.text, words }
    });
    Ok(view.collect())
}
