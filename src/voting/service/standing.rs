//! What stands after rulings: a void ballot counts as if it had never been cast, a corrected one says
//! what was read again, and whatever had given way to it stands once more.

use std::collections::{HashMap, HashSet};

use super::facts::Vote;
use crate::kernel::{BallotId, ChoiceId, HeadId, Outcome, VoteId};
use crate::platform::db::Conn;
use crate::voting::{
    model::{BallotRow, ChoiceRow, DisputeState},
    rules::select::{Attempt, Precedence, select},
    store::{ballots as store, disputes, votes},
};

/// What the rulings of a vote did to its ballots.
#[derive(Debug, Default)]
pub(super) struct Rulings {
    void: HashSet<BallotId>,
    /// How often a ballot was corrected.
    corrected: HashMap<BallotId, i32>,
}

impl Rulings {
    pub(super) fn load(conn: &mut Conn, vote_id: VoteId) -> Outcome<Self> {
        let mut rulings = Self::default();
        for row in disputes::list_upheld(conn, vote_id)? {
            match row.state() {
                DisputeState::Corrected => {
                    *rulings.corrected.entry(row.ballot_id).or_default() += 1
                }
                _ => drop(rulings.void.insert(row.ballot_id)),
            }
        }
        Ok(rulings)
    }

    /// How often a ballot was corrected: the number of the reading that it says now.
    pub(super) fn reading_of(&self, ballot: BallotId) -> i32 {
        self.corrected.get(&ballot).copied().unwrap_or(0)
    }

    /// Whether a ballot is void.
    pub(super) fn is_void(&self, ballot: BallotId) -> bool {
        self.void.contains(&ballot)
    }

    /// Whether a choice is what its ballot says now.
    pub(super) fn holds(&self, (ballot, reading): (BallotId, i32)) -> bool {
        !self.void.contains(&ballot) && self.reading_of(ballot) == reading
    }
}

/// Selects anew what stands among the ballots of a head, and writes it.
///
/// # Errors
/// Of the database.
pub(super) fn settle_head(conn: &mut Conn, vote: &Vote, head_id: HeadId) -> Outcome<()> {
    settle_new(conn, (vote, head_id), (&[], &mut []))
}

/// [`settle_head`] with ballots and choices of the head that are not written yet: what gives way to
/// them is, and they are told whether they stand. A stored choice stands again by a ruling only.
///
/// # Errors
/// Of the database.
pub(super) fn settle_new(
    conn: &mut Conn,
    (vote, head_id): (&Vote, HeadId),
    (ballots, choices): (&[BallotRow], &mut [ChoiceRow]),
) -> Outcome<()> {
    let rulings = Rulings::load(conn, vote.row.id)?;
    let mut cast = store::list_ballots_of_heads(conn, &[head_id])?;
    let new = ballots.iter().filter(|ballot| ballot.head_id == head_id);
    cast.extend(new.cloned());
    cast.sort_by_key(|ballot| ballot.log_seq);
    let ids: Vec<BallotId> = cast.iter().map(|ballot| ballot.id).collect();
    let all = store::list_choices_of_ballots(conn, &ids)?;
    let holding: HashMap<_, &ChoiceRow> = all
        .iter()
        .chain(choices.iter())
        .filter(|row| rulings.holds((row.ballot_id, row.reading)))
        .map(|row| ((row.ballot_id, row.item_id), row))
        .collect();
    let precedence = Precedence::from(&*vote.pack);
    let mut stands: HashSet<ChoiceId> = HashSet::new();
    for item in votes::list_items(conn, vote.row.id)? {
        let said = |ballot: &BallotRow| {
            let row = *holding.get(&(ballot.id, item.id))?;
            let (choice, channel, at) = (row.choice, ballot.channel, Some(ballot.cast_at));
            Some((row.id, Attempt { head: 0, choice, channel, at }))
        };
        let (rows, attempts): (Vec<_>, Vec<_>) = cast.iter().filter_map(said).unzip();
        let selection = select(1, &attempts, precedence);
        let standing = selection.stands.into_iter().flatten();
        stands.extend(standing.filter_map(|index| rows.get(index)));
    }
    let change = |to: bool| {
        let rows = all.iter().filter(move |row| row.standing != to);
        let rows = rows.filter(|row| stands.contains(&row.id) == to);
        rows.map(|row| row.id).collect::<Vec<_>>()
    };
    choices.iter_mut().for_each(|row| row.standing = stands.contains(&row.id));
    // What no longer stands goes first: one choice stands per head and item.
    store::set_standing(conn, &change(false), false)?;
    Ok(store::set_standing(conn, &change(true), true)?)
}
