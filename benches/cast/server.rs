//! The server under load: the application as `jiugai serve` builds it, with two routes more.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use actix_web::{HttpResponse, HttpServer, web};
use jiugai::{
    app::{cli::start, worker},
    platform::{
        auth::{Authorized, permission::BallotCast},
        config::{Settings, parse_file},
        db::DatabaseUrl,
        telemetry::{self, Metrics},
        tlog::add_keys,
    },
};

use crate::{support::Database, without_log};

/// The process.
pub struct Server {
    child: Child,
    address: String,
    _home: tempfile::TempDir,
}

impl Server {
    pub fn start(database: &Database) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).display().to_string();
        let url = match &database.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{path}"),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        std::fs::write(path("master.key"), "07".repeat(32)).unwrap();
        // One address sends everything here; else every setting is the default.
        let text = format!(
            "listen = '127.0.0.1:0'\ndatabase_url = '{url}'\ndata_dir = '{}'\nkey_file = '{}'\n\
             log_key_file = '{}'\nrate_per_minute = 100000000\n\
             rate_burst = 100000000\n",
            path("data"),
            path("master.key"),
            path("log.key"),
        );
        add_keys(&home.path().join("log.key"), 0, false).unwrap();
        std::fs::write(path("bench.toml"), text).unwrap();
        let log = std::fs::File::create(path("log")).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["server", &path("bench.toml")])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(!address.is_empty(), "the server did not start");
        Self { child, address: address.trim().to_owned(), _home: home }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The child's whole life.
pub fn run(config: &str) {
    let text = std::fs::read_to_string(config).unwrap();
    let settings = Settings::from_layer(parse_file(&text).unwrap()).unwrap();
    telemetry::start_log(&settings).unwrap();
    let app = start::app(&settings, Metrics::install().unwrap()).unwrap();
    actix_web::rt::System::new().block_on(async move {
        let factory = app.clone();
        let queue = web::Data::new(without_log::start_queue(&app.db));
        let nothing = || web::resource("/bench/nothing").route(web::post().to(nothing));
        let plain = || {
            let votes = web::resource("/bench/votes/{vote_id}/ballots");
            votes.route(web::post().to(without_log::cast))
        };
        let build =
            move || factory.build().app_data(queue.clone()).service(nothing()).service(plain());
        let server =
            HttpServer::new(build).workers(settings.workers.get()).bind(settings.listen).unwrap();
        println!("{}", server.addrs()[0]);
        actix_web::rt::spawn(worker::run(app));
        server.run().await.unwrap();
    });
}

/// Only who may cast gets this answer.
async fn nothing(_: Authorized<BallotCast>) -> HttpResponse {
    HttpResponse::Ok().finish()
}
