//! Disputes and their answers; an upheld one voids the ballot, as if it had never been cast.

use super::{Replay, Rule, steps::are_two};
use crate::ballot_log::{Challenge, Ruling};

impl Replay {
    pub(super) fn challenge(&mut self, seq: u64, challenge: &Challenge) {
        let found = self.find_ballot(challenge.ballot);
        let Some((at, ballot)) = found.and_then(|at| Some((at, self.ballots.get_mut(at)?))) else {
            let message = "异议所指不是选票 (the dispute names no ballot before it)";
            return self.fault(seq, Rule::Challenge, message);
        };
        ballot.disputed += 1;
        self.disputes.insert(seq, (at, false));
    }

    pub(super) fn rule(&mut self, seq: u64, ruling: &Ruling) {
        if !are_two(&ruling.by) {
            self.fault(seq, Rule::Challenge, "答复须由两人作出 (two people are needed to rule)");
        }
        let Some((at, is_answered)) = self.disputes.get_mut(&ruling.challenge) else {
            let message = "答复所指不是异议 (the answer names no dispute before it)";
            return self.fault(seq, Rule::Challenge, message);
        };
        if std::mem::replace(is_answered, true) {
            return self.fault(seq, Rule::Challenge, "异议已有答复 (the dispute was answered)");
        }
        if let Some(ballot) = self.ballots.get_mut(*at) {
            ballot.disputed = ballot.disputed.saturating_sub(1);
            ballot.is_void |= ruling.upheld;
        }
    }

    /// Disputed ballots without an answer.
    pub(in crate::verifier) fn count_disputed(&self) -> u64 {
        self.ballots.iter().map(|ballot| u64::from(ballot.disputed > 0)).sum()
    }
}
