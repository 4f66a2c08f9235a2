//! Questions 多选议题: each option is counted for itself and must pass by its class (民法典 278: by area
//! and by heads). Here stands what joins the options: what a ballot may say on them together, and which
//! of those that pass win. The law says nothing of either; the default is ours. Absent on purpose: lots,
//! and any order in which options stand on the ballot.

use std::collections::BTreeSet;

use crate::{
    kernel::{Code, Outcome, Refusal},
    voting::{
        model::{Choice, QuestionKind, RankBy},
        rules::{count::Weight, pack::RulePack},
    },
};

/// A question of a ballot. Items are named by their place on the ballot, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub title: String,
    /// Its options, rising.
    pub options: Vec<usize>,
    /// Options that one ballot may choose.
    pub choose_at_most: usize,
    /// Options that may win.
    pub seats: usize,
    /// What it asks for.
    pub kind: QuestionKind,
    /// Which of the options that pass goes first.
    pub rank_by: RankBy,
}

/// How an option came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionCount {
    /// Whether it passed all four tests of its class.
    pub passed: bool,
    /// Those for it.
    pub in_favour: Weight,
}

/// What came of a question. Options are named by their place on the ballot, rising.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// The options that won.
    pub chosen: Vec<usize>,
    /// Places that nobody won; 0 where the question is decided.
    pub open: usize,
    /// Options that passed and tie for the last place, so that none of them wins it.
    pub tied: Vec<usize>,
    /// The options between which a run-off would be; none where the question is decided.
    pub leading: Vec<usize>,
}

/// What a ballot must not say on a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// More options are chosen than it allows: so many.
    TooMany(usize),
    /// Some options are invalid and others are not.
    PartlyInvalid,
}

/// How a pack ranks options that pass; ours where it says nothing: neither area nor heads goes before
/// the other, as in 民法典 278.
#[must_use]
pub fn rank_by(pack: &RulePack) -> RankBy {
    pack.questions.rank_by.as_ref().map_or(RankBy::Both, |rule| rule.value)
}

/// Whether the numbers of a question hang together: 1 ≤ seats ≤ `choose_at_most` ≤ options, at least 2.
#[must_use]
pub const fn fits(options: usize, choose_at_most: usize, seats: usize) -> bool {
    options >= 2 && seats >= 1 && seats <= choose_at_most && choose_at_most <= options
}

/// Whether questions are whole for a ballot of so many items: options rising, there, of one question.
#[must_use]
pub fn are_whole(questions: &[Question], items: usize) -> bool {
    let mut seen = BTreeSet::new();
    questions.iter().all(|question| {
        let options = &question.options;
        let is_new = options.iter().all(|option| *option < items && seen.insert(*option));
        is_new
            && options.is_sorted()
            && fits(options.len(), question.choose_at_most, question.seats)
    })
}

/// Fills in what a ballot leaves out of a question that it speaks to: not chosen is an abstention. Where
/// it says nothing but `invalid`, all of it is.
pub fn fill(questions: &[Question], given: &mut [Option<Choice>]) {
    for question in questions {
        let named: Vec<Choice> =
            question.options.iter().filter_map(|at| given.get(*at).copied().flatten()).collect();
        let is_invalid = named.iter().all(|choice| *choice == Choice::Invalid);
        let rest = if is_invalid { Choice::Invalid } else { Choice::Abstain };
        for option in question.options.iter().filter(|_| !named.is_empty()) {
            if let Some(choice) = given.get_mut(*option) {
                choice.get_or_insert(rest);
            }
        }
    }
}

/// Refuses a ballot that breaks the rule of a question; `choices` are those of the whole ballot.
///
/// # Errors
/// `too_many_options` with the numbers; `invalid_field` where an option is invalid and another is not.
pub fn check(questions: &[Question], choices: &[Choice]) -> Outcome<()> {
    for question in questions {
        let title = question.title.as_str();
        match question.breach(choices) {
            None => {}
            Some(Breach::TooMany(chosen)) => {
                let most = question.choose_at_most;
                let detail = format!("“{title}”：{chosen} > {most}");
                let refusal = Refusal::field(Code::TooManyOptions, "/choices", detail);
                let refusal = refusal.with("question", title);
                return Err(refusal.with("chosen", chosen).with("at_most", most));
            }
            Some(Breach::PartlyInvalid) => {
                let detail = format!("“{title}”: all of its options are invalid, or none");
                return Err(Refusal::field(Code::InvalidField, "/choices", detail));
            }
        }
    }
    Ok(())
}

