//! Who votes for a head when it is not its owner: written powers, their limit, their end; co-owners
//! (cases V8b and V12).

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, connection::SimpleConnection};
use jiugai::{
    kernel::OwnerId,
    platform::db::schema,
    voting::{check_rows_against_logs, find_shipped},
};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Desk, log::verify_bundles};
use crate::{
    db_test,
    support::{Answer, Client, Engine, TestApp, TestUnit, flat, flats, phone},
};

const LATER: &str = "2026-03-31T00:00:00+08:00";

/// The national pack under another name, with something more or something else.
pub(super) fn pack(more: &str, change: (&str, &str)) -> String {
    let national = find_shipped("national").unwrap().text;
    assert!(national.contains(change.0));
    let own = national.replace("id = \"national\"", "id = \"own\"").replace(change.0, change.1);
    format!("{own}\n{more}")
}

fn limit(most: u32) -> String {
    format!(
        "[procedure]\nproxy_limit = {{ value = {most}, clause = \"潍坊市物业管理条例 32\", \
         basis = \"law\" }}\nproxy_excludes_property_staff = {{ value = true, clause = \
         \"舟山市物业管理条例 17\", basis = \"law\" }}\n"
    )
}

/// A vote by such a pack, not yet announced.
pub(super) async fn drafted(
    app: TestApp,
    units: &[TestUnit],
    (toml, matters): (&str, &[&str]),
) -> Desk {
    let community = app.register("幸福里小区", units).await;
    let bureau = app.bureau().await;
    bureau.post("/api/v1/rule-packs", json!({ "toml": toml })).await.expect(201);
    let clerk = app.clerk("clerk", community).await;
    let items: Vec<Value> =
        matters.iter().map(|m| json!({ "title": format!("事项{m}"), "matters": [m] })).collect();
    let body = json!({ "title": "表决", "community_id": community, "rule_pack": "own",
        "items": items });
    let vote = clerk.post("/api/v1/votes", body).await.expect(201);
    let items = vote["items"].as_array().unwrap().iter();
    let items = items.map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let vote = vote["id"].as_str().unwrap().to_owned();
    Desk { app, clerk, community, vote, items }
}

/// An open vote and two clerks.
pub(super) struct Opened {
    pub(super) desk: Desk,
    pub(super) first: Client,
    pub(super) second: Client,
}

pub(super) async fn opened(desk: Desk) -> Opened {
    desk.open().await;
    let second = desk.app.clerk("second", desk.community).await;
    let first = desk.staff_again().await;
    Opened { desk, first, second }
}

impl Opened {
    /// The owner's entry in the register; no sign-in, for those are few in an hour.
    pub(super) async fn owner_id(&self, phone: &str) -> Value {
        let name = format!("业主{phone}");
        let found = self.desk.app.db.read(move |conn| {
            let owner = schema::owners::table.filter(schema::owners::name.eq(&name));
            Ok(owner.select(schema::owners::id).first::<OwnerId>(conn)?)
        });
        json!(found.await.unwrap())
    }

    pub(super) async fn details(&self, unit: &str, agent: &str) -> Value {
        json!({ "kind": "proxy", "unit_code": unit, "agent": { "owner_id": self.owner_id(agent).await },
            "valid_until": LATER, "is_property_staff": false })
    }

    pub(super) async fn record(&self, details: &Value) -> Answer {
        let document = format!("%PDF-1.4 授权委托书 {details}").into_bytes();
        let part =
            Part::bytes(document).file_name("委托书.pdf").mime_str("application/pdf").unwrap();
        let form = Form::new().text("details", details.to_string()).part("document", part);
        let path = self.desk.path("/proxies");
        self.first.send(self.first.request("POST", &path).multipart(form)).await
    }

    pub(super) fn path(&self, proxy: &Value, rest: &str) -> String {
        self.desk.path(&format!("/proxies/{}{rest}", proxy["proxy_id"].as_str().unwrap()))
    }

    pub(super) async fn confirm(&self, clerk: &Client, proxy: &Value) -> Answer {
        let read = json!({ "document_sha256": proxy["document_sha256"] });
        clerk.post(&self.path(proxy, "/confirm"), read).await
    }

