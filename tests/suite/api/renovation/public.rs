//! Drawings, and what everybody may see of a project.

use serde_json::{Value, json};

use super::{Work, id_of, plan, work};
use crate::{
    db_test,
    support::{TestApp, pictures},
};

const PUBLIC: &str = "/api/v1/public/projects";

async fn upload(work: &Work, name: &str, bytes: Vec<u8>) -> crate::support::Answer {
    let clerk = work.clerk().await;
    let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
    let form = reqwest::multipart::Form::new().part("file", part);
    clerk.send(clerk.request("POST", &work.path("/drawings")).multipart(form)).await
}

fn with_drawing(id: &str) -> Value {
    let mut plan = plan();
    plan["drawing_ids"] = json!([id]);
    plan
}

db_test! {
    async fn a_drawing_loses_its_metadata_and_is_part_of_the_text_that_is_decided(app: TestApp) {
        let work = work(app, "national").await;
        let sent = pictures::with_exif(&pictures::jpeg(60, 40));
        let kept = upload(&work, "总平面图.jpg", sent.clone()).await.expect(201);
        let again = upload(&work, "别名.jpg", sent.clone()).await.expect(201);
        assert_eq!((&again["id"], &kept["file_name"]), (&kept["id"], &json!("总平面图.jpg")));
        assert_ne!(kept["sha256"], kept["original_sha256"]);
        let id = id_of(&kept);
        let clerk = work.clerk().await;
        let image = clerk.bytes(&work.path(&format!("/drawings/{id}"))).await;
        let mark = pictures::GPS_MARK;
        let has = |bytes: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
        assert!(has(&sent) && !has(&image));
        assert_eq!(upload(&work, "x.txt", b"no picture".to_vec()).await.refused(415),
            "unsupported_media_type");
        // The plan's text names it with its digest: another drawing is another text.
        let foreign = work.post("/plans", with_drawing(&uuid::Uuid::now_v7().to_string())).await;
        assert_eq!(foreign.json()["errors"][0]["pointer"], "/drawing_ids/0");
        let (bare, without) = work.fix(plan()).await;
        let (drawn, with) = work.fix(with_drawing(&id)).await;
        assert_ne!(without, with);
        let view = work.get(&format!("/plans/{drawn}")).await;
        assert_eq!(view["document"]["drawings"][0]["sha256"], kept["sha256"]);
        assert_eq!(work.get(&format!("/plans/{bare}")).await["document"].get("drawings"), None);
        let diff = work.get(&format!("/plans/{drawn}/diff?from={bare}")).await;
        assert_eq!(diff["changes"][0]["zh"], "图纸变更： → 总平面图.jpg");
    }

    async fn everybody_sees_stages_and_fixed_plans_and_no_draft(app: TestApp) {
        let work = work(app, "national").await;
        let anybody = work.desk.app.anon();
        let path = format!("{PUBLIC}/{}", work.project);
        let first = id_of(&upload(&work, "一.png", pictures::png(40, 30)).await.expect(201));
        let second = id_of(&upload(&work, "二.png", pictures::png(50, 30)).await.expect(201));
        work.fix(with_drawing(&first)).await;
        let mut changed = with_drawing(&first);
        changed["items"][1]["quantity"] = json!("20");
        work.fix(changed).await;
        work.post("/plans", with_drawing(&second)).await.expect(201);
        let view = anybody.get(&path).await.expect(200);
        assert_eq!((&view["stage"], &view["community"]), (&json!("applied"), &json!("幸福里小区")));
        let plans = view["plans"].as_array().unwrap();
        assert_eq!((plans.len(), &plans[0]["changes"]), (2, &json!([])));
        assert_eq!(plans[1]["changes"][0]["en"],
            "quantity changed: I03 Lighting (小区 · community) 18.000 → 20.000");
        assert_eq!(view["steps"].as_array().unwrap().len(), 1);
        assert!(!view.to_string().contains("clerk"), "{view}");
        // What no fixed plan names stays inside.
        assert!(anybody.get_bytes(&format!("{path}/drawings/{first}")).await.is_some());
        assert_eq!(anybody.get(&format!("{path}/drawings/{second}")).await.refused(404), "not_found");
        let list = format!("/api/v1/public/communities/{}/projects", work.desk.community);
        let list = anybody.get(&list).await.expect(200);
        assert_eq!(list[0]["project_id"], json!(work.project));
    }
}
