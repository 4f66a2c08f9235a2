//! The second factor of staff: time-based one-time codes (RFC 6238; SHA-1, six digits, 30 seconds,
//! as every authenticator knows them). A time step is accepted once. Absent on purpose: recovery
//! codes (an administrator takes the factor off after looking at the person).

use totp_rs::{Builder, Totp};

use crate::kernel::{Outcome, Refusal, UtcTime};

/// A secret shared with an authenticator: 160 bits.
#[derive(Clone)]
pub struct TotpSecret([u8; 20]);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// A new random secret.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// The secret as it was stored.
    ///
    /// # Errors
    /// `internal` where the bytes are no secret of ours.
    pub fn from_bytes(bytes: &[u8]) -> Outcome<Self> {
        bytes.try_into().map(Self).map_err(|_| Refusal::internal("a TOTP secret has 20 bytes"))
    }

    /// The bytes to seal and store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The `otpauth://` address that an authenticator scans.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn uri(&self, account: &str) -> Outcome<String> {
        let account = account.replace(':', " "); // a colon would end the issuer
        self.totp(&account)?.to_url().map_err(Refusal::internal)
    }

    /// The time step that the code belongs to, where it is that of now (or one step beside) and
    /// later than `used`, the last step that was accepted.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn check(&self, code: &str, now: UtcTime, used: Option<i64>) -> Outcome<Option<i64>> {
        let seconds = u64::try_from(now.to_chrono().timestamp()).unwrap_or_default();
        let step = self.totp("check")?.check(code, seconds);
        let step = step.and_then(|step| i64::try_from(step).ok());
        Ok(step.filter(|step| used.is_none_or(|used| *step > used)))
    }

    /// The code at an instant, for tests and for an authenticator in the command line.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn code_at(&self, now: UtcTime) -> Outcome<String> {
        let seconds = u64::try_from(now.to_chrono().timestamp()).unwrap_or_default();
        Ok(self.totp("code")?.generate(seconds).to_string())
    }

    fn totp(&self, account: &str) -> Outcome<Totp> {
        let builder = Builder::new().with_secret(self.0.to_vec()).with_issuer(Some("jiugai"));
        builder.with_account_name(account).build().map_err(Refusal::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn at(seconds: i64) -> UtcTime {
        UtcTime::new(chrono::DateTime::from_timestamp(seconds, 0).unwrap())
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        // Appendix B prints eight digits; six are their tail.
        assert_eq!(secret.code_at(at(59)).unwrap(), "287082");
        assert_eq!(secret.code_at(at(1_111_111_109)).unwrap(), "081804");
        assert_eq!(secret.code_at(at(2_000_000_000)).unwrap(), "279037");
    }

    #[test]
    fn a_code_is_accepted_once_and_only_near_its_time() {
        let (secret, now) = (TotpSecret::random(), at(1_800_000_000));
        let code = secret.code_at(now).unwrap();
        let step = secret.check(&code, now, None).unwrap().unwrap();
        assert_eq!(secret.check(&code, now, Some(step)).unwrap(), None);
        let later = |seconds| now.plus(TimeDelta::seconds(seconds));
        assert_eq!(secret.check(&code, later(30), None).unwrap(), Some(step));
        assert_eq!(secret.check(&code, later(90), None).unwrap(), None);
        assert_eq!(secret.check("12345", now, None).unwrap(), None);
        assert_eq!(secret.check("abcdef", now, None).unwrap(), None);
    }

    #[test]
    fn the_address_names_issuer_and_account() {
        let uri = TotpSecret::random().uri("li:na").unwrap();
        assert!(uri.starts_with("otpauth://totp/jiugai:"), "{uri}");
        assert!(uri.contains("issuer=jiugai") && uri.contains("secret="), "{uri}");
        assert!(!format!("{:?}", TotpSecret::random()).contains('['));
    }
}
