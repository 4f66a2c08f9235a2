//! The states, drawn; who is a target; the numbers at their boundaries.

use std::{fmt::Write as _, path::Path};

use super::{
    standing::{Entry, clashes, is_reached, is_target, standings, tally},
    state::{assignable_round, last_round, next_state, transitions},
    visit::{Window, check, check_correction},
};
use crate::consultation::model::{
    Confirmation, ConsultationCommand, ConsultationState, NewVisit, Reason, Stance, Standing,
    Visitor, VisitorRole,
};
use crate::kernel::{AccountId, Code, StanceId, UnitId, UtcTime, VisitKey};

fn at(hour: u32) -> UtcTime {
    format!("2026-03-01T{hour:02}:00:00+08:00").parse().unwrap()
}

fn entry(unit_id: UnitId, round: i32, (hour, stance): (u32, Stance)) -> Entry {
    Entry {
        id: StanceId::new(),
        unit_id,
        round,
        said_at: at(hour),
        stance,
        reason: None,
        clash: false,
        corrected: None,
        recorded_by: AccountId::new(),
    }
}

#[test]
fn the_last_word_counts_and_an_attempt_in_vain_takes_nothing_back() {
    let unit = UnitId::new();
    let later = entry(unit, 1, (12, Stance::Oppose));
    let entries =
        [later, entry(unit, 1, (10, Stance::Support)), entry(unit, 2, (14, Stance::Unreached))];
    assert_eq!(standings(&entries, 3)[&unit], Standing::Oppose);
    assert_eq!(standings(&entries[1..2], 3)[&unit], Standing::Support);
    assert_eq!(standings(&entries[2..], 3)[&unit], Standing::Unreached);
    assert!(standings(&entries[2..], 1).is_empty(), "round 2 is not yet there after round 1");
}

#[test]
fn a_clash_does_not_count_and_a_correction_takes_the_place_of_the_entry() {
    let unit = UnitId::new();
    let mut one = entry(unit, 1, (10, Stance::Support));
    one.clash = true;
    assert!(standings(&[one.clone()], 3).is_empty());
    one.corrected = Some(Some(Stance::Conditional));
    assert_eq!(standings(&[one.clone()], 3)[&unit], Standing::Conditional);
    one.corrected = Some(None);
    assert!(standings(&[one], 3).is_empty(), "struck");
}

#[test]
fn a_visit_clashes_only_with_somebody_elses_record_of_a_later_word() {
    let (unit, me) = (UnitId::new(), AccountId::new());
    let entries = [entry(unit, 1, (12, Stance::Oppose))];
    assert!(clashes(&entries, (unit, Stance::Support), (at(11), me)));
    assert!(!clashes(&entries, (unit, Stance::Support), (at(12), me)), "at the same time");
    assert!(!clashes(&entries, (unit, Stance::Unreached), (at(11), me)));
    assert!(!clashes(&entries, (UnitId::new(), Stance::Support), (at(11), me)));
    let own = entries[0].recorded_by;
    assert!(
        !clashes(&entries, (unit, Stance::Support), (at(11), own)),
        "out of order, not a clash"
    );
    let in_vain = [entry(unit, 1, (12, Stance::Unreached))];
    assert!(!clashes(&in_vain, (unit, Stance::Support), (at(11), me)));
}

#[test]
fn whoever_does_not_support_is_visited_again() {
    for &standing in Standing::ALL {
        assert!(is_target(1, standing));
        assert_eq!(is_target(2, standing), standing != Standing::Support, "{standing}");
        assert_eq!(is_target(3, standing), standing != Standing::Support, "{standing}");
    }
}

#[test]
fn three_numbers_with_their_denominators() {
    use Standing::{Conditional, NotVisited, Oppose, Support, Unreached};
    let found = [Support, Support, Conditional, Oppose, Unreached, NotVisited];
    let totals = tally(found.into_iter());
    assert_eq!((totals.coverage.count, totals.coverage.of), (4, 6));
    assert_eq!((totals.support.count, totals.support.of), (2, 6));
    assert_eq!((totals.unreached.count, totals.unreached.of), (2, 6));
    assert_eq!((totals.conditional, totals.oppose, totals.tried_in_vain), (1, 1, 1));
}

