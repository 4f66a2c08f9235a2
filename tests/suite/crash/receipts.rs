//! Every acknowledged ballot's receipt verifies without the server: by the Rust library of the
//! format, by plain Python, and by Go (`scripts/check-go.sh` reads what is written under
//! `TEST_RECEIPTS`). A thousand receipts; `TEST_LONG=1` ten thousand.

use std::{cell::Cell, path::Path, rc::Rc};

use jiugai::platform::tlog::Proof;

use super::{Stage, clients::cast};
use crate::{
    db_test,
    support::{Engine, TestApp, long::rounds},
    verifier::python,
};

/// Requests in flight.
const CLIENTS: usize = 32;

/// Casts for every voter over many connections and writes the receipts; the keys of the log.
async fn write_receipts(stage: Stage, directory: &Path) -> Vec<String> {
    std::fs::create_dir_all(directory).unwrap();
    let (server, stage) = (Rc::new(stage.start()), Rc::new(stage));
    let next = Rc::new(Cell::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (stage, server, next) = (Rc::clone(&stage), Rc::clone(&server), Rc::clone(&next));
            let directory = directory.to_owned();
            actix_web::rt::spawn(async move {
                while let Some(voter) = stage.voters.get(next.replace(next.get() + 1)) {
                    let (status, receipt) = cast(&stage, &server, (voter, "for")).await;
                    assert_eq!(status, 201, "{receipt}");
                    let text = |name: &str| receipt[name].as_str().unwrap().to_owned();
                    let path = directory.join(receipt["seq"].to_string());
                    std::fs::write(path.with_extension("leaf"), text("leaf")).unwrap();
                    std::fs::write(path.with_extension("tlog-proof"), text("proof")).unwrap();
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    let path = format!("/api/v1/public/votes/{}/log/vkey", stage.desk.vote);
    let keys = reqwest::get(format!("{}{path}", server.url)).await.unwrap().text().await.unwrap();
    std::fs::write(directory.join("vkey"), &keys).unwrap();
    keys.lines().map(str::to_owned).collect()
}

/// Good receipts of a directory, and bad ones, by the Rust library.
fn count(directory: &Path, keys: &[String]) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "tlog-proof") {
            continue;
        }
        let proof = Proof::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let leaf = std::fs::read(path.with_extension("leaf")).unwrap();
        match proof.verify(&leaf, keys) {
            Ok(_) => good += 1,
            Err(_) => bad += 1,
        }
    }
    (good, bad)
}

db_test! {
    async fn receipts_of_a_real_run_verify_in_rust_and_in_python(app: TestApp) {
        let wanted = rounds(1_000, 10_000);
        let engine = match app.engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let temporary = tempfile::tempdir().unwrap();
        let kept = std::env::var_os("TEST_RECEIPTS");
        let directory = kept.as_ref().map_or(temporary.path(), Path::new).join(engine);
        let keys = write_receipts(Stage::prepare(app, wanted).await, &directory).await;
        assert_eq!(count(&directory, &keys), (wanted, 0));
        assert_eq!(python::receipts(&directory, &keys[0]), (wanted, 0));
        // The control, on a copy: one bit of one leaf.
        let copy = temporary.path().join("changed");
        std::fs::create_dir(&copy).unwrap();
        for entry in std::fs::read_dir(&directory).unwrap().take(50) {
            let stem = entry.unwrap().path().with_extension("");
            for extension in ["leaf", "tlog-proof"] {
                let from = stem.with_extension(extension);
                if from.exists() {
                    std::fs::copy(&from, copy.join(from.file_name().unwrap())).unwrap();
                }
            }
        }
        let (good, _) = count(&copy, &keys);
        let leaf = std::fs::read_dir(&copy).unwrap().map(|entry| entry.unwrap().path());
        let leaf = leaf.into_iter().find(|path| path.extension().unwrap() == "leaf").unwrap();
        let mut bytes = std::fs::read(&leaf).unwrap();
        bytes[30] ^= 1;
        std::fs::write(&leaf, bytes).unwrap();
        assert_eq!(count(&copy, &keys), (good - 1, 1));
        assert_eq!(python::receipts(&copy, &keys[0]), (good - 1, 1));
    }
}
