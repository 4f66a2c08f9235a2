//! Passwords: argon2id in PHC form and the rules of OWASP ASVS 5.0 §6.2: length counts, composition
//! does not; the most common ones and those made of our own words are refused; nothing is cut,
//! trimmed or changed; no periodic change. Absent on purpose: 等保 complexity rules (a later profile).

use std::{collections::HashSet, sync::LazyLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::kernel::{Code, Outcome, Refusal};

/// Fewest characters of a password (ASVS 6.2.1; 15 are recommended).
pub const MIN_LENGTH: usize = 8;
/// Most characters of a password (ASVS 6.2.9 asks for at least 64).
pub const MAX_LENGTH: usize = 128;

/// Words that are easy to guess here (ASVS 6.2.11), beside the account's own names.
const CONTEXT_WORDS: &[&str] = &["jiugai", "旧改", "laojiugai", "gaizao", "xiaoqu", "shequ"];

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let text = include_str!("../../../seed/reference/common-passwords.txt");
    text.lines().filter(|line| !line.starts_with('#')).collect()
});

/// Hashes and verifies passwords. One verification takes tens of milliseconds and 19 MiB: run it
/// off the request threads and never inside a write.
#[derive(Debug, Clone)]
pub struct Passwords {
    argon: Argon2<'static>,
    /// A hash that no password matches, so that an unknown account takes as long as a known one.
    dummy: String,
}

impl Passwords {
    /// The costs that OWASP names for argon2id: 19 MiB, two passes, one lane.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn new() -> Outcome<Self> {
        Self::with(Params::DEFAULT)
    }

    /// Costs near zero, for tests only.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn cheap() -> Outcome<Self> {
        Self::with(Params::new(Params::MIN_M_COST, 1, 1, None).map_err(Refusal::internal)?)
    }

    fn with(params: Params) -> Outcome<Self> {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut passwords = Self { argon, dummy: String::new() };
        let random: [u8; 32] = rand::random();
        passwords.dummy = passwords.hash_bytes(&random)?;
        Ok(passwords)
    }

    /// The PHC text of a password: algorithm, costs, random salt and hash.
    ///
    /// # Errors
    /// `internal` where hashing fails.
    pub fn hash(&self, password: &str) -> Outcome<String> {
        self.hash_bytes(password.as_bytes())
    }

    fn hash_bytes(&self, password: &[u8]) -> Outcome<String> {
        let hash = self.argon.hash_password(password).map_err(Refusal::internal)?;
        Ok(hash.to_string())
    }

    /// Whether the password is that of the stored text. With no stored text (no such account) the
    /// same work is done and the answer is no.
    #[must_use]
    pub fn verify(&self, password: &str, stored: Option<&str>) -> bool {
        let Ok(hash) = PasswordHash::new(stored.unwrap_or(&self.dummy)) else {
            return false;
        };
        let matches = self.argon.verify_password(password.as_bytes(), &hash).is_ok();
        matches && stored.is_some()
    }
}

/// Checks a new password against the rules; `own_words` are the account's names.
///
/// # Errors
/// `weak_password` with the reason.
pub fn check_rules(password: &str, own_words: &[&str]) -> Outcome<()> {
    let length = password.chars().count();
    if !(MIN_LENGTH..=MAX_LENGTH).contains(&length) {
        let detail =
            format!("{MIN_LENGTH} to {MAX_LENGTH} characters are needed, here are {length}");
        return Err(weak(detail));
    }
    let lower = password.to_lowercase();
    if COMMON.contains(lower.as_str()) || is_repetition(&lower) || is_sequence(&lower) {
        return Err(weak("one of the most common passwords".to_owned()));
    }
    if is_made_of(&lower, own_words) {
        return Err(weak("made of the account's or the system's own words".to_owned()));
    }
    Ok(())
}

fn weak(detail: String) -> Refusal {
    Refusal::field(Code::WeakPassword, "/new_password", detail)
}

