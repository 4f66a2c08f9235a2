//! What an answer must be; each fault with its place.

use crate::survey::model::{Answers, Given, Question, QuestionKind};

const MOST_TEXT: usize = 2_000;

/// A fault: a JSON pointer, a stable code, and what is wrong in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub pointer: String,
    /// The code.
    pub code: &'static str,
    /// What is wrong.
    pub detail: String,
}

impl Fault {
    /// A fault.
    #[must_use]
    pub fn new(pointer: String, code: &'static str, detail: impl ToString) -> Self {
        Self { pointer, code, detail: detail.to_string() }
    }
}

/// Every fault of an answer; none where it may be kept.
#[must_use]
pub fn faults(questions: &[Question], answers: &Answers) -> Vec<Fault> {
    let mut found = Vec::new();
    for key in answers.keys() {
        if questions.iter().all(|question| question.key != *key) {
            let detail = "问卷中没有此题 · no such question";
            found.push(Fault::new(format!("/answers/{key}"), "unknown_question", detail));
        }
    }
    for question in questions {
        let place = format!("/answers/{}", question.key);
        match answers.get(&question.key) {
            Some(given) => found.extend(fault_of(question, given).map(|(code, detail)| {
                let detail = format!("{}：{detail}", question.text);
                Fault::new(place, code, detail)
            })),
            None if question.required => {
                let detail = format!("{}：此题必答 · an answer is required", question.text);
                found.push(Fault::new(place, "answer_required", detail));
            }
            None => {}
        }
    }
    found
}

fn fault_of(question: &Question, given: &Given) -> Option<(&'static str, &'static str)> {
    let known = |key: &String| question.options.iter().any(|option| option.key == *key);
    let unknown = Some(("unknown_option", "没有此选项 · no such option"));
    let wrong_kind = Some(("wrong_kind", "答案类型与题型不符 · another kind of answer is needed"));
    match (question.kind, given) {
        (QuestionKind::Single, Given::One(key)) => (!known(key)).then_some(()).and(unknown),
        (QuestionKind::Multiple, Given::Many(keys)) => {
            let most = question.most.and_then(|most| usize::try_from(most).ok());
            let twice =
                keys.iter().enumerate().any(|(at, key)| keys.iter().take(at).any(|k| k == key));
            if !keys.iter().all(known) || twice {
                return unknown;
            }
            let is_fine = keys.len() <= most.unwrap_or(usize::MAX)
                && (!question.required || !keys.is_empty());
            (!is_fine)
                .then_some(("wrong_count", "所选项数不符合要求 · too many or too few options"))
        }
        (QuestionKind::Scale, Given::Mark(mark)) => {
            let is_fine = (1..=question.most.unwrap_or(0)).contains(mark);
            (!is_fine).then_some(("out_of_range", "分数超出范围 · the mark is out of range"))
        }
        (QuestionKind::Text, Given::One(text)) => {
            let length = text.trim().chars().count();
            let least = usize::from(question.required);
            let is_fine = (least..=MOST_TEXT).contains(&length) && !text.contains('\0');
            (!is_fine).then_some(("wrong_length", "文字应为 1 至 2000 字 · 1 to 2,000 characters"))
        }
        _ => wrong_kind,
    }
}

/// The words that an answer names, as [`super::questionnaire::choices`] lists them.
#[must_use]
pub fn chosen(question: &Question, given: &Given) -> Vec<String> {
    match (question.kind, given) {
        (QuestionKind::Single, Given::One(key)) => vec![key.clone()],
        (QuestionKind::Multiple, Given::Many(keys)) => keys.clone(),
        (QuestionKind::Scale, Given::Mark(mark)) => vec![mark.to_string()],
        _ => Vec::new(),
    }
}

/// Whether an answer counts as in favour or satisfied.
#[must_use]
pub fn is_in_favour(question: &Question, answers: &Answers) -> bool {
    let given = answers.get(&question.key);
    given.is_some_and(|given| {
        chosen(question, given).iter().any(|key| question.in_favour.contains(key))
    })
}
