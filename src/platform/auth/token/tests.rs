//! What `token` promises, one test a promise.

use super::*;
use serde_json::json;

fn now() -> UtcTime {
    "2026-03-01T08:00:00Z".parse().unwrap()
}

fn tokens() -> Tokens {
    Tokens::new(&Keys::from_master([1; 32]), 10).unwrap()
}

fn code(result: Outcome<Claims>) -> Code {
    result.unwrap_err().code()
}

/// A token of our key with any header and claims: what a confused or hostile issuer could make.
fn forged(header: &Header, claims: &serde_json::Value) -> String {
    jsonwebtoken::encode(header, claims, &tokens().signing).unwrap()
}

fn good_claims() -> serde_json::Value {
    let at = now().to_chrono().timestamp();
    json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": AccountId::new(), "sid": SessionId::new(),
        "iat": at, "exp": at + 600 })
}

fn good_header() -> Header {
    Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::EdDSA) }
}

#[test]
fn a_token_says_who_and_which_session_until_it_expires() {
    let (account, session) = (AccountId::new(), SessionId::new());
    let issued = tokens().issue(account, session, now()).unwrap();
    assert_eq!(issued.expires_at.seconds_since(now()), 600);
    let claims = tokens().check(&issued.token, now()).unwrap();
    assert_eq!((claims.sub, claims.sid), (account, session));
    let last = issued.expires_at.plus(chrono::TimeDelta::seconds(-1));
    assert!(tokens().check(&issued.token, last).is_ok());
    assert_eq!(code(tokens().check(&issued.token, issued.expires_at)), Code::TokenExpired);
}

#[test]
fn the_control_a_well_made_token_passes() {
    assert!(tokens().check(&forged(&good_header(), &good_claims()), now()).is_ok());
}

#[test]
fn wrong_claims_or_type_are_refused() {
    for (field, value) in [
        ("aud", json!("another-api")),
        ("aud", json!(null)),
        ("iss", json!("somebody")),
        ("iss", json!(null)),
        ("sub", json!("nobody")),
        ("sid", json!(null)),
        ("exp", json!(null)),
        ("iat", json!(now().to_chrono().timestamp() + 3600)),
    ] {
        let mut claims = good_claims();
        claims[field] = value;
        let token = forged(&good_header(), &claims);
        assert_eq!(code(tokens().check(&token, now())), Code::Unauthenticated, "{field}");
    }
    let other_type = Header { typ: Some("JWT".to_owned()), ..good_header() };
    let token = forged(&other_type, &good_claims());
    assert_eq!(code(tokens().check(&token, now())), Code::Unauthenticated);
}

#[test]
fn another_key_or_a_changed_byte_is_refused() {
    let other = Tokens::new(&Keys::from_master([2; 32]), 10).unwrap();
    let issued = other.issue(AccountId::new(), SessionId::new(), now()).unwrap();
    assert_eq!(code(tokens().check(&issued.token, now())), Code::Unauthenticated);

    let token = tokens().issue(AccountId::new(), SessionId::new(), now()).unwrap().token;
    for at in (0..token.len()).step_by(7) {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        if changed != token {
            assert_eq!(code(tokens().check(&changed, now())), Code::Unauthenticated, "byte {at}");
        }
    }
}

#[test]
fn the_algorithm_is_ours_to_choose() {
    // HS256 with the public key as the secret (RFC 8725 §2.1).
    let public =
        SigningKey::from_bytes(&Keys::from_master([1; 32]).derive("access tokens")).verifying_key();
    let header = Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
    let key = EncodingKey::from_secret(public.as_bytes());
    let token = jsonwebtoken::encode(&header, &good_claims(), &key).unwrap();
    assert_eq!(code(tokens().check(&token, now())), Code::Unauthenticated);

    // alg none, with and without a signature.
    let good = forged(&good_header(), &good_claims());
    let parts: Vec<&str> = good.split('.').collect();
    // {"alg":"none","typ":"at+jwt"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    for token in [format!("{none}.{}.", parts[1]), format!("{none}.{}.{}", parts[1], parts[2])] {
        assert_eq!(code(tokens().check(&token, now())), Code::Unauthenticated);
    }
}

#[test]
fn a_key_that_the_token_brings_along_is_not_looked_at() {
    let thief = SigningKey::from_bytes(&[9; 32]);
    let der = thief.to_pkcs8_der().unwrap();
    let header = Header {
        kid: Some("../../dev/null".to_owned()),
        jku: Some("https://thief.example/keys".to_owned()),
        ..good_header()
    };
    let key = EncodingKey::from_ed_der(der.as_bytes());
    let token = jsonwebtoken::encode(&header, &good_claims(), &key).unwrap();
    assert_eq!(code(tokens().check(&token, now())), Code::Unauthenticated);
}

#[test]
fn refresh_tokens_are_random_and_kept_as_a_digest() {
    let (one, two) = (RefreshToken::random(), RefreshToken::random());
    assert_ne!(one, two);
    assert_eq!(one.reveal().len(), 68);
    assert_eq!(one.digest().len(), 64);
    assert_eq!(RefreshToken::presented(one.reveal()).digest(), one.digest());
    assert!(!format!("{one:?}").contains(&one.reveal()[4..]));
}
