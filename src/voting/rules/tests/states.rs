//! The state machine: its drawing, every condition on both sides of its line.

use std::{fmt::Write as _, path::Path};

use super::{area, national};
use crate::{
    kernel::{Code, Refusal, UtcTime, WorkCalendar},
    voting::{
        model::{Command, VoteState},
        rules::{
            count::Weight,
            pack::{RulePack, shipped_calendar},
            periods::Dates,
            state::{Facts, decide, readiness, transitions},
        },
    },
};

/// The state machine as the committed page shows it.
fn drawing() -> String {
    let mut page = String::from(
        "# The states of a vote 表决状态\n\n\
         Drawn from `transitions` in `src/voting/rules/state.rs` by a test; after a change run\n\
         `make generated`. The conditions of each command stand in\n\
         `src/voting/rules/conditions.rs`; `GET /votes/{id}/readiness` lists those not met yet.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> draft\n",
    );
    let moves = |state: VoteState| transitions(state).iter().filter(move |(_, to)| *to != state);
    for &state in VoteState::ALL {
        for (command, to) in moves(state) {
            writeln!(page, "    {state} --> {to}: {command}").unwrap();
        }
    }
    page.push_str("    confirmed --> [*]\n    voided --> [*]\n```\n\n");
    page.push_str("A cell names the state after the command; `·` is a refusal `wrong_state`.\n\n");
    let states: Vec<_> = VoteState::ALL.iter().map(|state| state.as_str()).collect();
    writeln!(page, "| command \\ state | {} |", states.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(states.len())).unwrap();
    for &command in Command::ALL {
        let after = VoteState::ALL.iter().map(|&state| {
            let found = transitions(state).iter().find(|(known, _)| *known == command);
            found.map_or("·", |(_, to)| to.as_str())
        });
        writeln!(page, "| {command} | {} |", after.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    page
}

#[test]
fn the_committed_drawing_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state-machines/voting.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, drawing()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, drawing(), "run `make generated`");
}

struct World {
    pack: RulePack,
    calendar: WorkCalendar,
}

impl World {
    fn new() -> Self {
        Self { pack: national(), calendar: shipped_calendar().unwrap() }
    }

    /// A vote noticed on 2025-03-01, open 03-17 to 03-27, counted and published on 03-28 (Friday).
    fn facts(&self, now: &str) -> Facts<'_> {
        Facts {
            pack: &self.pack,
            calendar: &self.calendar,
            now: time(now),
            items: 2,
            roll: Weight { area: area("900.00"), heads: 9 },
            roll_faults: 0,
            roll_objections_open: 0,
            noticed_at: Some(time("2025-03-01 10:00")),
            opens_at: Some(time("2025-03-17 00:00")),
            closes_at: Some(time("2025-03-27 00:00")),
            extensions: 0,
            extend_to: None,
            sheets_unsettled: 0,
            sheets_unaccounted: 0,
            sheets_unchecked: 0,
            disputes_open: 0,
            rulings_uncounted: 0,
            counted_at: Some(time("2025-03-28 09:00")),
            published_at: Some(time("2025-03-28 10:00")),
            result_objections_open: 0,
        }
    }
}

/// `2025-03-01 10:00` in China.
fn time(text: &str) -> UtcTime {
    let mut text = text.replacen(' ', "T", 1);
    if text.len() == 16 {
        text.push_str(":00");
    }
    format!("{text}+08:00").parse().unwrap()
}

fn refused(state: VoteState, command: Command, facts: &Facts<'_>) -> (Code, String) {
    let refusal: Refusal = decide(state, command, facts).unwrap_err();
    (refusal.code(), refusal.rule_broken().unwrap().rule_id.clone())
}

fn to(state: VoteState, command: Command, facts: &Facts<'_>) -> VoteState {
    decide(state, command, facts).unwrap().to
}

