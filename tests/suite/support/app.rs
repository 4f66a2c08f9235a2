//! The real application on a loopback port, with a clock that the test moves.

use std::{future::Future, path::Path};

use actix_web::{HttpServer, dev::ServerHandle};
use jiugai::{
    app::{App, directory::RegistryDirectory, worker},
    identity::{Identity, IdentitySettings},
    kernel::UtcTime,
    platform::{
        auth::{password::Passwords, seal::Keys},
        clock::Clock,
        config::{Mode, Settings, parse_file},
        db::{Actor, DatabaseUrl, Db, DbSettings, WriteContext},
        http::{Drain, Limits},
        messenger::Messenger,
        telemetry::Metrics,
        tlog::{LogSigner, Witnesses, add_keys, load_keys},
    },
    voting,
};
use serde_json::Value;

use super::{
    database::{Engine, TestDatabase},
    surveys::Surveys,
};

/// When every test begins: Monday 2026-03-02 09:00 in China.
pub const START: &str = "2026-03-02T01:00:00Z";

/// A running application.
pub struct TestApp {
    pub app: App,
    pub db: Db,
    pub clock: Clock,
    pub engine: Engine,
    pub url: String,
    /// What surveys answer to projects.
    pub surveys: Surveys,
    http: reqwest::Client,
    server: ServerHandle,
    /// Where the signer keeps its key and what it signed.
    pub log_keys: tempfile::TempDir,
    _database: TestDatabase,
}

/// The signer of a directory, after it compared what it signed with the database.
pub async fn start_signer(db: &Db, directory: &Path) -> LogSigner {
    let key_file = directory.join("log.key");
    if !key_file.exists() {
        add_keys(&key_file, 0, false).unwrap();
    }
    let url = "https://vote.example.org".parse().unwrap();
    let signer =
        LogSigner::new(&url, load_keys(&key_file).unwrap(), &directory.join("signed-heads"))
            .unwrap();
    let checked = signer.clone();
    let context = WriteContext::of(Actor::system());
    db.write(&context, "log.check", move |tx| voting::check_logs(tx, &checked)).await.unwrap();
    signer
}

/// Runs one test body on one engine.
pub fn run<F, Fut>(engine: Engine, case: F)
where
    F: FnOnce(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let Some(database) = TestDatabase::create(engine) else { return };
    actix_web::rt::System::new().block_on(async {
        let app = TestApp::start(engine, database).await;
        let (server, db) = (app.server.clone(), app.db.clone());
        case(app).await;
        server.stop(false).await;
        drop(db);
    });
}

/// Limits that no test reaches by accident; their own tests set them low.
pub fn generous() -> Settings {
    let text = "rate_per_minute = 1000000\nrate_burst = 1000000\nqueue_wait_ms = 20000";
    Settings::from_layer(parse_file(text).unwrap()).unwrap()
}

impl TestApp {
    async fn start(engine: Engine, database: TestDatabase) -> Self {
        let clock = Clock::fake(START.parse::<UtcTime>().unwrap());
        Self::begin((engine, clock), database, tempfile::tempdir().unwrap()).await
    }

    /// The same machine, stopped and started again: over the same database, or over another one.
    pub async fn again(self, database: Option<TestDatabase>) -> Self {
        let Self { clock, engine, server, log_keys, _database, db, .. } = self;
        server.stop(false).await;
        drop(db);
        Self::begin((engine, clock), database.unwrap_or(_database), log_keys).await
    }

    /// Lets nothing listen any more.
    pub async fn stop(&self) {
        self.server.stop(false).await;
    }

