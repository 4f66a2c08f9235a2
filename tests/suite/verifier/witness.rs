//! Whoever holds the log's key and shows another history can't show the witness's signature with it.

use jiugai::{
    ballot_log::{Leaf, Opening, Owners},
    platform::tlog::{CosignKey, cosign::text_of},
    verifier::{Policy, Request},
};

use super::{rust, rust_json, story::story};
use crate::support::vote_log::{Dice, Files, write};

fn cosign(files: &mut Files, name: &str, key: &CosignKey) {
    let note = String::from_utf8(files["checkpoint"].clone()).unwrap();
    let line = key.cosign(text_of(&note).unwrap(), 1_772_380_800).unwrap();
    files.insert(name.to_owned(), (note + &line).into_bytes());
}

#[test]
fn of_a_hundred_other_histories_by_the_same_key_none_meets_the_policy() {
    let witness = CosignKey::new("street.example/witness", &[5; 32]);
    let key = story().log.key().vkey();
    let policy = format!("witness street {}\nquorum street\n", witness.cosigner().vkey());
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let under_policy = |files: &Files, name: &str| {
        write(files, &path(name));
        let request = Request { key: Some(&key), policy: Some(&policy), ..Request::default() };
        rust_json(&path(name), &request)
    };

    let mut good = story().log.files();
    let unseen = under_policy(&good, "unseen");
    assert_eq!((&unseen["exit"], &unseen["faults"][0]["rule"]), (&1.into(), &"witness".into()));
    cosign(&mut good, "checkpoint", &witness);
    let seen = under_policy(&good, "seen");
    assert_eq!((&seen["exit"], &seen["witnessed"]), (&0.into(), &seen["size"]), "{seen}");
    assert_eq!(rust(&path("seen"), &key).exit, 0, "cosignatures disturb nobody");

    let mut dice = Dice(13);
    for round in 0..100 {
        // The roll names other owners: a history that is good in itself.
        let mut log = story().log;
        let unit = 1 + dice.below(4);
        let Leaf::Roll(leaf) = &mut log.leaves[unit] else { panic!("a unit") };
        let owners =
            Opening::new(&Owners { owners: vec![dice.hex(16)], ..Owners::default() }).unwrap();
        leaf.owners = owners.commitment();
        log.openings[unit].owners = Some(owners);
        log.falsify_result();
        let mut fork = log.files();
        let name = format!("fork-{round}");
        write(&fork, &path(&name));
        assert_eq!(rust(&path(&name), &key).exit, 0, "without a policy it is good");
        for (cosigned, why) in [(None, "no cosignature"), (Some("checkpoint.cosigned"), "another")]
        {
            if let Some(cosigned) = cosigned {
                let note = good["checkpoint"].clone();
                fork.insert(cosigned.to_owned(), note);
            }
            let said = under_policy(&fork, &name);
            assert_eq!(
                (&said["exit"], &said["faults"][0]["rule"]),
                (&1.into(), &"witness".into()),
                "{why}"
            );
        }
    }
}
