//! SM2 over SM3 (GB/T 32918, GB/T 32905) as a further signature line of a note, for who must check
//! by 国密: type byte `0xff` and `sm2-sm3` before the public key (c2sp.org/signed-note leaves `0xff`
//! to types without a number), the signature in DER (GB/T 35276), the usual user id. Verifiers that
//! know Ed25519 only pass the line over. The nonce is derived from key and text (RFC 6979), so that
//! the same text gives the same bytes.

use signed_note::{Signer, Verifier, key_id};
use sm2::dsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{Signer as _, Verifier as _},
};

use super::note::NoteSigner;

/// What stands before the point of a public key.
pub(super) const TYPE: &[u8] = b"\xffsm2-sm3";
/// The user id of GM/T 0009, where people agreed on no other.
const USER: &str = "1234567812345678";

/// An SM2 key under the name of a log.
pub struct Sm2Key {
    name: String,
    key: SigningKey,
}

impl Sm2Key {
    /// The key of a secret number, big endian, under a name; `None` where it is no key.
    #[must_use]
    pub fn new(name: &str, secret: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_slice(USER, secret).ok()?;
        Some(Self { name: name.to_owned(), key })
    }
}

impl NoteSigner for Sm2Key {
    fn encoded(&self) -> Vec<u8> {
        [TYPE, &self.key.verifying_key().to_sec1_bytes()].concat()
    }
}

impl Signer for Sm2Key {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        key_id(&self.name, &self.encoded())
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let signature: Signature =
            self.key.try_sign(message).map_err(|_| signature::Error::new())?;
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

/// The public half.
pub(super) struct Sm2Verifier {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl Sm2Verifier {
    /// The key of an encoded public key, as it stands in a verifier key.
    pub(super) fn new(name: &str, id: u32, encoded: &[u8]) -> Option<Self> {
        let point = encoded.strip_prefix(TYPE).filter(|point| point.len() == 65)?;
        let key = VerifyingKey::from_sec1_bytes(USER, point).ok()?;
        Some(Self { name: name.to_owned(), id, key })
    }
}

impl Verifier for Sm2Verifier {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // Written again, so that a signature has one form only.
        Signature::from_der(signature).is_ok_and(|read| {
            read.to_der().as_bytes() == signature && self.key.verify(message, &read).is_ok()
        })
    }
}
