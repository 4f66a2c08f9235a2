//! The rules of joint reviews, and the drawing of the states.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use super::{
    clashes::clashes,
    closing::{may_respond, must_be_resolved, open_points, resolution},
    departments::{DATA, TEXT, find, read},
    invite::{before, due_at, invited},
    rounds::{carried, moves},
    state::{next_state, transitions},
};
use crate::{
    joint_review::model::{
        Invitation, InvitationRow, InviteSource, InviteWish, ItemRow, Move, OpinionRow,
        OpinionSource, PlanItem, Resolution, ResponseKind, ResponseRow, ReviewCommand,
        ReviewSettings, ReviewState, Round, SilencePolicy, Verdict, Wants,
    },
    kernel::{
        AccountId, Code, ReviewInvitationId, ReviewItemId, ReviewOpinionId, ReviewResponseId,
        ReviewRoundId, UtcTime, WorkCalendar,
    },
};

fn at() -> UtcTime {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

fn item(position: i32, key: &str, digest: &str) -> ItemRow {
    ItemRow {
        id: ReviewItemId::new(),
        round_id: ReviewRoundId::new(),
        position,
        item_key: key.to_owned(),
        code: key.to_owned(),
        title: key.to_owned(),
        title_en: key.to_owned(),
        place: String::new(),
        digest: digest.to_owned(),
    }
}

fn invitation(department: &str, source: InviteSource, asked: &[i32]) -> Invitation {
    let row = InvitationRow {
        id: ReviewInvitationId::new(),
        round_id: ReviewRoundId::new(),
        department: department.to_owned(),
        source,
        reason: String::new(),
        asked: String::new(),
        silence: SilencePolicy::StaysOpen,
        due_at: at(),
        inviter_name: String::new(),
        invited_at: at(),
    };
    Invitation { row, asked: asked.to_vec() }
}

fn opinion(department: &str, item: &ItemRow, verdict: Option<Verdict>) -> OpinionRow {
    let is_given = verdict.is_some();
    OpinionRow {
        id: ReviewOpinionId::new(),
        round_id: item.round_id,
        item_id: item.id,
        department: department.to_owned(),
        source: if is_given { OpinionSource::Given } else { OpinionSource::Silence },
        verdict,
        wants: None,
        text: String::new(),
        late: false,
        original_id: None,
        author_id: is_given.then(AccountId::new),
        author_login: String::new(),
        author_name: String::new(),
        at: at(),
    }
}

/// Two items; 消防 is asked about both, 水务 about the first.
fn round() -> Round {
    Round {
        items: vec![item(1, "B01@#1", "a"), item(2, "I03@#1", "b")],
        invitations: vec![
            invitation("消防", InviteSource::Policy, &[1, 2]),
            invitation("水务", InviteSource::Content, &[1]),
        ],
        opinions: Vec::new(),
        responses: Vec::new(),
    }
}

fn say(round: &mut Round, department: &str, (position, verdict): (usize, Option<Verdict>)) {
    let said = opinion(department, &round.items[position - 1], verdict);
    round.opinions.push(said);
}

fn respond(round: &mut Round, kind: ResponseKind) {
    let opinion_id = round.opinions.last().unwrap().root();
    round.responses.push(ResponseRow {
        id: ReviewResponseId::new(),
        opinion_id,
        kind,
        reason: String::new(),
        plan_number: None,
        authority: None,
        document_sha256: None,
        author_id: AccountId::new(),
        author_name: String::new(),
        at: at(),
    });
}

fn open(round: &Round) -> Vec<String> {
    let points = open_points(round).into_iter();
    points.map(|one| format!("{} {} {}", one.department, one.item, one.missing)).collect()
}

#[test]
fn every_asked_department_must_speak_of_every_item_and_the_latest_word_counts() {
    let mut round = round();
    assert_eq!(open(&round), ["消防 1 no_opinion", "消防 2 no_opinion", "水务 1 no_opinion"]);
    say(&mut round, "消防", (1, Some(Verdict::Pass)));
    say(&mut round, "消防", (2, Some(Verdict::Reject)));
    say(&mut round, "水务", (1, Some(Verdict::Pass)));
    // Nobody asked 水务 about the lamps; what it says of them counts all the same.
    say(&mut round, "水务", (2, Some(Verdict::Revise)));
    assert_eq!(open(&round), ["消防 2 unanswered", "水务 2 unanswered"]);
    say(&mut round, "水务", (2, Some(Verdict::Pass)));
    assert_eq!(open(&round), ["消防 2 unanswered"]);
    let refused = must_be_resolved(&open_points(&round)).unwrap_err();
    assert_eq!(refused.code(), Code::ReviewUnresolved);
    say(&mut round, "消防", (2, Some(Verdict::Withdrawn)));
    assert!(must_be_resolved(&open_points(&round)).is_ok());
}

#[test]
fn the_designers_word_alone_resolves_nothing() {
    use ResponseKind as Kind;
    for (kinds, expected) in [
        (&[Kind::Adopted][..], Some("adopted_not_reviewed")),
        (&[Kind::Partly], Some("not_accepted")),
        (&[Kind::Rejected], Some("not_accepted")),
        (&[Kind::Rejected, Kind::Accepted], None),
        (&[Kind::Rejected, Kind::RuledForPlan], None),
        (&[Kind::Rejected, Kind::RuledForDepartment], Some("must_follow")),
        (&[Kind::Rejected, Kind::RuledForDepartment, Kind::Adopted], Some("adopted_not_reviewed")),
    ] {
        let mut round = round();
        say(&mut round, "水务", (1, Some(Verdict::Pass)));
        say(&mut round, "消防", (1, Some(Verdict::Pass)));
        say(&mut round, "消防", (2, Some(Verdict::Revise)));
        for kind in kinds {
            respond(&mut round, *kind);
        }
        let expected = expected.map(|word| format!("消防 2 {word}"));
        assert_eq!(open(&round), Vec::from_iter(expected), "{kinds:?}");
    }
}

#[test]
fn silence_is_never_a_pass() {
    let round = round();
    let silent = opinion("水务", &round.items[0], None);
    let of = |last, policy| resolution(Some(&silent), last, policy);
    assert_eq!(of(None, SilencePolicy::CountsAsPass), Resolution::SilenceCounts);
    assert_eq!(of(None, SilencePolicy::StaysOpen), Resolution::SilenceOpen);
    let ruled = of(Some(ResponseKind::RuledForPlan), SilencePolicy::StaysOpen);
    assert_eq!(ruled, Resolution::Ruled);
    assert!(Resolution::ALL.iter().filter(|one| one.is_resolved()).count() == 5);
    assert!(!may_respond(Resolution::SilenceOpen, ResponseKind::Adopted));
    assert!(may_respond(Resolution::SilenceOpen, ResponseKind::RuledForPlan));
    assert!(!may_respond(Resolution::MustFollow, ResponseKind::Rejected));
    assert!(!may_respond(Resolution::Unanswered, ResponseKind::RuledForPlan));
    assert!(!may_respond(Resolution::Passed, ResponseKind::Adopted));
}

#[test]
fn what_was_said_of_an_unchanged_item_carries_over_and_silence_does_not() {
    let mut round = round();
    say(&mut round, "消防", (1, Some(Verdict::Pass)));
    say(&mut round, "消防", (2, Some(Verdict::Pass)));
    say(&mut round, "水务", (1, None));
    let words = |now: &[(&str, &str)]| {
        let found = carried(&round, now).into_iter();
        found.map(|(key, one)| format!("{} {key}", one.department)).collect::<Vec<_>>()
    };
    assert_eq!(words(&[("B01@#1", "a"), ("I03@#1", "c")]), ["消防 B01@#1"]);
    assert_eq!(words(&[("B01@#1", "a"), ("I03@#1", "b")]), ["消防 B01@#1", "消防 I03@#1"]);
    assert_eq!(words(&[("B02@#1", "a")]), Vec::<String>::new());
    let later = [item(1, "I03@#1", "c"), item(2, "B02@#1", "d")];
    let all = moves(&round.items, &later, None);
    let changes: Vec<Move> = all.iter().map(|one| one.change).collect();
    assert_eq!(changes, [Move::Changed, Move::Added, Move::Removed]);
    assert_eq!((all[0].from, all[0].to), (Some(2), Some(1)));
    let own = BTreeSet::from(["B01@#1".to_owned()]);
    assert_eq!(moves(&round.items, &later, Some(&own)).len(), 1);
}

fn plan_item(code: &str) -> PlanItem {
    let text = |text: &str| text.to_owned();
    PlanItem {
        key: format!("{code}@#1"),
        code: text(code),
        title: text(code),
        title_en: text(code),
        place: String::new(),
        digest: text("a"),
    }
}

#[test]
fn content_policy_desk_and_earlier_rounds_invite() {
    let items = [plan_item("B01"), plan_item("I03")];
    let settings = |policy: &[&str], wish: Option<&str>| ReviewSettings {
        days: None,
        policy: policy.iter().map(|name| (*name).to_owned()).collect(),
        wishes: wish
            .map(|name| InviteWish { department: name.to_owned(), reason: "x".to_owned() })
            .into_iter()
            .collect(),
    };
    let words = |settings: &ReviewSettings, items: &[PlanItem], round: Option<&Round>| {
        let earlier = round.map(before).unwrap_or_default();
        let found = invited((items, &DATA), settings, &earlier).unwrap().into_iter();
        let word = |one: crate::joint_review::model::Invited| {
            format!("{} {} {:?}", one.department, one.source, one.asked)
        };
        found.map(word).collect::<Vec<_>>()
    };
    let none = settings(&[], None);
    assert_eq!(
        words(&none, &items, None),
        ["城管 content [2]", "水务 content [1]", "供电 content [2]"]
    );
    let more = words(&settings(&["水务", "消防"], Some("园林")), &items, None);
    let expected = [
        "城管 content [2]",
        "消防 policy [1, 2]",
        "水务 content [1]",
        "供电 content [2]",
        "园林 desk [1, 2]",
    ];
    assert_eq!(more, expected);
    // 水务 spoke of the lamps: as long as they are there, it is asked about them.
    let mut last = round();
    say(&mut last, "水务", (2, Some(Verdict::Revise)));
    let lamps = [plan_item("I03")];
    let kept = words(&none, &lamps, Some(&last));
    assert_eq!(
        kept,
        ["城管 content [1]", "消防 earlier [1]", "水务 earlier [1]", "供电 content [1]"]
    );
    let unknown = settings(&[], Some("气象"));
    assert!(invited((&items, &DATA), &unknown, &[]).is_err());
}

#[test]
fn opposite_wishes_clash_and_settled_ones_do_not() {
    let mut round = round();
    let mut wish = |department: &str, verdict, wants| {
        let said = opinion(department, &round.items[0], Some(verdict));
        round.opinions.push(OpinionRow { wants, ..said });
    };
    wish("消防", Verdict::Revise, Some(Wants::Widen));
    wish("水务", Verdict::Revise, Some(Wants::Narrow));
    assert_eq!(clashes(&round).len(), 1);
    respond(&mut round, ResponseKind::Accepted);
    assert!(clashes(&round).is_empty());
    say(&mut round, "水务", (1, Some(Verdict::Pass)));
    say(&mut round, "消防", (1, Some(Verdict::Reject)));
    let found = clashes(&round);
    assert_eq!((found[0].one.as_str(), found[0].other.as_str()), ("消防", "水务"));
    say(&mut round, "消防", (1, Some(Verdict::Withdrawn)));
    assert!(clashes(&round).is_empty());
}

#[test]
fn a_deadline_is_counted_in_working_days_and_refused_beyond_the_loaded_years() {
    let text = include_str!("../../../seed/reference/calendars/2026.toml");
    let calendar = WorkCalendar::from_toml(&[text]).unwrap();
    let ends =
        |from: &str, days| due_at(from.parse().unwrap(), days, &calendar).map(|at| at.to_string());
    assert_eq!(ends("2026-03-02", 5).unwrap(), "2026-03-09T16:00:00Z");
    // 2026-09-30 is a Wednesday; the days off of the National Day lie between.
    assert_eq!(ends("2026-09-30", 1).unwrap(), "2026-10-08T16:00:00Z");
    let refused = due_at("2026-12-28".parse().unwrap(), 10, &calendar).unwrap_err();
    assert_eq!(refused.code(), Code::CalendarMissing);
}

#[test]
fn the_departments_can_be_read_and_a_fault_is_named() {
    let data = read(TEXT).unwrap();
    assert!(data.department.len() >= 10 && find("消防").is_some());
    assert!(DATA.department.iter().all(|one| !one.items.is_empty()));
    let twice = "days = 5\nbasis = ''\n".to_owned()
        + &"[[department]]\nname = 'x'\nen = ''\nitems = []\nsilence = 'stays_open'\n".repeat(2);
    assert!(read(&twice).unwrap_err().contains("twice"));
    assert!(read("days = 0\nbasis = ''\ndepartment = []").unwrap_err().contains("days"));
}

#[test]
fn a_closed_case_goes_on_only_by_another_round() {
    let refused = next_state(ReviewState::Closed, ReviewCommand::Opine).unwrap_err();
    assert_eq!(refused.code(), Code::ReviewStateConflict);
    assert_eq!(refused.rule_broken().unwrap().need, "open");
    assert_eq!(
        next_state(ReviewState::Closed, ReviewCommand::NextRound).unwrap(),
        ReviewState::Open
    );
}

fn drawing() -> String {
    let mut page = String::from(
        "# The states of a joint review 联合审查\n\n\
         Drawn from `transitions` in `src/joint_review/rules/state.rs` by a test; after a change run\n\
         `make generated`. `record_silence` happens by the clock.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> open\n",
    );
    for &state in ReviewState::ALL {
        for (command, to) in transitions(state).iter().filter(|(_, to)| *to != state) {
            writeln!(page, "    {state} --> {to}: {command}").unwrap();
        }
    }
    page.push_str("    closed --> [*]\n```\n\n");
    page.push_str("A cell names the state after the command; `·` is `review_state_conflict`.\n\n");
    let states: Vec<_> = ReviewState::ALL.iter().map(|state| state.as_str()).collect();
    writeln!(page, "| command \\ state | {} |", states.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(states.len())).unwrap();
    for &command in ReviewCommand::ALL {
        let after = ReviewState::ALL
            .iter()
            .map(|&state| next_state(state, command).map_or("·", ReviewState::as_str));
        writeln!(page, "| {command} | {} |", after.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    page.push_str("\n# How an item stands with a department\n\n");
    page.push_str("A case closes where every pair of item and department is resolved.\n\n");
    page.push_str("| state | resolved | what is to be done |\n|---|---|---|\n");
    for &state in Resolution::ALL {
        let mark = if state.is_resolved() { "●" } else { " " };
        writeln!(page, "| {state} | {mark} | {} |", state.todo()).unwrap();
    }
    page
}

#[test]
fn the_committed_drawing_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state-machines/joint-review.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, drawing()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, drawing(), "run `make generated`");
}
