//! Gates at the boundary, votes on a plan, publicities, packs, timelines, and the drawing.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use super::{
    diff::diff,
    policy::{SHIPPED, TEXTS, due, faults, find, find_shipped, is_in_force, read, requirements},
    readiness::judge,
    stage::{check, commands, is_open, next_on_line},
    timeline::{VotePeriods, preview},
};
use crate::{
    kernel::{
        Code, CommunityId, EvidenceId, Fen, LastDay, Length, LocalDate, Period, PlanVersionId,
        UtcTime, WorkCalendar,
    },
    renovation::model::{
        Behind, CurrentPlan, Facts, Finding, Gate, GateAnswer, ManagementModel, Missing,
        NewPlanItem, PlanContent, PolicyPack, ProjectCommand, Proof, Quantity, Stage, VoteFacts,
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
    let plan = CurrentPlan {
        id: PlanVersionId::new(),
        number: 1,
        sha256: TEXT.to_owned(),
        fixed_at: at("2026-03-02T01:00:00Z"),
    };
    Facts {
        now: at("2026-04-01T01:00:00Z"),
        community_id: CommunityId::new(),
        created_at: at("2026-01-05T01:00:00Z"),
        moved_at: at("2026-03-01T01:00:00Z"),
        plan: Some(plan),
        proofs: BTreeMap::new(),
        review: None,
    }
}

fn with(mut facts: Facts, key: &str, behind: Behind) -> Facts {
    let plan = facts.plan.as_ref().map(|plan| plan.id);
    let proof = Proof { id: EvidenceId::new(), link: "/x".to_owned(), plan, behind };
    facts.proofs.insert(key.to_owned(), proof);
    facts
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
        within_community: true,
        classes: vec![ItemClass::Special],
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
        assert_eq!((pack.id.as_str(), pack.version), (*id, 1));
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
        ("version = 1", "version = 1\neffective_until = \"2019-01-01\"", "effective_until"),
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
    let ordinary = told(&|vote| vote.classes = vec![ItemClass::Ordinary]);
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
    changed.plan.as_mut().unwrap().id = PlanVersionId::new();
    let found = of(national, "plan_vote", &changed);
    assert_eq!((found.met, found.reason), (false, Some(Missing::PlanChanged)));
    assert!(found.message.unwrap().contains("方案已变更"));
    changed.plan = None;
    assert_eq!(of(national, "plan_vote", &changed).reason, Some(Missing::PlanNotFixed));
    // 上海: the owners of the building; 北京: a vote on the wish binds no plan.
    let building = VoteFacts { of_community: false, ..vote() };
    let elevator = pack("shanghai-hangzhou-elevator");
    let of_building = with(facts(), "plan_vote", Behind::Vote(building.clone()));
    assert_eq!(of(elevator, "plan_vote", &of_building).reason, None);
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
    changed.plan.as_mut().unwrap().id = PlanVersionId::new();
    assert_eq!(of(zhuhai, "plan_publicity", &changed).reason, Some(Missing::PlanChanged));
    assert_eq!(of(zhuhai, "plan_publicity", &facts()).reason, Some(Missing::NoEvidence));
}

#[test]
fn pledges_models_reviews_and_documents_are_each_looked_at() {
    let beijing = pack("beijing");
    let pledged = |part, whole| {
        let facts = with(facts(), "pledges", Behind::Pledges(part, whole));
        of(beijing, "pledges", &facts).reason
    };
    assert_eq!(pledged(200, 300), None);
    assert_eq!(pledged(199, 300), Some(Missing::ShareTooLow));
    assert_eq!(of(beijing, "pledges", &facts()).reason, Some(Missing::NoEvidence));
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
fn what_is_bound_to_the_plan_must_still_hold_at_every_step_until_acceptance() {
    let keys = |id: &str, to| {
        let due = due(pack(id), to);
        due.iter().map(|(_, one)| one.key.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys("hebei", Stage::Approved), "review g2b_adopt plan_vote");
    assert_eq!(keys("hebei", Stage::Building), "review g2b_adopt plan_vote start");
    assert_eq!(keys("hebei", Stage::Accepted), "review g2b_adopt plan_vote g3_accept acceptance");
    assert_eq!(keys("hebei", Stage::InWarranty), "warranty");
    assert_eq!(keys("zhuhai-chengdu", Stage::Building), "review plan_vote plan_publicity start");
    assert_eq!(keys("xianning", Stage::Building), "review plan_vote management start");
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
fn a_diff_says_in_plain_words_what_changed() {
    let item = |code: &str, quantity, cost| NewPlanItem {
        code: code.to_owned(),
        quantity: Quantity(quantity),
        building_id: None,
        entrance_id: None,
        cost: Fen(cost),
        mandatory: true,
        note: String::new(),
    };
    let before = PlanContent {
        funding: "财政".to_owned(),
        management_model: None,
        starts_on: Some(day("2026-06-01")),
        ends_on: None,
        note: String::new(),
        items: vec![item("B01", 120_000, 1_200_000), item("I03", 8_000, 80_000)],
    };
    assert_eq!(diff(&before, &before), []);
    let mut after = PlanContent {
        management_model: Some(ManagementModel::PropertyCompany),
        items: vec![item("B01", 130_500, 1_200_000), item("I14", 1_000, 60_000_000)],
        ..before.clone()
    };
    after.items[0].mandatory = false;
    let told: Vec<String> = diff(&before, &after).into_iter().map(|one| one.zh).collect();
    assert_eq!(
        told,
        [
            "数量变更：B01 供水设施改造（小区 · community） 120.000 → 130.500",
            "必选变更：B01 供水设施改造（小区 · community） 必选 · mandatory → 可选 · optional",
            "新增：I14 加装电梯（小区 · community） 1.000 部，600000.00 元",
            "取消：I03 照明设施（小区 · community） 8.000 盏，800.00 元",
            "管理模式变更：- → property_company",
        ]
    );
    let english = &diff(&before, &after)[2].en;
    assert_eq!(english, "added: I14 Elevators (小区 · community) 1.000 部, 600000.00 yuan");
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

/// What a command makes of a stage.
fn after(stage: Stage, command: ProjectCommand) -> String {
    if !commands(stage).contains(&command) {
        return "·".to_owned();
    }
    match command {
        ProjectCommand::Create => "·".to_owned(),
        ProjectCommand::Advance => next_on_line(stage).unwrap().to_string(),
        ProjectCommand::Suspend => Stage::Suspended.to_string(),
        ProjectCommand::Resume => "where it stood".to_owned(),
        ProjectCommand::Withdraw => Stage::Withdrawn.to_string(),
        ProjectCommand::Substitute => Stage::Substituted.to_string(),
    }
}

fn drawing() -> String {
    let mut page = String::from(
        "# The stages of a renovation project 改造项目\n\n\
         Drawn from `src/renovation/rules/stage.rs` and `seed/reference/policy-packs` by a test; after a\n\
         change run `make generated`.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> applied: create\n",
    );
    for &stage in Stage::ALL {
        for &command in commands(stage).iter().filter(|one| **one != ProjectCommand::Resume) {
            writeln!(page, "    {stage} --> {}: {command}", after(stage, command)).unwrap();
        }
    }
    page.push_str(
        "```\n\nA cell names the stage after the command; `·` is `project_state_conflict`. ",
    );
    page.push_str("`advance` needs what the policy asks for.\n\n| stage | ");
    let shown: Vec<ProjectCommand> =
        ProjectCommand::ALL.iter().copied().filter(|one| *one != ProjectCommand::Create).collect();
    let names: Vec<&str> = shown.iter().map(|command| command.as_str()).collect();
    writeln!(page, "{} |\n|---|{}", names.join(" | "), "---|".repeat(names.len())).unwrap();
    for &stage in Stage::ALL {
        let cells: Vec<String> = shown.iter().map(|command| after(stage, *command)).collect();
        writeln!(page, "| {stage} | {} |", cells.join(" | ")).unwrap();
    }
    page.push_str("\n# What each stage requires\n\n");
    page.push_str(
        "`●` is asked for when the stage begins; `○` was asked for earlier, is bound to the ",
    );
    page.push_str("plan, and must still hold.\n");
    for pack in SHIPPED.iter() {
        matrix(&mut page, pack);
    }
    page
}

fn matrix(page: &mut String, pack: &PolicyPack) {
    let PolicyPack { id, version, name, name_en, .. } = pack;
    writeln!(page, "\n## {id} v{version}: {name} {name_en}\n").unwrap();
    let stages: Vec<Stage> = pack.stages.iter().map(|rule| rule.stage).collect();
    let names: Vec<&str> = stages.iter().map(|stage| stage.as_str()).collect();
    writeln!(page, "| requirement | clause | basis | {} |", names.join(" | ")).unwrap();
    writeln!(page, "|---|---|---|{}", "---|".repeat(names.len())).unwrap();
    for (first, one) in requirements(pack) {
        let cell = |stage: &Stage| {
            let is_due = due(pack, *stage).iter().any(|(_, known)| known.key == one.key);
            match (is_due, *stage == first) {
                (true, true) => "●",
                (true, false) => "○",
                (false, _) => " ",
            }
        };
        let cells: Vec<&str> = stages.iter().map(cell).collect();
        let head = format!("`{}` {} {}", one.key, one.title, one.title_en);
        writeln!(page, "| {head} | {} | {} | {} |", one.clause, one.basis, cells.join(" | "))
            .unwrap();
    }
}

#[test]
fn the_committed_drawing_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state-machines/project-stages.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, drawing()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, drawing(), "run `make generated`");
}
