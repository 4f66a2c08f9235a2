//! What is printed and published: sums, units and areas; never a name, a phone or a choice of a unit.

use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{Answer, TestApp, flat, flats, phone},
};

/// A page, after checking that it is one and tells nothing personal.
#[track_caller]
fn page(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type").as_deref(), Some("text/html; charset=utf-8"));
    assert!(answer.text.starts_with("<!DOCTYPE html>"));
    impersonal(&answer.text);
    answer.text.clone()
}

/// Owners of tests are called `业主138…`, and their phones begin so.
#[track_caller]
fn impersonal(text: &str) {
    assert!(!text.contains("业主1"), "{text}");
    assert!(!text.contains("1380000"), "{text}");
}

async fn counted(app: TestApp) -> Desk {
    let desk = draft(app, &flats(9, "100.00"), &["5", "7"]).await;
    desk.open().await;
    for n in 1..=4 {
        desk.cast(&phone(n), "for").await.expect(201);
    }
    for n in 5..=6 {
        desk.cast(&phone(n), "against").await.expect(201);
    }
    desk.close_and_count().await;
    desk
}

fn public(desk: &Desk, rest: &str) -> String {
    format!("/api/v1/public/votes/{}{rest}", desk.vote)
}

db_test! {
    async fn the_notice_is_public_once_it_is_given(app: TestApp) {
        let mut units = flats(3, "80.00");
        units[2].building = "2栋".to_owned();
        let desk = draft(app, &units, &["7"]).await;
        let title = json!({ "title": "改造<script>alert(1)</script>表决" });
        desk.clerk.patch(&desk.path(""), title).await.expect(200);
        let anon = desk.app.anon();
        assert_eq!(anon.get(&public(&desk, "/notice")).await.refused(404), "not_found");
        assert_eq!(anon.get(&public(&desk, "/result")).await.refused(404), "not_found");
        assert_eq!(desk.clerk.get(&desk.path("/print/ballots")).await.refused(409), "not_ready");
        assert_eq!(desk.clerk.get(&desk.path("/print/roll")).await.refused(409), "wrong_state");
        desk.open().await;
        let notice = anon.get(&public(&desk, "/notice")).await;
        impersonal(&notice.text);
        let notice = notice.expect(200);
        assert_eq!(notice["vote"]["roll"], json!({ "area": "240.00", "heads": 3 }));
        assert_eq!(notice["vote"]["rule_pack"]["id"], "national");
        let second = json!({ "building": "2栋", "units": 1, "heads": 1, "area": "80.00" });
        assert_eq!(notice["buildings"][1], second);
        assert_eq!(notice["items"][0]["lines"][2]["threshold"], "≥ 3/4");
        let shown = page(&anon.get(&public(&desk, "/notice.html")).await);
        let shall = ["2026年03月18日 00:00", "2026年03月24日 24:00", "民法典 278", "≥ 3&#x2f;4",
            "240.00", "&lt;script&gt;"];
        for text in shall {
            assert!(shown.contains(text), "{text} is missing in\n{shown}");
        }
        assert!(!shown.contains("<script"));
        page(&desk.staff_again().await.get(&desk.path("/print/notice")).await);
    }

    async fn every_head_gets_one_blank_ballot_with_its_units_and_a_code(app: TestApp) {
        let mut units = vec![flat("1-101", "80.00", &[&phone(1)]), flat("1-102", "60.50", &[&phone(1)]),
            flat("1-103", "70.00", &[&phone(2)]), flat("2-101", "50.00", &[&phone(3)])];
        units[3].building = "2栋".to_owned();
        let desk = draft(app, &units, &["5", "7"]).await;
        desk.open().await;
        let clerk = desk.staff_again().await;
        assert_eq!(clerk.get(&desk.path("/print/ballots")).await.refused(409), "not_ready");
        clerk.post(&desk.path("/sheets/issue"), json!({ "building": "2栋" })).await.expect(201);
        let only = page(&clerk.get(&desk.path("/print/ballots")).await);
        assert_eq!(only.matches("<svg").count(), 1);
        let run = clerk.post(&desk.path("/sheets/issue"), json!({})).await.expect(201);
        assert_eq!((&run["number"], &run["sheets"]), (&json!(2), &json!(2)));
        let all = page(&clerk.get(&desk.path("/print/ballots")).await);
        assert_eq!(all.matches("<svg").count(), 3);
        assert_eq!(all.matches("<section class=\"page\">").count(), 3);
        assert_eq!(all.matches("class=\"box\"").count(), 3 * 2 * 3);
        for text in ["140.50 平方米", "1-101（80.00）、1-102（60.50）", "未填写的事项按弃权计"] {
            assert!(all.contains(text), "{text} is missing");
        }
        let one = page(&clerk.get(&desk.path("/print/ballots?building=2%E6%A0%8B")).await);
        assert_eq!(one.matches("<svg").count(), 1);
        assert!(one.contains("2-101") && !one.contains("1-101"));
        let delivery = page(&clerk.get(&desk.path("/print/delivery-list")).await);
        for unit in ["1-101", "1-102", "1-103", "2-101"] { assert!(delivery.contains(unit)); }
        let roll = page(&clerk.get(&desk.path("/print/roll")).await);
        assert!(roll.contains("<td>登记</td>") && roll.contains("60.50"));
        let owner = desk.app.owner(&phone(2)).await;
        page(&owner.get(&desk.path("/print/roll")).await);
        assert_eq!(owner.get(&desk.path("/print/ballots")).await.refused(403), "forbidden");
    }

    async fn a_result_is_hidden_until_it_is_published(app: TestApp) {
        let desk = draft(app, &flats(3, "100.00"), &["5"]).await;
        desk.open().await;
        desk.cast(&phone(1), "for").await.expect(201);
        let anon = desk.app.anon();
        for rest in ["/result", "/result.html"] {
            assert_eq!(anon.get(&public(&desk, rest)).await.refused(409), "result_hidden");
            let clerk = desk.staff_again().await;
            assert_eq!(clerk.get(&desk.path(rest)).await.refused(409), "result_hidden");
        }
        let clerk = desk.close_and_count().await;
        let owner = desk.app.owner(&phone(1)).await;
        for rest in ["/result", "/result.html"] {
            assert_eq!(anon.get(&public(&desk, rest)).await.refused(409), "result_hidden");
            assert_eq!(owner.get(&desk.path(rest)).await.refused(409), "result_hidden");
            assert_eq!(clerk.get(&desk.path(rest)).await.status, 200);
        }
        assert!(page(&clerk.get(&desk.path("/result.html")).await).contains("未公示"));
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        for rest in ["/result", "/result.html"] {
            assert_eq!(anon.get(&public(&desk, rest)).await.status, 200);
            assert_eq!(owner.get(&desk.path(rest)).await.status, 200);
        }
    }

    async fn the_result_shows_each_test_with_its_numbers_and_no_unit(app: TestApp) {
        let desk = counted(app).await;
        let clerk = desk.staff_again().await;
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        let result = desk.app.anon().get(&public(&desk, "/result")).await;
        impersonal(&result.text);
        assert!(!result.text.contains("1-00"), "a unit in {}", result.text);
        let result = result.expect(200);
        assert_eq!(result["items"][0]["passed"], true);
        assert_eq!(result["items"][1]["passed"], false, "2/3 of those taking part are less than 3/4");
        assert_eq!(result["participants"], Value::Null);
        let shown = page(&desk.app.anon().get(&public(&desk, "/result.html")).await);
        assert!(!shown.contains("1-00"));
        for text in ["66.66%", "民法典 278", "否，差 50.00", "未通过", "600.00", "全国规则包"] {
            assert!(shown.contains(text), "{text} is missing in\n{shown}");
        }
        assert!(shown.contains(result["vote"]["rule_pack"]["digest"].as_str().unwrap()));
    }

    async fn the_csv_opens_in_a_spreadsheet_and_runs_nothing(app: TestApp) {
        let desk = draft(app, &flats(3, "100.00"), &["5"]).await;
        let items = json!({ "items": [
            { "title": "=HYPERLINK(\"http://example.com\")", "matters": ["5"] },
            { "title": "＋1，「引号\"」", "matters": ["7"] },
        ] });
        desk.clerk.patch(&desk.path(""), items).await.expect(200);
        desk.open().await;
        let clerk = desk.close_and_count().await;
        let csv = clerk.get(&desk.path("/result.csv")).await;
        assert_eq!(csv.status, 200);
        assert_eq!(csv.header("content-type").as_deref(), Some("text/csv; charset=utf-8"));
        assert!(csv.header("content-disposition").unwrap().starts_with("attachment"));
        assert!(csv.text.starts_with("\u{feff}序号,事项,"), "{}", csv.text);
        let mut reader = csv::Reader::from_reader(csv.text.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(&rows[0][1], "'=HYPERLINK(\"http://example.com\")");
        assert_eq!(&rows[1][1], "'＋1，「引号\"」");
        assert_eq!((&rows[0][3], &rows[0][4], &rows[0][5]), ("未通过", "300.00", "3"));
        let starts = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
        assert!(rows.iter().flatten().all(|cell| !cell.starts_with(starts)), "{}", csv.text);
    }

    async fn a_voided_vote_says_so_on_its_notice_and_has_no_result(app: TestApp) {
        let desk = counted(app).await;
        let clerk = desk.staff_again().await;
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        clerk.post(&desk.path("/void"), json!({ "reason": "名册遗漏" })).await.expect(200);
        let anon = desk.app.anon();
        assert_eq!(anon.get(&public(&desk, "/result")).await.refused(404), "not_found");
        let shown = page(&anon.get(&public(&desk, "/notice.html")).await);
        assert!(shown.contains("已作废：名册遗漏"));
    }

    async fn where_the_pack_says_so_owners_see_which_units_took_part_and_nobody_else(app: TestApp) {
        let text = jiugai::voting::NATIONAL
            .replace("id = \"national\"", "id = \"units\"")
            .replace("value = \"aggregates\"", "value = \"unit_and_area\"");
        let community = app.register("幸福里小区", &flats(3, "80.00")).await;
        let bureau = app.bureau().await;
        bureau.post("/api/v1/rule-packs", json!({ "toml": text })).await.expect(201);
        let clerk = app.clerk("clerk", community).await;
        let body = json!({ "title": "表决", "community_id": community, "rule_pack": "units",
            "items": [{ "title": "事项", "matters": ["5"] }] });
        let vote = clerk.post("/api/v1/votes", body).await.expect(201);
        let items = vec![vote["items"][0]["id"].as_str().unwrap().to_owned()];
        let vote = vote["id"].as_str().unwrap().to_owned();
        let desk = Desk { app, clerk, community, vote, items };
        desk.open().await;
        desk.cast(&phone(2), "against").await.expect(201);
        let clerk = desk.close_and_count().await;
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        let owner = desk.app.owner(&phone(1)).await;
        let result = owner.get(&desk.path("/result")).await.expect(200);
        assert_eq!(result["participants"], json!([{ "code": "1-002", "area": "80.00" }]));
        assert!(page(&owner.get(&desk.path("/result.html")).await).contains("1-002（80.00）"));
        let public = desk.app.anon().get(&public(&desk, "/result")).await;
        assert!(!public.text.contains("1-002"), "{}", public.text);
    }
}
