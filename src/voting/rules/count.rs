//! The count 计票: what the standing ballots add up to, and whether an item passes.
//!
//! Integers only, thresholds compared by cross-multiplication. First participation, then approval,
//! always by area *and* by heads (民法典 278). Absent on purpose: percentages, which never decide.

use crate::{
    kernel::{Area, Code, Outcome, Ratio, Refusal, Threshold},
    voting::{
        model::{Choice, SilentRule},
        rules::pack::{ClassRule, RulePack},
    },
};

/// Area and heads, which always go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Weight {
    /// Area in 0.01 m².
    pub area: u64,
    /// Heads.
    pub heads: u64,
}

impl Weight {
    /// The sum. A roll's total fits 63 bits, so no partial sum can pass 64.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            area: self.area.saturating_add(other.area),
            heads: self.heads.saturating_add(other.heads),
        }
    }

    fn add(&mut self, area: u64) {
        *self = self.plus(Self { area, heads: 1 });
    }

    /// The area as a value of the API.
    #[must_use]
    pub fn area_value(self) -> Area {
        Area(i64::try_from(self.area).unwrap_or(i64::MAX))
    }
}

/// Where a head stands on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// No ballot came back, and nothing proves that one was delivered.
    #[default]
    Absent,
    /// A ballot was provably delivered and did not come back.
    Silent,
    /// A ballot came back.
    Cast(Choice),
}

/// What an item's ballots add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct ItemCount {
    /// The whole scope.
    pub total: Weight,
    /// Those who took part.
    pub participating: Weight,
    /// 同意.
    pub in_favour: Weight,
    /// 反对.
    pub against: Weight,
    /// 弃权.
    pub abstain: Weight,
    /// 无效; part of `participating` only where the pack says so.
    pub invalid: Weight,
    /// Delivered and silent; they take no part in the strict count.
    pub silent: Weight,
}

impl ItemCount {
    /// Adds up the standing of each head; `areas` and `standings` are by head index.
    #[must_use]
    pub fn of(areas: &[u64], standings: &[Standing], invalid: InvalidBallots) -> Self {
        let mut count = Self::default();
        let absent = std::iter::repeat(&Standing::Absent);
        for (&area, standing) in areas.iter().zip(standings.iter().chain(absent)) {
            count.total.add(area);
            match standing {
                Standing::Absent => {}
                Standing::Silent => count.silent.add(area),
                Standing::Cast(Choice::For) => count.in_favour.add(area),
                Standing::Cast(Choice::Against) => count.against.add(area),
                Standing::Cast(Choice::Abstain) => count.abstain.add(area),
                Standing::Cast(Choice::Invalid) => count.invalid.add(area),
            }
        }
        count.participating = count.in_favour.plus(count.against).plus(count.abstain);
        if invalid == InvalidBallots::TakePart {
            count.participating = count.participating.plus(count.invalid);
        }
        count
    }

    /// Judges the count by the thresholds of its class.
    ///
    /// # Errors
    /// `empty_scope` where there is no head or no area: nothing can pass there, nor fail.
    pub fn judge(&self, class: &ClassRule) -> Outcome<Verdict> {
        if self.total.heads == 0 || self.total.area == 0 {
            return Err(Refusal::new(Code::EmptyScope));
        }
        let (total, part, yes) = (self.total, self.participating, self.in_favour);
        let somebody = part.heads > 0 && part.area > 0;
        let approved = |threshold: Threshold, yes, part| somebody && threshold.is_met(yes, part);
        let verdict = Verdict {
            participation_by_area: class.participation_by_area.value.is_met(part.area, total.area),
            participation_by_heads: class
                .participation_by_heads
                .value
                .is_met(part.heads, total.heads),
            approval_by_area: approved(class.approval_by_area.value, yes.area, part.area),
            approval_by_heads: approved(class.approval_by_heads.value, yes.heads, part.heads),
        };
        Ok(verdict)
    }

    /// The count with silent owners treated as the clause says, beside the strict one; `None` where
    /// the pack has no such clause or no option leads by area and by heads alike.
    #[must_use]
    pub fn with_clause(&self, rule: SilentRule) -> Option<Self> {
        let joined = |part: Weight| part.plus(self.silent);
        let base = Self { participating: joined(self.participating), ..*self };
        match rule {
            SilentRule::None | SilentRule::Objection => None,
            SilentRule::FollowMajority => match self.leading()? {
                Choice::For => Some(Self { in_favour: joined(self.in_favour), ..base }),
                Choice::Against => Some(Self { against: joined(self.against), ..base }),
                Choice::Abstain => Some(Self { abstain: joined(self.abstain), ..base }),
                Choice::Invalid => None,
            },
        }
    }

    /// Those of whom no ballot came back and nothing proves that they got one.
    #[must_use]
    pub fn absent(&self) -> Weight {
        let known = [self.in_favour, self.against, self.abstain, self.invalid, self.silent];
        known.into_iter().fold(self.total, |rest, part| Weight {
            area: rest.area.saturating_sub(part.area),
            heads: rest.heads.saturating_sub(part.heads),
        })
    }

    /// Whether an objection-style item passes: objectors within `limit` of the scope, both ways.
    #[must_use]
    pub fn within_objections(&self, limit: Ratio) -> bool {
        let over = Threshold::more_than(limit);
        self.total.heads > 0
            && self.total.area > 0
            && !over.is_met(self.against.area, self.total.area)
            && !over.is_met(self.against.heads, self.total.heads)
    }

    /// The choice that leads strictly by area and by heads.
    pub(super) fn leading(&self) -> Option<Choice> {
        let options = [
            (Choice::For, self.in_favour),
            (Choice::Against, self.against),
            (Choice::Abstain, self.abstain),
        ];
        let leads =
            |mine: Weight, other: Weight| mine.area > other.area && mine.heads > other.heads;
        options
            .into_iter()
            .find(|(choice, mine)| {
                options.iter().all(|(other, weight)| other == choice || leads(*mine, *weight))
            })
            .map(|(choice, _)| choice)
    }
}

/// The four predicates of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Enough area took part.
    pub participation_by_area: bool,
    /// Enough heads took part.
    pub participation_by_heads: bool,
    /// Enough of the participating area is for.
    pub approval_by_area: bool,
    /// Enough of the participating heads are for.
    pub approval_by_heads: bool,
}

impl Verdict {
    /// Whether the item passed: all four.
    #[must_use]
    pub const fn passed(self) -> bool {
        self.participation_by_area
            && self.participation_by_heads
            && self.approval_by_area
            && self.approval_by_heads
    }
}

/// Whether an invalid ballot takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidBallots {
    /// It takes no part.
    StayOut,
    /// It takes part and consents to nothing.
    TakePart,
}

impl From<&RulePack> for InvalidBallots {
    fn from(pack: &RulePack) -> Self {
        if pack.switches.invalid_participates.value { Self::TakePart } else { Self::StayOut }
    }
}
