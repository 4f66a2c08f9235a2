//! Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), by Ed25519.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey};
use signed_note::{Note, Signer, StandardVerifier, Verifier, VerifierList, key_id};
use tlog_tiles::{checkpoint, tlog::Hash};

use super::tree::Head;
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

    fn encoded(&self) -> Vec<u8> {
        [[ED25519].as_slice(), self.key.verifying_key().as_bytes()].concat()
    }

    /// The verifier key: `name+hash+base64`.
    #[must_use]
    pub fn vkey(&self) -> String {
        let encoded = self.encoded();
        let id = key_id(&self.name, &encoded);
        format!("{}+{id:08x}+{}", self.name, STANDARD.encode(encoded))
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

/// The text of a note that at least one of these verifier keys signed; a bad signature of a known
/// key spoils it, a signature of an unknown key says nothing.
///
/// # Errors
/// A sentence.
pub fn verify_note(note: &[u8], vkeys: &[String]) -> Result<String, String> {
    let verifier = |vkey: &String| -> Result<Box<dyn Verifier>, String> {
        let key = StandardVerifier::new(vkey).map_err(|error| format!("{vkey}: {error}"))?;
        Ok(Box::new(key))
    };
    let keys = vkeys.iter().map(verifier).collect::<Result<_, _>>()?;
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
}
