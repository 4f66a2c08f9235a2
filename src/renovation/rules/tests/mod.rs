//! Gates at the boundary, votes on a plan, publicities, packs, timelines, and the drawing.

mod drawing;

use std::collections::BTreeMap;

use super::{
    deadlines::of_stage,
    policy::{
        SHIPPED, TEXTS, due, faults, find, find_shipped, is_in_force, is_of_division, read,
        requirements,
    },
    readiness::judge,
    stage::{check, is_open, next_on_line},
    timeline::{VotePeriods, preview},
};
use crate::{
    kernel::{
        Code, CommunityId, EvidenceId, LastDay, Length, LocalDate, Period, PlanVersionId, UtcTime,
        WorkCalendar,
    },
    renovation::model::{
        Behind, CurrentPlan, Facts, Finding, FixedPlan, Gate, GateAnswer, Missing, PolicyPack,
        ProjectCommand, Proof, Stage, VoteFacts,
    },
    voting::{ItemClass, shipped_calendar},
};

const TEXT: &str = "00aa";

fn calendar() -> WorkCalendar {
    shipped_calendar().unwrap()
}

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn at(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn pack(id: &str) -> &'static PolicyPack {
    find_shipped(id).unwrap()
}

/// A project whose first plan was fixed on 2 March at nine.
fn facts() -> Facts {
    let fixed = FixedPlan {
        id: PlanVersionId::new(),
        number: 1,
        sha256: TEXT.to_owned(),
        fixed_at: at("2026-03-02T01:00:00Z"),
    };
    let plan = CurrentPlan { fixed, changed_little: Vec::new() };
    Facts {
        now: at("2026-04-01T01:00:00Z"),
        community_id: CommunityId::new(),
        created_at: at("2026-01-05T01:00:00Z"),
        building_at: Some(at("2026-03-01T01:00:00Z")),
        plan: Some(plan),
        pledged: BTreeMap::new(),
        proofs: BTreeMap::new(),
        review: None,
    }
}

fn with(mut facts: Facts, key: &str, behind: Behind) -> Facts {
    let plan = facts.plan.as_ref().map(|plan| plan.fixed.id);
    let proof = Proof { id: EvidenceId::new(), link: "/x".to_owned(), plan, behind };
    facts.proofs.insert(key.to_owned(), proof);
    facts
}

/// Another version was fixed.
fn replan(facts: &mut Facts) {
    let fixed = &mut facts.plan.as_mut().unwrap().fixed;
    (fixed.id, fixed.sha256) = (PlanVersionId::new(), "00bb".to_owned());
}

fn of(pack: &PolicyPack, key: &str, facts: &Facts) -> Finding {
    let (stage, one) = find(pack, key).unwrap();
    judge(&[(stage, one)], facts, &calendar()).remove(0)
}

fn answer(facts: &Facts, gate: Gate, (agreeing, answered, households): (u64, u64, u64)) -> Behind {
    Behind::Survey(Some(GateAnswer {
        gate,
        community_id: facts.community_id,
        opened_at: Some(at("2026-03-03T01:00:00Z")),
        is_closed: true,
        holds: true,
        agreeing,
        answered,
        households,
        plan_sha256: None,
        link: "/s".to_owned(),
    }))
}

fn vote() -> VoteFacts {
    VoteFacts {
        state: "confirmed".to_owned(),
        of_community: true,
        covers_plan: true,
        class: ItemClass::Special,
        is_option: false,
        passed: true,
        confirmed_at: Some(at("2026-03-31T02:00:00Z")),
        roll_frozen_at: Some(at("2026-03-02T01:00:00Z")),
        materials: vec!["ff".to_owned(), TEXT.to_owned()],
    }
}

#[test]
fn every_shipped_pack_is_sound_and_says_how_far_it_may_be_trusted() {
    for (id, text) in TEXTS {
        let pack = read(text).unwrap_or_else(|faults| panic!("{id}: {faults:#?}"));
        assert_eq!((pack.id.as_str(), pack.version), (*id, 2));
        assert!(pack.cautions.iter().all(|caution| caution.contains(" · ")), "{id}");
        assert!(
            requirements(&pack)
                .all(|(_, one)| one.note.as_ref().is_none_or(|note| note.contains('·'))),
            "{id}"
        );
        assert!(is_in_force(&pack, day("2026-03-02")));
        assert!(!is_in_force(
            &pack,
            pack.effective_from.to_string().replace("20", "19").parse().unwrap()
        ));
    }
    assert_eq!(SHIPPED.len(), TEXTS.len());
}

