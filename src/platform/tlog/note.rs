//! Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint): by Ed25519, and by
//! SM2 where a log has such a key too.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey};
use signed_note::{
    Note, Signer, StandardVerifier, Verifier, VerifierError, VerifierList, is_key_name_valid,
    key_id,
};
use tlog_tiles::{checkpoint, tlog::Hash};

use super::{sm2::Sm2Verifier, tree::Head};
use crate::kernel::{Outcome, Refusal};

/// The byte that stands for Ed25519 before a key.
const ED25519: u8 = 1;

/// An Ed25519 key under the name of a log.
pub struct NoteKey {
    name: String,
    key: SigningKey,
}

impl NoteKey {
    /// The key of 32 secret bytes, under a name.
    #[must_use]
    pub fn new(name: &str, seed: &[u8; 32]) -> Self {
        Self { name: name.to_owned(), key: SigningKey::from_bytes(seed) }
    }

    /// The verifier key: `name+hash+base64`.
    #[must_use]
    pub fn vkey(&self) -> String {
        NoteSigner::vkey(self)
    }
}

/// What signs a note, with the key that checks it.
pub trait NoteSigner: Signer {
    /// The public key behind the byte of its type.
    fn encoded(&self) -> Vec<u8>;

    /// The verifier key: `name+hash+base64`.
    fn vkey(&self) -> String {
        let encoded = self.encoded();
        let id = key_id(self.name(), &encoded);
        format!("{}+{id:08x}+{}", self.name(), STANDARD.encode(encoded))
    }
}

impl NoteSigner for NoteKey {
    fn encoded(&self) -> Vec<u8> {
        [[ED25519].as_slice(), self.key.verifying_key().as_bytes()].concat()
    }
}

impl Signer for NoteKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        key_id(&self.name, &self.encoded())
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.key.sign(message).to_bytes().to_vec())
    }
}

/// Signs a text, which ends with a newline; the note as it is published.
///
/// # Errors
/// `internal` for a text that is no note or a name that is no key's.
pub fn sign_note(text: &str, signers: &[&dyn Signer]) -> Outcome<String> {
    let mut note = Note::new(text.as_bytes(), &[]).map_err(Refusal::internal)?;
    note.add_sigs(signers).map_err(Refusal::internal)?;
    String::from_utf8(note.to_bytes()).map_err(Refusal::internal)
}

/// What checks by a verifier key; `None` for a key of a type that we do not know.
///
/// # Errors
/// A sentence where the text is no verifier key.
pub fn note_key(vkey: &str) -> Result<Option<Box<dyn Verifier>>, String> {
    match StandardVerifier::new(vkey) {
        Ok(key) => Ok(Some(Box::new(key))),
        // Name and hash fit: it is a key of another type.
        Err(VerifierError::Alg) => {
            let parts: Vec<&str> = vkey.split('+').collect();
            let [name, id, rest @ ..] = parts.as_slice() else { return Ok(None) };
            let id = u32::from_str_radix(id, 16).unwrap_or_default();
            let encoded = STANDARD.decode(rest.join("+")).unwrap_or_default();
            let known = encoded.starts_with(super::sm2::TYPE);
            match Sm2Verifier::new(name, id, &encoded) {
                Some(key) if is_key_name_valid(name) => Ok(Some(Box::new(key))),
                _ if known => Err(format!("{vkey}: not an SM2 key")),
                _ => Ok(None),
            }
        }
        Err(error) => Err(format!("{vkey}: {error}")),
    }
}

/// The text of a note that at least one of these verifier keys signed; a bad signature of a known
/// key spoils it, a signature of an unknown key says nothing, nor does a key of an unknown type.
///
/// # Errors
/// A sentence.
pub fn verify_note(note: &[u8], vkeys: &[String]) -> Result<String, String> {
    let keys = vkeys.iter().filter_map(|vkey| note_key(vkey).transpose());
    let keys = keys.collect::<Result<_, _>>()?;
    let note = Note::from_bytes(note).map_err(|error| error.to_string())?;
    note.verify(&VerifierList::new(keys)).map_err(|error| error.to_string())?;
    String::from_utf8(note.text().to_vec()).map_err(|error| error.to_string())
}

/// What a log's signer says of it: whose it is, how long, under which root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// Size and root.
    pub head: Head,
}

