//! Tokens: short-lived signed access tokens (EdDSA, RFC 8725 and RFC 9068) and opaque refresh tokens
//! of which only the SHA-256 is stored. Absent on purpose: sessions and rotation (`identity`),
//! `kid`, `jku` and `x5u` (a key named by the token itself is never looked at), other algorithms.

use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, crypto::aws_lc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::seal::Keys;
use crate::kernel::{AccountId, Code, Outcome, Refusal, SessionId, UtcTime, hex};

const ISSUER: &str = "jiugai";
const AUDIENCE: &str = "jiugai-api";
const TYPE: &str = "at+jwt";
const REFRESH_PREFIX: &str = "jgr_";

/// How long an access token lives when nothing else is configured.
pub const DEFAULT_ACCESS_MINUTES: u32 = 10;

/// What an access token says. Nothing in it decides what its bearer may do: that is looked up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// Whose token it is.
    pub sub: AccountId,
    /// The session it belongs to.
    pub sid: SessionId,
    /// Issued at, in seconds since 1970.
    pub iat: i64,
    /// Not accepted from this second on.
    pub exp: i64,
}

/// A signed access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token, for `Authorization: Bearer`.
    pub token: String,
    /// From when it is no longer accepted.
    pub expires_at: UtcTime,
}

/// Signs and checks access tokens.
#[derive(Clone)]
pub struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
    validation: Validation,
    lifetime: chrono::TimeDelta,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens({} s)", self.lifetime.num_seconds())
    }
}

impl Tokens {
    /// Tokens signed by a key derived from the master key; they live 1 to 60 minutes.
    ///
    /// # Errors
    /// `internal` where the signing key can't be encoded: never in practice.
    pub fn new(keys: &Keys, minutes: u32) -> Outcome<Self> {
        // Without an installed provider jsonwebtoken panics at the first use; `Err` = installed.
        let _ = aws_lc::DEFAULT_PROVIDER.install_default();
        let key = SigningKey::from_bytes(&keys.derive("access tokens"));
        let private = key.to_pkcs8_der().map_err(Refusal::internal)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_exp = false; // by our own clock, below
        Ok(Self {
            signing: EncodingKey::from_ed_der(private.as_bytes()),
            checking: DecodingKey::from_ed_der(key.verifying_key().as_bytes()),
            validation,
            lifetime: chrono::TimeDelta::minutes(i64::from(minutes.clamp(1, 60))),
        })
    }

    /// An access token for a session.
    ///
    /// # Errors
    /// `internal` where signing fails: never in practice.
    pub fn issue(&self, sub: AccountId, sid: SessionId, now: UtcTime) -> Outcome<AccessToken> {
        let expires_at = now.plus(self.lifetime);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub,
            sid,
            iat: now.to_chrono().timestamp(),
            exp: expires_at.to_chrono().timestamp(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        let token = jsonwebtoken::encode(&header, &claims, &self.signing);
        Ok(AccessToken { token: token.map_err(Refusal::internal)?, expires_at })
    }

    /// Checks a token's signature, type, issuer, audience and time.
    ///
    /// # Errors
    /// `token_expired` for a genuine token past its time, `unauthenticated` for anything else.
    pub fn check(&self, token: &str, now: UtcTime) -> Outcome<Claims> {
        let data = jsonwebtoken::decode::<Claims>(token, &self.checking, &self.validation)
            .map_err(|_| Refusal::new(Code::Unauthenticated))?;
        let seconds = now.to_chrono().timestamp();
        // A token from the future is not ours either, beyond a minute of difference of clocks.
        if data.header.typ.as_deref() != Some(TYPE) || data.claims.iat > seconds.saturating_add(60)
        {
            return Err(Refusal::new(Code::Unauthenticated));
        }
        if seconds >= data.claims.exp {
            return Err(Refusal::new(Code::TokenExpired));
        }
        Ok(data.claims)
    }
}

/// An opaque refresh token: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken(String);

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

impl RefreshToken {
    /// A new random token.
    #[must_use]
    pub fn random() -> Self {
        let bytes: [u8; 32] = rand::random();
        Self(format!("{REFRESH_PREFIX}{}", hex::encode(&bytes)))
    }

    /// What somebody presented; whether it was ever issued, the store knows.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token, to hand out once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database keeps: the SHA-256 in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        hex::encode(&Sha256::digest(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests;
