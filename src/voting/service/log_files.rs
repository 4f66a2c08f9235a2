//! The log of a vote as files, over HTTP and in a bundle with the same names: checkpoint, tiles,
//! openings, certificate. `docs/vote-log.md` describes them.

use std::{
    collections::HashSet,
    fs::File,
    io::{Seek, Write},
};

use serde::Serialize;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    certificate,
    count::{ItemWorking, work_out},
    facts::Vote,
    log,
    questions::{QuestionView, views},
};
use crate::ballot_log::Openings;
use crate::kernel::{Code, Outcome, Refusal, UtcTime, VoteId};
use crate::platform::{
    db::Conn,
    tlog::{LogRow, LogSigner, TilePath, posted, store},
};
use crate::voting::{model::PublishDetail, store::ballots};

/// Leaves that are read at once.
const CHUNK: u64 = 4096;

/// For whom leaves are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: as far as the rule pack publishes.
    Public,
    /// Whoever may audit ballots: whose they are and what they say.
    Auditor,
}

/// One line of `openings.jsonl`.
#[derive(Serialize)]
struct OpeningLine {
    seq: u64,
    #[serde(flatten)]
    openings: Openings,
}

/// The signed checkpoint of the log as it stands, with the cosignatures that there are of it.
///
/// # Errors
/// `not_found` before the notice; `log_frozen`.
pub fn checkpoint(conn: &mut Conn, vote: &Vote, signer: &LogSigner) -> Outcome<String> {
    let log = noticed_log(conn, vote)?;
    cosigned(conn, &log, signer.sign(&log)?)
}

/// A signed checkpoint with the cosignatures that there are of it.
///
/// # Errors
/// Of the database.
pub fn cosigned(conn: &mut Conn, log: &LogRow, note: String) -> Outcome<String> {
    Ok(posted::with_cosignatures(conn, log.id, note)?)
}

/// The newest checkpoint that a witness cosigned, with all cosignatures of it.
///
/// # Errors
/// `not_found` before a witness cosigned one.
pub fn checkpoint_cosigned(conn: &mut Conn, vote: &Vote) -> Outcome<String> {
    let log = noticed_log(conn, vote)?;
    let note = posted::newest_cosigned(conn, &log)?;
    note.ok_or_else(|| Refusal::new(Code::NotFound).detail("no witness cosigned this log yet"))
}

/// The log's verifier keys, a line each.
///
/// # Errors
/// `not_found` before the notice.
pub fn vkeys(conn: &mut Conn, vote: &Vote, signer: &LogSigner) -> Outcome<String> {
    let log = noticed_log(conn, vote)?;
    Ok(signer.vkeys(&log.origin, log.key_generation)?.join("\n") + "\n")
}

/// A tile.
///
/// # Errors
/// `entries_hidden` for leaves before the close; `not_found`.
pub fn tile(conn: &mut Conn, log: &LogRow, path: &str) -> Outcome<Vec<u8>> {
    let path = TilePath::parse(path).ok_or_else(|| Refusal::new(Code::NotFound))?;
    if path.is_entries() {
        must_be_open(log)?;
    }
    store::read_tile(conn, log, path)
}

/// The log of a vote that somebody asks for.
///
/// # Errors
/// `not_found` before the notice.
pub fn noticed_log(conn: &mut Conn, vote: &Vote) -> Outcome<LogRow> {
    let log = store::find_log(conn, &log::subject(vote.row.id))?;
    log.ok_or_else(|| Refusal::new(Code::NotFound).detail("the notice begins the log"))
}

fn must_be_open(log: &LogRow) -> Outcome<()> {
    if log.entries_open { Ok(()) } else { Err(Refusal::new(Code::EntriesHidden)) }
}

/// `openings.jsonl`: what opens the leaves' commitments, as far as the audience may see it.
///
/// # Errors
/// `entries_hidden` before the close; `not_found`.
pub fn openings(conn: &mut Conn, vote: &Vote, audience: Audience) -> Outcome<String> {
    let log = noticed_log(conn, vote)?;
    must_be_open(&log)?;
    let mut text = Vec::new();
    write_openings(conn, (vote, &log), audience, &mut text)?;
    String::from_utf8(text).map_err(Refusal::internal)
}