#[test]
fn the_aim_is_reached_exactly_at_its_share() {
    let of = |support: usize, all: usize| {
        let yes = std::iter::repeat_n(Standing::Support, support);
        tally(yes.chain(std::iter::repeat_n(Standing::NotVisited, all - support)))
    };
    assert!(is_reached(&of(4, 5), 80) && !is_reached(&of(3, 5), 80));
    assert!(is_reached(&of(2, 3), 66) && !is_reached(&of(2, 3), 67));
    assert!(is_reached(&of(100, 100), 100) && !is_reached(&of(99, 100), 100));
    assert!(!is_reached(&of(0, 0), 1), "no household, nothing reached");
}

fn visit(round: i32, roles: [VisitorRole; 2]) -> NewVisit {
    let [first, second] = roles;
    NewVisit {
        client_id: VisitKey::new(),
        unit_id: UnitId::new(),
        round,
        first: Visitor { name: "甲".to_owned(), role: first },
        second: Visitor { name: "乙".to_owned(), role: second },
        visited_at: at(10),
        place: "家中".to_owned(),
        stance: Stance::Support,
        reason: None,
        note: None,
        confirmation: Some(Confirmation::Signed),
    }
}

fn judged(visit: &NewVisit) -> Result<(), Code> {
    let window = Window { opened_at: at(9), closed_at: Some(at(17)) };
    check(visit, Some(window), at(18)).map_err(|refusal| refusal.code())
}

#[test]
fn each_round_has_its_own_visitors() {
    use VisitorRole::{Committee, GridWorker, ResidentsCommittee, Street, Volunteer};
    for (round, roles, fits) in [
        (1, [Committee, Volunteer], true),
        (1, [GridWorker, Volunteer], false),
        (2, [Volunteer, GridWorker], true),
        (2, [Committee, ResidentsCommittee], false),
        (3, [Committee, GridWorker], true),
        (3, [ResidentsCommittee, GridWorker], true),
        (3, [GridWorker, GridWorker], false),
        (3, [Committee, Street], false),
    ] {
        let found = judged(&visit(round, roles));
        let want = if fits { Ok(()) } else { Err(Code::ConsultationVisitorsUnfit) };
        assert_eq!(found, want, "round {round}: {roles:?}");
    }
    let mut alone = visit(1, [Committee, Committee]);
    alone.second.name = alone.first.name.clone();
    assert_eq!(judged(&alone), Err(Code::ConsultationVisitorsUnfit));
}

#[test]
fn a_visit_lies_within_its_round() {
    let good = visit(1, [VisitorRole::Committee; 2]);
    for (hour, fits) in [(8, false), (9, true), (17, true), (18, false), (19, false)] {
        let visit = NewVisit { visited_at: at(hour), ..good.clone() };
        let want = if fits { Ok(()) } else { Err(Code::InvalidField) };
        assert_eq!(judged(&visit), want, "{hour}");
    }
    let refused = check(&good, None, at(18)).unwrap_err();
    assert_eq!(refused.errors()[0].pointer, "/round");
}

