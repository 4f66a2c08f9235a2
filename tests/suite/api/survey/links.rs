//! A household's link: one token, one household, until the close; the page behind it; reminders.

use serde_json::{Value, json};

use super::{PATH, desk, yes};
use crate::{
    db_test,
    support::{Answer, Client, TestApp, flats, phone},
};

async fn send(client: &Client, token: &str, form: &str) -> Answer {
    let path = format!("/api/v1/public/survey-links/{token}/page");
    let request = client
        .request("POST", &path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned());
    client.send(request).await
}

db_test! {
    async fn a_link_serves_its_household_until_the_close_and_a_new_one_ends_it(app: TestApp) {
        let mut desk = desk(app, &flats(3, "60.00")).await;
        let id = desk.opened("adopt").await;
        let anon = desk.app.anon();
        let homes = desk.homes(&id).await;
        let link = |token: &str| format!("/api/v1/public/survey-links/{token}");
        let seen = anon.get(&link(&homes[0].token)).await.expect(200);
        assert_eq!((&seen["household"]["code"], &seen["answered"]), (&json!("1-001"), &json!(false)));
        assert!(!seen.to_string().contains("业主138"), "no name: {seen}");
        desk.answer(&homes[0], yes()).await.expect(201);
        desk.answer(&homes[0], yes()).await.expect(201);
        assert_eq!(anon.get(&link(&homes[0].token)).await.expect(200)["answered"], true);
        // Only what was issued opens anything, and the database knows a hash.
        assert_eq!(anon.get(&link("0123")).await.refused(404), "survey_link_unknown");
        let stored = tokens(&desk).await;
        assert!(stored.iter().all(|hash| hash.len() == 64 && homes.iter().all(|home| home.token != *hash)));
        // A lost slip is issued anew for one household: the others stay.
        let only = json!({ "household_ids": [homes[0].id], "format": "csv" });
        let csv = desk.first.post(&format!("{PATH}/{id}/links"), only).await;
        assert_eq!(csv.status, 200);
        assert!(csv.text.contains("楼栋,单元,房号,链接") && csv.text.contains("1-001"), "{}", csv.text);
        assert_eq!(desk.answer(&homes[0], yes()).await.refused(404), "survey_link_unknown");
        desk.answer(&homes[1], yes()).await.expect(201);
        let url = csv.text.lines().nth(1).unwrap().rsplit(',').next().unwrap();
        let token = url.rsplit('/').nth(1).unwrap();
        anon.get(&link(token)).await.expect(200);
        let none = json!({ "building": "9栋" });
        let refused = desk.first.post(&format!("{PATH}/{id}/links"), none).await;
        assert_eq!(refused.refused(403), "survey_household_unknown");
        let slips = desk.first.post(&format!("{PATH}/{id}/links"), json!({ "format": "html" })).await;
        assert_eq!(slips.text.matches("<svg").count(), 3);
        let homes = desk.homes(&id).await;
        desk.after_the_close().await;
        assert_eq!(desk.answer(&homes[0], yes()).await.refused(409), "too_late");
        let refused = desk.first.post(&format!("{PATH}/{id}/links"), json!({})).await;
        assert_eq!(refused.refused(409), "survey_state_conflict");
    }

    async fn the_page_is_filled_in_without_scripts(app: TestApp) {
        let mut desk = desk(app, &flats(1, "60.00")).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        let (anon, token) = (desk.app.anon(), homes[0].token.clone());
        let path = format!("/api/v1/public/survey-links/{token}/page");
        let page = anon.get(&path).await;
        assert_eq!(page.status, 200);
        for part in ["<form method=\"post\">", "总体是否满意？（必答）", "name=\"q.pipes\" value=\"5\"",
            "type=\"checkbox\" name=\"q.more\"", "<textarea name=\"q.words\"", "1-001"] {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        assert!(!page.text.contains("<script"));
        let wrong = send(&anon, &token, "respondent=tenant&q.pipes=9&q.more=lift&q.words=%3Cb%3E").await;
        assert_eq!(wrong.status, 422);
        let kept = wrong.text.contains("value=\"lift\" checked");
        assert!(wrong.text.contains("此题必答") && kept, "{}", wrong.text);
        assert!(wrong.text.contains("&lt;b&gt;"), "what was typed is escaped");
        let right = "respondent=tenant&q.overall=yes&q.pipes=5&q.more=lift&q.more=park&q.words=";
        let sent = send(&anon, &token, right).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        assert!(sent.text.contains("已收到"));
        assert!(anon.get(&path).await.text.contains("本户已答卷"));
        let none = anon.get("/api/v1/public/survey-links/x/page").await;
        assert_eq!((none.status, none.text.contains("链接无效")), (404, true));
        assert_eq!(send(&anon, "x", right).await.status, 404);
        desk.after_the_close().await;
        assert!(anon.get(&path).await.text.contains("现在不接受答卷"));
        assert_eq!(send(&anon, &token, right).await.status, 409);
        let result = desk.get(&format!("{id}/result")).await.expect(200);
        assert_eq!((&result["answered"], &result["questions"]), (&json!(1), &Value::Null));
    }

    async fn a_reminder_reaches_the_owners_of_homes_without_an_answer_once_a_day(app: TestApp) {
        let desk = desk(app, &flats(3, "60.00")).await;
        let id = desk.opened("consult").await;
        let homes = desk.homes(&id).await;
        desk.answer(&homes[0], yes()).await.expect(201);
        let path = format!("{PATH}/{id}/reminders");
        let asked = desk.first.post(&path, json!({})).await.expect(201);
        assert_eq!((&asked["households"], &asked["asked_by"]), (&json!(2), &json!("first")));
        assert_eq!(desk.second.post(&path, json!({})).await.refused(409), "reminder_too_soon");
        // Whoever answers before the worker comes is not told.
        desk.answer(&homes[1], yes()).await.expect(201);
        desk.app.work().await;
        let told = async |n: usize| {
            let path = format!("/api/v1/demo/inbox?contact={}", phone(n));
            let inbox = desk.app.anon().get(&path).await.expect(200);
            inbox["items"].as_array().unwrap().clone()
        };
        assert_eq!((told(1).await.len(), told(2).await.len()), (0, 0));
        let third = told(3).await;
        assert_eq!(third.len(), 1);
        let text = third[0]["body"].as_str().unwrap();
        assert!(text.contains("1-003") && text.contains("2026-03-10 18:00"), "{text}");
        assert_eq!(desk.get(&format!("{id}/reminders")).await.expect(200), json!([asked]));
        desk.answer(&homes[2], yes()).await.expect(201);
    }
}

async fn tokens(desk: &super::Desk) -> Vec<String> {
    use diesel::{QueryDsl, RunQueryDsl};
    use jiugai::platform::db::schema::survey_links;
    let query = survey_links::table.select(survey_links::token_hash);
    desk.app.db.read(move |conn| Ok(query.load(conn)?)).await.unwrap()
}
