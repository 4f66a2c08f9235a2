//! The count of the ballots that stand, by the rules that the engine counts by.

use super::replay::{Cast, Replay};
use crate::{
    ballot_log::{ClauseTally, Sum},
    kernel::UtcTime,
    voting::{
        Attempt, Channel, Choice, ClassRule, ClauseOutcome, InvalidBallots, ItemCount,
        SilenceClause, Standing, Weight, select,
    },
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
            // What an agent's power leaves out: the owner said nothing there.
            if ballot.channel == Channel::Proxy && *choice == Choice::Invalid {
                continue;
            }
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
    let delivered = replay.roll.of_counted(replay.delivered());
    let count = |(item, position): (Vec<Standing>, u32)| {
        let mut standings = replay.roll.of_counted(item);
        if replay.clause(position).is_some() {
            for (standing, delivered) in standings.iter_mut().zip(&delivered) {
                if *delivered && *standing == Standing::Absent {
                    *standing = Standing::Silent;
                }
            }
        }
        ItemCount::of(&areas, &standings, invalid)
    };
    Some(standings.into_iter().zip(1..).map(count).collect())
}

/// The count by a clause beside the strict one, as a tally tells it.
pub(super) fn by_clause(
    count: &ItemCount,
    clause: SilenceClause,
    class: &ClassRule,
) -> Option<ClauseTally> {
    let outcome = ClauseOutcome::of(count, clause, class).ok()?;
    let sum = |weight: Weight| Sum { area: weight.area, heads: weight.heads };
    let objecting = matches!(clause, SilenceClause::Objection(_)).then_some(outcome.objecting);
    Some(ClauseTally {
        participating: sum(outcome.count.participating),
        in_favour: sum(outcome.count.in_favour),
        against: sum(outcome.count.against),
        abstain: sum(outcome.count.abstain),
        objecting: objecting.map(sum),
        passed: outcome.passed,
    })
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
