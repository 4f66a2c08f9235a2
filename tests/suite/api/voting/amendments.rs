//! A frozen roll is amended between notice and opening, by two people, from the corrected register.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, RunQueryDsl};
use jiugai::{
    kernel::{
        Area, BuildingId, CommunityId, LocalDate, OwnerId, OwnershipId, UnitFactId, UnitId, UtcTime,
    },
    platform::db::{Actor, WriteContext, schema},
    verifier::{Request, Source, verify},
};
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{Client, TestApp, flats, phone},
    verifier::{Said, python},
};

const RECORD: &str = "2026-03-02";

/// A noticed vote of four flats of 80 m², with a second clerk.
struct Roll {
    desk: Desk,
    second: Client,
}

async fn noticed(app: TestApp) -> Roll {
    let desk = draft(app, &flats(4, "80.00"), &["5"]).await;
    desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
    let window = json!({ "opens_at": "2026-03-18T00:00:00+08:00",
        "closes_at": "2026-03-25T00:00:00+08:00" });
    desk.clerk.post(&desk.path("/notice"), window).await.expect(200);
    let second = desk.app.clerk("second", desk.community).await;
    Roll { desk, second }
}

impl Roll {
    async fn unit(&self, code: &str) -> String {
        let path = format!("/api/v1/communities/{}/units?limit=200", self.desk.community);
        let units = self.second.get(&path).await.expect(200);
        let of_code = |unit: &&Value| unit["unit_code"] == code;
        let unit = units["items"].as_array().unwrap().iter().find(of_code).unwrap();
        unit["id"].as_str().unwrap().to_owned()
    }

    async fn correct(&self, code: &str, mut what: Value) {
        let path = format!("/api/v1/units/{}/correct", self.unit(code).await);
        (what["on"], what["reason"]) = (json!(RECORD), json!("不动产权证书"));
        self.desk.clerk.post(&path, what).await.expect(200);
    }

    async fn sell(&self, code: &str, owners: Vec<Value>) {
        let path = format!("/api/v1/units/{}/transfer", self.unit(code).await);
        let sale = json!({ "owners": owners, "on": RECORD, "reason": "不动产权证书" });
        self.desk.clerk.post(&path, sale).await.expect(200);
    }

    async fn owner_of(&self, code: &str) -> Value {
        let path = format!("/api/v1/units/{}", self.unit(code).await);
        let unit = self.second.get(&path).await.expect(200);
        json!({ "owner_id": unit["owners"][0]["owner_id"] })
    }

    fn path(&self, rest: &str) -> String {
        self.desk.path(&format!("/roll/amendments{rest}"))
    }

    async fn propose(&self, units: &[String]) -> crate::support::Answer {
        let body = json!({ "units": units, "reason": "按不动产权证书更正" });
        self.desk.clerk.post(&self.path(""), body).await
    }

    async fn confirm(&self, amendment: &Value) -> crate::support::Answer {
        let id = amendment["amendment_id"].as_str().unwrap();
        self.second.post(&self.path(&format!("/{id}/confirm")), json!({})).await
    }

    async fn totals(&self) -> (Value, Value) {
        let totals = self.second.get(&self.desk.path("/roll/totals")).await.expect(200);
        (totals["area"].clone(), totals["heads"].clone())
    }

    /// Writes past the API.
    async fn write(
        &self,
        write: impl Fn(&mut jiugai::platform::db::Conn) -> diesel::QueryResult<()>
        + Send
        + Sync
        + 'static,
    ) {
        let context = WriteContext::of(Actor::named("test"));
        self.desk.app.db.write(&context, "test", move |tx| Ok(write(tx.conn())?)).await.unwrap();
    }

    /// Takes a unit's facts back as if they had ended before the record date.
    async fn end(&self, code: &str) {
        let id: UnitId = self.unit(code).await.parse().unwrap();
        let day = LocalDate::from_ymd(2026, 1, 1).unwrap();
        self.write(move |conn| {
            let facts = diesel::QueryDsl::filter(
                schema::unit_facts::table,
                schema::unit_facts::unit_id.eq(id),
            );
            diesel::update(facts)
                .set(schema::unit_facts::valid_to.eq(day))
                .execute(conn)
                .map(|_| ())
        })
        .await;
    }