#[test]
fn a_stance_needs_reason_and_confirmation() {
    use Stance::{Conditional, Oppose, Support, Unreached};
    let good = visit(1, [VisitorRole::Committee; 2]);
    let signed = Some(Confirmation::Signed);
    let missing = Code::ConsultationConfirmationMissing;
    for (stance, reason, note, confirmation, want) in [
        (Support, None, None, signed, Ok(())),
        (Support, None, None, None, Err(missing)),
        (Oppose, None, None, signed, Err(Code::InvalidField)),
        (Oppose, Some(Reason::Cost), None, signed, Ok(())),
        (Oppose, Some(Reason::Cost), None, None, Err(missing)),
        (Oppose, Some(Reason::Other), None, signed, Err(Code::InvalidField)),
        (Conditional, Some(Reason::Noise), None, signed, Err(Code::InvalidField)),
        (Conditional, Some(Reason::Noise), Some("夜间不施工"), signed, Ok(())),
        (Unreached, Some(Reason::Unreachable), None, None, Ok(())),
        (Unreached, Some(Reason::TenantOnly), None, signed, Err(Code::InvalidField)),
        (Unreached, None, None, None, Err(Code::InvalidField)),
        (Unreached, Some(Reason::Cost), None, None, Err(Code::InvalidField)),
    ] {
        let note = note.map(str::to_owned);
        let visit = NewVisit { stance, reason, note, confirmation, ..good.clone() };
        assert_eq!(judged(&visit), want, "{stance} {reason:?} {confirmation:?}");
    }
}

#[test]
fn a_correction_to_what_a_household_says_needs_its_confirmation() {
    let signed = Some(Confirmation::Signed);
    let code = |stance, proof| check_correction(stance, proof).map_err(|refusal| refusal.code());
    for stance in [Stance::Support, Stance::Conditional, Stance::Oppose] {
        assert_eq!(code(Some(stance), None), Err(Code::ConsultationConfirmationMissing));
        assert_eq!(code(Some(stance), signed), Ok(()));
    }
    for stance in [None, Some(Stance::Unreached)] {
        assert_eq!(code(stance, None), Ok(()));
        assert_eq!(code(stance, signed), Err(Code::InvalidField));
    }
}

#[test]
fn rounds_open_and_close_in_order() {
    use ConsultationCommand::{Close, Conclude, Correct, Open, Say, Visit};
    let mut state = ConsultationState::Prepared;
    assert_eq!(assignable_round(state), Some(1));
    let refused = next_state(state, Visit).unwrap_err();
    assert_eq!(refused.code(), Code::ConsultationStateConflict);
    let steps = [(Open, 1, Some(1)), (Close, 1, Some(2)), (Open, 2, Some(2)), (Close, 2, Some(3))];
    for (command, round, next) in steps.into_iter().chain([(Open, 3, Some(3)), (Close, 3, None)]) {
        let other = if command == Open { Close } else { Open };
        assert!(next_state(state, other).is_err(), "{state} {other}");
        state = next_state(state, command).unwrap();
        assert_eq!((last_round(state), assignable_round(state)), (round, next));
        assert!([Visit, Say, Correct].iter().all(|command| next_state(state, *command).is_ok()));
        assert_eq!(next_state(state, Conclude).is_ok(), command == Close);
    }
    assert!(next_state(state, Open).is_err(), "there is no fourth round");
    let end = next_state(state, Conclude).unwrap();
    assert!(transitions(end).is_empty());
}

fn drawing() -> String {
    let mut page = String::from(
        "# The states of a consultation 征询\n\n\
         Drawn from `transitions` in `src/consultation/rules/state.rs` by a test; after a change run\n\
         `make generated`.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> prepared\n",
    );
    for &state in ConsultationState::ALL {
        for (command, to) in transitions(state).iter().filter(|(_, to)| *to != state) {
            writeln!(page, "    {state} --> {to}: {command}").unwrap();
        }
    }
    page.push_str("    concluded --> [*]\n```\n\n");
    page.push_str(
        "A cell names the state after the command; `·` is `consultation_state_conflict`.\n\n",
    );
    let states: Vec<_> = ConsultationState::ALL.iter().map(|state| state.as_str()).collect();
    writeln!(page, "| command \\ state | {} |", states.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(states.len())).unwrap();
    for &command in ConsultationCommand::ALL {
        let after = ConsultationState::ALL
            .iter()
            .map(|&state| next_state(state, command).map_or("·", ConsultationState::as_str));
        writeln!(page, "| {command} | {} |", after.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    page
}

#[test]
fn the_committed_drawing_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state-machines/consultation.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, drawing()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, drawing(), "run `make generated`");
}