    async fn begin(
        (engine, clock): (Engine, Clock),
        database: TestDatabase,
        log_keys: tempfile::TempDir,
    ) -> Self {
        let settings = DbSettings { url: database.url.clone(), pool_size: 8 };
        let db = Db::open(&settings, clock.clone()).unwrap();
        let context = WriteContext::of(Actor::system());
        db.write(&context, "rule_packs.ship", voting::load_shipped_packs).await.unwrap();
        let log_signer = start_signer(&db, log_keys.path()).await;
        let keys = Keys::from_master([7; 32]);
        let settings = IdentitySettings {
            access_minutes: 10,
            refresh_days: 14,
            passwords: Passwords::cheap().unwrap(),
        };
        let directory = std::sync::Arc::new(RegistryDirectory);
        let surveys = Surveys::default();
        let app = App {
            identity: Identity::new(&db, &keys, directory, settings).unwrap(),
            messenger: Messenger::Inbox(db.clone()),
            db: db.clone(),
            witnesses: Witnesses::new(Vec::new(), &db, &log_signer).unwrap(),
            keys,
            casts: voting::start_queue(&db).unwrap(),
            log_signer,
            limits: Limits::new(&generous()),
            metrics: Metrics::detached().unwrap(),
            drain: Drain::default(),
            public_url: "https://vote.example".parse().unwrap(),
            survey_gates: std::sync::Arc::new(surveys.clone()),
            mode: Mode::Demo,
        };
        let factory = app.clone();
        let server = HttpServer::new(move || factory.build())
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        // The server closes an idle connection after five seconds.
        let idle = std::time::Duration::from_secs(1);
        let http = reqwest::Client::builder().pool_idle_timeout(idle).build().unwrap();
        let server = handle;
        let _database = database;
        Self { app, db, clock, engine, url, surveys, http, server, log_keys, _database }
    }

    /// Lets the worker do everything that waits: codes are delivered, the audit trail is chained.
    pub async fn work(&self) {
        worker::step(&self.app).await.unwrap();
    }

    /// Another server of the same deployment, with a connection and a queue of its own.
    pub fn second(&self) -> SecondServer {
        let settings = DbSettings { url: self.database_url(), pool_size: 8 };
        let db = Db::open(&settings, self.clock.clone()).unwrap();
        let app = App { casts: voting::start_queue(&db).unwrap(), db, ..self.app.clone() };
        let server = HttpServer::new(move || app.build()).workers(1).disable_signals();
        let server = server.bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        SecondServer { url, handle }
    }

    /// Where the database is.
    pub fn database_url(&self) -> DatabaseUrl {
        self.db.url().clone()
    }

    /// Somebody who has not signed in.
    pub fn anon(&self) -> Client {
        Client { url: self.url.clone(), http: self.http.clone(), token: None }
    }

    /// Somebody with this access token.
    pub fn bearer(&self, token: &str) -> Client {
        Client { token: Some(token.to_owned()), ..self.anon() }
    }
}

/// A second server, stopped when the test lets it go.
pub struct SecondServer {
    pub url: String,
    handle: ServerHandle,
}

impl Drop for SecondServer {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Client {
    url: String,
    http: reqwest::Client,
    pub token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON; `Null` for an empty one.
    pub fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The body, after checking the status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The problem's code, after checking that it is a problem of this status.
    #[track_caller]
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        let kind = self.headers.get("content-type").unwrap().to_str().unwrap();
        assert!(kind.starts_with("application/problem+json"), "{kind}: {}", self.text);
        self.json()["code"].as_str().unwrap().to_owned()
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    }
}

impl Client {
    /// The same person at another server.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// A request to be completed by the test.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request and reads its answer.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// A file, after checking that it is one.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let response = self.request("GET", path).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}");
        response.bytes().await.unwrap().to_vec()
    }

    /// A file, if it is given out.
    pub async fn get_bytes(&self, path: &str) -> Option<Vec<u8>> {
        let response = self.request("GET", path).send().await.unwrap();
        let is_given = response.status().is_success();
        let bytes = response.bytes().await.ok()?;
        is_given.then(|| bytes.to_vec())
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).json(&body)).await
    }

    /// A POST with an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).header("Idempotency-Key", key).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PATCH", path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }
}
