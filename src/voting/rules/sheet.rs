//! Paper sheets 纸质表决票: what an entry must say, whose turn it is. Absent on purpose:
//! who the clerks are (the unique keys of `sheet_entries` keep them apart), and what the first entry
//! says until the sheet is settled.

use crate::{
    kernel::{Code, ItemId, Outcome, Refusal},
    voting::{
        model::{Choice, EntryRound, InvalidReason, SheetState},
        rules::{
            pack::RulePack,
            questions::{Question, check, fill},
        },
    },
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

impl From<&RulePack> for Blank {
    fn from(pack: &RulePack) -> Self {
        if pack.switches.blank_is_abstain.value { Self::Abstains } else { Self::Invalid }
    }
}

impl Reading {
    /// Completes what was entered: blank items by the pack's switch, in the order of the ballot.
    ///
    /// # Errors
    /// `ballot_incomplete` for an unknown or doubled item; `invalid_field` where the reason and the
    /// invalid choices do not go together; as [`check`].
    pub fn complete(
        given: &[(ItemId, Choice)],
        invalid_reason: Option<InvalidReason>,
        (items, questions, blank): (&[ItemId], &[Question], Blank),
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
            given.iter().find(|(given, _)| given == item).map(|(_, choice)| *choice)
        };
        let mut said: Vec<Option<Choice>> = items.iter().map(choice_of).collect();
        fill(questions, &mut said);
        let said: Vec<Choice> = said.into_iter().map(|said| said.unwrap_or(blank)).collect();
        check(questions, &said)?;
        let choices = items.iter().copied().zip(said).collect();
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
        SheetState::Issued
        | SheetState::Differing
        | SheetState::Settled
        | SheetState::Void
        | SheetState::Missing => Err(wrong_state(state, "registered | entered_once")),
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
        SheetState::Issued
        | SheetState::Registered
        | SheetState::EnteredOnce
        | SheetState::Settled
        | SheetState::Void
        | SheetState::Missing => Err(wrong_state(state, "differing")),
    }
}

/// Whether the sheet may still be voided: not once it came back, so that nobody alone makes a ballot
/// disappear. What can't be read is entered as invalid, by two people, with its reason.
///
/// # Errors
/// `sheet_state_conflict`.
pub fn may_void(state: SheetState) -> Outcome<()> {
    match state {
        SheetState::Issued => Ok(()),
        SheetState::Registered
        | SheetState::EnteredOnce
        | SheetState::Differing
        | SheetState::Settled
        | SheetState::Void
        | SheetState::Missing => Err(wrong_state(state, "issued")),
    }
}

/// Whether the sheet may come back in a batch: once, and not once it is void.
///
/// # Errors
/// `sheet_void`, `sheet_returned`; `sheet_state_conflict` where it was given up as missing.
pub fn may_return(state: SheetState) -> Outcome<()> {
    match state {
        SheetState::Issued => Ok(()),
        SheetState::Void => Err(Refusal::new(Code::SheetVoid)),
        SheetState::Missing => Err(wrong_state(state, "issued")),
        SheetState::Registered
        | SheetState::EnteredOnce
        | SheetState::Differing
        | SheetState::Settled => Err(Refusal::new(Code::SheetReturned)),
    }
}

/// How a scan may be added to a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanTurn {
    /// Nobody has entered the sheet: scans may be added and removed.
    Freely,
    /// Somebody has: a further one may be added, with a reason; none is removed.
    WithReason,
}

/// Whether scans of the sheet may change, and how.
///
/// # Errors
/// `sheet_state_conflict` where the sheet did not come back, or is void.
pub fn scan_turn(state: SheetState) -> Outcome<ScanTurn> {
    match state {
        SheetState::Registered => Ok(ScanTurn::Freely),
        SheetState::EnteredOnce | SheetState::Differing | SheetState::Settled => {
            Ok(ScanTurn::WithReason)
        }
        SheetState::Issued | SheetState::Void | SheetState::Missing => {
            Err(wrong_state(state, "registered | entered_once | differing | settled"))
        }
    }
}

/// Whether the sheet may be read again: once it is a ballot.
///
/// # Errors
/// `sheet_state_conflict`.
pub fn must_be_settled(state: SheetState) -> Outcome<()> {
    match state {
        SheetState::Settled => Ok(()),
        SheetState::Issued
        | SheetState::Registered
        | SheetState::EnteredOnce
        | SheetState::Differing
        | SheetState::Void
        | SheetState::Missing => Err(wrong_state(state, "settled")),
    }
}

