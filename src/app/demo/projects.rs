//! A renovation project in every stage, each under its policy pack, led there by the gates themselves:
//! what readiness misses is brought, one requirement after another. One has two years behind it.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tracing::subscriber::NoSubscriber;

use super::{
    context,
    district::{Register, load_register},
    people::{DEPARTMENTS, DISTRICT},
    projects_desk::{Desk, text},
    votes::Player,
};
use crate::{
    app::App,
    kernel::{CommunityId, LocalDate, Outcome, Refusal, UnitId, hex},
    registry::{RegisterScope, UnitUse, list_unit_uses},
    renovation::Stage,
    survey,
};

const CLERK: &str = "clerk1";
/// Longer than a survey takes answers.
const SURVEY_DAYS: i64 = 9;
/// Longer than the departments' working days in any holiday season.
const REVIEW_DAYS: i64 = 6;
/// Days of a publicity, with those that its last day may move.
const PUBLICITY_DAYS: i64 = 24;

/// What was done beside the line at the end.
#[derive(Debug, Clone, Copy)]
enum End {
    /// It goes on.
    Open,
    Suspended,
    Withdrawn,
    Substituted,
}

struct Story {
    community: &'static str,
    register: &'static [u8],
    policy: &'static str,
    until: Stage,
    /// The day of the application, from the loading.
    starts: i64,
    /// Days that it stays in each stage.
    pace: i64,
    end: End,
}

macro_rules! story {
    ($community:literal, $policy:literal, $until:ident, $starts:literal, $pace:literal, $end:ident) => {
        Story {
            community: $community,
            register: include_bytes!(concat!("../../../seed/demo/projects/", $community, ".csv")),
            policy: $policy,
            until: Stage::$until,
            starts: $starts,
            pace: $pace,
            end: End::$end,
        }
    };
}

const STORIES: &[Story] = &[
    story!("长青里", "ningbo", Maintained, -725, 50, Open),
    story!("新风里", "hebei", InWarranty, -420, 12, Open),
    story!("和睦里", "national", Accepted, -330, 8, Open),
    story!("友谊里", "hebei", Building, -330, 8, Open),
    story!("建设新村", "hebei", InProgramme, -260, 6, Open),
    story!("红旗小区", "ningbo", InLibrary, -260, 5, Open),
    story!("光明里", "zhuhai-chengdu", Approved, -190, 6, Open),
    story!("纺织里", "wuhan", Reviewed, -150, 6, Open),
    story!("机床厂宿舍", "beijing", Designed, -170, 6, Open),
    story!("工人新村", "hebei", Consented, -60, 5, Open),
    story!("向阳新村", "hebei", Surveyed, -64, 5, Open),
    story!("春晖里", "ningbo", Applied, -6, 1, Open),
    story!("铁路宿舍", "xianning", Surveyed, -100, 5, Suspended),
    story!("东风里", "beijing", Surveyed, -90, 5, Withdrawn),
    story!("胜利里", "ningbo", InProgramme, -265, 5, Substituted),
];

/// Leads every project to its stage; one that can't go on (the work calendar of a year is missing)
/// stays where it is, and is told.
pub(super) fn load(app: &App, told: &mut dyn FnMut(&str)) -> Outcome<()> {
    // What is played is not what the server did: it does not stand in its log.
    tracing::subscriber::with_default(NoSubscriber::default(), || play(app, told))
}

fn play(app: &App, told: &mut dyn FnMut(&str)) -> Outcome<()> {
    let now = app.db.clock().now();
    let mut desk = Desk::start(app);
    desk.sign_in(CLERK)?;
    desk.sign_in("bureau")?;
    for (department, login) in DEPARTMENTS {
        let body = json!({ "login": login, "department": department, "division_code": DISTRICT });
        desk.post("bureau", "/review-delegates", body)?;
        desk.sign_in(login)?;
    }
    let mut work = Work { app, desk, player: Player { app, now }, library: None };
    for story in STORIES {
        let community = register(app, story)?;
        match work.play(story, community) {
            Ok(()) => told(&format!("  {}: {}, {}", story.community, story.policy, story.until)),
            Err(refusal) => told(&format!("  {}: stays where it is, {refusal}", story.community)),
        }
    }
    Ok(())
}

