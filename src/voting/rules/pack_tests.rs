//! The worked cases that travel with a rule pack, `<id>.tests.toml`: what the pack must decide, in
//! numbers that a clerk can check by hand. A case that turns out otherwise refuses the pack.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{
    kernel::{Area, Code, LocalDate, Outcome, Refusal, WorkCalendar},
    voting::{
        model::{Channel, Choice, Reliance, VoteScope},
        rules::{
            count::{InvalidBallots, ItemCount, Standing, Weight},
            pack::{RulePack, shipped_calendar},
            pack_use::{not_in_force, refusals},
            periods::Dates,
            roll::{OwnerRef, Roll, RollRules, Space, UnitRow},
            select::{Attempt, Precedence, select},
            silence::{SilenceClause, SilenceRules, judge_with_silence},
        },
    },
};

/// How a case of a pack came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackTest {
    /// What the case is called.
    pub name: String,
    /// Whether the pack decides as the case expects.
    pub passed: bool,
    /// What was expected and what came out, where they differ.
    pub detail: String,
}

/// The cases of a pack, by kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Cases {
    count: Vec<CountCase>,
    ballots: Vec<BallotsCase>,
    window: Vec<WindowCase>,
    notice: Vec<NoticeCase>,
    silence: Vec<SilenceCase>,
    parking: Vec<ParkingCase>,
    scope: Vec<ScopeCase>,
    #[serde(rename = "use")]
    uses: Vec<UseCase>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    area: Area,
    heads: u64,
}

/// Whether an item of a matter passes on these numbers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountCase {
    name: String,
    matter: String,
    total: Sum,
    participating: Sum,
    #[serde(rename = "for")]
    in_favour: Sum,
    passes: bool,
}

/// Which of one head's ballots stands, in the order of time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BallotsCase {
    name: String,
    cast: Vec<CastCase>,
    stands: Choice,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CastCase {
    channel: Channel,
    choice: Choice,
}

/// Whether a window of so many days is lawful.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowCase {
    name: String,
    days: u32,
    lawful: bool,
}

/// The first day on which a vote may open whose notice was given on a day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeCase {
    name: String,
    given: LocalDate,
    earliest: LocalDate,
}

/// Heads of one square metre each: what the strict count and the clause say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SilenceCase {
    name: String,
    matter: String,
    #[serde(rename = "for")]
    in_favour: usize,
    against: usize,
    abstain: usize,
    delivered_silent: usize,
    undelivered: usize,
    /// Judges by the clause that local law lets the owners' rules adopt.
    #[serde(default)]
    if_adopted: bool,
    strict: bool,
    with_clause: Option<bool>,
}

/// A flat and a parking space of one owner: the area that counts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ParkingCase {
    name: String,
    flat: Area,
    space: Area,
    counts: Area,
}

/// Whether a matter may be voted on in a scope.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeCase {
    name: String,
    matter: String,
    scope: VoteScope,
    allowed: bool,
}

/// The codes with which a vote that opens on a day is refused; none if it can be run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UseCase {
    name: String,
    on: LocalDate,
    refusals: Vec<String>,
}

/// Runs the cases of `text` on a pack.
///
/// # Errors
/// The reader's sentence with its line where `text` is no file of cases.
pub(super) fn run(pack: &RulePack, text: &str) -> Result<Vec<PackTest>, toml::de::Error> {
    let cases: Cases = toml::from_str(text)?;
    let mut results = Vec::new();
    let mut add = |name: &str, expected: String, outcome: Outcome<String>| {
        let found = outcome.unwrap_or_else(|refusal| refusal.to_string());
        let passed = found == expected;
        let detail = format!("应为 {expected}，实为 {found} · expected {expected}, found {found}");
        let detail = if passed { String::new() } else { detail };
        results.push(PackTest { name: name.to_owned(), passed, detail });
    };
    for case in &cases.count {
        add(
            &case.name,
            case.passes.to_string(),
            count(pack, case).map(|passed| passed.to_string()),
        );
    }
    for case in &cases.ballots {
        add(&case.name, case.stands.to_string(), Ok(ballots(pack, case)));
    }
    let calendar = shipped_calendar();
    for case in &cases.window {
        let outcome = calendar.as_ref().map_err(Clone::clone);
        let lawful = outcome.map(|calendar| window(pack, calendar, case.days).to_string());
        add(&case.name, case.lawful.to_string(), lawful);
    }
    for case in &cases.notice {
        let outcome = calendar.as_ref().map_err(Clone::clone);
        let earliest = outcome.and_then(|calendar| {
            let dates = Dates { pack, calendar };
            Ok(dates.earliest_opening(case.given.starts_at())?.local_date().to_string())
        });
        add(&case.name, case.earliest.to_string(), earliest);
    }
    for case in &cases.silence {
        let expected = format!("{} {:?}", case.strict, case.with_clause);
        add(&case.name, expected, silence(pack, case));
    }
    for case in &cases.parking {
        add(&case.name, case.counts.to_string(), parking(pack, case));
    }
    for case in &cases.scope {
        let matter = pack.matter(&case.matter).ok_or_else(|| unknown(&case.matter));
        let allowed = matter.map(|matter| matter.allows(case.scope).to_string());
        add(&case.name, case.allowed.to_string(), allowed);
    }
    for case in &cases.uses {
        let blockers = not_in_force(pack, case.on).into_iter().chain(refusals(pack));
        let codes: Vec<_> = blockers.map(|blocker| blocker.code.as_str()).collect();
        add(&case.name, case.refusals.join(", "), Ok(codes.join(", ")));
    }
    Ok(results)
}

