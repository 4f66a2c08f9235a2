//! The worked cases of the gates, and what must hold of every number.

use std::{fmt::Write as _, path::Path};

use proptest::prelude::*;

use super::{
    answer,
    cells::{FEWEST, shown},
    gate::{Counts, gate_of, verdict},
    questionnaire,
    select::{counted, is_own_word, standing},
    state::{next_state, transitions},
};
use crate::{
    kernel::Code,
    survey::model::{
        AnswerConfirmation, AnswerOption, AnswerStanding, Answers, Channel, GateVerdict, Given,
        Purpose, Question, QuestionKind, SurveyCommand, SurveyState,
    },
};

fn judged(purpose: Purpose, households: u64, answered: u64, in_favour: u64) -> GateVerdict {
    let rule = gate_of("hebei", purpose).unwrap().unwrap();
    verdict(&rule, Counts { households, answered, in_favour })
}

#[test]
fn g1_eight_hundred_of_a_thousand_households_include_and_one_less_do_not() {
    assert!(judged(Purpose::Include, 1000, 1000, 800).met);
    let failed = judged(Purpose::Include, 1000, 1000, 799);
    assert!(!failed.met);
    assert_eq!((failed.test.have, failed.test.need, failed.test.total), (799, 800, 1000));
    assert!(!failed.rule.clause.is_empty() && !failed.rule.source.is_empty());
}

#[test]
fn g2_of_333_households_267_must_be_heard() {
    let heard = judged(Purpose::Consult, 333, 267, 0);
    assert_eq!((heard.met, heard.test.need, heard.test.rule_id.as_str()), (true, 267, "heard"));
    assert!(!judged(Purpose::Consult, 333, 266, 266).met);
}

#[test]
fn g3_satisfaction_is_of_the_answers_and_coverage_of_the_households() {
    let passed = judged(Purpose::Accept, 403, 330, 264);
    assert!(passed.met);
    assert_eq!((passed.test.have, passed.test.need, passed.test.total), (264, 264, 330));
    let coverage = passed.coverage.unwrap();
    assert_eq!((coverage.have, coverage.need, coverage.total), (330, 323, 403));
    assert!(!judged(Purpose::Accept, 403, 330, 263).met);
    // Everybody who answered is satisfied, and too few answered.
    let few = judged(Purpose::Accept, 403, 322, 322);
    assert!(!few.met && few.test.met && !few.coverage.unwrap().met);
    assert!(judged(Purpose::Accept, 403, 323, 323).met);
    // The strict reading: 264 of 403 is too few.
    let rule = gate_of("hebei_all_households", Purpose::Accept).unwrap().unwrap();
    let strict = verdict(&rule, Counts { households: 403, answered: 330, in_favour: 264 });
    assert_eq!((strict.met, strict.test.need, strict.test.total), (false, 323, 403));
}

#[test]
fn g4_of_57_households_46_are_needed_and_the_latest_answer_counts() {
    assert!(judged(Purpose::Adopt, 57, 57, 46).met);
    assert!(!judged(Purpose::Adopt, 57, 57, 45).met);
    // Household 1 answered twice; what it gave later counts, though it came here earlier.
    let own = true;
    let counted = counted(&[(1, (own, 10, 30, 1)), (1, (own, 20, 20, 2)), (2, (own, 10, 10, 3))]);
    assert_eq!((counted.len(), counted[&1], counted[&2]), (2, 1, 2));
}

#[test]
fn what_visitors_took_down_does_not_outweigh_the_households_own_word() {
    let signed = Some(AnswerConfirmation::Signed);
    for (channel, confirmation, own) in [
        (Channel::Online, None, true),
        (Channel::Link, None, true),
        (Channel::Paper, None, true),
        (Channel::Door, None, false),
        (Channel::Door, signed, true),
    ] {
        assert_eq!(is_own_word(channel, confirmation), own, "{channel}");
    }
    // The own word of 10 stands against the visit of 20; a confirmed visit of 30 takes its place.
    assert_eq!(counted(&[(1, (true, 10, 10, 1)), (1, (false, 20, 20, 2))])[&1], 0);
    assert_eq!(counted(&[(1, (true, 10, 10, 1)), (1, (true, 30, 30, 2))])[&1], 1);
    assert_eq!(counted(&[(1, (false, 10, 10, 1)), (1, (false, 20, 20, 2))])[&1], 1);
}

