//! What a witness reads from a request, as c2sp.org/tlog-witness writes it.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Lines of a consistency proof at the most.
const MOST_HASHES: usize = 63;

/// A request: up to where the witness knows the log, the proof from there, the signed checkpoint.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// The size that the witness cosigned last.
    pub old: u64,
    /// RFC 6962 section 2.1.2.
    pub proof: Vec<[u8; 32]>,
    /// A signed note.
    pub note: String,
}

/// Reads a request's body.
pub fn parse(body: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(body).ok()?;
    let (head, note) = text.split_once("\n\n")?;
    let mut lines = head.split('\n');
    let digits = lines.next()?.strip_prefix("old ")?;
    let old: u64 = digits.parse().ok()?;
    let proof: Vec<[u8; 32]> = lines.map(hash).collect::<Option<_>>()?;
    let is_plain = old.to_string() == digits && proof.len() <= MOST_HASHES;
    is_plain.then(|| Request { old, proof, note: note.to_owned() })
}

fn hash(line: &str) -> Option<[u8; 32]> {
    STANDARD.decode(line).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_and_anything_else_is_not() {
        let hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=";
        let body = format!("old 12\n{hash}\n{hash}\n\nexample.org/a\n13\nroot\n\n— a b\n");
        let read = parse(body.as_bytes()).unwrap();
        assert_eq!((read.old, read.proof.len()), (12, 2));
        assert_eq!(read.note, "example.org/a\n13\nroot\n\n— a b\n");
        assert_eq!(parse(b"old 0\n\nnote").unwrap().proof, Vec::<[u8; 32]>::new());
        for wrong in ["", "old 0\nnote", "old 01\n\nnote", "old +1\n\nnote", "old -1\n\nnote"] {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong}");
        }
        for wrong in ["old  0\n\nnote", "0\n\nnote", "old 1\nAAAA\n\nnote", "old 1\r\n\r\nnote"] {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong}");
        }
        let most = |count: usize| format!("old 1\n{}\nnote", format!("{hash}\n").repeat(count));
        assert!(parse(most(63).as_bytes()).is_some());
        assert_eq!(parse(most(64).as_bytes()), None, "64 lines");
        assert_eq!(parse(b"old 0\n\n\xff"), None);
    }
}
