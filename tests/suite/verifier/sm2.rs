//! The second signature line by SM2 over SM3: OpenSSL takes it, Rust checks it by its key, and who
//! knows Ed25519 only passes it over.

use std::process::{Command, Stdio};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiugai::{
    ballot_log::Leaf,
    platform::tlog::{NoteSigner, Sm2Key, add_keys, load_keys, sign_note, verify_note},
};

use super::{python, rust, story::story};
use crate::support::vote_log::{Files, write};

/// What stands before the 65 bytes of a point in a public key file (RFC 5480, curve 1.2.156.10197.1.301).
const SPKI: &str = "3059301306072a8648ce3d020106082a811ccf5501822d034200";

/// Whether `openssl pkeyutl` takes the signature (without its key id) of a text by a verifier key.
fn openssl(text: &str, vkey: &str, signature: &[u8]) -> bool {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let encoded = STANDARD.decode(vkey.splitn(3, '+').nth(2).unwrap()).unwrap();
    let point = encoded.strip_prefix(b"\xffsm2-sm3").unwrap();
    let spki = [jiugai::kernel::hex::decode(SPKI).unwrap(), point.to_vec()].concat();
    let body = STANDARD.encode(spki);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| str::from_utf8(l).unwrap()).collect();
    let body = lines.join("\n");
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    std::fs::write(path("key.pem"), pem).unwrap();
    std::fs::write(path("text"), text).unwrap();
    std::fs::write(path("signature"), signature).unwrap();
    let status = Command::new("openssl")
        .args(["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-digest", "sm3"])
        .args(["-in", "text", "-sigfile", "signature", "-pkeyopt", "distid:1234567812345678"])
        .current_dir(directory.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.expect("openssl is needed: scripts/with-postgres.sh installs it").success()
}

fn signature_of(note: &str) -> Vec<u8> {
    let line = note.lines().last().unwrap();
    STANDARD.decode(line.rsplit(' ').next().unwrap()).unwrap()[4..].to_vec()
}

#[test]
fn openssl_takes_the_sm2_line_and_no_flipped_bit() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.key");
    add_keys(&path, 0, true).unwrap();
    let keys = load_keys(&path).unwrap();
    let name = "vote.example.org/v/1";
    let signers: Vec<_> = keys[&1].iter().map(|key| key.under(name).unwrap()).collect();
    let vkey = signers[1].vkey();
    for size in 1..=8 {
        let text = format!("{name}\n{size}\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n");
        let note = sign_note(&text, &[&*signers[0], &*signers[1]]).unwrap();
        let signature = signature_of(&note);
        assert!(openssl(&text, &vkey, &signature));
        assert!(!openssl(&text.replacen("q8", "r8", 1), &vkey, &signature), "another text");
        let mut flipped = signature.clone();
        flipped[12 + size] ^= 1 << (size % 8);
        assert!(!openssl(&text, &vkey, &flipped));
        let forged = note.replace(
            note.lines().last().unwrap().rsplit(' ').next().unwrap(),
            &STANDARD.encode([&signers[1].key_id().to_be_bytes(), flipped.as_slice()].concat()),
        );
        assert!(verify_note(forged.as_bytes(), std::slice::from_ref(&vkey)).is_err());
        assert!(verify_note(note.as_bytes(), std::slice::from_ref(&vkey)).is_ok(), "the control");
    }
}

/// The story's log by two keys, and the SM2 one's verifier key.
fn signed_twice() -> (Files, String, String) {
    let mut log = story().log;
    let sm2 = Sm2Key::new(&log.origin(), &[5; 32]).unwrap();
    let Leaf::Manifest(manifest) = &mut log.leaves[0] else { panic!("no manifest") };
    manifest.vkeys.push(sm2.vkey());
    log.falsify_result();
    let mut files = log.files();
    for name in ["checkpoint", "certificate"] {
        let note = String::from_utf8(files[name].clone()).unwrap();
        let (text, _) = note.rsplit_once("\n\n").unwrap();
        let note = sign_note(&format!("{text}\n"), &[&log.key(), &sm2]).unwrap();
        files.insert(name.to_owned(), note.into_bytes());
    }
    let vkey = format!("{}\n{}\n", log.key().vkey(), sm2.vkey());
    files.insert("vkey".to_owned(), vkey.into_bytes());
    (files, log.key().vkey(), sm2.vkey())
}

#[test]
fn a_log_by_two_keys_is_good_by_either_and_by_both() {
    let (files, plain, sm2) = signed_twice();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    write(&files, &path);
    for keys in [plain.clone(), sm2.clone(), format!("{plain}\n{sm2}")] {
        let said = rust(&path, &keys);
        assert_eq!((said.exit, said.faults), (0, vec![]), "{keys}");
    }
    for arguments in [vec![], vec!["--key", &plain], vec!["--key", &plain, "--key", &sm2]] {
        let said = python::json(std::slice::from_ref(&path), &arguments).remove(0);
        assert_eq!(said["exit"], 0, "{said}");
    }
}

#[test]
fn a_missing_or_forged_sm2_line_is_a_fault_to_who_has_its_key() {
    let (mut files, plain, sm2) = signed_twice();
    let note = String::from_utf8(files["checkpoint"].clone()).unwrap();
    let line = note.lines().last().unwrap();
    let other = Sm2Key::new(&story().log.origin(), &[6; 32]).unwrap();
    let unnamed = other.vkey();
    for forged in [note.replace(&format!("{line}\n"), ""), note.replace(&line[90..94], "AAAA")] {
        files.insert("checkpoint".to_owned(), forged.into_bytes());
        let directory = tempfile::tempdir().unwrap();
        write(&files, directory.path());
        assert_eq!(rust(directory.path(), &plain).exit, 0, "an Ed25519-only verifier");
        let said = rust(directory.path(), &format!("{plain}\n{sm2}"));
        assert_eq!((said.exit, said.faults), (1, vec![(None, "signature".to_owned())]));
        assert_eq!(rust(directory.path(), &format!("{plain}\n{unnamed}")).exit, 1);
    }
}