fn write_openings(
    conn: &mut Conn,
    (vote, log): (&Vote, &LogRow),
    audience: Audience,
    out: &mut impl Write,
) -> Outcome<()> {
    let detail = vote.pack.switches.publish_detail.value;
    let standing: HashSet<i64> = match (audience, detail) {
        (Audience::Auditor, _) => HashSet::new(),
        (Audience::Public, PublishDetail::Aggregates) => return Ok(()),
        (Audience::Public, PublishDetail::UnitAndArea) => {
            ballots::list_standing_leaves(conn, vote.row.id)?.into_iter().collect()
        }
    };
    let size = log.head()?.size;
    let mut from = 0;
    while from < size {
        let to = from.saturating_add(CHUNK).min(size);
        let leaves = store::list_leaves(conn, log.id, (from, to))?;
        for (seq, (_, openings)) in (from..).zip(leaves) {
            let Some(openings) = openings else { continue };
            let whole: Openings = serde_json::from_str(&openings).map_err(Refusal::internal)?;
            let stands = i64::try_from(seq).is_ok_and(|seq| standing.contains(&seq));
            let openings = match audience {
                Audience::Auditor => Openings { owners: None, ..whole },
                Audience::Public if stands => Openings { who: whole.who, ..Openings::default() },
                Audience::Public => continue,
            };
            if openings == Openings::default() {
                continue;
            }
            serde_json::to_writer(&mut *out, &OpeningLine { seq, openings })
                .map_err(Refusal::internal)?;
            out.write_all(b"\n").map_err(Refusal::internal)?;
        }
        from = to;
    }
    Ok(())
}

/// The certificate's numbers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CertificateJson {
    /// The vote.
    pub vote_id: VoteId,
    /// Its title.
    pub title: String,
    /// When ballots ceased to be taken.
    pub closed_at: Option<UtcTime>,
    /// When the result became final.
    pub confirmed_at: Option<UtcTime>,
    /// Item by item: sums, tests, flip distance.
    pub items: Vec<ItemWorking>,
    /// Question by question: what was chosen, what is open.
    pub questions: Vec<QuestionView>,
    /// The signed note with the same numbers.
    pub note: String,
}

/// The certificate for machines.
///
/// # Errors
/// `wrong_state` before the confirmation.
pub fn certificate_json(
    conn: &mut Conn,
    vote: &Vote,
    signer: &LogSigner,
) -> Outcome<CertificateJson> {
    Ok(CertificateJson {
        note: certificate::signed(conn, vote, signer)?,
        vote_id: vote.row.id,
        title: vote.row.title.clone(),
        closed_at: vote.row.closed_at,
        confirmed_at: vote.row.confirmed_at,
        items: work_out(conn, vote)?,
        questions: views(conn, vote)?,
    })
}

/// One archive with everything that a recount needs.
///
/// # Errors
/// `entries_hidden` before the close; `not_found`; `internal` where the file can't be written.
pub fn bundle(
    conn: &mut Conn,
    vote: &Vote,
    (audience, signer): (Audience, &LogSigner),
) -> Outcome<File> {
    let log = noticed_log(conn, vote)?;
    must_be_open(&log)?;
    let mut file = tempfile::tempfile().map_err(Refusal::internal)?;
    let mut archive = ZipWriter::new(&mut file);
    let mut add = |name: &str, bytes: &[u8]| {
        archive.start_file(name, SimpleFileOptions::default()).map_err(Refusal::internal)?;
        archive.write_all(bytes).map_err(Refusal::internal)
    };
    add("checkpoint", cosigned(conn, &log, signer.sign(&log)?)?.as_bytes())?;
    if let Some(note) = posted::newest_cosigned(conn, &log)? {
        add("checkpoint.cosigned", note.as_bytes())?;
    }
    add("vkey", vkeys(conn, vote, signer)?.as_bytes())?;
    if vote.row.certificate.is_some() {
        add("certificate", certificate::signed(conn, vote, signer)?.as_bytes())?;
        let json = certificate_json(conn, vote, signer)?;
        add("certificate.json", &serde_json::to_vec_pretty(&json).map_err(Refusal::internal)?)?;
    }
    for path in TilePath::list(log.head()?.size) {
        add(&path.path(), &store::read_tile(conn, &log, path)?)?;
    }
    archive
        .start_file("openings.jsonl", SimpleFileOptions::default())
        .map_err(Refusal::internal)?;
    write_openings(conn, (vote, &log), audience, &mut archive)?;
    archive.finish().map_err(Refusal::internal)?;
    file.rewind().map_err(Refusal::internal)?;
    Ok(file)
}

/// Who keeps watch over the whole deployment: the log that takes each vote's opening and closing.
///
/// # Errors
/// `not_found` where it was never begun.
pub fn deployment_log(conn: &mut Conn) -> Outcome<LogRow> {
    let log = store::find_log(conn, log::DEPLOYMENT)?;
    log.ok_or_else(|| Refusal::new(Code::NotFound))
}
