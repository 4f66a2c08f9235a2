//! Paper sheets 纸质表决票: what an entry must say, whose turn it is, and whether the sheet's choice
//! stands beside a ballot of the same head. Absent on purpose: who the clerks are (the unique keys
//! of `sheet_entries` keep them apart), and what the first entry says until the sheet is settled.

use crate::{
    kernel::{Code, ItemId, Outcome, Refusal, UtcTime},
    voting::model::{Choice, EntryRound, InvalidReason, SheetState},
};

/// What one person read on a sheet: a choice for every item, in the order of the ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// A choice for each item.
    pub choices: Vec<(ItemId, Choice)>,
    /// Why a choice is invalid; there exactly where one is.
    pub invalid_reason: Option<InvalidReason>,
}

/// What a blank item is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// 弃权.
    Abstains,
    /// 无效.
    Invalid,
}

impl Reading {
    /// Completes what was entered: blank items by the pack's switch, in the order of the ballot.
    ///
    /// # Errors
    /// `ballot_incomplete` for an unknown or doubled item; `invalid_field` where the reason and the
    /// invalid choices do not go together.
    pub fn complete(
        given: &[(ItemId, Choice)],
        invalid_reason: Option<InvalidReason>,
        (items, blank): (&[ItemId], Blank),
    ) -> Outcome<Self> {
        for (index, (item_id, _)) in given.iter().enumerate() {
            let refuse = |detail| {
                let pointer = format!("/choices/{index}/item_id");
                Err(Refusal::field(Code::BallotIncomplete, &pointer, detail))
            };
            if !items.contains(item_id) {
                return refuse("not on this ballot");
            }
            if given.iter().take(index).any(|(earlier, _)| earlier == item_id) {
                return refuse("named twice");
            }
        }
        let is_invalid = given.iter().any(|(_, choice)| *choice == Choice::Invalid);
        let reason = |detail| Refusal::field(Code::InvalidField, "/invalid_reason", detail);
        match invalid_reason {
            None if is_invalid => return Err(reason("an invalid choice needs its reason")),
            Some(_) if !is_invalid => return Err(reason("no choice is invalid")),
            _ => {}
        }
        let blank = match blank {
            Blank::Abstains => Choice::Abstain,
            Blank::Invalid => Choice::Invalid,
        };
        let choice_of = |item: &ItemId| {
            given.iter().find(|(given, _)| given == item).map_or(blank, |(_, choice)| *choice)
        };
        let choices = items.iter().map(|item| (*item, choice_of(item))).collect();
        Ok(Self { choices, invalid_reason })
    }
}

/// Whose entry comes next.
///
/// # Errors
/// `sheet_state_conflict` where the sheet takes no entry of that kind.
pub fn next_round(state: SheetState) -> Outcome<EntryRound> {
    match state {
        SheetState::Registered => Ok(EntryRound::First),
        SheetState::EnteredOnce => Ok(EntryRound::Second),
        SheetState::Differing | SheetState::Settled | SheetState::Void => {
            Err(wrong_state(state, "registered | entered_once"))
        }
    }
}

/// Where the second entry leads: equal entries settle the sheet.
#[must_use]
pub fn compare(first: &Reading, second: &Reading) -> SheetState {
    if first == second { SheetState::Settled } else { SheetState::Differing }
}

/// Whether a third person is to decide.
///
/// # Errors
/// `sheet_state_conflict` where the entries do not differ.
pub fn must_differ(state: SheetState) -> Outcome<()> {
    match state {
        SheetState::Differing => Ok(()),
        SheetState::Registered
        | SheetState::EnteredOnce
        | SheetState::Settled
        | SheetState::Void => Err(wrong_state(state, "differing")),
    }
}

/// Whether the sheet may still be voided: not once it became a ballot.
///
/// # Errors
/// `sheet_state_conflict`.
pub fn may_void(state: SheetState) -> Outcome<()> {
    match state {
        SheetState::Registered | SheetState::EnteredOnce | SheetState::Differing => Ok(()),
        SheetState::Settled | SheetState::Void => {
            Err(wrong_state(state, "registered | entered_once | differing"))
        }
    }
}

