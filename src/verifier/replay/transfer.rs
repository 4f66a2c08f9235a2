//! A sale while the vote is open: the roll stays, another person stands for the head.

use super::{Cast, Replay, Rule, steps::are_two};
use crate::{
    ballot_log::{Openings, Owners, Transfer},
    verifier::openings::open,
    voting::Choice,
};

impl Replay {
    /// The buyer stands for a head of one unit that has not voted, and whose sheets are all void.
    pub(super) fn transfer(&mut self, seq: u64, transfer: &Transfer, opened: &Openings) {
        if let Some(owners) = opened.owners.as_ref() {
            open::<Owners>(Some(owners), &transfer.owners, (seq, &mut self.findings));
        }
        let head = transfer.head;
        let name = (transfer.building.clone(), transfer.unit.clone());
        let is_only = self.roll.units.get(&name).is_some_and(|unit| unit.head == head)
            && self.roll.head(head).is_some_and(|of| of.has(std::slice::from_ref(&name.1)));
        // A ballot that says nothing valid is no vote; what one says that is not opened nobody can tell.
        let says_nothing = |cast: &Cast| {
            let invalid = |said: &[Choice]| said.iter().all(|choice| *choice == Choice::Invalid);
            cast.is_void || cast.choices.as_deref().is_none_or(invalid)
        };
        let is_void = |ballot: usize| self.ballots.get(ballot).is_some_and(says_nothing);
        let has_voted = self.of_head(head).any(|cast| !says_nothing(cast));
        let message = if !are_two(&transfer.by) {
            "过户变更须由两人作出 (two people are needed to put a buyer in the place of a seller)"
        } else if !self.is_in_window(transfer.at) {
            "过户变更不在表决时间内 (a transfer outside the window)"
        } else if !is_only {
            "过户的不是该业主唯一的房屋 (not the only unit of the head)"
        } else if has_voted || self.paper.is_out(head, is_void) {
            "该业主已表决或其纸质票尚未作废 (the head has voted, or has a sheet that is not void)"
        } else {
            return self.deliveries.moved(name, transfer.at);
        };
        self.fault(seq, Rule::Transfer, message);
    }
}
