//! What `seal` promises, one test a promise.

use super::*;

fn keys() -> Keys {
    Keys::from_master([7; 32])
}

#[test]
fn a_sealed_value_opens_in_its_own_place_only() {
    let sealed = keys().seal_text("owners.id_number:1", "110101199003070011").unwrap();
    assert_eq!(keys().open_text("owners.id_number:1", &sealed).unwrap(), "110101199003070011");
    assert!(keys().open("owners.id_number:2", &sealed).is_err());
    assert!(keys().open("owners.phone:1", &sealed).is_err());
    assert!(Keys::from_master([8; 32]).open("owners.id_number:1", &sealed).is_err());
}

#[test]
fn any_changed_or_missing_byte_is_noticed() {
    let sealed = keys().seal("t.c:1", b"value").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(keys().open("t.c:1", &changed).is_err(), "byte {at}");
        assert!(keys().open("t.c:1", &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn equal_values_are_sealed_differently_and_without_plain_text() {
    let (one, two) = (keys().seal("t.c:1", b"13812345678"), keys().seal("t.c:1", b"13812345678"));
    let one = one.unwrap();
    assert_ne!(one, two.unwrap());
    assert!(!one.windows(11).any(|part| part == b"13812345678"));
}

#[test]
fn the_blind_index_is_stable_keyed_and_separated_by_domain() {
    let index = keys().blind_index("id_number", "110101199003070011");
    assert_eq!(index.len(), 64);
    assert_eq!(index, keys().blind_index("id_number", "110101199003070011"));
    assert_ne!(index, keys().blind_index("contact", "110101199003070011"));
    assert_ne!(index, Keys::from_master([8; 32]).blind_index("id_number", "110101199003070011"));
    assert_ne!(keys().blind_index("ab", "c"), keys().blind_index("a", "bc"));
}

#[test]
fn derived_keys_differ_from_each_other_and_from_the_master() {
    let (one, two) = (keys().derive("one"), keys().derive("two"));
    assert_ne!(one, two);
    assert_ne!(one, [7; 32]);
}

#[test]
fn a_key_file_is_private_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    let made = Keys::create(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Keys::load(&path).unwrap().derive("x"), made.derive("x"));
    assert_eq!(Keys::create(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    std::fs::write(&path, "short").unwrap();
    let error = Keys::load(&path).unwrap_err().to_string();
    assert!(error.contains("master.key") && error.contains("64 hexadecimal digits"), "{error}");
}

#[test]
fn nothing_secret_is_printed() {
    let text = format!("{:?}", keys());
    assert!(text.len() < 20, "{text}");
}
