//! The code on a printed sheet: `JIUGAI:2:<vote>:<head>:<serial>:<mac>`. The MAC makes a home-made
//! sheet known; the serial's row makes a copied one known. A serial may also be typed without its code.

use crate::kernel::{Code, HeadId, Outcome, Refusal, VoteId, hex};
use crate::platform::auth::seal::Keys;
use crate::voting::model::Serial;

const LABEL: &str = "paper sheet";
/// Bytes of the MAC that are printed.
const MAC_BYTES: usize = 8;

/// What was read from a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The serial.
    pub serial: Serial,
    /// The head, where the QR code was scanned.
    pub head_id: Option<HeadId>,
}

/// The text of the QR code, in the letters that QR codes pack best.
#[must_use]
pub fn sheet_code(keys: &Keys, (vote_id, head_id): (VoteId, HeadId), serial: &Serial) -> String {
    let mac = mac(keys, (vote_id, head_id), serial);
    let (vote, head) = (vote_id.uuid().simple(), head_id.uuid().simple());
    format!("JIUGAI:2:{vote}:{head}:{serial}:{mac}").to_uppercase()
}

fn mac(keys: &Keys, (vote_id, head_id): (VoteId, HeadId), serial: &Serial) -> String {
    let mac = keys.mac(LABEL, &format!("{vote_id}|{head_id}|{serial}"));
    hex::encode(mac.get(..MAC_BYTES).unwrap_or_default())
}

/// Reads a typed serial or a scanned code.
///
/// # Errors
/// `serial_mistyped`; `sheet_of_other_vote`; `sheet_forged` where the MAC does not fit.
pub fn read_mark(keys: &Keys, vote_id: VoteId, text: &str) -> Outcome<Mark> {
    let text = text.trim();
    let Some(rest) = strip_scheme(text) else {
        let serial = parse_serial(text)?;
        return Ok(Mark { serial, head_id: None });
    };
    let forged = || Refusal::new(Code::SheetForged);
    let parts: Vec<&str> = rest.split(':').collect();
    let [vote, head, serial, given] = parts.as_slice() else { return Err(forged()) };
    let (vote, head): (VoteId, HeadId) = match (vote.parse(), head.parse()) {
        (Ok(vote), Ok(head)) => (vote, head),
        _ => return Err(forged()),
    };
    let serial: Serial = serial.parse().map_err(|_| forged())?;
    if !same(&mac(keys, (vote, head), &serial), &given.to_lowercase()) {
        return Err(forged());
    }
    if vote != vote_id {
        return Err(Refusal::new(Code::SheetOfOtherVote).with("vote_id", vote.to_string()));
    }
    Ok(Mark { serial, head_id: Some(head) })
}

fn strip_scheme(text: &str) -> Option<&str> {
    const SCHEME: &str = "JIUGAI:2:";
    let (start, rest) = text.split_at_checked(SCHEME.len())?;
    start.eq_ignore_ascii_case(SCHEME).then_some(rest)
}

/// Reads a serial as people type it.
///
/// # Errors
/// `serial_mistyped`.
pub fn parse_serial(text: &str) -> Outcome<Serial> {
    text.parse().map_err(|detail: String| Refusal::new(Code::SerialMistyped).detail(detail))
}

/// Compares without telling by the time it takes where the difference is.
fn same(left: &str, right: &str) -> bool {
    let pairs = left.bytes().zip(right.bytes());
    left.len() == right.len() && pairs.fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_that_was_made_here_for_this_vote_is_read() {
        let keys = Keys::from_master([1; 32]);
        let (vote, head) = (VoteId::new(), HeadId::new());
        let serial = Serial::from_number(123_456_789);
        let code = sheet_code(&keys, (vote, head), &serial);
        let read = |text: &str| read_mark(&keys, vote, text).map_err(|refusal| refusal.code());
        let mark = Mark { serial: serial.clone(), head_id: Some(head) };
        assert_eq!(read(&code), Ok(mark.clone()));
        assert_eq!(read(&code.to_lowercase()), Ok(mark));
        assert_eq!(read(&serial.grouped()), Ok(Mark { serial: serial.clone(), head_id: None }));
        let other_key = sheet_code(&Keys::from_master([2; 32]), (vote, head), &serial);
        let other_serial = code.replace(serial.as_str(), Serial::from_number(1).as_str());
        let other_head = code.replace(
            &head.uuid().simple().to_string().to_uppercase(),
            &HeadId::new().uuid().simple().to_string(),
        );
        let short = code.get(..code.len() - 1).unwrap().to_owned();
        for forged in [other_key, other_serial, other_head, short, "JIUGAI:2:票".to_owned()] {
            assert_eq!(read(&forged), Err(Code::SheetForged), "{forged}");
        }
        let elsewhere = sheet_code(&keys, (VoteId::new(), head), &serial);
        assert_eq!(read(&elsewhere), Err(Code::SheetOfOtherVote));
        assert_eq!(read("7777-7777"), Err(Code::SerialMistyped));
        assert_eq!(read("票票票票票票票票票"), Err(Code::SerialMistyped));
    }
}
