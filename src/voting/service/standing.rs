//! What stands after rulings: a void ballot counts as if it had never been cast, a corrected one says
//! what was read again, and whatever had given way to it stands once more.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::facts::Vote;
use crate::kernel::{BallotId, ChoiceId, HeadId, Outcome, VoteId};
use crate::platform::db::Conn;
use crate::voting::{
    model::{BallotRow, ChoiceRow, DisputeState, ItemRow},
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

    /// Whether a ruling voided the ballot.
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
    let items = votes::list_items(conn, vote.row.id)?;
    let known = all.iter().chain(choices.iter());
    let stands = standing((&cast, known), &items, (&rulings, Precedence::from(&*vote.pack)));
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

/// The choices that stand among those of a head; its ballots are given in the order of the log.
fn standing<'a>(
    (cast, all): (&[BallotRow], impl Iterator<Item = &'a ChoiceRow>),
    items: &[ItemRow],
    (rulings, precedence): (&Rulings, Precedence),
) -> HashSet<ChoiceId> {
    let holding: HashMap<_, &ChoiceRow> = all
        .filter(|row| rulings.holds((row.ballot_id, row.reading)))
        .map(|row| ((row.ballot_id, row.item_id), row))
        .collect();
    let mut stands: HashSet<ChoiceId> = HashSet::new();
    for item in items {
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
    stands
}

/// The leaves of the ballots with a choice that stands and should not, or the other way round.
///
/// # Errors
/// Of the database.
pub(super) fn list_misplaced(conn: &mut Conn, vote: &Vote) -> Outcome<BTreeSet<i64>> {
    let rulings = Rulings::load(conn, vote.row.id)?;
    let items = votes::list_items(conn, vote.row.id)?;
    let precedence = Precedence::from(&*vote.pack);
    let mut choices: HashMap<BallotId, Vec<ChoiceRow>> = HashMap::new();
    for row in store::list_all_choices(conn, vote.row.id)? {
        choices.entry(row.ballot_id).or_default().push(row);
    }
    let mut heads: HashMap<HeadId, Vec<BallotRow>> = HashMap::new();
    for ballot in store::list_ballots(conn, vote.row.id)? {
        heads.entry(ballot.head_id).or_default().push(ballot);
    }
    let mut misplaced = BTreeSet::new();
    for cast in heads.values() {
        let all: Vec<ChoiceRow> =
            cast.iter().filter_map(|ballot| choices.remove(&ballot.id)).flatten().collect();
        let stands = standing((cast, all.iter()), &items, (&rulings, precedence));
        let is_misplaced = |ballot: &&BallotRow| {
            let mut own = all.iter().filter(|row| row.ballot_id == ballot.id);
            own.any(|row| row.standing != stands.contains(&row.id))
        };
        misplaced.extend(cast.iter().filter(is_misplaced).map(|ballot| ballot.log_seq));
    }
    Ok(misplaced)
}
