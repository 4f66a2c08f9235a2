//! What is seen: gaps with the sources that fit, reports in each authority's columns.

use serde_json::{Value, json};

use super::{money, plan, source, with};
use crate::{
    api::renovation::{id_of, project, put},
    db_test,
    support::TestApp,
};

fn names(value: &Value, field: &str) -> Vec<String> {
    let all = value.as_array().unwrap().iter();
    all.map(|one| one[field].as_str().unwrap().to_owned()).collect()
}

db_test! {
    async fn a_gap_names_the_sources_whose_rules_fit(app: TestApp) {
        let money = money(app).await;
        let sponge = money.source(source("programme", &["sponge"], "60.00")).await;
        let city = money.source(source("city_budget", &["basic"], "500.00")).await;
        // These fit nothing: elsewhere, over, not in the programme, used up.
        money.source(with(source("operator", &["basic"], "9.00"), "region", "330211")).await;
        money.source(with(source("district_budget", &["basic"], "9.00"), "valid_until", "2026-03-01")).await;
        let grant = money.source(source("central_grant", &["improvement"], "9.00")).await;
        let spent = money.source(source("other", &["B05"], "10.00")).await;
        money.allocated(&spent, "B05", "10.00").await;
        money.allocated(&city, "B02", "100.00").await;
        let gaps = money.street.get("/api/v1/funding-gaps").await.expect(200);
        let gap = &gaps["items"][0];
        assert_eq!((&gap["name"], &gap["uncovered"]), (&json!("幸福里改造"), &json!("1040.00")));
        assert_eq!(names(&gap["items"], "key"), ["I14", "B05"]);
        assert_eq!(gap["items"][0]["sources"], json!([]));
        let roads = &gap["items"][1];
        assert_eq!(roads["uncovered"], "40.00");
        assert_eq!(names(&roads["sources"], "source_id"), [city.clone(), sponge]);
        assert_eq!((&roads["sources"][0]["rest"], &roads["sources"][0]["purpose"]),
            (&json!("400.00"), &json!("basic")));
        put(&money.work.desk.app, &money.work.project, "in_programme").await;
        let gaps = money.street.get("/api/v1/funding-gaps?region=330203").await.expect(200);
        let lift = &gaps["items"][0]["items"][0];
        assert_eq!(names(&lift["sources"], "source_id"), [grant]);
        // Covered, it is no gap; a project that was given up neither.
        money.allocated(&city, "B05", "40.00").await;
        let gaps = money.bureau.get("/api/v1/funding-gaps").await.expect(200);
        assert_eq!(names(&gaps["items"][0]["items"], "key"), ["I14"]);
        let clerk = money.work.clerk().await;
        let other = project(&clerk, (money.work.desk.community, "二期")).await;
        let draft = clerk.post(&format!("/api/v1/projects/{other}/plans"), plan(&[("B02", "7.00")])).await
            .expect(201);
        let drafted = money.bureau.get("/api/v1/funding-gaps").await.expect(200);
        assert_eq!(drafted["items"].as_array().unwrap().len(), 1, "a draft is no plan");
        let fix = format!("/api/v1/projects/{other}/plans/{}/fix", id_of(&draft));
        clerk.post(&fix, json!({ "sha256": draft["sha256"] })).await.expect(200);
        let page = money.bureau.get("/api/v1/funding-gaps?limit=1").await.expect(200);
        let cursor = page["next_cursor"].as_str().unwrap();
        let next = money.bureau.get(&format!("/api/v1/funding-gaps?limit=1&cursor={cursor}")).await;
        assert_eq!(next.expect(200)["items"][0]["name"], "二期");
        let reason = json!({ "reason": "居民不同意" });
        clerk.post(&format!("/api/v1/projects/{other}/withdraw"), reason).await.expect(200);
        let left = money.bureau.get("/api/v1/funding-gaps").await.expect(200);
        assert_eq!(left["items"].as_array().unwrap().len(), 1);
        let refused = money.allocate(&city, "B02", "1.00").await;
        assert_eq!(refused.refused(409), "funding_item_exceeded");
        let body = json!({ "source_id": city, "item_key": "B02", "amount": "1.00" });
        let path = format!("/api/v1/projects/{other}/funding/allocations");
        assert_eq!(money.street.post(&path, body).await.refused(409), "project_state_conflict");
        assert_eq!(clerk.get("/api/v1/funding-gaps").await.refused(422), "invalid_field");
    }

    async fn a_report_has_the_columns_of_its_authority_and_no_formulas(app: TestApp) {
        let money = money(app).await;
        let body = with(source("programme", &["sponge"], "60.00"), "name", "=海绵");
        let sponge = money.source(body).await;
        let city = money.source(source("city_budget", &["basic"], "40.00")).await;
        let allocation = money.allocated(&sponge, "B02", "60.00").await;
        // What was released whole is not reported.
        money.release(&money.allocated(&city, "B05", "5.00").await, "5.00").await.expect(201);
        money.allocated(&city, "B02", "40.00").await;
        let contract = id_of(&money.commit(&allocation, "HT-1", "50.00").await.expect(201));
        let payment = money.pay(&contract, ("F1", "30.00"), "30.00").await.expect(201);
        money.confirm(&id_of(&payment)).await.expect(200);
        let reports = money.street.get("/api/v1/funding-reports").await.expect(200);
        assert!(names(&reports, "name").contains(&"programme".to_owned()));
        let answer = money.street.get("/api/v1/funding-reports/programme").await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
        let lines: Vec<&str> = answer.text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines, [
            "专项名称,文号,规定用途,项目,内容编码,内容,该项造价（元）,专项资金（元）,已支付（元）",
            "'=海绵,甬财〔2026〕1号,B02,幸福里改造,B02,排水设施改造,100.00,60.00,30.00",
        ]);
        let budget = money.bureau.get("/api/v1/funding-reports/budget?region=3302").await;
        let lines: Vec<&str> = budget.text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines, ["级次,文号,小区,项目,内容,配套金额（元）,已支付（元）",
            "市级财政,甬财〔2026〕1号,幸福里小区,幸福里改造,排水设施改造,40.00,0.00"]);
        let none = money.bureau.get("/api/v1/funding-reports/nothing").await;
        assert_eq!(none.refused(404), "not_found");
        let away = money.street.get("/api/v1/funding-reports/budget?region=33").await;
        assert_eq!(away.refused(404), "not_found");
    }
}