    /// Opens the vote, lets the owners vote, and takes it to its certificate; both programs find the
    /// whole log good.
    async fn finish(&self, voters: &[usize], total: Value) {
        let desk = &self.desk;
        desk.app.clock.advance(TimeDelta::days(16));
        desk.app.work().await;
        for n in voters {
            let cast = desk.cast(&phone(*n), "for").await;
            if cast.status == 201 {
                continue;
            }
            // Who stands for several heads names one.
            let owner = desk.app.owner(&phone(*n)).await;
            for head in cast.json()["params"]["heads"].as_array().unwrap() {
                let mut ballot = desk.ballot("for");
                ballot["head_id"] = head.clone();
                owner.post(&desk.path("/ballots"), ballot).await.expect(201);
            }
        }
        let clerk = desk.staff_again().await;
        let participation = clerk.get(&desk.path("/participation")).await.expect(200);
        assert_eq!(participation["total"], total);
        let clerk = desk.close_and_count().await;
        let item = clerk.get(&desk.path("/explain")).await.expect(200)["items"][0].clone();
        assert_eq!((&item["total"], &item["passed"]), (&total, &json!(true)), "{item}");
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        desk.app.clock.advance(TimeDelta::days(20));
        desk.staff_again().await.post(&desk.path("/confirm"), json!({})).await.expect(200);
        let found = desk.app.db.snapshot(jiugai::voting::recount).await.unwrap();
        assert_eq!((found.votes, found.faults), (1, vec![]));
        let key = format!("/api/v1/public/votes/{}/log/vkey", desk.vote);
        let key = desk.app.anon().get(&key).await.text.trim().to_owned();
        let bureau = desk.app.sign_in("bureau").await;
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("whole.zip");
        std::fs::write(&file, bureau.bytes(&desk.path("/log/bundle.zip")).await).unwrap();
        let request = Request { key: Some(&key), ..Request::default() };
        let report = verify(&mut Source::open(file.to_str().unwrap()).unwrap(), &request).unwrap();
        let rust = Said::of(&serde_json::from_str(&report.json()).unwrap());
        assert_eq!((rust.exit, &rust.faults), (0, &Vec::new()), "{}", report.text().join("\n"));
        assert_eq!(python::run(&[file], &key), [rust]);
    }
}

