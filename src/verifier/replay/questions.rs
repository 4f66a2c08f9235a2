//! Questions: the manifest's are whole, and each ballot keeps to them.

use super::{Replay, Rule};
use crate::{
    ballot_log::{ItemTally, Manifest, Question as Told, Tally},
    voting::{Choice, OptionCount, Question, Weight, are_questions_whole},
};

impl Replay {
    /// Takes the questions of the manifest; none of them where one is not whole.
    pub(super) fn begin_questions(&mut self, seq: u64, manifest: &Manifest) {
        let questions: Option<Vec<Question>> = manifest.questions.iter().map(question).collect();
        let whole = questions.filter(|all| are_questions_whole(all, manifest.items.len()));
        match whole {
            Some(questions) => self.questions = questions,
            None => {
                let message = "多选议题有误 (a question's options, places or kind are not whole)";
                self.fault(seq, Rule::Question, message);
            }
        }
    }

    /// Names a ballot that breaks the rule of a question; it counts as it stands.
    pub(super) fn check_questions(&mut self, seq: u64, choices: &[Choice]) {
        if self.questions.iter().any(|question| question.breach(choices).is_some()) {
            let message = "多选议题所选过多，或部分选项无效 (more options of a question than it \
                           allows, or only some of them invalid)";
            self.fault(seq, Rule::Question, message);
        }
    }

    /// What a certificate says of the questions by a count, a line each.
    pub(in crate::verifier) fn question_lines(&self, tally: &Tally) -> Vec<String> {
        let counts = option_counts(tally);
        self.questions.iter().map(|question| question.line(&counts)).collect()
    }
}

/// How the items of a count came out.
pub(super) fn option_counts(tally: &Tally) -> Vec<OptionCount> {
    let count = |item: &ItemTally| {
        let in_favour = Weight { area: item.in_favour.area, heads: item.in_favour.heads };
        OptionCount { passed: item.passed, in_favour }
    };
    tally.items.iter().map(count).collect()
}

/// A question as the rules know it; none where a number or a word means nothing.
fn question(told: &Told) -> Option<Question> {
    let place = |position: &u64| usize::try_from(position.checked_sub(1)?).ok();
    Some(Question {
        title: told.title.clone(),
        options: told.items.iter().map(place).collect::<Option<_>>()?,
        choose_at_most: usize::try_from(told.choose_at_most).ok()?,
        seats: usize::try_from(told.seats).ok()?,
        kind: told.kind.parse().ok()?,
        rank_by: told.rank_by.parse().ok()?,
    })
}