#[test]
fn a_pack_with_a_fault_names_it() {
    let national = TEXTS[0].1;
    for (old, new, sentence) in [
        ("stage = \"consented\"", "stage = \"designed\"", "the stages stand in order"),
        ("key = \"plan\"", "key = \"wish\"", "wish: the key stands twice"),
        ("share = \"2/3\"", "share = \"4/3\"", "wish: share is over 0 and 1 at the most"),
        ("by = \"居民 · residents\"", "by = \"居民\"", "wish: by is in Chinese and English"),
        ("departments = [\"住建\", \"规划\", \"消防\"]", "departments = []", "departments"),
        ("version = 2", "version = 2\neffective_until = \"2019-01-01\"", "effective_until"),
        (
            "need = { plan_fixed = {} }",
            "need = { publicity = { days = 0, of_plan = true, after = \"wish\" } }",
            "1 to 365",
        ),
        ("need = { plan_fixed = {} }", "need = { magic = {} }", "magic"),
    ] {
        assert!(national.contains(old), "{old}");
        let found = read(&national.replacen(old, new, 1)).unwrap_err();
        assert!(found.iter().any(|fault| fault.contains(sentence)), "{sentence}: {found:?}");
    }
    let mut short = pack("national").clone();
    short.stages.pop();
    assert_eq!(faults(&short), ["every stage of the line is named"]);
}

#[test]
fn g1_to_g3_hold_at_the_boundary_and_fail_one_below() {
    let hebei = pack("hebei");
    let told = |key: &str, gate, numbers| {
        let base = facts();
        let proof = answer(&base, gate, numbers);
        of(hebei, key, &with(base, key, proof)).reason
    };
    let low = Some(Missing::ShareTooLow);
    // G1: 1000 households, 800 / 799. G2: 333, need 267. G4: 57, need 46.
    for (part, whole, expected) in [
        (800, 1000, None),
        (799, 1000, low),
        (267, 333, None),
        (266, 333, low),
        (46, 57, None),
        (45, 57, low),
        (0, 0, low),
    ] {
        let found = told("g1_include", Gate::Include, (part, whole, whole));
        assert_eq!(found, expected, "{part}/{whole}");
        assert_eq!(told("g2_consult", Gate::Consult, (part, part, whole)), expected);
        assert_eq!(told("g2b_adopt", Gate::Adopt, (part, whole, whole)), expected);
    }
    // G3: 403 households, 330 answers, 264 satisfied; coverage needs 323.
    assert_eq!(told("g3_accept", Gate::Accept, (264, 330, 403)), None);
    assert_eq!(told("g3_accept", Gate::Accept, (263, 330, 403)), low);
    assert_eq!(told("g3_accept", Gate::Accept, (323, 323, 403)), None);
    let few = told("g3_accept", Gate::Accept, (322, 322, 403));
    assert_eq!(few, Some(Missing::CoverageTooLow));
}

