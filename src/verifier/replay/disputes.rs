//! Disputes and their answers: an upheld one voids the ballot, as if it had never been cast; where a
//! sheet was misread, the ballot says from then on what two people read.

use super::{Replay, Rule, steps::are_two};
use crate::{
    ballot_log::{Challenge, Openings, Ruling, What},
    verifier::openings::open,
    voting::Channel,
};

/// A dispute.
#[derive(Debug)]
pub(super) struct Dispute {
    /// Where its ballot stands among the ballots.
    ballot: usize,
    is_misread: bool,
    is_answered: bool,
    /// Who ruled.
    by: Vec<String>,
}

impl Replay {
    pub(super) fn challenge(&mut self, seq: u64, challenge: &Challenge) {
        let found = self.find_ballot(challenge.ballot);
        let Some((at, ballot)) = found.and_then(|at| Some((at, self.ballots.get_mut(at)?))) else {
            let message = "异议所指不是选票 (the dispute names no ballot before it)";
            return self.fault(seq, Rule::Challenge, message);
        };
        ballot.disputed += 1;
        let is_misread = challenge.reason == "misread";
        self.disputes
            .insert(seq, Dispute { ballot: at, is_misread, is_answered: false, by: Vec::new() });
    }

    pub(super) fn rule(&mut self, seq: u64, ruling: &Ruling, opened: &Openings) {
        if !are_two(&ruling.by) {
            self.fault(seq, Rule::Challenge, "答复须由两人作出 (two people are needed to rule)");
        }
        let Some(dispute) = self.disputes.get_mut(&ruling.challenge) else {
            let message = "答复所指不是异议 (the answer names no dispute before it)";
            return self.fault(seq, Rule::Challenge, message);
        };
        if std::mem::replace(&mut dispute.is_answered, true) {
            return self.fault(seq, Rule::Challenge, "异议已有答复 (the dispute was answered)");
        }
        dispute.by.clone_from(&ruling.by);
        self.is_ruled_since = true;
        let (at, is_misread) = (dispute.ballot, dispute.is_misread);
        let Some(ballot) = self.ballots.get_mut(at) else { return };
        ballot.disputed = ballot.disputed.saturating_sub(1);
        let corrects = ruling.upheld && is_misread && ballot.channel == Channel::Paper;
        ballot.is_void |= ruling.upheld && !corrects;
        if ruling.what.is_some() != corrects {
            let message = "只有录入有误的纸质票异议成立时才更正内容 (what a ballot says is corrected \
                           exactly where a sheet was misread)";
            self.fault(seq, Rule::Challenge, message);
        }
        if corrects {
            let what: Option<What> = ruling.what.as_ref().and_then(|commitment| {
                open(opened.what.as_ref(), commitment, (seq, &mut self.findings))
            });
            let choices = what.and_then(|what| self.choices(seq, &what));
            if let Some(ballot) = self.ballots.get_mut(at) {
                ballot.choices = choices;
            }
        }
    }

    /// Whether a difference of the re-check has its consequence: the ballot is void, or was disputed as
    /// misread.
    pub(super) fn answers_for_difference(&self, ballot: usize) -> bool {
        self.ballots.get(ballot).is_some_and(|ballot| ballot.is_void)
            || self.disputes.values().any(|of| of.ballot == ballot && of.is_misread)
    }

    /// Whether somebody ruled on a ballot.
    pub(super) fn has_ruled(&self, ballot: usize, person: &str) -> bool {
        let of = self.disputes.values().filter(|dispute| dispute.ballot == ballot);
        of.flat_map(|dispute| &dispute.by).any(|by| by == person)
    }

    /// Disputed ballots without an answer.
    pub(in crate::verifier) fn count_disputed(&self) -> u64 {
        self.ballots.iter().map(|ballot| u64::from(ballot.disputed > 0)).sum()
    }
}
