//! Silent owners 未表决业主: the strict count always, and the count by the clause beside it.
//!
//! Silence weighs only by a clause of the owners' rules or of local law, and only for heads whose
//! ballot was provably delivered (建房〔2009〕274号 26; 上海二中院(2022)沪02民初16号). Off by default.
//! Absent on purpose: the record of deliveries, whose result comes in as a fact (`service::silence`).

use std::collections::BTreeSet;

use crate::{
    kernel::{Outcome, Ratio},
    voting::{
        model::{Choice, ItemClass, Reliance, SilentRule},
        rules::{
            count::{InvalidBallots, ItemCount, Standing, Verdict, Weight},
            pack::{ClassRule, RulePack},
        },
    },
};

/// A clause on silence, with what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SilenceClause {
    /// 未投票从多数: delivered and silent joins the choice that leads by area and by heads.
    FollowMajority,
    /// 异议法: passes while objectors hold no more than this share of the scope, both ways.
    Objection(Ratio),
}

impl SilenceClause {
    /// The clause that a pack applies to an item of these matters; `None` where silence weighs
    /// nothing, as it never does where everybody must agree (民法典 279).
    #[must_use]
    pub fn of(pack: &RulePack, matters: &[&str]) -> Option<Self> {
        Self::by(pack, pack.switches.silent_rule.value, matters)
    }

    /// The clause that the pack would let the owners' rules adopt.
    #[must_use]
    pub fn permitted(pack: &RulePack, matters: &[&str]) -> Option<Self> {
        let permits = pack.silence.as_ref()?.permits.as_ref()?;
        Self::by(pack, permits.value, matters)
    }

    fn by(pack: &RulePack, rule: SilentRule, matters: &[&str]) -> Option<Self> {
        let silence = pack.silence.as_ref()?;
        let covers =
            |key: &&str| silence.matters.is_empty() || silence.matters.iter().any(|m| m == key);
        let unanimous = pack.strictest(matters)? == ItemClass::Unanimous;
        if unanimous || !matters.iter().all(covers) {
            return None;
        }
        match rule {
            SilentRule::None => None,
            SilentRule::FollowMajority => Some(Self::FollowMajority),
            SilentRule::Objection => {
                silence.objection_limit.as_ref().map(|limit| Self::Objection(limit.value))
            }
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn rule(self) -> SilentRule {
        match self {
            Self::FollowMajority => SilentRule::FollowMajority,
            Self::Objection(_) => SilentRule::Objection,
        }
    }
}

/// An item counted strictly and, where a clause is in force, by the clause too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilenceOutcome {
    /// The count without regard to silence.
    pub strict: ItemCount,
    /// Its verdict.
    pub strict_verdict: Verdict,
    /// The count by the clause; `None` exactly where no clause is in force.
    pub with_clause: Option<ClauseOutcome>,
    /// Which of the two the organiser rests the outcome on.
    pub relied_on: Reliance,
}

impl SilenceOutcome {
    /// The outcome that the organiser rests on.
    #[must_use]
    pub fn passed(&self) -> bool {
        match (&self.with_clause, self.relied_on) {
            (Some(clause), Reliance::WithClause) => clause.passed,
            _ => self.strict_verdict.passed(),
        }
    }
}

/// The count by a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseOutcome {
    /// The kind of clause.
    pub rule: SilentRule,
    /// The count with silence weighed; the strict one where nothing was attributed.
    pub count: ItemCount,
    /// The choice that the silent joined; `None` where no choice leads by area and heads alike.
    pub followed: Option<Choice>,
    /// Objectors with those who have no proof of delivery: nobody is bound by silence to what he
    /// was never asked. Nothing under another kind of clause.
    pub objecting: Weight,
    /// Whether the item passes by the clause.
    pub passed: bool,
}

impl ClauseOutcome {
    /// The count by a clause beside the strict one, which says who was delivered and silent.
    ///
    /// # Errors
    /// `empty_scope`.
    pub fn of(strict: &ItemCount, clause: SilenceClause, class: &ClassRule) -> Outcome<Self> {
        let rule = clause.rule();
        match clause {
            SilenceClause::FollowMajority => {
                let joined = strict.with_clause(rule);
                let followed = joined.and_then(|_| strict.leading());
                let count = joined.unwrap_or(*strict);
                let passed = count.judge(class)?.passed();
                Ok(Self { rule, count, followed, objecting: Weight::default(), passed })
            }
            SilenceClause::Objection(limit) => {
                let objecting = strict.against.plus(strict.absent());
                let passed = ItemCount { against: objecting, ..*strict }.within_objections(limit);
                Ok(Self { rule, count: *strict, followed: None, objecting, passed })
            }
        }
    }
}

/// By what an item is judged.
#[derive(Debug, Clone, Copy)]
pub struct SilenceRules<'a> {
    /// The thresholds of its class.
    pub class: &'a ClassRule,
    /// Whether invalid ballots take part.
    pub invalid: InvalidBallots,
    /// The clause in force, and which count the organiser rests on.
    pub clause: Option<(SilenceClause, Reliance)>,
}

/// Counts and judges an item. `delivered` holds the indexes of heads with proof of delivery for
/// every unit; a head that returned a ballot, if only an invalid one, is not silent.
///
/// # Errors
/// `empty_scope`.
pub fn judge_with_silence(
    areas: &[u64],
    standings: &[Standing],
    delivered: &BTreeSet<usize>,
    rules: SilenceRules<'_>,
) -> Outcome<SilenceOutcome> {
    let mark = |head: usize| match standings.get(head).copied().unwrap_or_default() {
        Standing::Absent | Standing::Silent if delivered.contains(&head) => Standing::Silent,
        Standing::Absent | Standing::Silent => Standing::Absent,
        cast @ Standing::Cast(_) => cast,
    };
    let marked: Vec<Standing> = (0..areas.len()).map(mark).collect();
    let strict = ItemCount::of(areas, &marked, rules.invalid);
    let strict_verdict = strict.judge(rules.class)?;
    let with_clause = match rules.clause {
        Some((clause, _)) => Some(ClauseOutcome::of(&strict, clause, rules.class)?),
        None => None,
    };
    let relied_on = rules.clause.map_or(Reliance::Strict, |(_, reliance)| reliance);
    Ok(SilenceOutcome { strict, strict_verdict, with_clause, relied_on })
}