    /// Records and confirms.
    pub(super) async fn give(&self, details: &Value) -> Value {
        let recorded = self.record(details).await.expect(201);
        self.confirm(&self.second, &recorded).await.expect(200)
    }

    /// The agent casts for the head of a proxy.
    async fn cast_for(&self, agent: &Client, head: &Value, ballot: Value) -> Answer {
        let mut ballot = ballot;
        ballot["head_id"] = head.clone();
        agent.post(&self.desk.path("/ballots"), ballot).await
    }

    async fn log_faults(&self) -> Vec<String> {
        self.desk.app.db.snapshot(check_rows_against_logs).await.unwrap().faults
    }

    /// Publishes what was counted, and confirms it.
    pub(super) async fn finish(&self, clerk: Client) {
        clerk.post(&self.desk.path("/publish"), json!({})).await.expect(200);
        self.desk.app.clock.advance(TimeDelta::days(20));
        let clerk = self.desk.staff_again().await;
        clerk.post(&self.desk.path("/confirm"), json!({})).await.expect(200);
        verify_bundles(&self.desk).await;
        assert_eq!(self.log_faults().await, Vec::<String>::new());
    }
}

db_test! {
    async fn a_proxy_covers_a_question_whole_or_not_at_all(app: TestApp) {
        let desk = drafted(app, &flats(3, "80.00"), (&pack("", ("", "")), &["5"])).await;
        let colours = json!({ "choose_at_most": 1, "options": [{ "title": "米黄" }, { "title": "浅灰" }] });
        let agenda = json!({ "items": [{ "title": "更换给水管", "matters": ["5"] },
            { "title": "外墙颜色", "matters": ["5"], "options": colours }] });
        let vote = desk.clerk.patch(&desk.path(""), agenda).await.expect(200);
        let items = vote["items"].as_array().unwrap().iter();
        let items: Vec<String> = items.map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        let of = opened(Desk { items: items.clone(), ..desk }).await;
        let mut details = of.details("1-001", &phone(2)).await;
        details["items"] = json!([items[0], items[1]]);
        let refused = of.record(&details).await;
        assert_eq!(refused.refused(422), "invalid_field");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/items");
        details["items"] = json!([items[1], items[2]]);
        let proxy = of.give(&details).await;
        assert_eq!(proxy["items"], json!([2, 3]));
        let agent = of.desk.app.owner(&phone(2)).await;
        let grey = json!({ "choices": [{ "item_id": items[2], "choice": "for" }] });
        let beyond = json!({ "choices": [{ "item_id": items[0], "choice": "for" }] });
        let beyond = of.cast_for(&agent, &proxy["head_id"], beyond).await;
        assert_eq!(beyond.refused(409), "proxy_not_covered");
        let head = proxy["head_id"].clone();
        of.cast_for(&agent, &head, grey).await.expect(201);
        let own = agent.get(&of.desk.path("/heads/mine")).await.expect(200);
        let cast = own.as_array().unwrap().iter().find(|of| of["head_id"] == head).unwrap();
        let said = cast["ballots"][0]["choices"].as_array().unwrap();
        let said = |at: usize| said.iter().find(|of| of["item_id"] == items[at]).unwrap()["choice"].clone();
        assert_eq!([said(0), said(1), said(2)], ["invalid", "abstain", "for"]);
        of.desk.close_and_count().await;
        of.desk.certify().await;
    }

    async fn v12_the_fourth_proxy_of_an_agent_is_refused_and_participation_is_exactly_met(app: TestApp) {
        let toml = pack(&limit(3), ("", ""));
        let vote = opened(drafted(app, &flats(9, "100.00"), (&toml, &["5"])).await).await;
        let (desk, agent) = (&vote.desk, phone(1));
        let acting = desk.app.owner(&agent).await;
        let mut heads = Vec::new();
        for unit in ["1-002", "1-003", "1-004"] {
            let proxy = vote.give(&vote.details(unit, &agent).await).await;
            assert_eq!((&proxy["state"], &proxy["units"]), (&json!("confirmed"), &json!([unit])));
            heads.push(proxy["head_id"].clone());
        }
        let fourth = vote.record(&vote.details("1-005", &agent).await).await;
        assert_eq!(fourth.refused(409), "proxy_limit_reached");
        let told = fourth.json();
        assert_eq!((&told["have"], &told["need"]), (&json!("4"), &json!("≤ 3")));
        assert_eq!(told["clause"], "潍坊市物业管理条例 32");

        // P votes, and for the three; two others vote themselves; for the fourth there is no power.
        acting.post(&desk.path("/ballots"), desk.ballot("for")).await.expect(201);
        for head in &heads {
            let receipt = vote.cast_for(&acting, head, desk.ballot("for")).await.expect(201);
            assert_eq!((&receipt["channel"], &receipt["head_id"]), (&json!("proxy"), head));
            let again = vote.cast_for(&acting, head, desk.ballot("for")).await;
            assert_eq!(again.refused(409), "duplicate_ballot");
        }
        let owner = desk.app.owner(&phone(5)).await;
        let mine = owner.get(&desk.path("/heads/mine")).await.expect(200);
        let without = vote.cast_for(&acting, &mine[0]["head_id"], desk.ballot("for")).await;
        assert_eq!(without.refused(403), "not_on_roll");
        for n in [6, 7] { desk.cast(&phone(n), "for").await.expect(201); }
        // The household is told of a ballot that another cast for it.
        let principal = desk.app.owner(&phone(2)).await;
        let mine = principal.get(&desk.path("/heads/mine")).await.expect(200);
        assert_eq!(mine[0]["ballots"][0]["channel"], "proxy");
        assert_eq!(mine[0]["proxy"]["is_mine"], false);

        let clerk = desk.close_and_count().await;
        let explained = clerk.get(&desk.path("/explain")).await.expect(200);
        let item = &explained["items"][0];
        assert_eq!((&item["participating"]["heads"], &item["total"]["heads"]), (&json!(6), &json!(9)));
        assert_eq!(item["predicates"][1]["margin"], "0", "{item}");
        assert_eq!(item["passed"], true);
        vote.finish(clerk).await;
    }

    async fn a_proxy_needs_two_people_who_read_the_same_document(app: TestApp) {
        let vote = opened(super::draft(app, &flats(3, "80.00"), &["5"]).await).await;
        let (desk, agent) = (&vote.desk, phone(1));
        let acting = desk.app.owner(&agent).await;
        let details = vote.details("1-002", &agent).await;
        let proxy = vote.record(&details).await.expect(201);
        assert_eq!((&proxy["state"], &proxy["seq"]), (&json!("recorded"), &Value::Null));
        let head = &proxy["head_id"];
        let early = vote.cast_for(&acting, head, desk.ballot("for")).await;
        assert_eq!(early.refused(403), "not_on_roll");
        assert_eq!(vote.confirm(&vote.first, &proxy).await.refused(409), "same_clerk");
        let other = json!({ "document_sha256": "00".repeat(32) });
        let unread = vote.second.post(&vote.path(&proxy, "/confirm"), other).await;
        assert_eq!(unread.refused(409), "stale_version");
        let document = vote.second.bytes(&vote.path(&proxy, "/document")).await;
        assert_eq!(document, format!("%PDF-1.4 授权委托书 {details}").into_bytes());
        vote.confirm(&vote.second, &proxy).await.expect(200);
        let twice = vote.confirm(&vote.second, &proxy).await;
        assert_eq!(twice.refused(409), "proxy_state_conflict");
        let another = vote.record(&vote.details("1-002", &phone(3)).await).await;
        assert_eq!(another.refused(409), "already_exists");
        let own = vote.record(&vote.details("1-001", &agent).await).await;
        assert_eq!(own.refused(422), "invalid_field");
        vote.cast_for(&acting, head, desk.ballot("against")).await.expect(201);
        let late = json!({ "reason": "委托人撤销" });
        let late = vote.first.post(&vote.path(&proxy, "/end"), late).await;
        assert_eq!(late.refused(409), "proxy_state_conflict");
        // The owner comes second: one head, one ballot.
        assert_eq!(desk.cast(&phone(2), "for").await.refused(409), "duplicate_ballot");
        let mut found = Vec::new();
        for query in ["?unit_code=1-002", "?unit_code=1-003", "?agent=0001", "?agent=0003"] {
            let list = vote.first.get(&desk.path(&format!("/proxies{query}"))).await.expect(200);
            found.push(list["items"].as_array().unwrap().len());
        }
        assert_eq!(found, [1, 0, 1, 0]);
        let stranger = desk.app.owner(&phone(3)).await;
        assert_eq!(stranger.get(&desk.path("/proxies")).await.refused(403), "forbidden");
    }

    async fn a_revoked_and_an_expired_power_cast_nothing(app: TestApp) {
        let vote = opened(super::draft(app, &flats(3, "80.00"), &["5"]).await).await;
        let (desk, agent) = (&vote.desk, phone(1));
        let acting = desk.app.owner(&agent).await;
        let given = vote.give(&vote.details("1-002", &agent).await).await;
        let revoke = vote.path(&given, "/revoke");
        // Only the principal revokes: not the agent, not a neighbour.
        for other in [1, 3] {
            let refused = desk.app.owner(&phone(other)).await.post(&revoke, json!({})).await;
            assert_eq!(refused.refused(404), "not_found");
        }
        desk.app.owner(&phone(2)).await.post(&revoke, json!({})).await.expect(204);
        let cast = vote.cast_for(&acting, &given["head_id"], desk.ballot("for")).await;
        assert_eq!(cast.refused(403), "not_on_roll");
        let again = desk.app.owner(&phone(2)).await.post(&revoke, json!({})).await;
        assert_eq!(again.refused(409), "proxy_state_conflict");
        // The control: the owner votes alone.
        desk.cast(&phone(2), "for").await.expect(201);

        let mut details = vote.details("1-003", &agent).await;
        details["valid_until"] = json!("2026-03-10T00:00:00+08:00");
        assert_eq!(vote.record(&details).await.refused(422), "invalid_field");
        details["valid_until"] = json!("2026-03-19T00:00:00+08:00");
        let short = vote.give(&details).await;
        desk.app.clock.advance(TimeDelta::days(1));
        let acting = desk.app.owner(&agent).await;
        let late = vote.cast_for(&acting, &short["head_id"], desk.ballot("for")).await;
        assert_eq!(late.refused(409), "proxy_expired");
        let clerk = desk.staff_again().await;
        let attempts = clerk.get(&desk.path("/attempts")).await.expect(200);
        let last = attempts["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["channel"], &last["reason"]), (&json!("proxy"), &json!("proxy_expired")));
        let reason = json!({ "reason": "期限已过" });
        let ended = clerk.post(&vote.path(&short, "/end"), reason).await.expect(200);
        assert_eq!(ended["state"], "ended");
        let clerk = desk.close_and_count().await;
        vote.finish(clerk).await;
    }

    async fn a_power_for_one_item_leaves_the_other_to_the_owner_on_paper(app: TestApp) {
        let vote = opened(super::draft(app, &flats(3, "80.00"), &["5", "7"]).await).await;
        let (desk, agent) = (&vote.desk, phone(1));
        let acting = desk.app.owner(&agent).await;
        let mut details = vote.details("1-002", &agent).await;
        details["items"] = json!([desk.vote]);
        assert_eq!(vote.record(&details).await.refused(422), "invalid_field");
        details["items"] = json!([desk.items[0]]);
        let proxy = vote.give(&details).await;
        assert_eq!(proxy["items"], json!([1]));
        let head = &proxy["head_id"];
        let beyond = vote.cast_for(&acting, head, desk.ballot("for")).await;
        assert_eq!(beyond.refused(409), "proxy_not_covered");
        let within = json!({ "choices": [{ "item_id": desk.items[0], "choice": "for" }] });
        vote.cast_for(&acting, head, within).await.expect(201);
        let mine = acting.get(&desk.path("/heads/mine")).await.expect(200);
        let mut acted = mine.as_array().unwrap().iter();
        let acted = acted.find(|of| of["head_id"] == *head).unwrap();
        assert_eq!(acted["proxy"]["is_mine"], true);
        let said: Vec<&Value> = acted["ballots"][0]["choices"].as_array().unwrap().iter()
            .map(|of| &of["choice"]).collect();
        assert_eq!(said, [&json!("for"), &json!("invalid")]);
        let paper = desk.paper_ballot("1-002", (["clerk", "second"], "against")).await;
        for n in [1, 3] { desk.cast(&phone(n), "for").await.expect(201); }
        desk.app.clock.advance(TimeDelta::days(8));
        desk.app.work().await;
        let clerk = desk.staff_again().await;
        let account = json!({ "returned": 1, "spoiled": 0, "missing": [] });
        clerk.post(&desk.path("/sheets/close"), account).await.expect(200);
        clerk.post(&desk.path("/count"), json!({})).await.expect(200);
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        let explained = clerk.get(&desk.path("/explain")).await.expect(200);
        let counts = explained["items"].as_array().unwrap().iter().map(|item| {
            let of = |name: &str| item[name]["heads"].as_u64().unwrap();
            [of("for"), of("against"), of("participating")]
        });
        assert_eq!(counts.collect::<Vec<_>>(), [[3, 0, 3], [2, 1, 3]]);
        desk.app.clock.advance(TimeDelta::days(20));
        desk.recheck(&[(paper["sheet_id"].as_str().unwrap(), "against")]).await;
        desk.staff_again().await.post(&desk.path("/confirm"), json!({})).await.expect(200);
        verify_bundles(desk).await;
    }

    async fn guardians_do_not_count_and_staff_of_the_property_company_is_no_agent(app: TestApp) {
        let toml = pack(&limit(1), ("", ""));
        let vote = opened(drafted(app, &flats(5, "100.00"), (&toml, &["5"])).await).await;
        let number = "11010519491231002X";
        let person = |unit: &str, kind: &str| json!({ "kind": kind, "unit_code": unit,
            "agent": { "name": "王律师", "number": number }, "valid_until": LATER,
            "is_property_staff": false });
        let first = vote.give(&person("1-001", "proxy")).await;
        assert_eq!((&first["agent_tail"], &first["agent_id"]), (&json!("002X"), &Value::Null));
        assert!(!first.to_string().contains(number));
        let guardian = vote.give(&person("1-002", "guardian")).await;
        assert_eq!(guardian["kind"], "guardian");
        let second = vote.record(&person("1-003", "proxy")).await;
        assert_eq!(second.refused(409), "proxy_limit_reached");
        let organisation = vote.record(&person("1-003", "organisation_agent")).await;
        assert_eq!(organisation.refused(422), "invalid_field");
        let mut wrong = person("1-003", "proxy");
        wrong["agent"]["number"] = json!("110105194912310021");
        assert_eq!(vote.record(&wrong).await.refused(422), "invalid_id_number");
        let mut staff = vote.details("1-003", &phone(4)).await;
        staff["is_property_staff"] = json!(true);
        assert_eq!(vote.record(&staff).await.refused(409), "proxy_agent_excluded");
        // The end of one makes room for another; the control of the staff: the same as a neighbour.
        let reason = json!({ "reason": "登记有误" });
        vote.first.post(&vote.path(&first, "/end"), reason).await.expect(200);
        vote.give(&person("1-003", "proxy")).await;
        staff["is_property_staff"] = json!(false);
        staff["unit_code"] = json!("1-005");
        vote.give(&staff).await;
    }

    async fn an_agent_from_elsewhere_sees_the_head_and_no_ballot_of_its_owner(app: TestApp) {
        let vote = opened(super::draft(app, &flats(3, "80.00"), &["5"]).await).await;
        let (desk, agent) = (&vote.desk, phone(77));
        desk.app.register("隔壁小区", &[flat("9-101", "80.00", &[&agent])]).await;
        let heads = desk.path("/heads/mine");
        let stranger = desk.app.owner(&agent).await;
        assert_eq!(stranger.get(&heads).await.refused(404), "not_found");
        vote.give(&vote.details("1-002", &agent).await).await;
        desk.cast(&phone(2), "for").await.expect(201);
        let held = stranger.get(&heads).await.expect(200);
        assert_eq!((held.as_array().unwrap().len(), &held[0]["proxy"]["is_mine"]), (1, &json!(true)));
        assert_eq!(held[0]["ballots"], json!([]));
    }

    async fn the_database_keeps_a_proxy_as_it_was_signed_and_a_changed_one_is_found(app: TestApp) {
        let vote = opened(super::draft(app, &flats(3, "80.00"), &["5"]).await).await;
        let proxy = vote.give(&vote.details("1-002", &phone(1)).await).await;
        let acting = vote.desk.app.owner(&phone(1)).await;
        vote.cast_for(&acting, &proxy["head_id"], vote.desk.ballot("for")).await.expect(201);
        assert_eq!(vote.log_faults().await, Vec::<String>::new(), "the control");
        let mut conn = jiugai::platform::db::connect(&vote.desk.app.database_url()).unwrap();
        let changes = ["UPDATE proxies SET valid_until = '2027-01-01 00:00:00'", "DELETE FROM proxies",
            "UPDATE proxy_documents SET file_name = 'x'", "DELETE FROM proxy_documents"];
        for change in changes {
            assert!(conn.batch_execute(change).is_err(), "{change}");
        }
        let off = match vote.desk.app.engine {
            Engine::Postgres => "ALTER TABLE proxies DISABLE TRIGGER USER; \
                ALTER TABLE ballots DISABLE TRIGGER USER;",
            Engine::Sqlite => "DROP TRIGGER proxies_no_rewrite; DROP TRIGGER ballots_no_update;",
        };
        conn.batch_execute(off).unwrap();
        conn.batch_execute("UPDATE ballots SET proxy_id = NULL").unwrap();
        conn.batch_execute(changes[0]).unwrap();
        let seq = proxy["seq"].as_u64().unwrap();
        let faults = vote.log_faults().await;
        assert!(faults.iter().any(|fault| fault.contains(&format!("the proxy of leaf {seq} "))));
        assert!(faults.iter().any(|fault| fault.contains(&format!("the ballot of leaf {} ", seq + 1))));
    }

    async fn v8b_a_couple_is_two_heads_or_one_and_only_the_agreed_voter_casts(app: TestApp) {
        let (wife, husband) = (phone(1), phone(2));
        let units = [flat("1-101", "80.00", &[&husband, &wife]),
            flat("1-102", "80.00", &[&wife, &husband]), flat("1-103", "50.00", &[&wife])];
        let representative = ("head_key = { value = \"exact_set\"",
            "head_key = { value = \"representative\"");
        let toml = pack("", representative);
        let by_voter = drafted(app, &units, (&toml, &["5"])).await;
        let path = format!("/api/v1/communities/{}/units", by_voter.community);
        let listed = by_voter.clerk.get(&path).await.expect(200);
        let known = by_voter.app.owner(&wife).await.get("/api/v1/me").await.expect(200);
        for unit in &listed["items"].as_array().unwrap()[..2] {
            let voter = format!("/api/v1/units/{}/voter", unit["id"].as_str().unwrap());
            let agreed = json!({ "owner_id": known["owner_id"], "evidence": "共有人推选书" });
            by_voter.clerk.post(&voter, agreed).await.expect(200);
        }
        // The same register by the national pack, where each set of owners is a head.
        let body = json!({ "title": "表决", "community_id": by_voter.community,
            "items": [{ "title": "事项", "matters": ["5"] }] });
        let exact = by_voter.clerk.post("/api/v1/votes", body).await.expect(201);
        let frozen = format!("/api/v1/votes/{}/freeze-roll", exact["id"].as_str().unwrap());
        let exact = by_voter.clerk.post(&frozen, json!({})).await.expect(200);
        assert_eq!(exact["roll_heads"], 2, "{exact}");
        let vote = opened(by_voter).await;
        let desk = &vote.desk;
        let heads = desk.app.owner(&wife).await.get(&desk.path("/heads/mine")).await.expect(200);
        assert_eq!((heads.as_array().unwrap().len(), &heads[0]["area"]), (1, &json!("210.00")));
        assert_eq!(desk.cast(&husband, "for").await.refused(409), "not_representative");
        // Nor may he give a power for what she votes on; she may.
        let mut details = vote.details("1-101", &husband).await;
        details["principal_id"] = vote.owner_id(&husband).await;
        assert_eq!(vote.record(&details).await.refused(409), "not_representative");
        details["principal_id"] = vote.owner_id(&wife).await;
        let given = vote.give(&details).await;
        let acting = desk.app.owner(&husband).await;
        let cast = vote.cast_for(&acting, &given["head_id"], desk.ballot("for")).await.expect(201);
        assert_eq!((&cast["channel"], &cast["area"]), (&json!("proxy"), &json!("210.00")));
        assert_eq!(desk.cast(&wife, "against").await.refused(409), "duplicate_ballot");
    }
}
