//! Codes on their way: a real SMTP server, a real HTTP gateway, and what happens when they fail.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use jiugai::{
    app::{App, worker},
    platform::{
        mail::Mailer,
        messenger::{Gateways, Messenger},
        sms::SmsGateway,
    },
};
use serde_json::{Value, json};

use crate::{
    db_test,
    support::{Gateway, SMTP_LOGIN, SmtpServer, TestApp},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The application, sending through other gateways.
fn through(app: &TestApp, gateways: Gateways) -> App {
    App { messenger: Messenger::Gateways(gateways), ..app.app.clone() }
}

fn mailer(server: &SmtpServer, password: &str) -> Mailer {
    let url = format!("smtp://{}:{password}@127.0.0.1:{}", SMTP_LOGIN.0, server.port);
    Mailer::new(&url, "旧改办 <noreply@example.org>").unwrap()
}

async fn ask(app: &TestApp, contact: &str) -> Value {
    let place = app.community("甲小区").await;
    app.register_owner(place, ("张三", contact, "0011")).await;
    let body = json!({ "contact": contact });
    app.anon().post("/api/v1/auth/codes", body).await.expect(202)
}

async fn sign_in(app: &TestApp, asked: &Value, code: &str) -> u16 {
    let body = json!({ "code_id": asked["code_id"], "code": code });
    app.anon().post("/api/v1/auth/code-sign-in", body).await.status
}

/// The body of a mail, decoded.
fn text_of(data: &str) -> String {
    let (head, body) = data.split_once("\r\n\r\n").unwrap();
    if head.contains("base64") {
        let bytes = STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap();
        return String::from_utf8(bytes).unwrap();
    }
    let body = body.replace("=\r\n", "");
    let mut parts = body.split('=');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

fn code_in(text: &str) -> String {
    text.split("验证码是 ").nth(1).unwrap()[..6].to_owned()
}

async fn faults(app: &TestApp) -> Vec<(i32, Option<String>, bool)> {
    app.db
        .read(|conn| {
            use diesel::{QueryDsl, RunQueryDsl};
            use jiugai::platform::db::schema::outbox_events as events;
            let columns = (events::attempts, events::last_error, events::failed_at);
            let rows: Vec<(i32, Option<String>, Option<jiugai::kernel::UtcTime>)> =
                events::table.select(columns).load(conn)?;
            Ok(rows.into_iter().map(|(tries, error, at)| (tries, error, at.is_some())).collect())
        })
        .await
        .unwrap()
}

db_test! {
    async fn a_code_travels_by_smtp(app: TestApp) {
        let server = SmtpServer::start();
        let mail = Some(mailer(&server, SMTP_LOGIN.1));
        let sending = through(&app, Gateways { mail, sms: None });
        let asked = ask(&app, "Zhang.San@example.org").await;
        worker::step(&sending).await.unwrap();
        worker::step(&sending).await.unwrap();
        let mails = server.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].user, SMTP_LOGIN.0);
        assert_eq!(mails[0].from, "noreply@example.org");
        assert_eq!(mails[0].to, ["zhang.san@example.org"]);
        let subject = STANDARD.encode("登录验证码");
        assert!(mails[0].data.contains(&subject), "{}", mails[0].data);
        let text = text_of(&mails[0].data);
        assert!(text.contains("10 分钟内有效"), "{text}");
        assert_eq!(sign_in(&app, &asked, &code_in(&text)).await, 200);
    }

    async fn a_refused_mail_is_tried_again_and_arrives_once(app: TestApp) {
        let server = SmtpServer::start();
        let mail = Some(mailer(&server, SMTP_LOGIN.1));
        let sending = through(&app, Gateways { mail, sms: None });
        ask(&app, "zhang.san@example.org").await;
        server.refuse(true);
        worker::step(&sending).await.unwrap();
        assert_eq!(faults(&app).await, [(1, Some("internal".to_owned()), false)]);
        server.refuse(false);
        worker::step(&sending).await.unwrap();
        assert_eq!(server.mails().len(), 0, "the pause has not passed");
        app.clock.advance(TimeDelta::seconds(5));
        worker::step(&sending).await.unwrap();
        app.clock.advance(TimeDelta::seconds(5));
        worker::step(&sending).await.unwrap();
        assert_eq!(server.mails().len(), 1);
    }

    async fn a_wrong_smtp_password_sends_nothing(app: TestApp) {
        let server = SmtpServer::start();
        let mail = Some(mailer(&server, "wrong"));
        ask(&app, "zhang.san@example.org").await;
        worker::step(&through(&app, Gateways { mail, sms: None })).await.unwrap();
        assert_eq!(server.mails().len(), 0);
        assert_eq!(faults(&app).await[0].0, 1);
    }

    async fn a_code_travels_by_a_signed_webhook(app: TestApp) {
        let gateway = Gateway::start(&[503, 302]);
        let sms = Some(SmsGateway::new(&gateway.url, SECRET).unwrap());
        let sending = through(&app, Gateways { mail: None, sms });
        let asked = ask(&app, "13812345678").await;
        for _ in 0..3 {
            worker::step(&sending).await.unwrap();
            app.clock.advance(TimeDelta::seconds(10));
        }
        let posts = gateway.posts();
        assert_eq!(posts.len(), 3, "503, a redirect that is not followed, 200");
        assert!(posts.iter().all(|post| post.id == posts[0].id && post.body == posts[0].body));
        let post = &posts[2];
        let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", post.id, post.timestamp, post.body).as_bytes());
        let need = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(post.signature, need);
        let body: Value = serde_json::from_str(&post.body).unwrap();
        assert_eq!(body["to"], "13812345678");
        assert_eq!(sign_in(&app, &asked, &code_in(body["text"].as_str().unwrap())).await, 200);
    }

    async fn a_code_that_expired_on_its_way_is_not_sent(app: TestApp) {
        let gateway = Gateway::start(&[503]);
        let sms = Some(SmsGateway::new(&gateway.url, SECRET).unwrap());
        let sending = through(&app, Gateways { mail: None, sms });
        ask(&app, "13812345678").await;
        worker::step(&sending).await.unwrap();
        app.clock.advance(TimeDelta::minutes(10));
        worker::step(&sending).await.unwrap();
        assert_eq!(gateway.posts().len(), 1);
    }

    async fn without_a_gateway_the_event_keeps_its_fault(app: TestApp) {
        let sending = through(&app, Gateways::default());
        ask(&app, "13812345678").await;
        worker::step(&sending).await.unwrap();
        assert_eq!(faults(&app).await, [(1, Some("internal".to_owned()), false)]);
    }

    async fn outside_the_demo_there_is_no_inbox(app: TestApp) {
        let settings = jiugai::platform::config::parse_file("").unwrap();
        let settings = jiugai::platform::config::Settings::from_layer(settings).unwrap();
        let messenger = Messenger::new(&settings, &app.db).unwrap();
        assert!(matches!(messenger, Messenger::Gateways(_)));
        let other = App { messenger, ..app.app.clone() };
        let server = actix_web::test::init_service(other.build()).await;
        let request = actix_web::test::TestRequest::get().uri("/api/v1/demo/inbox").to_request();
        let answer = actix_web::test::call_service(&server, request).await;
        assert_eq!(answer.status(), 404);
    }
}