fn unknown(matter: &str) -> Refusal {
    Refusal::new(Code::RulePackInvalid).detail(format!("no matter {matter}"))
}

fn count(pack: &RulePack, case: &CountCase) -> Outcome<bool> {
    let matter = pack.matter(&case.matter).ok_or_else(|| unknown(&case.matter))?;
    let weight =
        |sum: &Sum| Weight { area: u64::try_from(sum.area.0).unwrap_or(0), heads: sum.heads };
    let count = ItemCount {
        total: weight(&case.total),
        participating: weight(&case.participating),
        in_favour: weight(&case.in_favour),
        ..ItemCount::default()
    };
    Ok(count.judge(pack.class(matter.class))?.passed())
}

fn ballots(pack: &RulePack, case: &BallotsCase) -> String {
    let day = pack.effective_from.starts_at();
    let attempts: Vec<Attempt> = (0_i64..)
        .zip(&case.cast)
        .map(|(hour, cast)| Attempt {
            head: 0,
            choice: cast.choice,
            channel: cast.channel,
            at: Some(day.plus(TimeDelta::hours(hour))),
        })
        .collect();
    match select(1, &attempts, Precedence::from(pack)).standings.first() {
        Some(Standing::Cast(choice)) => choice.to_string(),
        _ => "-".to_owned(),
    }
}

fn window(pack: &RulePack, calendar: &WorkCalendar, days: u32) -> bool {
    let opens_at = pack.effective_from.starts_at();
    let closes_at = opens_at.plus(TimeDelta::days(i64::from(days)));
    Dates { pack, calendar }.window_fault(opens_at, closes_at).is_none()
}

fn silence(pack: &RulePack, case: &SilenceCase) -> Outcome<String> {
    let matter = pack.matter(&case.matter).ok_or_else(|| unknown(&case.matter))?;
    let returned = [
        (Choice::For, case.in_favour),
        (Choice::Against, case.against),
        (Choice::Abstain, case.abstain),
    ];
    let mut standings: Vec<Standing> = returned
        .into_iter()
        .flat_map(|(choice, heads)| vec![Standing::Cast(choice); heads])
        .collect();
    let delivered: BTreeSet<usize> = (0..standings.len() + case.delivered_silent).collect();
    standings.resize(delivered.len() + case.undelivered, Standing::Absent);
    let keys = [case.matter.as_str()];
    let clause = if case.if_adopted {
        SilenceClause::permitted(pack, &keys)
    } else {
        SilenceClause::of(pack, &keys)
    };
    let rules = SilenceRules {
        class: pack.class(matter.class),
        invalid: InvalidBallots::from(pack),
        clause: clause.map(|clause| (clause, Reliance::WithClause)),
    };
    let areas = vec![100; standings.len()];
    let outcome = judge_with_silence(&areas, &standings, &delivered, rules)?;
    let with_clause = outcome.with_clause.map(|clause| clause.passed);
    Ok(format!("{} {with_clause:?}", outcome.strict_verdict.passed()))
}

fn parking(pack: &RulePack, case: &ParkingCase) -> Outcome<String> {
    let unit = |space, area| UnitRow {
        building: "1".to_owned(),
        space,
        area: Some(area),
        has_area_source: true,
        owners: vec![OwnerRef { key: "A".to_owned(), is_developer: false }],
        representative: None,
        is_delivered: true,
        developer: None,
    };
    let units = [unit(Space::Premises, case.flat), unit(Space::Parking, case.space)];
    let roll = Roll::build(&units, RollRules::from(pack));
    roll.map(|roll| roll.area.to_string()).map_err(|_| Refusal::new(Code::RollIncomplete))
}
