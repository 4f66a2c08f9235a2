//! A running witness, and logs made by hand: RFC 6962 word by word, which shares nothing with the
//! server's trees.

use actix_web::{HttpServer, dev::ServerHandle};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiugai::{
    app::witness::WitnessApp,
    kernel::UtcTime,
    platform::{
        clock::Clock,
        db::{Db, DbSettings},
        http::{Drain, Limits},
        telemetry::Metrics,
        tlog::{CosignKey, Cosigner, NoteKey, sign_note},
    },
    witness::Witness,
};
use sha2::{Digest, Sha256};

use super::{
    app::{Answer, START, generous},
    database::{Engine as Database, TestDatabase},
};

/// A witness on a loopback port, with a database of its own.
pub struct WitnessServer {
    pub url: String,
    pub cosigner: Cosigner,
    pub clock: Clock,
    trusted: String,
    server: ServerHandle,
    database: TestDatabase,
}

fn key() -> CosignKey {
    CosignKey::new("street.example/witness", &[5; 32])
}

fn serve(database: &TestDatabase, clock: &Clock, trusted: &str) -> (String, ServerHandle) {
    let settings = DbSettings { url: database.url.clone(), pool_size: 4 };
    let app = WitnessApp {
        db: Db::open(&settings, clock.clone()).unwrap(),
        witness: Witness::new(key(), trusted.parse().unwrap()),
        limits: Limits::new(&generous()),
        metrics: Metrics::detached().unwrap(),
        drain: Drain::default(),
    };
    let server = HttpServer::new(move || app.build()).workers(1).disable_signals();
    let server = server.bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (url, handle)
}

impl WitnessServer {
    /// A witness that watches the deployments of these keys.
    pub fn start(engine: Database, trusted: &str) -> Self {
        let database = TestDatabase::create(engine).unwrap();
        let clock = Clock::fake(START.parse::<UtcTime>().unwrap());
        let (url, server) = serve(&database, &clock, trusted);
        let (cosigner, trusted) = (key().cosigner(), trusted.to_owned());
        Self { url, cosigner, clock, trusted, server, database }
    }

    /// Ends the server and starts it anew over the same database.
    pub async fn restart(&mut self) {
        self.server.stop(true).await;
        (self.url, self.server) = serve(&self.database, &self.clock, &self.trusted);
    }

    pub async fn stop(&self) {
        self.server.stop(false).await;
    }

    pub async fn get(&self, path: &str) -> Answer {
        let response = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    /// What it answers to a body.
    pub async fn add(&self, body: impl Into<reqwest::Body>) -> Answer {
        let url = format!("{}/add-checkpoint", self.url);
        let response = reqwest::Client::new().post(url).body(body).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }
}

/// A log by hand.
#[derive(Clone)]
pub struct OwnLog {
    pub origin: String,
    pub seed: [u8; 32],
    pub leaves: Vec<Vec<u8>>,
}

impl OwnLog {
    pub fn of(origin: &str, leaves: usize) -> Self {
        let leaves = (0..leaves).map(|n| format!("leaf {n}").into_bytes()).collect();
        Self { origin: origin.to_owned(), seed: [7; 32], leaves }
    }

    /// The verifier key of any log of this deployment.
    pub fn deployment_key(&self) -> String {
        let host = self.origin.split('/').next().unwrap();
        NoteKey::new(&format!("{host}/deployment"), &self.seed).vkey()
    }

    pub fn note(&self, size: usize) -> String {
        let root = STANDARD.encode(root(&self.leaves[..size]));
        let text = format!("{}\n{size}\n{root}\n", self.origin);
        sign_note(&text, &[&NoteKey::new(&self.origin, &self.seed)]).unwrap()
    }

    pub fn proof(&self, old: usize, size: usize) -> String {
        if old == 0 {
            return String::new();
        }
        let hashes = subproof(old, &self.leaves[..size], true);
        hashes.iter().map(|hash| STANDARD.encode(hash) + "\n").collect()
    }

    /// The request that takes a witness from one size to another.
    pub fn request(&self, old: usize, size: usize) -> String {
        format!("old {old}\n{}\n{}", self.proof(old, size), self.note(size))
    }
}

fn root(leaves: &[Vec<u8>]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => Sha256::new().chain_update([0]).chain_update(leaf).finalize().into(),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let hash = Sha256::new().chain_update([1]).chain_update(root(left));
            hash.chain_update(root(right)).finalize().into()
        }
    }
}

/// SUBPROOF of RFC 6962 section 2.1.2.
fn subproof(old: usize, leaves: &[Vec<u8>], is_whole: bool) -> Vec<[u8; 32]> {
    if old == leaves.len() {
        return if is_whole { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut proof, other) = if old <= left.len() {
        (subproof(old, left, is_whole), root(right))
    } else {
        (subproof(old - left.len(), right, false), root(left))
    };
    proof.push(other);
    proof
}