#[test]
fn a_survey_must_be_closed_and_of_this_gate_and_place() {
    let hebei = pack("hebei");
    let base = facts();
    let told = |key: &str, behind| of(hebei, key, &with(base.clone(), key, behind)).reason;
    assert_eq!(of(hebei, "g1_include", &base).reason, Some(Missing::NoSurveyLinked));
    assert_eq!(told("g1_include", Behind::Survey(None)), Some(Missing::NoSurveyLinked));
    let other = answer(&base, Gate::Consult, (9, 10, 10));
    assert_eq!(told("g1_include", other), Some(Missing::OtherSurvey));
    let elsewhere = answer(&facts(), Gate::Include, (9, 10, 10));
    assert_eq!(told("g1_include", elsewhere), Some(Missing::OtherSurvey));
    let Behind::Survey(Some(good)) = answer(&base, Gate::Adopt, (9, 10, 10)) else { panic!() };
    let open = GateAnswer { is_closed: false, ..good.clone() };
    assert_eq!(told("g2b_adopt", Behind::Survey(Some(open))), Some(Missing::SurveyOpen));
    let stale = GateAnswer { plan_sha256: Some("ee".to_owned()), ..good.clone() };
    assert_eq!(told("g2b_adopt", Behind::Survey(Some(stale))), Some(Missing::PlanChanged));
    let failed = GateAnswer { holds: false, ..good.clone() };
    assert_eq!(told("g2b_adopt", Behind::Survey(Some(failed))), Some(Missing::SurveyFailed));
    // The second before the plan was fixed, and the same second.
    let opened = |opened_at| GateAnswer { opened_at: Some(at(opened_at)), ..good.clone() };
    let [early, just] = ["2026-03-02T00:59:59Z", "2026-03-02T01:00:00Z"].map(opened);
    assert_eq!(told("g2b_adopt", Behind::Survey(Some(early))), Some(Missing::PlanChanged));
    assert_eq!(told("g2b_adopt", Behind::Survey(Some(just))), None);
    let Behind::Survey(Some(good_include)) = answer(&base, Gate::Include, (9, 10, 10)) else {
        panic!()
    };
    let older = GateAnswer { opened_at: Some(at("2026-01-05T00:59:59Z")), ..good_include };
    assert_eq!(told("g1_include", Behind::Survey(Some(older))), Some(Missing::SurveyTooEarly));
    let Behind::Survey(Some(accept)) = answer(&base, Gate::Accept, (9, 10, 10)) else { panic!() };
    let before = GateAnswer { opened_at: Some(at("2026-03-01T00:59:59Z")), ..accept };
    assert_eq!(told("g3_accept", Behind::Survey(Some(before))), Some(Missing::SurveyTooEarly));
    let fine = GateAnswer { plan_sha256: Some(TEXT.to_owned()), ..good };
    assert_eq!(told("g2b_adopt", Behind::Survey(Some(fine))), None);
}

#[test]
fn only_a_confirmed_special_vote_on_exactly_this_plan_counts() {
    let national = pack("national");
    let told = |change: &dyn Fn(&mut VoteFacts)| {
        let mut vote = vote();
        change(&mut vote);
        of(national, "plan_vote", &with(facts(), "plan_vote", Behind::Vote(vote))).reason
    };
    assert_eq!(told(&|_| {}), None);
    assert_eq!(told(&|vote| vote.of_community = false), Some(Missing::VoteElsewhere));
    assert_eq!(told(&|vote| drop(vote.materials.pop())), Some(Missing::PlanNotInVote));
    let early = at("2026-03-02T00:59:59Z");
    let frozen = told(&|vote| vote.roll_frozen_at = Some(early));
    assert_eq!(frozen, Some(Missing::RollFrozenTooEarly));
    assert_eq!(told(&|vote| vote.is_option = true), Some(Missing::ItemIsOption));
    let ordinary = told(&|vote| vote.class = ItemClass::Ordinary);
    assert_eq!(ordinary, Some(Missing::ClassTooLow));
    assert_eq!(told(&|vote| vote.passed = false), Some(Missing::VoteNotPassed));
    let open = |vote: &mut VoteFacts| {
        vote.passed = false;
        vote.confirmed_at = None;
    };
    assert_eq!(told(&open), Some(Missing::VoteNotConfirmed));
    assert_eq!(of(national, "plan_vote", &facts()).reason, Some(Missing::NoEvidence));
    // Another version was fixed: whatever was voted on is not the plan any more.
    let mut changed = with(facts(), "plan_vote", Behind::Vote(vote()));
    replan(&mut changed);
    let found = of(national, "plan_vote", &changed);
    assert_eq!((found.met, found.reason), (false, Some(Missing::PlanChanged)));
    assert!(found.message.unwrap().contains("方案已变更"));
    changed.plan = None;
    assert_eq!(of(national, "plan_vote", &changed).reason, Some(Missing::PlanNotFixed));
    // 上海: the owners of the building; 北京: a vote on the wish binds no plan.
    let building = VoteFacts { of_community: false, ..vote() };
    let partly = VoteFacts { covers_plan: false, ..building.clone() };
    let elevator = pack("shanghai-hangzhou-elevator");
    let of_building = with(facts(), "plan_vote", Behind::Vote(building.clone()));
    assert_eq!(of(elevator, "plan_vote", &of_building).reason, None);
    let of_part = with(facts(), "plan_vote", Behind::Vote(partly));
    assert_eq!(of(elevator, "plan_vote", &of_part).reason, Some(Missing::VoteElsewhere));
    let wish = VoteFacts { materials: Vec::new(), ..vote() };
    let mut wished = with(facts(), "wish", Behind::Vote(wish));
    wished.plan = None;
    assert_eq!(of(pack("beijing"), "wish", &wished).reason, None);
    let elsewhere = with(facts(), "wish", Behind::Vote(building));
    assert_eq!(of(pack("beijing"), "wish", &elsewhere).reason, Some(Missing::VoteElsewhere));
}