fn wrong_state(state: SheetState, need: &str) -> Refusal {
    Refusal::new(Code::SheetStateConflict).with("have", state.as_str()).with("need", need)
}

/// What becomes of a choice on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It stands.
    Stands,
    /// It stands, and the later ballot on the item stands no longer.
    Supersedes,
    /// An earlier ballot stands.
    GivesWay,
    /// It is invalid: it never stands and never blocks another.
    Invalid,
}

/// First valid wins: a sheet's time is its registration. `other` is the time of the ballot that
/// stands on the item already; at the very same instant that one stays.
#[must_use]
pub fn place(choice: Choice, registered_at: UtcTime, other: Option<UtcTime>) -> Standing {
    match (choice, other) {
        (Choice::Invalid, _) => Standing::Invalid,
        (_, None) => Standing::Stands,
        (_, Some(other)) if other <= registered_at => Standing::GivesWay,
        (_, Some(_)) => Standing::Supersedes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_valid_choice_stands() {
        let (nine, ten) = (at("2026-03-20T01:00:00Z"), at("2026-03-20T02:00:00Z"));
        assert_eq!(place(Choice::For, nine, None), Standing::Stands);
        assert_eq!(place(Choice::For, nine, Some(ten)), Standing::Supersedes);
        assert_eq!(place(Choice::For, ten, Some(nine)), Standing::GivesWay);
        assert_eq!(place(Choice::For, ten, Some(ten)), Standing::GivesWay);
        assert_eq!(place(Choice::Invalid, nine, Some(ten)), Standing::Invalid);
        assert_eq!(place(Choice::Invalid, nine, None), Standing::Invalid);
    }

    #[test]
    fn blank_items_follow_the_switch() {
        let items = [ItemId::new(), ItemId::new()];
        let given = [(items[1], Choice::For)];
        let abstains = Reading::complete(&given, None, (&items, Blank::Abstains)).unwrap();
        assert_eq!(abstains.choices, [(items[0], Choice::Abstain), (items[1], Choice::For)]);
        let invalid = Reading::complete(&given, None, (&items, Blank::Invalid)).unwrap();
        assert_eq!(invalid.choices, [(items[0], Choice::Invalid), (items[1], Choice::For)]);
    }

    #[test]
    fn an_entry_names_each_item_once_and_says_why_it_is_invalid() {
        let items = [ItemId::new()];
        let complete = |given: &[(ItemId, Choice)], reason| {
            Reading::complete(given, reason, (&items, Blank::Abstains)).map_err(|e| e.code())
        };
        let unsigned = Some(InvalidReason::Unsigned);
        assert!(complete(&[(items[0], Choice::Invalid)], unsigned).is_ok());
        assert_eq!(complete(&[(items[0], Choice::Invalid)], None), Err(Code::InvalidField));
        assert_eq!(complete(&[(items[0], Choice::For)], unsigned), Err(Code::InvalidField));
        assert_eq!(complete(&[(ItemId::new(), Choice::For)], None), Err(Code::BallotIncomplete));
        let twice = [(items[0], Choice::For), (items[0], Choice::For)];
        assert_eq!(complete(&twice, None), Err(Code::BallotIncomplete));
    }

    #[test]
    fn each_state_takes_only_its_own_step() {
        let allowed =
            |state| (next_round(state).ok(), must_differ(state).is_ok(), may_void(state).is_ok());
        assert_eq!(allowed(SheetState::Registered), (Some(EntryRound::First), false, true));
        assert_eq!(allowed(SheetState::EnteredOnce), (Some(EntryRound::Second), false, true));
        assert_eq!(allowed(SheetState::Differing), (None, true, true));
        assert_eq!(allowed(SheetState::Settled), (None, false, false));
        assert_eq!(allowed(SheetState::Void), (None, false, false));
    }
}