db_test! {
    async fn an_objection_found_right_amends_the_roll_by_two_people(app: TestApp) {
        let roll = noticed(app).await;
        let desk = &roll.desk;
        let unit = [roll.unit("1-001").await];
        let owner = desk.app.owner(&phone(1)).await;
        let objection = json!({ "text": "本户面积应为 86.40 平方米" });
        let objection = owner.post(&desk.path("/objections"), objection).await.expect(201);
        let id = objection["objection_id"].as_str().unwrap();
        let mut body = json!({ "units": unit, "reason": "按不动产权证书更正", "objection_id": id });
        let unanswered = desk.clerk.post(&roll.path(""), body.clone()).await;
        assert_eq!(unanswered.refused(422), "invalid_field");
        let answer = json!({ "upheld": true, "answer": "以证书为准" });
        let answered = desk.path(&format!("/objections/{id}/answer"));
        let answered = desk.clerk.post(&answered, answer).await.expect(200);
        assert!(answered["consequence"].as_str().unwrap().contains("/roll/amendments"));
        // The register comes first.
        let early = desk.clerk.post(&roll.path(""), body.clone()).await;
        assert_eq!(early.refused(409), "nothing_differs");
        roll.correct("1-001", json!({ "area": "86.40" })).await;
        let proposed = desk.clerk.post(&roll.path(""), body.clone()).await.expect(201);
        let difference = &proposed["difference"];
        assert_eq!(difference["before"], json!({ "area": "320.00", "heads": 4 }));
        assert_eq!(difference["after"], json!({ "area": "326.40", "heads": 4 }));
        let changed = &difference["units"][0];
        assert_eq!((&changed["code"], &changed["before"]["area"], &changed["after"]["area"]),
            (&json!("1-001"), &json!("80.00"), &json!("86.40")));
        assert_eq!(changed["before"]["owners"], changed["after"]["owners"]);
        assert_eq!(roll.totals().await, (json!("320.00"), json!(4)), "no effect yet");
        body["reason"] = json!("再次");
        assert_eq!(roll.second.post(&roll.path(""), body).await.refused(409), "already_exists");
        let confirm = format!("/{}/confirm", proposed["amendment_id"].as_str().unwrap());
        let alone = desk.clerk.post(&roll.path(&confirm), json!({})).await;
        assert_eq!(alone.refused(409), "same_clerk");
        let confirmed = roll.confirm(&proposed).await.expect(200);
        assert_eq!(confirmed["state"], "confirmed");
        assert_eq!(confirmed["confirmed_by"], "second");
        assert_eq!(roll.confirm(&proposed).await.refused(409), "amendment_settled");
        assert_eq!(roll.totals().await, (json!("326.40"), json!(4)));
        let listed = roll.second.get(&roll.path("")).await.expect(200);
        assert_eq!(listed, json!([confirmed]));
        // Posted: what and when, no names.
        let public = format!("/api/v1/public/votes/{}/notice", desk.vote);
        let notice = desk.app.anon().get(&public).await.expect(200);
        let line = &notice["amendments"][0];
        assert_eq!(line["units"][0]["area_before"], "80.00");
        assert_eq!(line["after"]["area"], "326.40");
        assert!(!notice.to_string().contains("second") && !notice.to_string().contains("owners"));
        let posted = desk.app.anon().get(&format!("{public}.html")).await.text;
        let board = roll.second.get(&desk.path("/print/roll")).await.text;
        for page in [posted, board] {
            let is_told = ["名册更正", "86.40", "326.40"].iter().all(|word| page.contains(word));
            assert!(is_told, "{page}");
        }
        roll.finish(&[1, 2, 3], json!({ "area": "326.40", "heads": 4 })).await;
    }

    async fn heads_keep_their_numbers_and_one_without_units_counts_no_more(app: TestApp) {
        let roll = noticed(app).await;
        // 1-001 is sold to the owner of 1-002; 1-004 belongs to the owners of 1-003 and 1-004; a unit
        // was left out.
        let (second, third) = (roll.owner_of("1-002").await, roll.owner_of("1-003").await);
        let fourth = roll.owner_of("1-004").await;
        roll.sell("1-001", vec![second.clone()]).await;
        roll.sell("1-004", vec![third.clone(), fourth]).await;
        let added = UnitId::new();
        let like: UnitId = roll.unit("1-001").await.parse().unwrap();
        let owner: OwnerId = third["owner_id"].as_str().unwrap().parse().unwrap();
        roll.write(move |conn| {
            use diesel::QueryDsl;
            use schema::units;
            let (community, building, created): (CommunityId, BuildingId, UtcTime) =
                units::table.find(like)
                    .select((units::community_id, units::building_id, units::created_at))
                    .first(conn)?;
            let day = LocalDate::from_ymd(2026, 3, 1).unwrap();
            diesel::insert_into(schema::units::table).values((
                schema::units::id.eq(added), schema::units::community_id.eq(community),
                schema::units::building_id.eq(building), schema::units::code.eq("1-005"),
                schema::units::version.eq(1), schema::units::created_at.eq(created),
            )).execute(conn)?;
            diesel::insert_into(schema::unit_facts::table).values((
                schema::unit_facts::id.eq(UnitFactId::new()), schema::unit_facts::unit_id.eq(added),
                schema::unit_facts::unit_use.eq("residential"),
                schema::unit_facts::area.eq(Some(Area(4_000))),
                schema::unit_facts::area_source.eq(Some("register")),
                schema::unit_facts::delivered.eq(true), schema::unit_facts::valid_from.eq(day),
                schema::unit_facts::reason.eq("test"), schema::unit_facts::recorded_at.eq(created),
            )).execute(conn)?;
            diesel::insert_into(schema::ownerships::table).values((
                schema::ownerships::id.eq(OwnershipId::new()), schema::ownerships::unit_id.eq(added),
                schema::ownerships::owner_id.eq(owner), schema::ownerships::valid_from.eq(day),
                schema::ownerships::reason.eq("test"), schema::ownerships::recorded_at.eq(created),
            )).execute(conn).map(|_| ())
        }).await;
        let mut units = vec![added.to_string()];
        for code in ["1-004", "1-001", "1-003"] { units.push(roll.unit(code).await); }
        let proposed = roll.propose(&units).await.expect(201);
        assert_eq!(proposed["difference"]["after"], json!({ "area": "360.00", "heads": 3 }));
        let places: Vec<_> = proposed["difference"]["units"].as_array().unwrap().iter()
            .map(|unit| {
                let head = |when: &str| unit[when]["head"].as_i64();
                (unit["code"].as_str().unwrap(), head("before"), head("after"))
            })
            .collect();
        assert_eq!(places, [("1-001", Some(0), Some(1)), ("1-004", Some(3), Some(4)),
            ("1-005", None, Some(2))]);
        roll.confirm(&proposed).await.expect(200);
        assert_eq!(roll.totals().await, (json!("360.00"), json!(3)));
        roll.desk.app.clock.advance(TimeDelta::days(16));
        roll.desk.app.work().await;
        let taken = roll.desk.cast(&phone(2), "for").await.expect(201);
        assert_eq!(taken["area"], "160.00");
    }

    async fn a_unit_that_the_register_lost_is_struck_and_its_head_with_it(app: TestApp) {
        let roll = noticed(app).await;
        let unit = [roll.unit("1-004").await];
        roll.end("1-004").await;
        let proposed = roll.propose(&unit).await.expect(201);
        assert_eq!(proposed["difference"]["after"], json!({ "area": "240.00", "heads": 3 }));
        assert_eq!(proposed["difference"]["units"][0]["after"], Value::Null);
        roll.confirm(&proposed).await.expect(200);
        // A second amendment stands on the first.
        roll.correct("1-002", json!({ "area": "90.00" })).await;
        let unit = [roll.unit("1-002").await];
        let proposed = roll.propose(&unit).await.expect(201);
        roll.confirm(&proposed).await.expect(200);
        roll.finish(&[1, 2], json!({ "area": "250.00", "heads": 3 })).await;
    }

    async fn another_voter_of_the_same_owners_is_an_amendment_and_stands_in_the_log(app: TestApp) {
        use diesel::QueryDsl;
        let roll = noticed(app).await;
        let (first, second) = (roll.owner_of("1-001").await, roll.owner_of("1-002").await);
        roll.sell("1-001", vec![first.clone(), second.clone()]).await;
        let unit = [roll.unit("1-001").await];
        let sold = roll.propose(&unit).await.expect(201);
        roll.confirm(&sold).await.expect(200);
        assert_eq!(roll.propose(&unit).await.refused(409), "nothing_differs");
        let (desk, path) = (&roll.desk, &format!("/api/v1/units/{}/voter", unit[0]));
        let name = |owner: Value| async move {
            let voter = json!({ "owner_id": owner, "on": RECORD, "evidence": "推选书" });
            desk.clerk.post(path, voter).await.expect(200);
        };
        name(first["owner_id"].clone()).await;
        let stale = roll.propose(&unit).await.expect(201);
        name(second["owner_id"].clone()).await;
        assert_eq!(roll.confirm(&stale).await.refused(409), "amendment_stale");
        let withdraw = format!("/{}/withdraw", stale["amendment_id"].as_str().unwrap());
        roll.second.post(&roll.path(&withdraw), json!({})).await.expect(200);
        let proposed = roll.propose(&unit).await.expect(201);
        let (before, after) = {
            let unit = &proposed["difference"]["units"][0];
            (unit["before"].clone(), unit["after"].clone())
        };
        assert_eq!((&before["head"], &before["owners"]), (&after["head"], &after["owners"]));
        assert_eq!((&before["voters"], &after["voters"]), (&json!([]), &json!([second["owner_id"]])));
        roll.confirm(&proposed).await.expect(200);
        assert_eq!(roll.propose(&unit).await.refused(409), "nothing_differs");
        let public = format!("/api/v1/public/votes/{}/notice", roll.desk.vote);
        let notice = roll.desk.app.anon().get(&public).await.expect(200);
        let posted = &notice["amendments"][1]["units"][0];
        assert_eq!((&posted["other_head"], &posted["other_voters"]), (&json!(false), &json!(true)));
        let openings = roll.desk.app.db.read(|conn| {
            use schema::log_leaves::dsl::{log_leaves, openings, seq};
            Ok(log_leaves.select(openings).order(seq.desc()).first::<Option<String>>(conn)?)
        });
        let opened = openings.await.unwrap().unwrap();
        let opened: Value = serde_json::from_str(&opened).unwrap();
        let opened: Value =
            serde_json::from_str(opened["owners"]["text"].as_str().unwrap()).unwrap();
        assert_eq!(opened["voters"], json!([second["owner_id"]]));
        // The first owner has no other unit, and may not cast for this one.
        roll.finish(&[2, 3, 4], json!({ "area": "320.00", "heads": 4 })).await;
        let casting = roll.desk.app.db.read(|conn| {
            use schema::head_owners::dsl::{head_owners, may_cast};
            Ok(head_owners.filter(may_cast.eq(false)).count().get_result::<i64>(conn)?)
        });
        assert_eq!(casting.await.unwrap(), 1);
    }

    async fn a_stale_proposal_is_refused_with_the_difference(app: TestApp) {
        let roll = noticed(app).await;
        let unit = [roll.unit("1-001").await];
        roll.correct("1-001", json!({ "area": "86.40" })).await;
        let proposed = roll.propose(&unit).await.expect(201);
        roll.correct("1-001", json!({ "area": "90.00" })).await;
        let stale = roll.confirm(&proposed).await;
        assert_eq!(stale.refused(409), "amendment_stale");
        assert_eq!(stale.json()["params"]["difference"]["units"][0]["after"]["area"], "90.00");
        roll.correct("1-001", json!({ "area": "80.00" })).await;
        assert_eq!(roll.confirm(&proposed).await.refused(409), "amendment_stale");
        assert_eq!(roll.totals().await, (json!("320.00"), json!(4)));
        let id = proposed["amendment_id"].as_str().unwrap();
        let withdraw = roll.path(&format!("/{id}/withdraw"));
        let withdrawn = roll.second.post(&withdraw, json!({})).await.expect(200);
        assert_eq!(withdrawn["state"], "withdrawn");
        assert_eq!(withdrawn["withdrawn_by"], "second");
        assert_eq!(roll.confirm(&proposed).await.refused(409), "amendment_settled");
        // Another owner with the same area is another roll, too.
        let (second, third) = (roll.owner_of("1-002").await, roll.owner_of("1-003").await);
        roll.sell("1-001", vec![second.clone(), third.clone()]).await;
        let proposed = roll.propose(&unit).await.expect(201);
        roll.sell("1-001", vec![second, roll.owner_of("1-004").await]).await;
        assert_eq!(roll.confirm(&proposed).await.refused(409), "amendment_stale");
    }

    async fn units_that_can_not_stand_on_a_roll_do_not_come_on_it(app: TestApp) {
        let roll = noticed(app).await;
        let nowhere = [UnitId::new().to_string()];
        assert_eq!(roll.propose(&nowhere).await.refused(422), "invalid_field");
        let other = roll.desk.app.register("别的小区", &flats(1, "50.00")).await;
        let path = format!("/api/v1/communities/{other}/units");
        let bureau = roll.desk.app.sign_in("bureau").await;
        let other = bureau.get(&path).await.expect(200)["items"][0]["id"].clone();
        let other = [other.as_str().unwrap().to_owned()];
        assert_eq!(roll.propose(&other).await.refused(422), "invalid_field");
        let unit = [roll.unit("1-001").await];
        let id: UnitId = unit[0].parse().unwrap();
        roll.write(move |conn| {
            use schema::unit_facts;
            let facts = diesel::QueryDsl::filter(unit_facts::table, unit_facts::unit_id.eq(id));
            let none: Option<String> = None;
            diesel::update(facts).set(unit_facts::area_source.eq(none)).execute(conn).map(|_| ())
        }).await;
        let refused = roll.propose(&unit).await;
        assert_eq!(refused.refused(409), "roll_incomplete");
        assert_eq!(refused.json()["params"]["units"][0]["fault"], "area_source_missing");
        for code in ["1-001", "1-002", "1-003", "1-004"] { roll.end(code).await; }
        let roll_units = roll.second.get(&roll.desk.path("/roll")).await.expect(200);
        let all: Vec<String> = roll_units["items"].as_array().unwrap().iter()
            .map(|unit| unit["unit_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(roll.propose(&all).await.refused(422), "empty_scope");
    }

    async fn a_roll_is_amended_after_the_notice_and_before_the_opening_only(app: TestApp) {
        let desk = draft(app, &flats(4, "80.00"), &["5"]).await;
        desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
        let second = desk.app.clerk("second", desk.community).await;
        let roll = Roll { desk, second };
        let unit = [roll.unit("1-001").await];
        roll.correct("1-001", json!({ "area": "86.40" })).await;
        assert_eq!(roll.propose(&unit).await.refused(409), "wrong_state");
        let window = json!({ "opens_at": "2026-03-18T00:00:00+08:00",
            "closes_at": "2026-03-25T00:00:00+08:00" });
        roll.desk.clerk.post(&roll.desk.path("/notice"), window).await.expect(200);
        let proposed = roll.propose(&unit).await.expect(201);
        // An objection without an answer keeps the vote from opening, and the time passes.
        let text = json!({ "unit_code": "1-002", "text": "面积有误" });
        let objection = roll.desk.clerk.post(&roll.desk.path("/objections"), text).await.expect(201);
        roll.desk.app.clock.advance(TimeDelta::days(16));
        roll.desk.app.work().await;
        let again = |roll: Roll| async {
            let (clerk, second) = (roll.desk.staff_again().await, roll.desk.app.sign_in("second").await);
            let Desk { app, community, vote, items, .. } = roll.desk;
            Roll { desk: Desk { app, clerk, community, vote, items }, second }
        };
        let roll = again(roll).await;
        assert_eq!(roll.confirm(&proposed).await.refused(409), "too_late");
        let answer = json!({ "upheld": false, "answer": "与登记簿一致" });
        let path = format!("/objections/{}/answer", objection["objection_id"].as_str().unwrap());
        roll.desk.clerk.post(&roll.desk.path(&path), answer).await.expect(200);
        roll.desk.app.work().await;
        assert_eq!(roll.confirm(&proposed).await.refused(409), "wrong_state");
        assert_eq!(roll.propose(&unit).await.refused(409), "wrong_state");
        assert_eq!(roll.totals().await, (json!("320.00"), json!(4)));
    }

    async fn an_issued_sheet_is_void_before_its_head_changes(app: TestApp) {
        let roll = noticed(app).await;
        let unit = [roll.unit("1-001").await];
        roll.desk.clerk.post(&roll.desk.path("/sheets/issue"), json!({})).await.expect(201);
        let second = roll.owner_of("1-002").await;
        roll.sell("1-001", vec![second]).await;
        let refused = roll.propose(&unit).await;
        assert_eq!(refused.refused(409), "sheet_state_conflict");
        assert_eq!(refused.json()["params"]["serials"].as_array().unwrap().len(), 2);
        let sheets = roll.second.get(&roll.desk.path("/sheets?limit=200")).await.expect(200);
        for sheet in sheets["items"].as_array().unwrap() {
            if ["1-001", "1-002"].contains(&sheet["unit_code"].as_str().unwrap()) {
                let path = format!("/sheets/{}/void", sheet["sheet_id"].as_str().unwrap());
                let reason = json!({ "reason": "misprinted" });
                roll.second.post(&roll.desk.path(&path), reason).await.expect(200);
            }
        }
        let proposed = roll.propose(&unit).await.expect(201);
        roll.confirm(&proposed).await.expect(200);
        assert_eq!(roll.totals().await, (json!("320.00"), json!(3)));
        let issued = roll.desk.clerk.post(&roll.desk.path("/sheets/issue"), json!({})).await.expect(201);
        assert_eq!(issued["sheets"], 1, "{issued}");
    }

    async fn the_database_refuses_one_persons_amendment(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let roll = noticed(app).await;
        roll.correct("1-001", json!({ "area": "86.40" })).await;
        let unit = [roll.unit("1-001").await];
        roll.propose(&unit).await.expect(201);
        let context = WriteContext::of(Actor::named("dba"));
        for alone in [
            "UPDATE roll_amendments SET confirmed_by = proposed_by, confirmed_at = proposed_at",
            "UPDATE roll_amendments SET difference = '{}'",
            "DELETE FROM roll_amendments",
        ] {
            let db = &roll.desk.app.db;
            let done = db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(alone)?));
            assert!(done.await.is_err(), "{alone}");
        }
    }
}
