//! The frozen test vectors of the format, under `tests/data/vote-log`: whole small logs, good and bad,
//! with what a verifier must say of each. `docs/vote-log.md` describes them for a stranger. Here they
//! are made again, byte by byte, and both programs say what stands beside them.

use std::{collections::BTreeMap, path::Path};

use jiugai::ballot_log::Leaf;
use serde_json::{Value, json};

use super::{
    Said,
    proxies::{self, proxies},
    python, rust_json,
    story::{Story, story},
    tampering::CHANGES,
};
use crate::support::vote_log::{
    CLOSES, DAY, Files, OPENS, ORDINARY, SPECIAL, Spec, VoteLog, write,
};
use jiugai::verifier::Request;

/// A log and what it is about; receipts lie in `receipts/` beside its files.
struct Vector {
    name: String,
    about: String,
    files: Files,
}

fn spec(heads: u64, policy: &'static str) -> Spec {
    Spec {
        heads: (0..heads).map(|head| vec![5_000 + 117 * head]).collect(),
        items: vec![("special", SPECIAL), ("ordinary", ORDINARY)],
        policy,
        max_changes: 0,
        invalid_participates: false,
    }
}

fn online() -> VoteLog {
    let mut log = VoteLog::begin(1, &spec(4, "first_valid"));
    log.online(0, OPENS, &["for", "for"]);
    log.online(1, OPENS + 1, &["for", "against"]);
    log.online(3, CLOSES - 1, &["for", "abstain"]);
    log.attempt(2, CLOSES, "too_late");
    log.close(CLOSES);
    log.tally();
    log
}

fn dispute() -> VoteLog {
    let mut log = VoteLog::begin(2, &spec(4, "first_valid"));
    let ballots: Vec<u64> = (0..4).map(|head| log.online(head, OPENS, &["for", "for"])).collect();
    log.close(CLOSES);
    let upheld = log.challenge(ballots[0]);
    let refused = log.challenge(ballots[1]);
    log.challenge(ballots[2]);
    log.tally();
    log.rule(upheld, true);
    log.rule(refused, false);
    log.tally();
    log
}

fn extension() -> VoteLog {
    let mut log = VoteLog::begin(3, &spec(3, "last_valid"));
    log.online(0, OPENS, &["against", "for"]);
    log.extend(CLOSES - DAY, CLOSES + 2 * DAY);
    log.online(1, CLOSES, &["for", "for"]);
    log.online(0, CLOSES + 1, &["for", "for"]);
    log.extend(CLOSES + DAY, CLOSES + 3 * DAY);
    log.online(2, CLOSES + 3 * DAY - 1, &["for", "abstain"]);
    log.close(CLOSES + 3 * DAY);
    log.tally();
    log
}

/// More than one tile, and a second level.
fn tiles() -> VoteLog {
    let mut log = VoteLog::begin(4, &spec(300, "first_valid"));
    for head in 0..280 {
        log.online(head, OPENS, &["for", "against"]);
    }
    log.close(CLOSES);
    log.tally();
    log
}

fn receipt(files: &mut Files, log: &VoteLog, (seq, size): (u64, usize)) {
    let leaf = log.encoded()[usize::try_from(seq).unwrap()].clone();
    files.insert(format!("receipts/{seq}.tlog-proof"), log.receipt(seq, size).into_bytes());
    files.insert(format!("receipts/{seq}.leaf"), leaf);
}

/// The files of a log, with the receipts of its first ballots.
fn with_receipts(log: &VoteLog) -> Files {
    let mut files = log.files();
    let is_ballot = |seq: &usize| matches!(log.leaves[*seq], Leaf::Ballot(_));
    for seq in (0..log.leaves.len()).filter(is_ballot).take(12) {
        receipt(&mut files, log, (u64::try_from(seq).unwrap(), seq + 1));
    }
    files
}

/// The key-holder drops a ballot and makes the result again: only the receipt knows.
fn dropped() -> Files {
    let Story { mut log, online, .. } = story();
    let mut kept = Files::new();
    let dropped = online + 1;
    let at = usize::try_from(dropped).unwrap();
    receipt(&mut kept, &log, (dropped, at + 1));
    log.leaves.remove(at);
    log.openings.remove(at);
    for leaf in &mut log.leaves {
        match leaf {
            Leaf::Challenge(challenge) if challenge.ballot > dropped => challenge.ballot -= 1,
            Leaf::Ruling(ruling) => ruling.challenge -= 1,
            _ => {}
        }
    }
    log.falsify_result();
    let mut files = log.files();
    files.extend(kept);
    files
}

/// Somebody without the key changed an area, in the leaf alone.
fn flipped() -> Files {
    let mut files = story().log.files();
    let changed = {
        let mut story = story();
        let Leaf::Roll(unit) = &mut story.log.leaves[5] else { panic!("a unit") };
        unit.area += 1_000;
        story.log.files()
    };
    let entries = files.keys().find(|path| path.starts_with("tile/entries")).unwrap().clone();
    files.insert(entries.clone(), changed[&entries].clone());
    files
}