#[test]
fn d2_a_publicity_is_over_after_its_last_working_day() {
    let zhuhai = pack("zhuhai-chengdu");
    let told = |from: &str, now: &str, confirmed: Option<&str>| {
        let confirmed_at = confirmed.map(at);
        let vote = VoteFacts { confirmed_at, passed: confirmed_at.is_some(), ..vote() };
        let facts = with(facts(), "plan_vote", Behind::Vote(vote));
        let facts = with(facts, "plan_publicity", Behind::Publicity(day(from)));
        of(zhuhai, "plan_publicity", &Facts { now: at(now), ..facts })
    };
    let vote_on = Some("2025-02-28T02:00:00Z");
    // Seven days from Saturday 1 March end on Saturday; so on Monday the 10th at 24:00.
    let last = told("2025-03-01", "2025-03-10T15:59:59Z", vote_on);
    assert_eq!(last.reason, Some(Missing::PublicityRunning));
    assert_eq!(last.earliest, Some(day("2025-03-11")));
    assert!(told("2025-03-01", "2025-03-10T16:00:00Z", vote_on).met);
    assert!(told("2025-03-03", "2025-03-10T16:00:00Z", vote_on).met);
    let early = told("2025-02-27", "2025-03-10T16:00:00Z", vote_on);
    assert_eq!(early.reason, Some(Missing::PublishedTooEarly));
    let before = told("2025-03-01", "2025-03-10T16:00:00Z", None);
    assert_eq!(before.reason, Some(Missing::VoteNotConfirmed));
    let beyond = told("2026-12-26", "2027-03-01T00:00:00Z", Some("2026-12-01T00:00:00Z"));
    assert_eq!(beyond.reason, Some(Missing::NoCalendar));
    let mut changed = with(facts(), "plan_publicity", Behind::Publicity(day("2026-03-03")));
    replan(&mut changed);
    assert_eq!(of(zhuhai, "plan_publicity", &changed).reason, Some(Missing::PlanChanged));
    assert_eq!(of(zhuhai, "plan_publicity", &facts()).reason, Some(Missing::NoEvidence));
}

#[test]
fn pledges_models_reviews_and_documents_are_each_looked_at() {
    let beijing = pack("beijing");
    let pledged = |part, whole| {
        let pledged = BTreeMap::from([("pledges".to_owned(), (part, whole))]);
        of(beijing, "pledges", &Facts { pledged, ..facts() }).reason
    };
    assert_eq!(pledged(200, 300), None);
    assert_eq!(pledged(199, 300), Some(Missing::ShareTooLow));
    assert_eq!(of(beijing, "pledges", &facts()).reason, Some(Missing::ShareTooLow));
    let model = |behind| of(beijing, "management", &with(facts(), "management", behind)).reason;
    assert_eq!(model(Behind::Document), None);
    assert_eq!(model(Behind::Vote(vote())), None);
    let failed = VoteFacts { passed: false, ..vote() };
    assert_eq!(model(Behind::Vote(failed)), Some(Missing::VoteNotPassed));
    let elsewhere = VoteFacts { of_community: false, ..vote() };
    assert_eq!(model(Behind::Vote(elsewhere)), Some(Missing::VoteElsewhere));
    assert_eq!(of(beijing, "management", &facts()).reason, Some(Missing::NoEvidence));
    let wuhan = pack("wuhan");
    let reviewed = with(facts(), "review", Behind::Document);
    assert_eq!(of(wuhan, "review", &reviewed).reason, Some(Missing::ReviewNotOpened));
    assert_eq!(
        of(wuhan, "plan", &Facts { plan: None, ..facts() }).reason,
        Some(Missing::PlanNotFixed)
    );
    assert_eq!(of(wuhan, "start", &facts()).reason, Some(Missing::NoEvidence));
}

