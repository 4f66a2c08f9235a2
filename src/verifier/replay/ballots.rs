//! Ballots and attempts: when, whose, what, and whether the head could still cast one.

use super::{Cast, Phase, Replay, Rule, paper::signed};
use crate::{
    ballot_log::{Attempt, Ballot, Openings, What, Who},
    verifier::openings::open,
    voting::{Channel, Choice, DuplicatePolicy},
};

impl Replay {
    pub(super) fn cast(&mut self, seq: u64, ballot: &Ballot, opened: &Openings) {
        let Ok(channel) = ballot.channel.parse::<Channel>() else {
            return self.fault(seq, Rule::Format, "渠道未知 (an unknown channel)");
        };
        let is_paper = ballot.serial.is_some() || channel == Channel::Paper;
        if self.phase == Phase::Closed && !is_paper {
            let message = "截止后的网上票 (a ballot on line after the close)";
            return self.fault(seq, Rule::Order, message);
        }
        if !self.is_in_window(ballot.at) {
            self.fault(seq, Rule::Window, "不在表决时间内 (outside the window)");
        }
        let who = self.who(seq, &ballot.who, opened);
        let what: Option<What> =
            open(opened.what.as_ref(), &ballot.what, (seq, &mut self.findings));
        let text = opened.what.as_ref().filter(|_| what.is_some());
        let text = text.map(|what| signed(ballot.under, &what.text));
        let mut head = who;
        if is_paper {
            head = self.take_sheet(seq, ballot, (who, text.as_deref())).or(who);
        }
        let choices = what.and_then(|what| self.choices(seq, &what));
        head = self.use_power(seq, (ballot, channel), (head, choices.as_deref())).or(head);
        self.check_place(seq, ballot, (channel, head));
        let Ballot { at, under, .. } = *ballot;
        let cast = Cast { seq, at, channel, head, choices, is_void: false, under, disputed: 0 };
        if let Some(head) = head {
            self.by_head.entry(head).or_default().push(self.ballots.len());
        }
        self.ballots.push(cast);
    }

    pub(super) const fn is_in_window(&self, at: i64) -> bool {
        match &self.manifest {
            Some(manifest) => at >= manifest.opens_at && at < self.closes_at,
            None => true,
        }
    }

    /// The head that is opened, if it is on the roll with these units.
    fn who(&mut self, seq: u64, commitment: &str, opened: &Openings) -> Option<u64> {
        let who: Who = open(opened.who.as_ref(), commitment, (seq, &mut self.findings))?;
        if self.roll.head(who.head).is_some_and(|head| head.has(&who.units)) {
            return Some(who.head);
        }
        self.fault(
            seq,
            Rule::Who,
            "业主或其房屋与名册不符 (not a head of the roll with its units)",
        );
        None
    }

    pub(super) fn choices(&mut self, seq: u64, what: &What) -> Option<Box<[Choice]>> {
        let choices: Result<Box<[Choice]>, String> =
            what.choices.iter().map(|choice| choice.parse()).collect();
        let items = self.manifest.as_ref().map_or(0, |manifest| manifest.items.len());
        let is_whole = choices.as_ref().is_ok_and(|choices| {
            let is_invalid = choices.contains(&Choice::Invalid);
            choices.len() == items && what.invalid_reason.is_some() == is_invalid
        });
        if !is_whole {
            let message = "票上的选择与事项不符 (not one choice for each item)";
            self.fault(seq, Rule::What, message);
            return None;
        }
        if let Ok(choices) = &choices {
            self.check_questions(seq, choices);
        }
        choices.ok()
    }

    /// What a ballot on line, a proxy's too, is taken for, and what a replacement replaces.
    fn check_place(&mut self, seq: u64, ballot: &Ballot, (channel, head): (Channel, Option<u64>)) {
        if let Some(replaced) = ballot.replaces {
            let earlier = self.find_ballot(replaced).and_then(|at| self.ballots.get(at));
            let is_own = earlier.is_some_and(|earlier| {
                earlier.head.is_none() || head.is_none() || earlier.head == head
            });
            if !is_own {
                let message =
                    "所替换的不是同一业主先前的票 (replaces no earlier ballot of the head)";
                self.fault(seq, Rule::Duplicate, message);
            }
        }
        let (Some(precedence), Some(head)) = (self.precedence, head) else { return };
        if channel == Channel::Paper || precedence.policy == DuplicatePolicy::LastValid {
            return;
        }
        let is_valid = |choices: &[Choice]| choices.iter().any(|c| *c != Choice::Invalid);
        let valid: Vec<&Cast> = self
            .of_head(head)
            .filter(|cast| !cast.is_void && cast.choices.as_deref().is_some_and(is_valid))
            .collect();
        let on_line = valid.iter().filter(|cast| cast.channel == Channel::Online).count();
        let allowed = usize::try_from(precedence.max_changes).unwrap_or(usize::MAX);
        let first = valid.iter().min_by_key(|cast| (cast.at, cast.seq));
        let is_behind = precedence.policy == DuplicatePolicy::FirstValid
            && first.is_some_and(|first| first.channel != Channel::Online);
        if on_line > allowed || is_behind {
            let message = "该业主已有有效票 (the head has a standing ballot already)";
            self.fault(seq, Rule::Duplicate, message);
        }
    }

    /// The ballots of a head, in the order of the log.
    pub(in crate::verifier) fn of_head(&self, head: u64) -> impl Iterator<Item = &Cast> {
        let of_head = self.by_head.get(&head).map(Vec::as_slice).unwrap_or_default();
        of_head.iter().filter_map(|at| self.ballots.get(*at))
    }

    /// Where the ballot of a leaf stands among the ballots.
    pub(super) fn find_ballot(&self, seq: u64) -> Option<usize> {
        self.ballots.binary_search_by_key(&seq, |ballot| ballot.seq).ok()
    }

    pub(super) fn attempt(&mut self, seq: u64, attempt: &Attempt, opened: &Openings) {
        self.attempts += 1;
        if let Some(commitment) = &attempt.who {
            self.who(seq, commitment, opened);
        }
    }
}