/// How many sheets are where, for the account: `issued = returned + spoiled + missing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Ever issued.
    pub issued: i32,
    /// Brought back and not spoiled since.
    pub returned: i32,
    /// Void.
    pub spoiled: i32,
    /// Not brought back.
    pub missing: i32,
}

impl Account {
    /// Counts sheets by state.
    #[must_use]
    pub fn of(counts: &[(SheetState, i64)]) -> Self {
        let mut account = Self::default();
        for (state, count) in counts {
            let count = i32::try_from(*count).unwrap_or(i32::MAX);
            account.issued = account.issued.saturating_add(count);
            let place = match state {
                SheetState::Issued | SheetState::Missing => &mut account.missing,
                SheetState::Void => &mut account.spoiled,
                SheetState::Registered
                | SheetState::EnteredOnce
                | SheetState::Differing
                | SheetState::Settled => &mut account.returned,
            };
            *place = place.saturating_add(count);
        }
        account
    }

    /// Whether what a clerk counted is what the ledger says.
    ///
    /// # Errors
    /// `account_mismatch` with both.
    pub fn must_equal(self, counted: Self) -> Outcome<()> {
        let sum = counted.returned.saturating_add(counted.spoiled).saturating_add(counted.missing);
        if self == counted && sum == counted.issued {
            return Ok(());
        }
        let told = |account: Self| {
            let Self { issued, returned, spoiled, missing } = account;
            format!("{issued} = {returned} + {spoiled} + {missing}")
        };
        let detail = "issued = returned + spoiled + missing";
        Err(Refusal::new(Code::AccountMismatch)
            .with("have", told(counted))
            .with("need", told(self))
            .detail(detail))
    }
}

fn wrong_state(state: SheetState, need: &str) -> Refusal {
    Refusal::new(Code::SheetStateConflict).with("have", state.as_str()).with("need", need)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_items_follow_the_switch() {
        let items = [ItemId::new(), ItemId::new()];
        let given = [(items[1], Choice::For)];
        let abstains = Reading::complete(&given, None, (&items, &[], Blank::Abstains)).unwrap();
        assert_eq!(abstains.choices, [(items[0], Choice::Abstain), (items[1], Choice::For)]);
        let invalid = Reading::complete(&given, None, (&items, &[], Blank::Invalid)).unwrap();
        assert_eq!(invalid.choices, [(items[0], Choice::Invalid), (items[1], Choice::For)]);
    }

    #[test]
    fn an_entry_names_each_item_once_and_says_why_it_is_invalid() {
        let items = [ItemId::new()];
        let complete = |given: &[(ItemId, Choice)], reason| {
            Reading::complete(given, reason, (&items, &[], Blank::Abstains)).map_err(|e| e.code())
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
        assert_eq!(allowed(SheetState::Issued), (None, false, true));
        assert_eq!(allowed(SheetState::Missing), (None, false, false));
        assert_eq!(allowed(SheetState::Registered), (Some(EntryRound::First), false, false));
        assert_eq!(allowed(SheetState::EnteredOnce), (Some(EntryRound::Second), false, false));
        assert_eq!(allowed(SheetState::Differing), (None, true, false));
        assert_eq!(allowed(SheetState::Settled), (None, false, false));
        assert_eq!(allowed(SheetState::Void), (None, false, false));
        for &state in SheetState::ALL {
            assert_eq!(may_return(state).is_ok(), state == SheetState::Issued);
            assert_eq!(must_be_settled(state).is_ok(), state == SheetState::Settled);
            let turn = match state {
                SheetState::Registered => Some(ScanTurn::Freely),
                SheetState::Issued | SheetState::Void | SheetState::Missing => None,
                _ => Some(ScanTurn::WithReason),
            };
            assert_eq!(scan_turn(state).ok(), turn);
        }
    }

    #[test]
    fn an_account_adds_up_or_is_refused() {
        let counts = [(SheetState::Issued, 2), (SheetState::Settled, 5), (SheetState::Void, 1)];
        let account = Account::of(&counts);
        assert_eq!(account, Account { issued: 8, returned: 5, spoiled: 1, missing: 2 });
        assert!(account.must_equal(account).is_ok());
        let other = Account { returned: 6, missing: 1, ..account };
        let refused = account.must_equal(other).unwrap_err();
        assert_eq!(refused.code(), Code::AccountMismatch);
        assert_eq!(refused.params()["have"], "8 = 6 + 1 + 1");
    }
}
