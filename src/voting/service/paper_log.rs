//! The leaves of the paper desk.

use super::{cast::nonce, log::Entry};
use crate::ballot_log::{Attempt, Ballot, Leaf, Opening, Openings, PaperKey, What};
use crate::kernel::{Outcome, Refusal, UtcTime};
use crate::voting::{
    model::{Clerk, EntryRound, Serial},
    rules::sheet::Reading,
};

pub(super) fn what_of(reading: &Reading) -> Outcome<Opening> {
    Opening::new(&What {
        choices: reading.choices.iter().map(|(_, choice)| choice.as_str().to_owned()).collect(),
        invalid_reason: reading.invalid_reason.map(|reason| reason.as_str().to_owned()),
    })
}

/// One person's reading of a sheet; `under` as on its ballot.
pub(super) fn key(
    (at, round, clerk): (UtcTime, EntryRound, &Clerk),
    (serial, reading, under): (&Serial, &Reading, Option<u64>),
) -> Outcome<Entry> {
    let what = what_of(reading)?;
    let key = PaperKey {
        at: at.micros(),
        serial: serial.to_string(),
        clerk: clerk.account_id.to_string(),
        under,
        what: what.commitment(),
    };
    let leaf = match round {
        EntryRound::First | EntryRound::Second => Leaf::PaperKey(key),
        EntryRound::Adjudication => Leaf::Adjudicate(key),
        EntryRound::Recheck => return Err(Refusal::internal("a re-reading settles nothing")),
    };
    Ok(Entry { leaf, openings: Openings { what: Some(what), ..Openings::default() } })
}

/// The ballot of a settled sheet: its time is that of its batch; `under` the leaf of the power by which
/// an agent signed it.
pub(super) fn ballot(
    (at, evidence, under): (UtcTime, Option<String>, Option<u64>),
    (who, serial, reading): (Opening, &Serial, &Reading),
) -> Outcome<Entry> {
    let what = what_of(reading)?;
    let ballot = Ballot {
        at: at.micros(),
        channel: "paper".to_owned(),
        nonce: nonce(),
        grade: "paper_signature".to_owned(),
        evidence,
        serial: Some(serial.to_string()),
        replaces: None,
        under,
        who: who.commitment(),
        what: what.commitment(),
    };
    let openings = Openings { who: Some(who), what: Some(what), ..Openings::default() };
    Ok(Entry { leaf: Leaf::Ballot(ballot), openings })
}

/// Paper that was refused.
pub(super) fn attempt(
    (at, reason): (UtcTime, &str),
    (who, serial): (Option<Opening>, Option<&Serial>),
) -> Entry {
    let attempt = Attempt {
        at: at.micros(),
        channel: "paper".to_owned(),
        reason: reason.to_owned(),
        nonce: nonce(),
        serial: serial.map(ToString::to_string),
        who: who.as_ref().map(Opening::commitment),
    };
    Entry { leaf: Leaf::Attempt(attempt), openings: Openings { who, ..Openings::default() } }
}