#[test]
fn what_was_met_must_still_hold_and_what_is_bound_to_the_plan_until_acceptance() {
    let keys = |id: &str, to| {
        let due = due(pack(id), to);
        due.iter().map(|(_, one)| one.key.clone()).collect::<Vec<_>>().join(" ")
    };
    let before = "survey_report g1_include g2_consult plan";
    let decided = format!("{before} review g2b_adopt plan_vote");
    assert_eq!(keys("hebei", Stage::Surveyed), "survey_report");
    assert_eq!(keys("hebei", Stage::Approved), decided);
    let built = format!("{decided} approval programme start");
    assert_eq!(keys("hebei", Stage::Building), built);
    assert_eq!(keys("hebei", Stage::Accepted), format!("{built} g3_accept acceptance"));
    let kept = format!("{before} approval programme start g3_accept acceptance warranty");
    assert_eq!(keys("hebei", Stage::InWarranty), kept);
    // Pledges are looked at once.
    assert!(keys("beijing", find(pack("beijing"), "pledges").unwrap().0).contains("pledges"));
    assert!(!keys("beijing", Stage::Accepted).contains("pledges"));
}

#[test]
fn a_pack_is_of_its_divisions_and_the_national_one_of_all() {
    for (id, code, expected) in [
        ("national", "420102001001", true),
        ("hebei", "130102001001", true),
        ("hebei", "330203001001", false),
        ("shanghai-hangzhou-elevator", "310101001001", true),
        ("shanghai-hangzhou-elevator", "330203001001", false),
        ("ningbo", "330203001001", true),
        ("ningbo", "990101001001", true),
    ] {
        assert_eq!(is_of_division(pack(id), code), expected, "{id} {code}");
    }
}

#[test]
fn a_vote_on_the_version_before_a_small_change_order_holds_and_on_the_one_before_that_does_not() {
    let national = pack("national");
    let mut facts = with(facts(), "plan_vote", Behind::Vote(vote()));
    let voted = facts.plan.clone().unwrap().fixed;
    replan(&mut facts);
    assert_eq!(of(national, "plan_vote", &facts).reason, Some(Missing::PlanChanged));
    facts.plan.as_mut().unwrap().changed_little = vec![voted];
    assert_eq!(of(national, "plan_vote", &facts).reason, None);
    let early = VoteFacts { roll_frozen_at: Some(at("2026-03-02T00:59:59Z")), ..vote() };
    facts.proofs.get_mut("plan_vote").unwrap().behind = Behind::Vote(early);
    assert_eq!(of(national, "plan_vote", &facts).reason, Some(Missing::RollFrozenTooEarly));
}

#[test]
fn a_vote_on_a_wish_or_a_model_is_of_this_project() {
    let wish = |roll_frozen_at: &str| {
        let frozen = Some(at(roll_frozen_at));
        let vote = VoteFacts { roll_frozen_at: frozen, materials: Vec::new(), ..vote() };
        ["wish", "management"].map(|key| {
            of(pack("beijing"), key, &with(facts(), key, Behind::Vote(vote.clone()))).reason
        })
    };
    let early = Some(Missing::RollFrozenTooEarly);
    assert_eq!(wish("2026-01-05T00:59:59Z"), [early, early]);
    assert_eq!(wish("2026-01-05T01:00:00Z"), [None, None]);
}

#[test]
fn a_vote_of_which_no_item_is_named_meets_nothing_and_says_so() {
    for (id, key) in [("ningbo", "plan_vote"), ("beijing", "wish"), ("beijing", "management")] {
        let told = of(pack(id), key, &with(facts(), key, Behind::VoteWithoutItem));
        assert_eq!(told.reason, Some(Missing::ItemNotNamed), "{id} {key}");
    }
}