#[test]
fn what_comes_after_the_close_needs_a_second_person_and_after_the_grace_it_is_late() {
    let at = |day: u32| format!("2026-03-{day:02}T18:00:00+08:00").parse().unwrap();
    for (day, confirmed, want) in [
        (9, false, AnswerStanding::InTime),
        (10, false, AnswerStanding::Waiting),
        (12, false, AnswerStanding::Waiting),
        (12, true, AnswerStanding::Confirmed),
        (13, false, AnswerStanding::Late),
    ] {
        assert_eq!(standing((at(10), at(13)), at(day), confirmed), want, "{day}");
    }
    // Without a grace nothing waits.
    assert_eq!(standing((at(10), at(10)), at(10), false), AnswerStanding::Late);
}

#[test]
fn nobody_is_no_majority_and_wishes_have_no_gate() {
    let nobody = judged(Purpose::Accept, 0, 0, 0);
    assert!(!nobody.met && nobody.test.need == 1);
    assert_eq!(gate_of("hebei", Purpose::Wishes), Ok(None));
    assert_eq!(gate_of("nowhere", Purpose::Adopt).unwrap_err().code(), Code::InvalidField);
}

proptest! {
    #[test]
    fn a_gate_is_met_just_where_five_times_the_part_is_four_times_the_whole(
        households in 1_u64..5_000, part in 0_u64..5_000,
    ) {
        let part = part.min(households);
        let judged = judged(Purpose::Adopt, households, households, part);
        prop_assert_eq!(judged.met, 5 * part >= 4 * households);
        prop_assert_eq!(judged.met, part >= judged.test.need);
        let need = judged.test.need;
        prop_assert!(5 * need >= 4 * households && 5 * (need - 1) < 4 * households);
    }

    #[test]
    fn what_is_hidden_can_not_be_reckoned_from_the_rest(
        answers in proptest::collection::vec(0_u64..9, 0..8),
    ) {
        let shown = shown(&answers);
        let hidden: u64 = answers.iter().zip(&shown).filter(|(_, s)| !**s).map(|(n, _)| *n).sum();
        let small = answers.iter().zip(&shown).any(|(n, s)| *s && *n < FEWEST);
        prop_assert!(!small, "a small cell is shown");
        let all: u64 = answers.iter().sum();
        prop_assert!(hidden == 0 || hidden >= FEWEST || hidden == all);
    }
}

fn question(key: &str, kind: QuestionKind) -> Question {
    let options = ["yes", "no", "other"]
        .map(|key| AnswerOption { key: key.to_owned(), text: key.to_owned() });
    let has_options = matches!(kind, QuestionKind::Single | QuestionKind::Multiple);
    Question {
        key: key.to_owned(),
        text: format!("题目{key}"),
        kind,
        required: false,
        options: if has_options { options.to_vec() } else { Vec::new() },
        most: match kind {
            QuestionKind::Scale => Some(5),
            QuestionKind::Multiple => Some(2),
            _ => None,
        },
        in_favour: Vec::new(),
        gate: false,
    }
}

fn gate_question() -> Question {
    let in_favour = vec!["yes".to_owned()];
    Question { required: true, in_favour, gate: true, ..question("gate", QuestionKind::Single) }
}

#[test]
fn each_fault_of_a_questionnaire_is_named_with_its_place() {
    let sound = [
        gate_question(),
        question("many", QuestionKind::Multiple),
        question("mark", QuestionKind::Scale),
        question("words", QuestionKind::Text),
    ];
    assert_eq!(questionnaire::faults(Purpose::Adopt, &sound), []);
    let places = |questions: &[Question]| -> Vec<String> {
        let faults = questionnaire::faults(Purpose::Adopt, questions);
        faults.into_iter().map(|fault| fault.pointer).collect()
    };
    assert_eq!(places(&[]), ["/questions", "/questions"]);
    assert_eq!(places(&[gate_question(), gate_question()]), ["/questions/1/key", "/questions"]);
    assert_eq!(questionnaire::faults(Purpose::Wishes, &[gate_question()]).len(), 1);
    for (broken, place) in [
        (Question { key: "大".to_owned(), ..gate_question() }, "key"),
        (Question { text: " ".to_owned(), ..gate_question() }, "text"),
        (Question { most: Some(2), ..gate_question() }, "most"),
        (Question { required: false, ..gate_question() }, "gate"),
        (Question { in_favour: vec!["maybe".to_owned()], ..gate_question() }, "in_favour"),
        (
            Question {
                in_favour: ["yes", "no", "other"].map(str::to_owned).to_vec(),
                ..gate_question()
            },
            "in_favour",
        ),
    ] {
        assert_eq!(places(&[broken]), [format!("/questions/0/{place}")]);
    }
    let bare = Question { options: Vec::new(), ..question("a", QuestionKind::Single) };
    assert_eq!(places(&[gate_question(), bare]), ["/questions/1/options"]);
    let many = Question { most: Some(4), ..question("a", QuestionKind::Multiple) };
    assert_eq!(places(&[gate_question(), many]), ["/questions/1/most"]);
    let mark = Question { most: Some(11), ..question("a", QuestionKind::Scale) };
    assert_eq!(places(&[gate_question(), mark]), ["/questions/1/most"]);
}

