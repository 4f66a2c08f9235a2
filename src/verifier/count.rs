//! The count of the ballots that stand, by the rules that the engine counts by.

use super::replay::{Cast, Replay};
use crate::{
    kernel::UtcTime,
    voting::{Attempt, Choice, InvalidBallots, ItemCount, Standing, select},
};

/// Which ballots count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disputed {
    /// As the tally does: a disputed ballot counts until an answer voids it.
    Count,
    /// As if every dispute without an answer were upheld.
    StayOut,
}

/// Where each head stands by its number, item by item; `None` where a ballot is not opened.
pub(super) fn standings(replay: &Replay, disputed: Disputed) -> Option<Vec<Vec<Standing>>> {
    let precedence = replay.precedence?;
    let items = replay.manifest.as_ref()?.items.len();
    let counts =
        |ballot: &&Cast| !ballot.is_void && (disputed == Disputed::Count || ballot.disputed == 0);
    let mut attempts: Vec<Vec<Attempt>> = vec![Vec::new(); items];
    for ballot in replay.ballots.iter().filter(counts) {
        let head = usize::try_from(ballot.head?).ok()?;
        let at = chrono::DateTime::from_timestamp_micros(ballot.at).map(UtcTime::new);
        let choices = ballot.choices.as_deref()?;
        for (item, choice) in attempts.iter_mut().zip(choices) {
            item.push(Attempt { head, choice: *choice, channel: ballot.channel, at });
        }
    }
    let heads = replay.roll.numbers();
    let settled = attempts.iter().map(|attempts| select(heads, attempts, precedence).standings);
    Some(settled.collect())
}

/// The count of each item; `None` where a ballot is not opened.
pub(super) fn recount(replay: &Replay) -> Option<Vec<ItemCount>> {
    let areas = replay.roll.areas();
    let invalid = invalid(replay)?;
    let standings = standings(replay, Disputed::Count)?;
    let count = |item: Vec<Standing>| ItemCount::of(&areas, &replay.roll.of_counted(item), invalid);
    Some(standings.into_iter().map(count).collect())
}

/// Whether a wholly invalid ballot takes part.
pub(super) fn invalid(replay: &Replay) -> Option<InvalidBallots> {
    let participates = replay.manifest.as_ref()?.rules.invalid_participates;
    Some(if participates { InvalidBallots::TakePart } else { InvalidBallots::StayOut })
}

/// Whether a ballot of a head stands on an item: what `--unit` prints.
pub(super) fn says(standing: Option<&Standing>) -> Option<Choice> {
    match standing {
        Some(Standing::Cast(choice)) => Some(*choice),
        _ => None,
    }
}
