//! Changes of a ballot 更改表决, and what a head has cast before a ballot on line is judged: the pack's
//! `max_changes` and `duplicate_policy`, kept as `docs/vote-log.md` rule 5 says it.

use std::collections::{HashMap, hash_map::Entry};

use super::standing::Rulings;
use crate::kernel::{Code, HeadId, LocalDate, Outcome, OwnerId, Refusal, UnitId, UtcTime, VoteId};
use crate::platform::db::Conn;
use crate::registry::list_owned_units;
use crate::voting::{
    model::{Channel, DuplicatePolicy},
    rules::{pack::RulePack, select::Precedence},
    store::{ballots, rolls},
};

/// What a head has cast that is not void.
#[derive(Debug, Clone, Copy, Default)]
pub struct Earlier {
    /// Ballots on line.
    on_line: u32,
    /// Whether a ballot that did not come in on line stands.
    other_stands: bool,
    /// The newest leaf that a ballot on line takes the place of: one on line before any other.
    pub(super) leaf: Option<u64>,
    /// When the newest on line was taken: a change is never older than what it changes.
    pub(super) at: Option<UtcTime>,
}

impl Earlier {
    /// A ballot was taken.
    pub(super) fn add(&mut self, channel: Channel, leaf: Option<u64>, at: UtcTime) {
        *self = match channel {
            Channel::Online => Self { on_line: self.on_line + 1, leaf, at: Some(at), ..*self },
            Channel::Paper | Channel::Proxy => Self { other_stands: true, leaf, ..*self },
        };
    }

    /// How often the ballot may still be changed on line.
    #[must_use]
    pub fn changes_left(&self, pack: &RulePack) -> u32 {
        let Precedence { policy, max_changes } = Precedence::from(pack);
        if policy == DuplicatePolicy::FirstValid && self.other_stands {
            return 0;
        }
        max_changes.saturating_sub(self.on_line.saturating_sub(1))
    }

    /// Whether another ballot of that channel may be taken without a sheet. An agent's changes no
    /// other.
    pub(super) fn check(&self, pack: &RulePack, channel: Channel) -> Outcome<()> {
        let Precedence { policy, max_changes } = Precedence::from(pack);
        let is_behind = policy == DuplicatePolicy::FirstValid && self.other_stands;
        if is_behind || channel == Channel::Proxy {
            return Err(Refusal::new(Code::DuplicateBallot));
        }
        match (self.on_line > max_changes, max_changes) {
            (false, _) => Ok(()),
            (true, 0) => Err(Refusal::new(Code::DuplicateBallot)),
            (true, most) => Err(Refusal::new(Code::ChangesExhausted).with("max_changes", most)),
        }
    }
}

/// What these heads have cast; a head without a standing ballot is not named.
///
/// # Errors
/// Of the database.
pub fn earlier(conn: &mut Conn, heads: &[HeadId]) -> Outcome<HashMap<HeadId, Earlier>> {
    let mut found: HashMap<HeadId, Earlier> = HashMap::new();
    for (head, channel) in ballots::list_standing(conn, heads)? {
        found.entry(head).or_default().other_stands |= channel != Channel::Online;
    }
    let heads: Vec<HeadId> = found.keys().copied().collect();
    let mut rulings: HashMap<VoteId, Rulings> = HashMap::new();
    let mut ballots = ballots::list_ballots_of_heads(conn, &heads)?;
    ballots.sort_by_key(|ballot| (ballot.channel == Channel::Online, ballot.log_seq));
    for ballot in ballots {
        let of_vote = match rulings.entry(ballot.vote_id) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Rulings::load(conn, ballot.vote_id)?),
        };
        let is_void = of_vote.is_void(ballot.id);
        let Some(earlier) = found.get_mut(&ballot.head_id).filter(|_| !is_void) else { continue };
        let leaf = u64::try_from(ballot.log_seq).ok();
        match ballot.channel {
            Channel::Online => earlier.add(ballot.channel, leaf, ballot.cast_at),
            Channel::Paper | Channel::Proxy => earlier.leaf = leaf,
        }
    }
    Ok(found)
}

/// Of owners who are not on a vote's roll: when the head of a unit that they have bought since voted.
///
/// # Errors
/// Of the database.
pub(super) fn voted_before_sale(
    conn: &mut Conn,
    strangers: &[(VoteId, OwnerId)],
    today: LocalDate,
) -> Outcome<HashMap<(VoteId, OwnerId), UtcTime>> {
    if strangers.is_empty() {
        return Ok(HashMap::new());
    }
    let (votes, owners): (Vec<VoteId>, Vec<OwnerId>) = strangers.iter().copied().unzip();
    let owned = list_owned_units(conn, &owners, today)?;
    let units: Vec<UnitId> = owned.iter().map(|(_, unit)| *unit).collect();
    let places = rolls::list_heads_of_units(conn, &votes, &units)?;
    let heads: Vec<HeadId> = places.iter().filter_map(|(.., head)| *head).collect();
    let voted = earlier(conn, &heads)?;
    let mut first: HashMap<HeadId, UtcTime> = HashMap::new();
    for ballot in ballots::list_ballots_of_heads(conn, &heads)? {
        if voted.contains_key(&ballot.head_id) {
            let at = first.entry(ballot.head_id).or_insert(ballot.cast_at);
            *at = ballot.cast_at.min(*at);
        }
    }
    let sold = |&(vote_id, owner_id): &(VoteId, OwnerId)| {
        let is_own = |unit: &UnitId| owned.contains(&(owner_id, *unit));
        let own = places.iter().filter(|(vote, unit, _)| *vote == vote_id && is_own(unit));
        let at = own.filter_map(|(.., head)| first.get(head.as_ref()?)).min()?;
        Some(((vote_id, owner_id), *at))
    };
    Ok(strangers.iter().filter_map(sold).collect())
}
