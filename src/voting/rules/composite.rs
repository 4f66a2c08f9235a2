//! Composite decisions 组合表决: which votes are needed, what they come to together. The law counts
//! each vote for itself (民法典 278); all must pass. A target beside decides nothing.

use crate::{
    kernel::Threshold,
    voting::{
        model::{CompositeVerdict, MemberOutcome, VoteScope, VoteState},
        rules::{
            count::Weight,
            pack_parts::{Composite, CompositePart},
        },
    },
};

/// A vote that is needed: which part of the composite, in which place, both by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The part.
    pub part: usize,
    /// The place.
    pub place: usize,
}

/// What is wrong with the places of a composite decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlacesFault {
    /// No place of a scope that a part names: an empty scope never passes.
    None(VoteScope),
    /// Several places where one vote decides.
    Several(VoteScope),
    /// A place, by index, of a scope that no part names.
    Idle(usize),
}

/// The votes that a composite needs of these places, part by part.
///
/// # Errors
/// The first fault of the places.
pub fn slots(composite: &Composite, places: &[VoteScope]) -> Result<Vec<Slot>, PlacesFault> {
    let named = |kind: &VoteScope| composite.parts.iter().any(|part| part.scope == *kind);
    if let Some(index) = places.iter().position(|kind| !named(kind)) {
        return Err(PlacesFault::Idle(index));
    }
    let mut slots = Vec::new();
    for (index, part) in composite.parts.iter().enumerate() {
        let of_kind = places.iter().enumerate().filter(|(_, kind)| **kind == part.scope);
        let of_part: Vec<_> = of_kind.map(|(place, _)| Slot { part: index, place }).collect();
        match (of_part.len(), part.each) {
            (0, _) => return Err(PlacesFault::None(part.scope)),
            (1, _) | (_, true) => slots.extend(of_part),
            (_, false) => return Err(PlacesFault::Several(part.scope)),
        }
    }
    Ok(slots)
}

/// An item of a member vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberItem {
    /// Its matters by the pack, joined by commas.
    pub matter: String,
    /// Whether it passed, once counted.
    pub passed: Option<bool>,
}

/// Whether an item is on the matter of a part.
#[must_use]
pub fn is_on(part: &CompositePart, matter: &str) -> bool {
    matter.split(',').any(|key| key == part.matter)
}

/// What a vote has come to for its part. A result counts once it is final.
#[must_use]
pub fn outcome_of(part: &CompositePart, state: VoteState, items: &[MemberItem]) -> MemberOutcome {
    match state {
        VoteState::Voided => MemberOutcome::Voided,
        VoteState::Confirmed => {
            let mut on_it = items.iter().filter(|item| is_on(part, &item.matter)).peekable();
            let passed = on_it.peek().is_some() && on_it.all(|item| item.passed == Some(true));
            if passed { MemberOutcome::Passed } else { MemberOutcome::Failed }
        }
        _ => MemberOutcome::Undecided,
    }
}

/// What the votes come to together; no vote at all never passes.
#[must_use]
pub fn verdict(outcomes: &[MemberOutcome]) -> CompositeVerdict {
    let ended =
        |outcome: &MemberOutcome| matches!(outcome, MemberOutcome::Failed | MemberOutcome::Voided);
    if outcomes.iter().any(ended) {
        return CompositeVerdict::Failed;
    }
    let passed = outcomes.iter().all(|outcome| *outcome == MemberOutcome::Passed);
    if passed && !outcomes.is_empty() {
        CompositeVerdict::AllPassed
    } else {
        CompositeVerdict::Pending
    }
}

/// Whether those in favour reach a target, of the whole scope, by area and by heads.
#[must_use]
pub fn reaches(target: Threshold, in_favour: Weight, total: Weight) -> bool {
    total.area > 0
        && total.heads > 0
        && target.is_met(in_favour.area, total.area)
        && target.is_met(in_favour.heads, total.heads)
}