#[test]
fn a_command_in_the_wrong_state_names_the_states_that_allow_it() {
    let world = World::new();
    let facts = world.facts("2025-03-20 12:00");
    for &state in VoteState::ALL {
        for &command in Command::ALL {
            let known = transitions(state).iter().any(|(allowed, _)| *allowed == command);
            let outcome = decide(state, command, &facts);
            let wrong = outcome.is_err_and(|refusal| refusal.code() == Code::WrongState);
            assert_eq!(wrong, !known, "{state} {command}");
        }
    }
    let refusal = decide(VoteState::Draft, Command::Cast, &facts).unwrap_err();
    let rule = refusal.rule_broken().unwrap();
    assert_eq!((rule.have.as_str(), rule.need.as_str()), ("draft", "open | extended"));
}

#[test]
fn a_roll_with_faults_or_without_anybody_is_not_frozen() {
    let world = World::new();
    let good = world.facts("2025-02-28 12:00");
    assert_eq!(to(VoteState::Draft, Command::FreezeRoll, &good), VoteState::RollFrozen);
    let faulty = Facts { roll_faults: 3, ..good };
    assert_eq!(
        refused(VoteState::Draft, Command::FreezeRoll, &faulty),
        (Code::RollIncomplete, "roll_faults".to_owned())
    );
    let empty = Facts { roll: Weight::default(), ..good };
    assert_eq!(refused(VoteState::Draft, Command::FreezeRoll, &empty).0, Code::EmptyScope);
    let nothing = Facts { items: 0, roll_faults: 3, roll: Weight::default(), ..good };
    let missing = readiness(VoteState::Draft, &nothing).unwrap();
    let rules: Vec<_> = missing.blockers.iter().map(|b| b.rule.rule_id.as_str()).collect();
    assert_eq!(rules, ["agenda", "roll_faults", "roll_total"]);
    assert!(!missing.ready && missing.next == Some(Command::FreezeRoll));
}

#[test]
fn the_notice_leaves_fifteen_clear_days() {
    let world = World::new();
    let notice = |now, opens_at, closes_at| {
        let facts = Facts {
            opens_at: Some(time(opens_at)),
            closes_at: Some(time(closes_at)),
            ..world.facts(now)
        };
        decide(VoteState::RollFrozen, Command::GiveNotice, &facts)
    };
    let close = "2025-03-27 00:00";
    let given = notice("2025-03-01 23:59", "2025-03-17 00:00", close).unwrap();
    assert_eq!(given.deadline, Some(time("2025-03-17 00:00")));
    let early = notice("2025-03-01 00:00", "2025-03-16 23:59:59", close).unwrap_err();
    assert_eq!(early.code(), Code::TooEarly);
    assert_eq!(early.params()["earliest"], "2025-03-16T16:00:00Z");
    assert!(notice("2025-03-02 00:00", "2025-03-17 00:00", close).is_err());
}

#[test]
fn a_window_lasts_seven_to_sixty_days_and_in_hangzhou_five() {
    let mut world = World::new();
    let opens_at = time("2025-03-17 00:00");
    let lasting = |world: &World, days: i64, seconds: i64| {
        let length = chrono::TimeDelta::days(days) + chrono::TimeDelta::seconds(seconds);
        Dates { pack: &world.pack, calendar: &world.calendar }
            .window_fault(opens_at, opens_at.plus(length))
            .map(|rule| rule.rule_id)
    };
    assert_eq!(lasting(&world, 7, -1).as_deref(), Some("window_min_days"));
    assert_eq!((lasting(&world, 7, 0), lasting(&world, 60, 0)), (None, None));
    assert_eq!(lasting(&world, 60, 1).as_deref(), Some("window_max_days"));
    // D5
    world.pack.periods.window_min_days.value = 5;
    let faults: Vec<bool> =
        [4, 5, 60, 61].iter().map(|days| lasting(&world, *days, 0).is_some()).collect();
    assert_eq!(faults, [true, false, false, true]);
}