/// Whether somewhere more options pass than may win, so that the order among them decides.
#[must_use]
pub fn is_ranked(questions: &[Question], counts: &[OptionCount]) -> bool {
    questions.iter().any(|question| {
        let passed = question.options.iter().filter_map(|at| counts.get(*at));
        passed.filter(|count| count.passed).count() > question.seats
    })
}

impl Question {
    /// What a ballot breaks of the question.
    #[must_use]
    pub fn breach(&self, choices: &[Choice]) -> Option<Breach> {
        let said = || self.options.iter().filter_map(|at| choices.get(*at));
        let count = |wanted| said().filter(|choice| **choice == wanted).count();
        let (chosen, invalid) = (count(Choice::For), count(Choice::Invalid));
        if invalid > 0 && invalid < said().count() {
            return Some(Breach::PartlyInvalid);
        }
        (chosen > self.choose_at_most).then_some(Breach::TooMany(chosen))
    }

    /// Which options win: those that pass, and of more than there are places those that fewer others
    /// than there are places do not stand behind. `counts` are those of the whole ballot. A tie for the
    /// last place leaves it open; nothing is decided by chance or by the order on the ballot.
    #[must_use]
    pub fn settle(&self, counts: &[OptionCount]) -> Settled {
        let count = |at: usize| counts.get(at).copied();
        let options = || self.options.iter().filter_map(|at| Some((*at, count(*at)?)));
        let passed: Vec<(usize, Weight)> =
            options().filter(|(_, of)| of.passed).map(|(at, of)| (at, of.in_favour)).collect();
        let others = |own: usize| passed.iter().filter(move |(at, _)| *at != own);
        let wins = |(at, own): &(usize, Weight)| {
            others(*at).filter(|(_, other)| !self.is_behind(*other, *own)).count() < self.seats
        };
        let chosen: Vec<usize> = passed.iter().filter(|of| wins(of)).map(|(at, _)| *at).collect();
        let open = self.seats.saturating_sub(chosen.len());
        if open == 0 {
            return Settled { chosen, ..Settled::default() };
        }
        let ahead = |at, own| others(at).filter(|(_, other)| self.is_behind(own, *other)).count();
        let tied =
            passed.iter().filter(|(at, own)| !chosen.contains(at) && ahead(*at, *own) < self.seats);
        let tied = tied.map(|(at, _)| *at).collect();
        let rest: Vec<(usize, Weight)> = options()
            .filter(|(at, _)| !chosen.contains(at))
            .map(|(at, of)| (at, of.in_favour))
            .collect();
        Settled { leading: self.leading(&rest, open), chosen, open, tied }
    }

    /// What a certificate says of the question, by numbers of the ballot.
    #[must_use]
    pub fn line(&self, counts: &[OptionCount]) -> String {
        let settled = self.settle(counts);
        let first = self.options.first().map_or(0, |at| at + 1);
        let chosen: Vec<String> = settled.chosen.iter().map(|at| (at + 1).to_string()).collect();
        let chosen = if chosen.is_empty() { "-".to_owned() } else { chosen.join(",") };
        format!("question {first} chosen {chosen} open {}", settled.open)
    }

    /// The options that lead among those that did not win, ties included. Of a choice one more than
    /// there are open places, by area and by heads; of an election twice as many, by its rank.
    fn leading(&self, rest: &[(usize, Weight)], open: usize) -> Vec<usize> {
        let within = |most: usize, goes_before: &dyn Fn(Weight, Weight) -> bool, own: Weight| {
            rest.iter().filter(|(_, other)| goes_before(*other, own)).count() < most
        };
        let leads = |own: Weight| match self.kind {
            QuestionKind::Choice => {
                within(open + 1, &|one, other| one.area > other.area, own)
                    || within(open + 1, &|one, other| one.heads > other.heads, own)
            }
            QuestionKind::Election => {
                within(2 * open, &|one, other| self.is_behind(other, one), own)
            }
        };
        rest.iter().filter(|(_, own)| leads(*own)).map(|(at, _)| *at).collect()
    }

    /// Whether `own` stands behind `other` by the rank.
    fn is_behind(&self, own: Weight, other: Weight) -> bool {
        match self.rank_by {
            RankBy::HeadsThenArea => (own.heads, own.area) < (other.heads, other.area),
            RankBy::AreaThenHeads => (own.area, own.heads) < (other.area, other.heads),
            RankBy::Both => own != other && own.area <= other.area && own.heads <= other.heads,
        }
    }
}