#[test]
fn each_fault_of_an_answer_is_named_with_its_code() {
    let questions = [
        gate_question(),
        question("many", QuestionKind::Multiple),
        question("mark", QuestionKind::Scale),
        question("words", QuestionKind::Text),
    ];
    let one = |text: &str| Given::One(text.to_owned());
    let many = |keys: &[&str]| Given::Many(keys.iter().map(|&key| key.to_owned()).collect());
    let with = |key: &str, given: Given| {
        let mut answers = Answers::from([("gate".to_owned(), one("no"))]);
        answers.insert(key.to_owned(), given);
        answer::faults(&questions, &answers)
    };
    for (key, given) in [
        ("gate", one("yes")),
        ("many", many(&["yes", "no"])),
        ("mark", Given::Mark(5)),
        ("words", one("很好")),
    ] {
        assert_eq!(with(key, given), [], "{key}");
    }
    for (key, given, code) in [
        ("gate", one("maybe"), "unknown_option"),
        ("gate", Given::Mark(1), "wrong_kind"),
        ("many", many(&["yes", "yes"]), "unknown_option"),
        ("many", many(&["yes", "no", "other"]), "wrong_count"),
        ("mark", Given::Mark(6), "out_of_range"),
        ("words", one(&"字".repeat(2_001)), "wrong_length"),
        ("extra", one("x"), "unknown_question"),
    ] {
        let found = with(key, given);
        assert_eq!((found.len(), found[0].code), (1, code));
        assert_eq!(found[0].pointer, format!("/answers/{key}"));
    }
    let missing = answer::faults(&questions, &Answers::new());
    assert_eq!((missing.len(), missing[0].code), (1, "answer_required"));
    let yes = Answers::from([("gate".to_owned(), one("yes"))]);
    assert!(answer::is_in_favour(&questions[0], &yes));
    assert!(!answer::is_in_favour(&questions[0], &Answers::new()));
}

#[test]
fn a_refused_command_names_the_states_that_allow_it() {
    let refused = next_state(SurveyState::Draft, SurveyCommand::Answer).unwrap_err();
    assert_eq!(refused.code(), Code::SurveyStateConflict);
    assert_eq!(refused.rule_broken().unwrap().need, "open");
    assert!(next_state(SurveyState::Void, SurveyCommand::Open).is_err());
}

fn drawing() -> String {
    let mut page = String::from(
        "# The states of a survey 居民调查\n\n\
         Drawn from `transitions` in `src/survey/rules/state.rs` by a test; after a change run\n\
         `make generated`. `close` happens by the clock; answers end with the window.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> draft\n",
    );
    for &state in SurveyState::ALL {
        for (command, to) in transitions(state).iter().filter(|(_, to)| *to != state) {
            writeln!(page, "    {state} --> {to}: {command}").unwrap();
        }
    }
    page.push_str("    closed --> [*]\n    void --> [*]\n```\n\n");
    page.push_str("A cell names the state after the command; `·` is `survey_state_conflict`.\n\n");
    let states: Vec<_> = SurveyState::ALL.iter().map(|state| state.as_str()).collect();
    writeln!(page, "| command \\ state | {} |", states.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(states.len())).unwrap();
    for &command in SurveyCommand::ALL {
        let after = SurveyState::ALL
            .iter()
            .map(|&state| next_state(state, command).map_or("·", SurveyState::as_str));
        writeln!(page, "| {command} | {} |", after.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    page
}

#[test]
fn the_committed_drawing_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state-machines/survey.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, drawing()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, drawing(), "run `make generated`");
}