impl Checkpoint {
    /// The text to sign.
    #[must_use]
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.head.root);
        format!("{}\n{}\n{root}\n", self.origin, self.head.size)
    }

    /// Reads a note's text; extension lines are passed over.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read = checkpoint::Checkpoint::from_bytes(text.as_bytes());
        let read = read.map_err(|error| error.to_string())?;
        let Hash(root) = *read.hash();
        Ok(Self { origin: read.origin().to_owned(), head: Head { size: read.size(), root } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_signed_and_read_again() {
        let key = NoteKey::new("example.org/v/1", &[7; 32]);
        let head = Head { size: 12, root: [9; 32] };
        let checkpoint = Checkpoint { origin: "example.org/v/1".to_owned(), head };
        let note = sign_note(&checkpoint.text(), &[&key]).unwrap();
        let text = verify_note(note.as_bytes(), &[key.vkey()]).unwrap();
        assert_eq!(Checkpoint::parse(&text).unwrap(), checkpoint);
        // Ed25519 is deterministic: a head that is signed again gives the same bytes.
        assert_eq!(sign_note(&checkpoint.text(), &[&key]).unwrap(), note);

        let other = NoteKey::new("example.org/v/1", &[8; 32]);
        assert!(verify_note(note.as_bytes(), &[other.vkey()]).is_err(), "an unknown key");
        let forged = note.replacen("12\n", "13\n", 1);
        assert!(verify_note(forged.as_bytes(), &[key.vkey()]).is_err(), "another text");
        assert!(Checkpoint::parse("a\n1\n").is_err());
        assert!(Checkpoint::parse("a\n01\n AAAA\n").is_err());
    }

    /// A note by both keys, with their verifier keys.
    fn signed_twice(text: &str, seed: u8) -> (String, [String; 2]) {
        let plain = NoteKey::new("example.org/v/1", &[7; 32]);
        let sm2 = crate::platform::tlog::Sm2Key::new("example.org/v/1", &[seed; 32]).unwrap();
        (sign_note(text, &[&plain, &sm2]).unwrap(), [plain.vkey(), sm2.vkey()])
    }

    #[test]
    fn an_sm2_line_is_checked_by_its_key_and_passed_over_without() {
        for seed in 1..=60 {
            let (note, [plain, sm2]) = signed_twice("example.org/v/1\n5\n", seed);
            assert_eq!(signed_twice("example.org/v/1\n5\n", seed).0, note, "the same bytes");
            for keys in [vec![plain.clone()], vec![sm2.clone()], vec![plain, sm2]] {
                verify_note(note.as_bytes(), &keys).unwrap();
            }
        }
    }

    #[test]
    fn no_flipped_bit_of_an_sm2_signature_is_taken() {
        let (note, [plain, sm2]) = signed_twice("example.org/v/1\n5\n", 9);
        let line = note.lines().last().unwrap();
        let (name, signature) = line.rsplit_once(' ').unwrap();
        let signature = STANDARD.decode(signature).unwrap();
        for bit in 32..signature.len() * 8 {
            let mut flipped = signature.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let forged = note.replace(line, &format!("{name} {}", STANDARD.encode(&flipped)));
            let (plain_only, sm2_only) = (std::slice::from_ref(&plain), std::slice::from_ref(&sm2));
            assert!(verify_note(forged.as_bytes(), sm2_only).is_err(), "bit {bit}");
            assert!(verify_note(forged.as_bytes(), &[plain.clone(), sm2.clone()]).is_err());
            assert!(verify_note(forged.as_bytes(), plain_only).is_ok(), "the control");
        }
        let (other, _) = signed_twice("example.org/v/1\n6\n", 9);
        let forged = note.replace(line, other.lines().last().unwrap());
        assert!(verify_note(forged.as_bytes(), &[sm2]).is_err(), "of another text");
    }

    #[test]
    fn a_key_of_an_unknown_type_says_nothing_and_a_broken_one_is_refused() {
        let encoded = b"\xffother\x04abc";
        let id = key_id("example.org/v/1", encoded);
        let unknown = format!("example.org/v/1+{id:08x}+{}", STANDARD.encode(encoded));
        assert!(note_key(&unknown).unwrap().is_none());
        let (note, [plain, sm2]) = signed_twice("example.org/v/1\n5\n", 9);
        verify_note(note.as_bytes(), &[unknown.clone(), plain]).unwrap();
        assert!(verify_note(note.as_bytes(), &[unknown]).is_err());
        assert!(note_key(&sm2.replacen("v/1+", "v/1+0", 1)).is_err());
        assert!(note_key("nothing").is_err());
    }
}