fn register(app: &App, story: &Story) -> Outcome<CommunityId> {
    app.db.clock().set_legal_offset(TimeDelta::days(story.starts - 1));
    let Story { community, register: content, .. } = *story;
    load_register(app, Register { community, file: "业主名册.csv", content }, &mut |_| {})
}

struct Work<'a> {
    app: &'a App,
    desk: Desk,
    player: Player<'a>,
    /// A project of the library, that may take another's place.
    library: Option<String>,
}

/// A project on its way.
struct Project {
    community: CommunityId,
    path: String,
    /// The policy pack, as it is shown.
    pack: Value,
    /// Today, from the day of loading.
    day: i64,
}

impl Work<'_> {
    fn play(&mut self, story: &Story, community: CommunityId) -> Outcome<()> {
        self.player.turn_to(story.starts);
        let body = json!({ "community_id": community, "policy": story.policy,
            "name": format!("{}改造", story.community) });
        let made = self.desk.post(CLERK, "/projects", body)?;
        let id = text(&made, "id")?;
        let pack = self.desk.get(CLERK, &format!("/policy-packs/{}", story.policy))?;
        let path = format!("/projects/{id}");
        let mut project = Project { community, path, pack, day: story.starts };
        while text(&self.desk.get(CLERK, &project.path)?, "stage")? != story.until.as_str() {
            self.turn(&mut project, story.pace)?;
            self.step(&mut project)?;
        }
        match story.end {
            End::Open => {}
            End::Suspended => {
                self.aside(&project, "suspend", json!({ "reason": "等待配套资金" }))?
            }
            End::Withdrawn => {
                self.aside(&project, "withdraw", json!({ "reason": "列入征收范围" }))?
            }
            End::Substituted => {
                let by =
                    json!({ "reason": "业主反悔，由备选项目替补", "substitute_id": self.library });
                self.aside(&project, "substitute", by)?;
            }
        }
        if story.until == Stage::InLibrary {
            self.library = Some(id);
        }
        Ok(())
    }

    fn aside(&self, project: &Project, command: &str, body: Value) -> Outcome<()> {
        self.desk.post(CLERK, &format!("{}/{command}", project.path), body).map(|_| ())
    }

    /// Lets days pass; never beyond the day of loading.
    fn turn(&self, project: &mut Project, days: i64) -> Outcome<()> {
        project.day += days;
        if project.day > 0 {
            return Err(Refusal::internal("the story is longer than its time"));
        }
        self.player.turn_to(project.day);
        Ok(())
    }

    /// Brings what the next stage misses, and goes on.
    fn step(&self, project: &mut Project) -> Outcome<()> {
        let readiness = self.desk.get(CLERK, &format!("{}/readiness", project.path))?;
        let list = readiness.get("requirements").and_then(Value::as_array);
        let missing: Vec<&Value> = list
            .into_iter()
            .flatten()
            .filter(|one| one.get("met") == Some(&json!(false)))
            .collect();
        for requirement in missing {
            let (key, kind) = (text(requirement, "requirement")?, text(requirement, "kind")?);
            self.bring(project, (&key, &kind), &text(requirement, "title")?)?;
        }
        self.desk.post(CLERK, &format!("{}/advance", project.path), json!({})).map(|_| ())
    }

    fn bring(&self, project: &mut Project, (key, kind): (&str, &str), title: &str) -> Outcome<()> {
        let need = need_of(&project.pack, key, kind);
        match kind {
            "plan_fixed" => self.fix_plan(project),
            "survey_gate" => self.survey(project, (key, &need)),
            "confirmed_vote" => self.vote(project, (key, &need), title),
            "publicity" => {
                let today = self.app.db.clock().legal_now().local_date();
                let proof =
                    json!({ "kind": "publicity", "starts_on": today, "place": "小区公告栏" });
                self.evidence(project, key, proof)?;
                self.turn(project, PUBLICITY_DAYS)
            }
            "joint_review" => self.review(project),
            "pledges" => self.pledge(project, &need),
            "management_model" => {
                let proof = json!({ "kind": "management_model", "model": "property_company",
                    "document": document("业主大会关于管理模式的决定") });
                self.evidence(project, key, proof)
            }
            _ => self.evidence(
                project,
                key,
                json!({ "kind": "document", "document": document(title) }),
            ),
        }
    }

    fn evidence(&self, project: &Project, key: &str, proof: Value) -> Outcome<()> {
        let body = json!({ "requirement": key, "proof": proof });
        self.desk.post(CLERK, &format!("{}/evidence", project.path), body).map(|_| ())
    }

    fn fix_plan(&self, project: &Project) -> Outcome<()> {
        let plans = format!("{}/plans", project.path);
        let day = |days: i64| -> LocalDate {
            self.app.db.clock().legal_now().plus(TimeDelta::days(days)).local_date()
        };
        let content = json!({ "funding": "财政补助 70%，业主分摊 30%", "starts_on": day(150),
            "ends_on": day(300), "management_model": "property_company", "items": [
                { "code": "B01", "quantity": "320", "cost": "480000.00", "mandatory": true },
                { "code": "B02", "quantity": "260", "cost": "390000.00", "mandatory": true },
                { "code": "I03", "quantity": "24", "cost": "36000.00" },
            ] });
        let draft = self.desk.post(CLERK, &plans, content)?;
        let path = format!("{plans}/{}/fix", text(&draft, "id")?);
        self.desk.post(CLERK, &path, json!({ "sha256": text(&draft, "sha256")? })).map(|_| ())
    }

    /// Nine homes of ten are for it.
    fn survey(&self, project: &mut Project, (key, need): (&str, &Value)) -> Outcome<()> {
        let gate = text(need, "gate")?;
        let body = json!({ "community_id": project.community, "purpose": gate, "title": title_of(&gate),
            "questions": questions(&gate) });
        let form = self.desk.post(CLERK, "/survey-questionnaires", body)?;
        let version = form.pointer("/versions/0").cloned().unwrap_or_default();
        let plan = self.plan(project)?;
        let subject = plan.map(|(_, sha256)| sha256).unwrap_or_else(|| "改造意愿".to_owned());
        let closes_at = self.app.db.clock().legal_now().plus(TimeDelta::days(7));
        let body = json!({ "community_id": project.community, "title": title_of(&gate),
            "version_id": text(&version, "version_id")?, "subject": subject, "closes_at": closes_at });
        let survey = text(&self.desk.post(CLERK, "/surveys", body)?, "survey_id")?;
        self.desk.post(CLERK, &format!("/surveys/{survey}/open"), json!({}))?;
        let links = self.desk.post(CLERK, &format!("/surveys/{survey}/links"), json!({}))?;
        let links = links.get("links").and_then(Value::as_array).cloned().unwrap_or_default();
        for (at, link) in links.iter().enumerate() {
            let said = if at == 0 { "no" } else { "yes" };
            let body = json!({ "respondent": "owner", "answers": { "overall": said } });
            let path = format!("/public/survey-links/{}", text(link, "token")?);
            self.desk.post("", &path, body)?;
        }
        self.turn(project, SURVEY_DAYS)?;
        self.app.db.write_blocking(&context(), "demo.survey", survey::close_due)?;
        self.evidence(project, key, json!({ "kind": "survey", "survey_id": survey }))
    }

    fn plan(&self, project: &Project) -> Outcome<Option<(String, String)>> {
        let view = self.desk.get(CLERK, &project.path)?;
        match view.get("current_plan") {
            Some(plan) if plan.is_object() => {
                Ok(Some((text(plan, "plan_id")?, text(plan, "sha256")?)))
            }
            _ => Ok(None),
        }
    }

    fn vote(&self, project: &mut Project, (key, need): (&str, &Value), title: &str) -> Outcome<()> {
        let id = self.player.draft(project.community, (title, "7"))?;
        let plan = self.plan(project)?.filter(|_| need.get("about") == Some(&json!("plan")));
        if let Some((plan, _)) = plan {
            let path = format!("{}/plans/{plan}/document", project.path);
            let document = self.desk.read(CLERK, &path)?;
            self.desk.upload(CLERK, &format!("/votes/{id}/materials"), &document)?;
        }
        let confirmed = self.player.decide(id, project.day)?;
        let days = confirmed - project.day;
        self.turn(project, days)?;
        self.evidence(project, key, json!({ "kind": "vote", "vote_id": id }))
    }

    /// Every department that is asked lets everything pass.
    fn review(&self, project: &mut Project) -> Outcome<()> {
        let Some((plan, _)) = self.plan(project)? else {
            return Err(Refusal::internal("a review without a plan"));
        };
        let path = format!("{}/plans/{plan}/reviews", project.path);
        let case = self.desk.post(CLERK, &path, json!({}))?;
        let path = format!("/joint-reviews/{}", text(&case, "id")?);
        for invited in case.get("departments").and_then(Value::as_array).into_iter().flatten() {
            let name = text(invited, "department")?;
            let known = DEPARTMENTS.iter().find(|(department, _)| *department == name);
            let (_, login) = known.ok_or_else(|| Refusal::internal(format!("nobody of {name}")))?;
            let asked = invited.get("asked").and_then(Value::as_array);
            let opinions: Vec<Value> = asked
                .into_iter()
                .flatten()
                .map(|item| json!({ "item": item, "verdict": "pass" }))
                .collect();
            let body = json!({ "department": name, "opinions": opinions });
            self.desk.post(login, &format!("{path}/opinions"), body)?;
        }
        self.turn(project, REVIEW_DAYS)?;
        self.desk.post(CLERK, &format!("{path}/close"), json!({})).map(|_| ())
    }

    /// Every home pledges everything.
    fn pledge(&self, project: &Project, need: &Value) -> Outcome<()> {
        let today = self.app.db.clock().legal_now().local_date();
        let scope = RegisterScope::Community(project.community);
        let units =
            self.app.db.read_blocking(move |conn| Ok(list_unit_uses(conn, &scope, today)?))?;
        let homes: Vec<UnitId> = units
            .into_iter()
            .filter(|(_, unit_use)| *unit_use == UnitUse::Residential)
            .map(|(id, _)| id)
            .collect();
        let path = format!("/communities/{}/pledges", project.community);
        for kind in need.get("of").and_then(Value::as_array).into_iter().flatten() {
            for unit_id in &homes {
                let body = json!({ "unit_id": unit_id, "kind": kind, "state": "given",
                    "proof": "承诺书" });
                self.desk.post(CLERK, &path, body)?;
            }
        }
        Ok(())
    }
}

