//! Scans of returned sheets: pictures that carry nothing but their pixels, each at its sheet.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::hex,
    platform::{
        auth::Scope,
        db::{
            Actor, WriteContext,
            schema::{audit_log, log_leaves, sheet_scans},
        },
        files::picture::MOST_BYTES,
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::paper::{Paper, paper};
use crate::{
    db_test,
    support::{Client, TestApp, flats, phone, pictures::*},
};

impl Paper {
    async fn scan(
        &self,
        clerk: &Client,
        files: &[(&str, Vec<u8>)],
        fields: &[(&str, &str)],
    ) -> Value {
        let mut form = reqwest::multipart::Form::new();
        for (name, text) in fields {
            form = form.text((*name).to_owned(), (*text).to_owned());
        }
        for (name, bytes) in files {
            let part = reqwest::multipart::Part::bytes(bytes.clone()).file_name((*name).to_owned());
            form = form.part("file", part);
        }
        let path = self.desk.path("/scans");
        clerk.send(clerk.request("POST", &path).multipart(form)).await.expect(200)
    }

    /// One file of a sheet; the answer's code, or its scan's id.
    async fn scan_one(&self, file: (&str, Vec<u8>), fields: &[(&str, &str)]) -> String {
        let answer = self.scan(&self.anna, &[file], fields).await[0].clone();
        let told = answer["code"].as_str().or(answer["scan"]["scan_id"].as_str());
        told.unwrap().to_owned()
    }

    /// A sheet that was brought back: its id and serial.
    async fn returned(&self, unit: &str) -> (String, String) {
        let sheet = self.register(unit).await;
        let row = self.anna.get(&self.desk.path(&format!("/sheets/{sheet}"))).await.expect(200);
        (sheet, row["serial"].as_str().unwrap().to_owned())
    }

    async fn served(&self, clerk: &Client, scan: &str) -> Vec<u8> {
        clerk.bytes(&self.desk.path(&format!("/scans/{scan}"))).await
    }

    /// The text of a sheet's code, as it is printed.
    async fn code(&self, sheet: &str) -> String {
        let row = self.anna.get(&self.desk.path(&format!("/sheets/{sheet}"))).await.expect(200);
        let (head, serial) = (row["head_id"].as_str().unwrap(), row["serial"].as_str().unwrap());
        let vote = &self.desk.vote;
        let mac = self.desk.app.app.keys.mac("paper sheet", &format!("{vote}|{head}|{serial}"));
        let plain = |id: &str| id.replace('-', "");
        let mac = hex::encode(&mac[..8]);
        format!("JIUGAI:2:{}:{}:{serial}:{mac}", plain(vote), plain(head)).to_uppercase()
    }

    /// What the ballot's leaf names as its evidence.
    async fn evidence(&self, serial: &str) -> Value {
        let leaves: Vec<Vec<u8>> = self
            .desk
            .app
            .db
            .read(|conn| Ok(log_leaves::table.select(log_leaves::leaf).load(conn)?))
            .await
            .unwrap();
        let leaves = leaves.iter().map(|leaf| serde_json::from_slice::<Value>(leaf).unwrap());
        let mut ballots =
            leaves.filter(|leaf| leaf["type"] == "ballot" && leaf["serial"] == serial);
        ballots.next().unwrap()["evidence"].clone()
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

db_test! {
    async fn a_scan_keeps_its_pixels_and_no_place_camera_or_tail(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let (_, serial) = paper.returned("1-001").await;
        let polyglot = [with_exif(&jpeg(60, 40)), b"<script>alert(1)</script>".to_vec()].concat();
        assert!(contains(&polyglot, b"Exif") && contains(&polyglot, GPS_MARK));
        let file = [("IMG_0001.JPG", polyglot)];
        let answers = paper.scan(&paper.anna, &file, &[("serial", &serial)]).await;
        let scan = answers[0]["scan"].clone();
        // The camera was turned: the pixels are, too, since the note of it is gone.
        assert_eq!((&scan["width"], &scan["height"]), (&json!(40), &json!(60)));
        assert_eq!(scan["scanned_by"], "anna");
        let served = paper.served(&paper.anna, scan["scan_id"].as_str().unwrap()).await;
        for part in [b"Exif".as_slice(), GPS_MARK, b"script", b"Camera"] {
            assert!(!contains(&served, part), "{}", String::from_utf8_lossy(part));
        }
        assert_eq!(scan["sha256"], json!(hex::encode(&Sha256::digest(&served))));
        assert_eq!(image::guess_format(&served).unwrap(), image::ImageFormat::Jpeg);
    }

    async fn each_file_is_matched_and_answered_alone(app: TestApp) {
        let paper = paper(app, &flats(5, "80.00"), &["5"]).await;
        let (sheet, serial) = paper.returned("1-001").await;
        let (by_code, _) = paper.returned("1-002").await;
        let code = paper.code(&by_code).await;
        let away = paper.anna.get(&paper.desk.path("/sheets?state=issued")).await.expect(200);
        let away = away["items"][0]["serial"].as_str().unwrap().to_owned();
        let forged = format!("{}0", &code[..code.len() - 1]);
        let forged = if forged == code { format!("{}1", &code[..code.len() - 1]) } else { forged };
        let elsewhere = code.replacen(&code[9..41], "0190000000007000800000000000000F", 1);
        let name = format!("{}-{}_2.png", &serial[..4].to_lowercase(), &serial[4..]);
        let png_name = format!("{away}.png");
        let files = [
            (name.as_str(), png(50, 50)),
            ("scan0001.png", qr(&code)),
            ("scan0002.png", qr(&forged)),
            ("scan0003.png", qr(&serial)),
            ("scan0004.png", png(80, 80)),
            ("00000000.jpg", jpeg(50, 50)),
            (png_name.as_str(), png(50, 50)),
            ("scan0005.jpg", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec()),
            ("scan0006.jpg", jpeg(50, 50)[..40].to_vec()),
            ("scan0007.png", vec![0; MOST_BYTES + 1]),
            ("bomb.png", png_bomb(30_000)),
            ("scan0008.png", qr(&elsewhere)),
        ];
        let answers = paper.scan(&paper.anna, &files, &[]).await;
        let told: Vec<_> = answers.as_array().unwrap().iter().map(|answer| {
            answer["code"].as_str().or(answer["scan"]["sheet_id"].as_str()).unwrap()
        }).collect();
        assert_eq!(told, [sheet.as_str(), &by_code, "sheet_forged", "sheet_forged", "scan_unmatched",
            "sheet_unknown", "sheet_state_conflict", "unsupported_media_type", "image_unreadable",
            "payload_too_large", "image_too_large", "sheet_forged"]);
        assert_eq!(answers[2]["file_name"], "scan0002.png");
        // The sheet of another vote says so, by a code that was made here.
        let mac = format!("{}|{}|{serial}", uuid::Uuid::nil(), uuid::Uuid::nil());
        let mac = hex::encode(&paper.desk.app.app.keys.mac("paper sheet", &mac)[..8]);
        let nil = uuid::Uuid::nil().simple().to_string();
        let other = format!("JIUGAI:2:{nil}:{nil}:{serial}:{mac}").to_uppercase();
        assert_eq!(paper.scan_one(("x.png", qr(&other)), &[]).await, "sheet_of_other_vote");
        let none = paper.anna.request("POST", &paper.desk.path("/scans"))
            .multipart(reqwest::multipart::Form::new().text("serial", serial));
        assert_eq!(paper.anna.send(none).await.status / 100, 4);
    }

    async fn a_bomb_is_refused_before_it_takes_memory(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let (_, serial) = paper.returned("1-001").await;
        let before = peak_kilobytes();
        for side in [30_000, 60_000, 7_500] {
            let told = paper.scan_one(("bomb.png", png_bomb(side)), &[("serial", &serial)]).await;
            assert_eq!(told, "image_too_large");
        }
        // 30,000² pixels in colour would take 2.7 GB.
        assert!(peak_kilobytes() - before < 500_000);
    }

    async fn once_entered_a_sheet_keeps_its_scans_and_takes_more_with_a_reason(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let (sheet, serial) = paper.returned("1-001").await;
        let named = [("serial", serial.as_str())];
        let blurred = paper.scan_one(("a.png", png(30, 30)), &named).await;
        let remove = |scan: &str| paper.desk.path(&format!("/scans/{scan}/remove"));
        let why = json!({ "reason": "拍糊了" });
        let gone = paper.bo.post(&remove(&blurred), why.clone()).await.expect(200);
        assert_eq!((&gone["removed_by"], &gone["removal_reason"]), (&json!("bobo"), &json!("拍糊了")));
        assert_eq!(paper.bo.post(&remove(&blurred), why.clone()).await.refused(409), "scan_state_conflict");
        let first = paper.scan_one(("a.png", png(31, 30)), &named).await;
        // The same image again is the same scan.
        assert_eq!(paper.scan_one(("b.png", png(31, 30)), &named).await, first);
        paper.enter(&paper.anna, &sheet, "for").await.expect(201);
        assert_eq!(paper.bo.post(&remove(&first), why).await.refused(409), "scan_state_conflict");
        assert_eq!(paper.scan_one(("c.png", png(32, 30)), &named).await, "invalid_field");
        let reason = [named[0], ("reason", "背面漏扫")];
        let second = paper.scan_one(("c.png", png(32, 30)), &reason).await;
        paper.enter(&paper.bo, &sheet, "for").await.expect(201);
        let scans = paper.anna.get(&paper.desk.path(&format!("/sheets/{sheet}/scans"))).await.expect(200);
        let listed: Vec<_> = scans.as_array().unwrap().iter()
            .map(|scan| {
                let id = scan["scan_id"].as_str().unwrap();
                (id, scan["reason"].as_str(), scan["removed_at"].is_null())
            })
            .collect();
        let second = (second.as_str(), Some("背面漏扫"), true);
        assert_eq!(listed, [(blurred.as_str(), None, false), (&first, None, true), second]);
        // The removed image is still there; the leaf names those that stood.
        assert!(!paper.served(&paper.anna, &blurred).await.is_empty());
        let mut digests: Vec<String> = scans.as_array().unwrap()[1..].iter()
            .map(|scan| format!("{}\n", scan["sha256"].as_str().unwrap())).collect();
        digests.sort();
        let evidence = hex::encode(&Sha256::digest(digests.concat()));
        assert_eq!(paper.evidence(&serial).await, json!(evidence));
    }

    async fn the_leaf_names_the_one_scan_and_nothing_where_there_is_none(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let (one, scanned) = paper.returned("1-001").await;
        let (none, bare) = paper.returned("1-002").await;
        let answers = paper.scan(&paper.anna, &[("a.jpg", jpeg(30, 30))], &[("serial", &scanned)]).await;
        paper.settle(&one, "for").await;
        paper.settle(&none, "for").await;
        assert_eq!(paper.evidence(&scanned).await, answers[0]["scan"]["sha256"]);
        assert_eq!(paper.evidence(&bare).await, Value::Null);
    }

    async fn a_scan_is_shown_to_those_who_enter_sheets_and_each_look_is_kept(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let (sheet, serial) = paper.returned("1-001").await;
        let scan = paper.scan_one(("a.jpg", jpeg(30, 30)), &[("serial", &serial)]).await;
        let path = paper.desk.path(&format!("/scans/{scan}"));
        let response = paper.bo.request("GET", &path).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/jpeg");
        assert!(header("content-disposition").starts_with("attachment"));
        assert_eq!(header("content-security-policy"), "sandbox");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        let looks = paper.desk.app.db.read(|conn| {
            Ok(audit_log::table.filter(audit_log::action.eq("sheet.scan_read"))
                .select(audit_log::actor_name).load::<String>(conn)?)
        });
        assert_eq!(looks.await.unwrap(), ["bobo"]);
        let owner = paper.desk.app.owner(&phone(1)).await;
        assert_eq!(owner.get(&path).await.refused(403), "forbidden");
        let list = paper.desk.path(&format!("/sheets/{sheet}/scans"));
        assert_eq!(owner.get(&list).await.refused(403), "forbidden");
        let auditor = paper.desk.app.staff("auditor", &[("auditor", Scope::Everything)]).await;
        assert_eq!(auditor.get(&path).await.refused(409), "result_hidden");
        paper.settle(&sheet, "for").await;
        paper.close_and_count().await;
        let auditor = paper.desk.app.sign_in("auditor").await;
        assert!(!auditor.bytes(&path).await.is_empty());
        // Nobody elsewhere finds it.
        let (other, _) = paper.desk.app.community("别处").await;
        let stranger = paper.desk.app.clerk("stranger", other).await;
        assert_eq!(stranger.get(&path).await.refused(404), "not_found");
    }

    async fn a_scan_is_never_rewritten_or_deleted_not_even_past_the_program(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let (_, serial) = paper.returned("1-001").await;
        paper.scan_one(("a.jpg", jpeg(30, 30)), &[("serial", &serial)]).await;
        let context = WriteContext::of(Actor::named("intruder"));
        let db = &paper.desk.app.db;
        let rewritten = db.write(&context, "test", |tx| {
            diesel::update(sheet_scans::table).set(sheet_scans::content.eq(vec![1_u8])).execute(tx.conn())?;
            Ok(())
        });
        assert!(rewritten.await.is_err());
        let deleted = db.write(&context, "test", |tx| {
            diesel::delete(sheet_scans::table).execute(tx.conn())?;
            Ok(())
        });
        assert!(deleted.await.is_err());
    }
}