#[test]
fn a_stage_reminds_a_week_before_its_last_day_and_escalates_two_weeks_after() {
    let hebei = pack("hebei");
    let moments = of_stage(hebei, (Stage::Designed, day("2026-03-02")), &calendar()).unwrap();
    // Thirty days from 2 March end on 1 April, a Wednesday.
    let told: Vec<_> = moments.iter().map(|(kind, at)| (kind.as_str(), at.to_string())).collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(kind, at)| (*kind, at.as_str())).collect();
    assert_eq!(
        told,
        [
            ("due_soon", "2026-03-24T16:00:00Z"),
            ("overdue", "2026-04-01T16:00:00Z"),
            ("escalated", "2026-04-15T16:00:00Z")
        ]
    );
    assert_eq!(of_stage(hebei, (Stage::InWarranty, day("2026-03-02")), &calendar()), Ok(vec![]));
    let beyond = of_stage(hebei, (Stage::Designed, day("2026-12-20")), &calendar());
    assert_eq!(beyond.unwrap_err().code(), Code::CalendarMissing);
}

#[test]
fn if_we_publish_on_monday_each_period_ends_where_the_calendar_says() {
    let zhuhai = pack("zhuhai-chengdu");
    let notice = Period { length: Length::Days(15), last_day: LastDay::Stays };
    let publicity = Period { length: Length::Days(7), last_day: LastDay::NextWorkingDay };
    let periods = VotePeriods { notice, window_days: 7, publicity };
    let base = facts();
    let findings = |facts: &Facts| judge(&due(zhuhai, Stage::Building), facts, &calendar());
    let monday = day("2026-03-02");
    let found = preview((zhuhai, &findings(&base)), (monday, periods), &calendar()).unwrap();
    let days = |key: &str| {
        let one = found.iter().find(|one| one.requirement == key).unwrap();
        [one.starts_on, one.opens_on, one.ends_on, one.earliest]
            .map(|day| day.map_or_else(|| "-".to_owned(), |day| day.to_string()))
    };
    // D1: 15 clear days from 2 March, open on the 18th; seven days; published until 1 April.
    assert_eq!(days("plan_vote"), ["2026-03-02", "2026-03-18", "2026-04-01", "2026-04-02"]);
    // The publicity follows the vote: seven days from 2 April end on the 9th.
    assert_eq!(days("plan_publicity"), ["2026-04-02", "-", "2026-04-09", "2026-04-10"]);
    assert_eq!(days("start"), ["-", "-", "-", "-"]);
    // With the vote behind it, the publicity begins on the day; one that runs goes on.
    let voted = with(base, "plan_vote", Behind::Vote(vote()));
    let found = preview((zhuhai, &findings(&voted)), (monday, periods), &calendar()).unwrap();
    let publicity = found.iter().find(|one| one.requirement == "plan_publicity").unwrap();
    assert_eq!(publicity.earliest, Some(day("2026-03-10")));
    assert!(found.iter().any(|one| one.requirement == "plan_vote" && one.met));
    let runs = with(voted, "plan_publicity", Behind::Publicity(day("2026-04-01")));
    let found = preview((zhuhai, &findings(&runs)), (monday, periods), &calendar()).unwrap();
    let publicity = found.iter().find(|one| one.requirement == "plan_publicity").unwrap();
    assert_eq!((publicity.starts_on, publicity.earliest), (None, Some(day("2026-04-09"))));
    let late = preview((zhuhai, &findings(&facts())), (day("2026-12-20"), periods), &calendar());
    assert_eq!(late.unwrap_err().code(), Code::CalendarMissing);
}

#[test]
fn a_refused_command_names_the_stages_that_allow_it() {
    let refused = check(Stage::Applied, ProjectCommand::Substitute).unwrap_err();
    assert_eq!(refused.code(), Code::ProjectStateConflict);
    assert_eq!(refused.rule_broken().unwrap().need, "in_programme");
    assert_eq!(check(Stage::Suspended, ProjectCommand::Resume), Ok(()));
    for ended in [Stage::Withdrawn, Stage::Substituted, Stage::Maintained] {
        assert!(!is_open(ended) && next_on_line(ended).is_none());
    }
}