/// What the pack says of a requirement.
fn need_of(pack: &Value, key: &str, kind: &str) -> Value {
    let stages = pack.get("stage").and_then(Value::as_array);
    let all = stages.into_iter().flatten();
    let all = all.filter_map(|stage| stage.get("requires")?.as_array()).flatten();
    let mut of_key = all.filter(|one| one.get("key") == Some(&json!(key)));
    of_key.next().and_then(|one| one.get("need")?.get(kind)).cloned().unwrap_or_default()
}

fn document(title: &str) -> Value {
    json!({ "title": title, "sha256": hex::encode(&Sha256::digest(title.as_bytes())) })
}

fn title_of(gate: &str) -> &'static str {
    match gate {
        "include" => "改造意愿调查",
        "consult" => "改造内容征求意见",
        "adopt" => "改造方案意见调查",
        _ => "改造效果满意度调查",
    }
}

fn questions(gate: &str) -> Value {
    let option = |key: &str, text: &str| json!({ "key": key, "text": text });
    let mut question = json!({ "key": "overall", "text": "您的意见是？", "kind": "single",
        "required": true, "options": [option("yes", "同意／满意"), option("no", "不同意／不满意")] });
    if gate != "consult"
        && let Some(fields) = question.as_object_mut()
    {
        fields.insert("gate".to_owned(), json!(true));
        fields.insert("in_favour".to_owned(), json!(["yes"]));
    }
    json!([question])
}
