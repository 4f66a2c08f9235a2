//! Which of several ballots of one head stands: by the pack's precedence, then time, then order.
//! A change is a ballot on line that takes the place of one on line: whoever casts it is known by a
//! code. A sheet changes nothing; between paper and line the policy decides.
//! Absent on purpose: two blind entries of one paper sheet, which are one attempt.

use crate::{
    kernel::UtcTime,
    voting::{
        model::{Channel, Choice, DuplicatePolicy},
        rules::{count::Standing, pack::RulePack},
    },
};

/// One attempt of a head to vote on one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The head's index on the roll.
    pub head: usize,
    /// What it says.
    pub choice: Choice,
    /// How it came in.
    pub channel: Channel,
    /// When; a paper sheet's time is its registration. Unknown times come last.
    pub at: Option<UtcTime>,
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stands.
    Stands,
    /// It stood until a later or preferred one took its place.
    Replaced,
    /// It says what stands already.
    Repeats,
    /// It says something else than the one that stands, and does not count.
    Contradicts,
    /// It is invalid.
    Invalid,
    /// Its head is not on the roll.
    NotOnRoll,
}

/// Which attempts stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// By head index.
    pub standings: Vec<Standing>,
    /// By head index: the attempt that stands, in the order of the input.
    pub stands: Vec<Option<usize>>,
    /// By attempt, in the order of the input.
    pub fates: Vec<Fate>,
}

/// How duplicates are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precedence {
    /// Which ballot stands.
    pub policy: DuplicatePolicy,
    /// How often an owner may change it on line.
    pub max_changes: u32,
}

impl Precedence {
    /// Whether a valid attempt takes the place of one before it in the policy's order.
    const fn replaces(self, earlier: Channel, later: Channel, changed: u32) -> bool {
        let on_line = matches!((earlier, later), (Channel::Online, Channel::Online));
        matches!(self.policy, DuplicatePolicy::LastValid) || on_line && changed < self.max_changes
    }
}

impl From<&RulePack> for Precedence {
    fn from(pack: &RulePack) -> Self {
        let switches = &pack.switches;
        Self { policy: switches.duplicate_policy.value, max_changes: switches.max_changes.value }
    }
}

/// Settles the attempts on one item: by time, then by their order in the input.
#[must_use]
pub fn select(heads: usize, attempts: &[Attempt], precedence: Precedence) -> Selection {
    let mut order: Vec<usize> = (0..attempts.len()).collect();
    let online_first = precedence.policy == DuplicatePolicy::OnlineFirst;
    order.sort_by_key(|&index| {
        attempts.get(index).map(|attempt| {
            let later_channel = online_first && attempt.channel != Channel::Online;
            (later_channel, attempt.at.is_none(), attempt.at, index)
        })
    });
    let mut settled = Settled {
        standings: vec![Standing::Absent; heads],
        stands: vec![None; heads],
        fates: vec![Fate::NotOnRoll; attempts.len()],
        precedence,
    };
    for index in order {
        if let Some(attempt) = attempts.get(index) {
            settled.take(index, attempt);
        }
    }
    let stands = settled.stands.into_iter().map(|stands| stands.map(|(index, ..)| index)).collect();
    Selection { standings: settled.standings, stands, fates: settled.fates }
}

struct Settled {
    standings: Vec<Standing>,
    /// By head: the attempt that stands, its channel, and how often it was changed.
    stands: Vec<Option<(usize, Channel, u32)>>,
    fates: Vec<Fate>,
    precedence: Precedence,
}

impl Settled {
    fn take(&mut self, index: usize, attempt: &Attempt) {
        let head = attempt.head;
        let (Some(standing), Some(stands)) =
            (self.standings.get_mut(head), self.stands.get_mut(head))
        else {
            return;
        };
        let mut replaced = None;
        let fate = match (attempt.choice, *stands) {
            (Choice::Invalid, None) => {
                *standing = Standing::Cast(Choice::Invalid);
                Fate::Invalid
            }
            (Choice::Invalid, Some(_)) => Fate::Invalid,
            (choice, None) => {
                *standing = Standing::Cast(choice);
                *stands = Some((index, attempt.channel, 0));
                Fate::Stands
            }
            (choice, Some((earlier, channel, changed)))
                if self.precedence.replaces(channel, attempt.channel, changed) =>
            {
                *standing = Standing::Cast(choice);
                *stands = Some((index, attempt.channel, changed.saturating_add(1)));
                replaced = Some(earlier);
                Fate::Stands
            }
            (choice, Some(_)) if *standing == Standing::Cast(choice) => Fate::Repeats,
            (_, Some(_)) => Fate::Contradicts,
        };
        for (index, fate) in
            [(Some(index), fate), (replaced, Fate::Replaced)].into_iter().filter_map(at)
        {
            if let Some(place) = self.fates.get_mut(index) {
                *place = fate;
            }
        }
    }
}

fn at((index, fate): (Option<usize>, Fate)) -> Option<(usize, Fate)> {
    index.map(|index| (index, fate))
}
