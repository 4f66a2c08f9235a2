//! `--unit`: what the log holds of one unit; over a closed and whole log, "no ballot" is proof.

use serde::Serialize;

use super::{
    count::{self, Disputed},
    replay::Replay,
};
use crate::voting::Choice;

/// What the log holds of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Unit {
    pub(super) building: String,
    pub(super) unit: String,
    /// Its head.
    pub(super) head: u64,
    pub(super) ballots: Vec<UnitBallot>,
    /// What stands, item by item; none where nothing does, or where ballots are not opened.
    pub(super) stands: Option<Vec<Option<Choice>>>,
    /// Ballots of which it is not known whose they are.
    pub(super) unknown: usize,
}

/// A ballot of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct UnitBallot {
    pub(super) seq: u64,
    pub(super) at: i64,
    pub(super) channel: crate::voting::Channel,
    pub(super) choices: Option<Vec<Choice>>,
    pub(super) void: bool,
}

/// The units that are meant: a number, or `building/number`.
pub(super) fn find(wanted: &str, replay: &Replay) -> Vec<Unit> {
    let standings = count::standings(replay, Disputed::Count);
    let unknown =
        replay.ballots.iter().filter(|ballot| ballot.head.is_none() && !ballot.is_void).count();
    let is_meant = |building: &str, unit: &str| {
        unit == wanted || wanted.split_once('/').is_some_and(|parts| parts == (building, unit))
    };
    let meant = replay.roll.units.iter().filter(|((building, unit), _)| is_meant(building, unit));
    let mut found: Vec<Unit> = meant
        .map(|((building, unit), place)| (building, unit, place.head))
        .map(|(building, unit, head)| Unit {
            building: building.clone(),
            unit: unit.clone(),
            head,
            ballots: replay.of_head(head).map(ballot).collect(),
            stands: standings.as_ref().and_then(|items| {
                let head = usize::try_from(head).ok()?;
                Some(items.iter().map(|heads| count::says(heads.get(head))).collect())
            }),
            unknown,
        })
        .collect();
    found.sort_by(|a, b| (&a.building, &a.unit).cmp(&(&b.building, &b.unit)));
    found
}

fn ballot(cast: &super::replay::Cast) -> UnitBallot {
    UnitBallot {
        seq: cast.seq,
        at: cast.at,
        channel: cast.channel,
        choices: cast.choices.as_deref().map(<[Choice]>::to_vec),
        void: cast.is_void,
    }
}