#[test]
fn ballots_are_taken_from_the_opening_until_just_before_the_close() {
    let world = World::new();
    let cast = |now| decide(VoteState::Open, Command::Cast, &world.facts(now));
    assert_eq!(cast("2025-03-16 23:59:59").unwrap_err().code(), Code::TooEarly);
    assert!(cast("2025-03-17 00:00").is_ok() && cast("2025-03-26 23:59:59").is_ok());
    assert_eq!(cast("2025-03-27 00:00").unwrap_err().code(), Code::TooLate);
    let close = |now| decide(VoteState::Open, Command::Close, &world.facts(now));
    assert_eq!(close("2025-03-26 23:59:59").unwrap_err().code(), Code::TooEarly);
    assert_eq!(close("2025-03-27 00:00").unwrap().to, VoteState::Closed);
}

#[test]
fn a_vote_opens_after_its_notice_with_all_objections_answered() {
    let world = World::new();
    let now = "2025-03-17 00:00";
    assert_eq!(to(VoteState::Noticed, Command::Open, &world.facts(now)), VoteState::Open);
    let early = readiness(VoteState::Noticed, &world.facts("2025-03-16 23:59:59")).unwrap();
    assert_eq!(early.earliest, Some(time(now)));
    assert_eq!(early.blockers[0].rule.clause, "物业管理条例 14");
    let open = Facts { roll_objections_open: 1, ..world.facts(now) };
    assert_eq!(refused(VoteState::Noticed, Command::Open, &open).1, "roll_objections");
    let gone = world.facts("2025-03-27 00:00");
    assert_eq!(refused(VoteState::Noticed, Command::Open, &gone).0, Code::TooLate);
}

#[test]
fn one_extension_of_at_most_thirty_days_before_the_close() {
    let world = World::new();
    let extend = |until, now, extensions| {
        let extend_to = Some(time(until));
        let facts = Facts { extend_to, extensions, ..world.facts(now) };
        decide(VoteState::Open, Command::Extend, &facts).map(|decision| decision.to)
    };
    let now = "2025-03-26 12:00";
    assert_eq!(extend("2025-04-26 00:00", now, 0), Ok(VoteState::Extended));
    assert!(extend("2025-04-26 00:01", now, 0).is_err());
    assert!(extend("2025-03-27 00:00", now, 0).is_err());
    assert!(extend("2025-04-26 00:00", now, 1).is_err());
    assert!(extend("2025-04-26 00:00", "2025-03-27 00:00", 0).is_err());
}

#[test]
fn counting_waits_for_registered_sheets() {
    let world = World::new();
    let waiting = Facts { sheets_unsettled: 2, ..world.facts("2025-03-28 09:00") };
    assert_eq!(refused(VoteState::Closed, Command::Count, &waiting).1, "sheets_unsettled");
    let counted =
        decide(VoteState::Closed, Command::Count, &world.facts("2025-03-28 09:00")).unwrap();
    assert_eq!(counted.deadline, Some(time("2025-04-01 00:00")));
}

#[test]
fn a_result_is_confirmed_after_its_publicity() {
    let world = World::new();
    // 03-28 and seven days is 04-04, Qingming; 04-05 and 04-06 are off, Monday 04-07 is worked.
    let published = decide(VoteState::Counted, Command::Publish, &world.facts("2025-03-28 10:00"));
    assert_eq!(published.unwrap().deadline, Some(time("2025-04-08 00:00")));
    let early = world.facts("2025-04-07 23:59:59");
    assert_eq!(
        refused(VoteState::Published, Command::Confirm, &early),
        (Code::TooEarly, "publicity".to_owned())
    );
    assert_eq!(to(VoteState::Published, Command::ObjectToResult, &early), VoteState::Published);
    let late = world.facts("2025-04-08 00:00");
    assert_eq!(refused(VoteState::Published, Command::ObjectToResult, &late).0, Code::TooLate);
    let confirmed = decide(VoteState::Published, Command::Confirm, &late).unwrap();
    assert_eq!(confirmed.deadline, Some(time("2026-04-09 00:00")));
    let open = Facts { result_objections_open: 1, ..late };
    assert_eq!(refused(VoteState::Published, Command::Confirm, &open).1, "result_objections");
}