fn vectors() -> Vec<Vector> {
    let mut all = Vec::new();
    let mut add = |name: &str, about: &str, files: Files| {
        all.push(Vector { name: name.to_owned(), about: about.to_owned(), files });
    };
    add("good-online", "on line only, a refused ballot after the close", with_receipts(&online()));
    add(
        "good-mixed",
        "12 heads, on line and on paper: a sheet that comes first, one that a third \
        person decides, an invalid, a spoiled and a missing one",
        with_receipts(&story().log),
    );
    add(
        "good-dispute",
        "disputes upheld, refused and open; counted twice",
        with_receipts(&dispute()),
    );
    add("good-extension", "extended twice, the last ballot stands", with_receipts(&extension()));
    add(
        "good-proxies",
        "an agent stands for three owners of nine, as many as the manifest allows, for one of them \
        on one item only; a fourth revoked the power before",
        with_receipts(&proxies().log),
    );
    add(
        "good-tiles",
        "more than 256 leaves: full tiles and a second level",
        with_receipts(&tiles()),
    );
    for change in CHANGES {
        let mut story = story();
        (change.make)(&mut story);
        let name = format!("bad-{}", change.name.replace(' ', "-"));
        let about = format!("good-mixed with {}, signed again by who holds the key", change.name);
        add(&name, &about, story.log.files());
    }
    for change in proxies::CHANGES {
        let mut changed = proxies();
        (change.make)(&mut changed);
        let name = format!("bad-{}", change.name.replace(' ', "-").replace('\'', ""));
        let about = format!("good-proxies with {}, signed again by who holds the key", change.name);
        add(&name, &about, changed.log.files());
    }
    add(
        "bad-a-dropped-ballot",
        "good-mixed without a ballot, counted and signed again by who holds \
        the key: only the receipt shows it",
        dropped(),
    );
    add(
        "bad-an-area-without-the-key",
        "good-mixed with another area in one leaf; nothing is signed \
        again",
        flipped(),
    );
    let mut forged = story().log;
    let real = forged.key().vkey();
    forged.key_seed = 8;
    let mut files = forged.files();
    files.insert("vkey".to_owned(), format!("{real}\n").into_bytes());
    add("bad-another-key", "signed by another key than the published one", files);
    all
}

fn expected(said: &Said, about: &str) -> Value {
    let faults: Vec<Value> =
        said.faults.iter().map(|(leaf, rule)| json!({ "leaf": leaf, "rule": rule })).collect();
    json!({ "about": about, "exit": said.exit, "faults": faults, "items": said.items })
}

/// Every file under a directory, by its relative path.
fn read(root: &Path, at: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(at).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn both_say_of_the_frozen_vectors_what_stands_beside_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vote-log");
    let vectors = vectors();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        let _ = std::fs::remove_dir_all(&root);
        for Vector { name, about, files } in &vectors {
            write(files, &root.join(name));
            let said = Said::of(&rust_of(&root.join(name)));
            let text = serde_json::to_string_pretty(&expected(&said, about)).unwrap();
            std::fs::write(root.join(name).join("expected.json"), text + "\n").unwrap();
        }
    }
    let mut stored = Files::new();
    read(&root, &root, &mut stored);
    let mut made = Files::new();
    for Vector { name, files, .. } in &vectors {
        made.extend(
            files.iter().map(|(path, content)| (format!("{name}/{path}"), content.clone())),
        );
    }
    let kept: BTreeMap<_, _> =
        stored.iter().filter(|(path, _)| !path.ends_with("expected.json")).collect();
    let differing = made.iter().filter(|(path, content)| kept.get(path) != Some(content));
    let differing: Vec<_> = differing.map(|(path, _)| path).collect();
    let hint = "write them anew: UPDATE_GENERATED=1 cargo test vectors";
    assert!(differing.is_empty() && kept.len() == made.len(), "{hint}: {differing:?}");
    for Vector { name, about, .. } in &vectors {
        let directory = root.join(name);
        let rust = Said::of(&rust_of(&directory));
        let stored = std::fs::read_to_string(directory.join("expected.json")).unwrap();
        let stored: Value = serde_json::from_str(&stored).unwrap();
        assert_eq!(expected(&rust, about), stored, "{name}: Rust");
        let python = python::run_with_receipts(&directory, &key(&directory));
        assert_eq!(expected(&python, about), stored, "{name}: Python");
        assert_eq!(rust.exit, u64::from(name.starts_with("bad-")), "{name}");
    }
}

fn key(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("vkey")).unwrap().trim().to_owned()
}

fn rust_of(directory: &Path) -> Value {
    let (key, receipts) = (key(directory), directory.join("receipts"));
    let receipts = receipts.is_dir().then_some(receipts.as_path());
    rust_json(directory, &Request { key: Some(&key), receipts, ..Request::default() })
}
