//! Applications of every channel under one number; duplicates are merged, and both stay.

use super::*;

const APPLICATIONS: &str = "/api/v1/renovation-applications";

fn application(community: CommunityId, channel: &str) -> Value {
    json!({ "community_id": community, "channel": channel, "applicant": "张三", "text": "更换水管",
        "reference": format!("12345-{channel}") })
}

fn number(answer: &Value) -> &str {
    answer["number"].as_str().unwrap()
}

db_test! {
    async fn one_number_across_channels_without_a_gap(app: TestApp) {
        let desk = desk(app).await;
        let owner = desk.app.owner(&phone(1)).await;
        let own = json!({ "community_id": desk.community, "channel": "resident", "text": "屋面渗漏" });
        let first = owner.post(APPLICATIONS, own.clone()).await.expect(201);
        assert_eq!(number(&first), "330203001001-2026-000001");
        let second = desk.grid.post(APPLICATIONS, application(desk.community, "hotline")).await.expect(201);
        assert_eq!(number(&second), "330203001001-2026-000002");
        // A refused one takes no number.
        for (field, value, status, code) in [
            ("applicant", json!(""), 422, "invalid_field"),
            ("text", json!(""), 422, "invalid_field"),
            ("channel", json!("import"), 422, "invalid_field"),
            ("channel", json!("resident"), 404, "not_found"),
            ("applied_on", json!("2027-01-01"), 422, "invalid_field"),
            ("community_id", json!(Uuid::nil()), 404, "not_found"),
        ] {
            let mut body = application(desk.community, "street_desk");
            body[field] = value;
            let refused = desk.clerk.post(APPLICATIONS, body).await;
            assert_eq!(refused.refused(status), code, "{field}");
        }
        let stranger = application(desk.community, "hotline");
        assert_eq!(owner.post(APPLICATIONS, stranger).await.refused(404), "not_found");
        // Eight at once: eight numbers that follow one another.
        let posts: Vec<_> = (0..8)
            .map(|_| {
                let (clerk, body) = (desk.clerk.clone(), application(desk.community, "street_desk"));
                actix_web::rt::spawn(async move { clerk.post(APPLICATIONS, body).await })
            })
            .collect();
        let mut numbers = Vec::new();
        for post in posts {
            numbers.push(number(&post.await.unwrap().expect(201)).to_owned());
        }
        numbers.sort();
        let want: Vec<String> = (3..=10).map(|n| format!("330203001001-2026-{n:06}")).collect();
        assert_eq!(numbers, want);
        // Another community of the division shares the sequence.
        let (other, _) = desk.app.community("别的小区").await;
        let clerk = desk.app.clerk("other", other).await;
        let next = clerk.post(APPLICATIONS, application(other, "hotline")).await.expect(201);
        assert_eq!(number(&next), "330203001001-2026-000011");
        assert_eq!(clerk.get(APPLICATIONS).await.expect(200)["items"].as_array().unwrap().len(), 1);
        assert_eq!(owner.get(APPLICATIONS).await.expect(200)["items"], json!([first]));
        let page = desk.clerk.get(&format!("{APPLICATIONS}?limit=4")).await.expect(200);
        let next = page["next_cursor"].as_str().unwrap();
        let rest = desk.clerk.get(&format!("{APPLICATIONS}?cursor={next}")).await.expect(200);
        assert_eq!(rest["items"].as_array().unwrap().len(), 6);
        let path = format!("{APPLICATIONS}/{}", first["application_id"].as_str().unwrap());
        assert_eq!(owner.get(&path).await.expect(200), first);
        assert_eq!(clerk.get(&path).await.refused(404), "not_found");
        assert_eq!(desk.app.owner(&phone(2)).await.get(&path).await.refused(404), "not_found");
    }

    async fn every_bad_row_is_told_and_nothing_is_entered(app: TestApp) {
        let desk = desk(app).await;
        let template = desk.clerk.get(&format!("{APPLICATIONS}/template.csv")).await.text;
        let path = format!("{APPLICATIONS}/import");
        let file = |rows: &str| json!({ "community_id": desk.community, "csv": format!("{template}{rows}") });
        let bad = "张三,1-001,更换水管,R-1,2026-03-01\n,1-002,更换水管,R-2,2026-03-01\n李四,,改造,R-1,3月\n";
        let refused = desk.clerk.post(&path, file(bad)).await;
        assert_eq!(refused.refused(422), "application_rows_faulty");
        let told = refused.json()["errors"].clone();
        let lines: Vec<_> = told.as_array().unwrap().iter().map(|one| &one["pointer"]).collect();
        assert_eq!(lines, ["/csv/line/3", "/csv/line/4"]);
        assert_eq!(desk.clerk.get(APPLICATIONS).await.expect(200)["items"], json!([]));
        let good = "张三,1-001,更换水管,R-1,2026-03-01\n李四,,加装电梯,,2026-02-01\n";
        let made = desk.clerk.post(&path, file(good)).await.expect(201);
        assert_eq!(made["numbers"], json!(["330203001001-2026-000001", "330203001001-2026-000002"]));
        // The same file again: the reference is known.
        let again = desk.clerk.post(&path, file(good)).await;
        assert_eq!(again.refused(422), "application_rows_faulty");
        assert!(again.text.contains("R-1"), "{}", again.text);
        let owner = desk.app.owner(&phone(1)).await;
        assert_eq!(owner.post(&path, file(good)).await.refused(403), "forbidden");
    }

    async fn duplicates_are_merged_and_both_stay(app: TestApp) {
        let desk = desk(app).await;
        let mut made = Vec::new();
        for channel in ["hotline", "street_desk", "hotline"] {
            let body = application(desk.community, channel);
            made.push(desk.clerk.post(APPLICATIONS, body).await.expect(201));
        }
        let id = |n: usize| made[n]["application_id"].as_str().unwrap();
        let merge = |n: usize| format!("{APPLICATIONS}/{}/merge", id(n));
        let into = |n: usize| json!({ "into": id(n), "reason": "同一住户" });
        let merged = desk.clerk.post(&merge(1), into(0)).await.expect(200);
        assert_eq!(merged["merged_into"], made[0]["number"]);
        // A merged one takes no other, nor goes anywhere else; none goes into itself.
        assert_eq!(desk.clerk.post(&merge(2), into(1)).await.refused(409), "application_merged");
        assert_eq!(desk.clerk.post(&merge(1), into(2)).await.refused(409), "application_merged");
        assert_eq!(desk.clerk.post(&merge(0), into(1)).await.refused(409), "application_merged");
        assert_eq!(desk.clerk.post(&merge(2), into(2)).await.refused(422), "invalid_field");
        assert_eq!(desk.grid.post(&merge(2), into(0)).await.refused(403), "forbidden");
        let all = desk.clerk.get(APPLICATIONS).await.expect(200);
        assert_eq!(all["items"].as_array().unwrap().len(), 3, "both stay");
        let path = format!("{APPLICATIONS}/{}", id(0));
        let kept = desk.clerk.get(&path).await.expect(200);
        assert_eq!((&kept["merges"][0]["from"], &kept["merged_into"]), (&made[1]["number"], &Value::Null));
        let undo = format!("{APPLICATIONS}/{}/unmerge", id(1));
        let back = desk.clerk.post(&undo, json!({ "reason": "两户不同" })).await.expect(200);
        assert_eq!(back["merged_into"], Value::Null);
        assert_eq!((&back["merges"][0]["reason"], &back["merges"][0]["undo_reason"]),
            (&json!("同一住户"), &json!("两户不同")));
        assert_eq!(desk.clerk.post(&undo, json!({ "reason": "再撤" })).await.refused(404), "not_found");
        desk.clerk.post(&merge(1), into(2)).await.expect(200);
    }
}