/// One to four characters repeated: `abcabcabc`.
fn is_repetition(lower: &str) -> bool {
    let chars: Vec<char> = lower.chars().collect();
    (1..=4).any(|period| chars.iter().zip(chars.iter().skip(period)).all(|(a, b)| a == b))
}

/// Neighbours in the character table all the way up or down: `23456789`, `hgfedcba`.
fn is_sequence(lower: &str) -> bool {
    let codes: Vec<i64> = lower.chars().map(|c| i64::from(u32::from(c))).collect();
    [1, -1].iter().any(|step| {
        codes.iter().zip(codes.iter().skip(1)).all(|(a, b)| b.saturating_sub(*a) == *step)
    })
}

/// Nothing is left but digits and signs when the own words are taken out.
fn is_made_of(lower: &str, own_words: &[&str]) -> bool {
    let own = own_words.iter().map(|word| word.to_lowercase());
    let words = CONTEXT_WORDS.iter().map(|word| (*word).to_owned()).chain(own);
    let mut rest = lower.to_owned();
    for word in words.filter(|word| word.chars().count() >= 2) {
        rest = rest.replace(&word, "");
    }
    rest != lower && !rest.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_against_its_own_hash_only() {
        let passwords = Passwords::cheap().unwrap();
        let stored = passwords.hash("正确 horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$"), "{stored}");
        assert!(passwords.verify("正确 horse battery", Some(&stored)));
        assert!(!passwords.verify("正确 horse battery ", Some(&stored)));
        assert!(!passwords.verify("正确 horse battery", None));
        assert!(!passwords.verify("x", Some("not a hash")));
        assert_ne!(stored, passwords.hash("正确 horse battery").unwrap());
    }

    #[test]
    fn production_costs_are_those_of_owasp() {
        let stored = Passwords::new().unwrap().hash("x").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    }

    #[test]
    fn an_unknown_account_costs_as_much_as_a_known_one() {
        let passwords = Passwords::new().unwrap();
        let stored = passwords.hash("four words are enough").unwrap();
        let time = |stored: Option<&str>| {
            let started = std::time::Instant::now();
            assert!(!passwords.verify("another password", stored));
            started.elapsed()
        };
        // The fastest of many interleaved runs: other work on the machine only ever adds.
        let (mut known, mut unknown) = (time(Some(&stored)), time(None));
        for _ in 0..20 {
            known = known.min(time(Some(&stored)));
            unknown = unknown.min(time(None));
        }
        assert!(known < unknown * 3 / 2 && unknown < known * 3 / 2, "{known:?} {unknown:?}");
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        for good in [
            "纸上得来终觉浅绝知",
            "correct horse battery staple",
            "jiugai is my daily bread",
            "aksjdhfqweu",
            &"x1y2".repeat(20).replace("x1y2x1y2", "x1y2z"),
            "zhao likes tea",
        ] {
            assert!(check_rules(good, &["zhao"]).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        let long = "ab3".repeat(50);
        for bad in [
            "short7!",
            "password",
            "PassWord1",
            "1qaz2wsx",
            "12345678",
            "23456789",
            "hgfedcba",
            "aaaaaaaaa",
            "abcabcabc",
            "woaini1314",
            "Jiugai2026!",
            "zhao.1990.03",
            "旧改旧改2026",
            &long,
        ] {
            let code = check_rules(bad, &["zhao"]).map_err(|refusal| refusal.code());
            assert_eq!(code, Err(Code::WeakPassword), "{bad}");
        }
    }

    #[test]
    fn the_common_list_holds_three_thousand_that_the_length_rule_lets_through() {
        assert!(COMMON.len() >= 3000, "{}", COMMON.len());
        assert!(COMMON.iter().all(|word| word.chars().count() >= MIN_LENGTH));
        assert!(COMMON.iter().all(|word| word.to_lowercase() == *word));
    }
}
