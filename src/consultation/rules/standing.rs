//! Where a household stands by all that is on record, who is to be visited, and the three numbers.

use std::collections::HashMap;

use crate::consultation::model::{Reason, Share, Stance, Standing, Totals};
use crate::kernel::{AccountId, StanceId, UnitId, UtcTime};

/// An entry of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The entry.
    pub id: StanceId,
    /// The household.
    pub unit_id: UnitId,
    /// In which round; 0 before the first.
    pub round: i32,
    /// When it was said.
    pub said_at: UtcTime,
    /// What was entered.
    pub stance: Stance,
    /// Why.
    pub reason: Option<Reason>,
    /// Whether it came after somebody else's record of what was said later.
    pub clash: bool,
    /// What a confirmed correction put in its place; an inner nothing strikes it.
    pub corrected: Option<Option<Stance>>,
    /// Who recorded it.
    pub recorded_by: AccountId,
}

impl Entry {
    /// What the entry counts as; nothing for a clash and for what was struck.
    #[must_use]
    pub fn counts_as(&self) -> Option<Stance> {
        match self.corrected {
            Some(corrected) => corrected,
            None if self.clash => None,
            None => Some(self.stance),
        }
    }
}

/// Whether a visit at `visited_at` comes after somebody else recorded what the household said later.
/// A visit that met nobody changes nothing and clashes with nothing.
#[must_use]
pub fn clashes(
    entries: &[Entry],
    (unit_id, stance): (UnitId, Stance),
    (visited_at, by): (UtcTime, AccountId),
) -> bool {
    stance != Stance::Unreached
        && entries.iter().any(|entry| {
            entry.unit_id == unit_id
                && entry.said_at > visited_at
                && entry.recorded_by != by
                && entry.counts_as().is_some_and(|stance| stance != Stance::Unreached)
        })
}

/// Where each household stands after a round: what it said last. An attempt in vain takes nothing
/// back.
#[must_use]
pub fn standings(entries: &[Entry], after_round: i32) -> HashMap<UnitId, Standing> {
    let mut last: HashMap<UnitId, (Option<(UtcTime, StanceId)>, Standing)> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.round <= after_round) {
        let Some(stance) = entry.counts_as() else { continue };
        let known = last.entry(entry.unit_id).or_insert((None, Standing::Unreached));
        let at = (entry.said_at, entry.id);
        let said = match stance {
            Stance::Unreached => continue,
            Stance::Support => Standing::Support,
            Stance::Conditional => Standing::Conditional,
            Stance::Oppose => Standing::Oppose,
        };
        if known.0.is_none_or(|before| before < at) {
            *known = (Some(at), said);
        }
    }
    last.into_iter().map(|(unit, (_, standing))| (unit, standing)).collect()
}

/// Whether a household is visited in a round: everybody in the first, then whoever does not support
/// after the round before.
#[must_use]
pub fn is_target(round: i32, before: Standing) -> bool {
    round <= 1 || before != Standing::Support
}

/// The numbers over households.
#[must_use]
pub fn tally(standings: impl Iterator<Item = Standing>) -> Totals {
    let (mut of, mut support, mut conditional) = (0_u32, 0_u32, 0_u32);
    let (mut oppose, mut tried_in_vain) = (0_u32, 0_u32);
    for standing in standings {
        of += 1;
        match standing {
            Standing::Support => support += 1,
            Standing::Conditional => conditional += 1,
            Standing::Oppose => oppose += 1,
            Standing::Unreached => tried_in_vain += 1,
            Standing::NotVisited => {}
        }
    }
    let heard = support + conditional + oppose;
    let share = |count| Share { count, of };
    Totals {
        coverage: share(heard),
        support: share(support),
        unreached: share(of - heard),
        conditional,
        oppose,
        tried_in_vain,
    }
}

/// Whether support reaches the aim: `100·support ≥ percent·households`. An aim, never a bar.
#[must_use]
pub fn is_reached(totals: &Totals, percent: i32) -> bool {
    let Share { count, of } = totals.support;
    of > 0 && 100 * i64::from(count) >= i64::from(percent) * i64::from(of)
}
