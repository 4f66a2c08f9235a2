//! Salted commitments: SHA-256 over 32 random bytes and the text, in hex. Whoever has salt and text
//! can check it; nobody else can guess the text, and where the salt is deleted it means nothing.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::leaf::canonical;
use crate::kernel::{Outcome, hex};

/// What opens a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Opening {
    /// 32 bytes in hex.
    pub salt: String,
    /// JSON, verbatim: `who`, `what`, `owners` or `agent` of `docs/vote-log.md`.
    pub text: String,
}

impl Opening {
    /// Commits to a value under a random salt.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn new(value: &impl Serialize) -> Outcome<Self> {
        let text =
            String::from_utf8(canonical(value)?).map_err(crate::kernel::Refusal::internal)?;
        Ok(Self { salt: hex::encode(&rand::random::<[u8; 32]>()), text })
    }

    /// The commitment, in hex.
    #[must_use]
    pub fn commitment(&self) -> String {
        // A salt that is no hex opens nothing: no commitment has an empty salt.
        let salt = hex::decode(&self.salt).unwrap_or_default();
        let digest = Sha256::new().chain_update(salt).chain_update(self.text.as_bytes());
        hex::encode(&digest.finalize())
    }

    /// The value, if this opens the commitment.
    ///
    /// # Errors
    /// A sentence.
    pub fn open<T: DeserializeOwned>(&self, commitment: &str) -> Result<T, String> {
        if self.salt.len() != 64 || self.commitment() != commitment {
            return Err("the opening does not fit the commitment".to_owned());
        }
        serde_json::from_str(&self.text).map_err(|error| error.to_string())
    }
}

/// The openings of one leaf, as a line of `openings.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Openings {
    /// Opens `who`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Opening>,
    /// Opens `what`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Opening>,
    /// Opens `owners`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<Opening>,
    /// Opens `agent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Opening>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ballot_log::leaf::What;

    #[test]
    fn only_salt_and_text_open_a_commitment() {
        let what = What { choices: vec!["for".to_owned()], invalid_reason: None };
        let opening = Opening::new(&what).unwrap();
        let commitment = opening.commitment();
        assert_eq!(opening.text, r#"{"choices":["for"]}"#);
        assert_eq!(opening.open::<What>(&commitment).unwrap(), what);
        let other = Opening::new(&what).unwrap();
        assert_ne!(other.commitment(), commitment, "salts differ");
        let text = r#"{"choices":["against"]}"#.to_owned();
        assert!(Opening { text, ..opening.clone() }.open::<What>(&commitment).is_err());
        assert!(Opening { salt: String::new(), ..opening }.open::<What>(&commitment).is_err());
    }
}
