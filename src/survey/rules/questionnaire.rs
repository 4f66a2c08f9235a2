//! What a questionnaire must be before it is published.

use std::collections::BTreeSet;

use super::answer::Fault;
use crate::survey::model::{Purpose, Question, QuestionKind};

const MOST_QUESTIONS: usize = 60;
const MOST_OPTIONS: usize = 50;
const MOST_KEY: usize = 40;
const MOST_TEXT: usize = 500;

fn is_key(key: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=MOST_KEY).contains(&key.len()) && key.bytes().all(fine)
}

fn is_text(text: &str) -> bool {
    (1..=MOST_TEXT).contains(&text.trim().chars().count()) && !text.contains('\0')
}

/// The words by which a question's closed answers are named; none for a text.
#[must_use]
pub fn choices(question: &Question) -> Vec<String> {
    match question.kind {
        QuestionKind::Single | QuestionKind::Multiple => {
            question.options.iter().map(|option| option.key.clone()).collect()
        }
        QuestionKind::Scale => {
            (1..=question.most.unwrap_or(0)).map(|mark| mark.to_string()).collect()
        }
        QuestionKind::Text => Vec::new(),
    }
}

/// Whether a purpose has a gate that counts a question.
#[must_use]
pub const fn needs_gate(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Include | Purpose::Adopt | Purpose::Accept)
}

/// Every way in which the questions can't be asked, each with its place.
#[must_use]
pub fn faults(purpose: Purpose, questions: &[Question]) -> Vec<Fault> {
    let mut found = Vec::new();
    if !(1..=MOST_QUESTIONS).contains(&questions.len()) {
        let detail = format!("题目应为 1 至 {MOST_QUESTIONS} 个 · 1 to {MOST_QUESTIONS} questions");
        found.push(Fault::new("/questions".to_owned(), "invalid_field", detail));
    }
    let mut keys = BTreeSet::new();
    for (index, question) in questions.iter().enumerate() {
        let place = format!("/questions/{index}");
        let mut must = |holds: bool, field: &str, detail: &str| {
            if !holds {
                found.push(Fault::new(format!("{place}/{field}"), "invalid_field", detail));
            }
        };
        let detail = "1 至 40 个小写字母、数字、下划线，不重复 · a-z, 0-9, _, and once only";
        must(is_key(&question.key) && keys.insert(&question.key), "key", detail);
        must(is_text(&question.text), "text", "1 至 500 字 · 1 to 500 characters");
        question_faults(question, &mut must);
    }
    let gates = questions.iter().filter(|question| question.gate).count();
    let wanted = usize::from(needs_gate(purpose));
    if gates != wanted {
        let detail =
            format!("该用途应有 {wanted} 个门槛题 · {wanted} gate questions for {purpose}");
        found.push(Fault::new("/questions".to_owned(), "invalid_field", detail));
    }
    found
}

fn question_faults(question: &Question, must: &mut impl FnMut(bool, &str, &str)) {
    let has_options = matches!(question.kind, QuestionKind::Single | QuestionKind::Multiple);
    let options: BTreeSet<&str> =
        question.options.iter().map(|option| option.key.as_str()).collect();
    if has_options {
        let count = (2..=MOST_OPTIONS).contains(&question.options.len());
        let detail = "2 至 50 个不重复的选项 · 2 to 50 options, each key once";
        let fine = question.options.iter().all(|one| is_key(&one.key) && is_text(&one.text));
        must(count && fine && options.len() == question.options.len(), "options", detail);
    } else {
        must(question.options.is_empty(), "options", "该题型没有选项 · no options for this kind");
    }
    let count = u32::try_from(question.options.len()).unwrap_or(u32::MAX);
    let is_most_fine = match (question.kind, question.most) {
        (QuestionKind::Scale, Some(most)) => (2..=10).contains(&most),
        (QuestionKind::Multiple, Some(most)) => (1..=count).contains(&most),
        (QuestionKind::Scale, None) => false,
        (_, most) => most.is_none(),
    };
    must(
        is_most_fine,
        "most",
        "打分题最高分 2 至 10；多选题不超过选项数 · highest mark, or most choices",
    );
    let known = choices(question);
    let named = question.in_favour.iter().all(|key| known.contains(key));
    // Where every answer counts, the gate can't fail.
    let leaves_some = question.in_favour.is_empty() || question.in_favour.len() < known.len();
    let is_plain = question.kind != QuestionKind::Multiple || question.in_favour.is_empty();
    must(
        named && leaves_some && is_plain,
        "in_favour",
        "应为单选或打分题的部分选项 · some of the options",
    );
    let is_gate_fine = question.required
        && !question.in_favour.is_empty()
        && matches!(question.kind, QuestionKind::Single | QuestionKind::Scale);
    must(
        !question.gate || is_gate_fine,
        "gate",
        "门槛题须为必答的单选或打分题，并指明哪些选项算赞成 · required, single or scale, with in_favour",
    );
}
