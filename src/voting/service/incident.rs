//! A log goes on under another name: its key was lost or betrayed, or an older backup was restored.
//! The log in the database stays as it is; the first leaf under the new name says what happened, what
//! had been signed under the old one, and which two people decided. Absent on purpose: bringing lost
//! leaves back. Whoever holds a receipt of one can show it, and votes again.

use serde::Deserialize;
use serde_json::json;

use super::log::{self, DEPLOYMENT, Entry};
use crate::ballot_log::{Incident, Leaf};
use crate::kernel::{AccountId, Code, Outcome, Refusal, VoteId, hex};
use crate::platform::{
    db::{Conn, WriteTx},
    tlog::{LogRow, LogSigner, Tree, split_revision, store},
};
use crate::voting::{model::VoteState, store::votes};

/// Which logs go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// That of a vote.
    Vote(VoteId),
    /// The deployment's.
    Deployment,
    /// Every log that can't be signed; after a betrayal also the deployment's and those of all votes
    /// that are neither confirmed nor void.
    AllOpen,
}

/// What happened, and who decided.
#[derive(Debug, Clone)]
pub struct Reopen {
    /// The logs.
    pub which: Which,
    /// In words, for everybody.
    pub reason: String,
    /// Whether others may have the key.
    pub is_compromised: bool,
    /// Two different people.
    pub by: [AccountId; 2],
}

/// A log under its new name.
#[derive(Debug, Clone)]
pub struct Reopened {
    /// The log.
    pub log: LogRow,
    /// The name that ended.
    pub ended: String,
    /// The number of the incident's leaf.
    pub seq: u64,
    /// Leaves that had been signed and are not in the database.
    pub lost: u64,
}

/// Keys that do not fit the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFault {
    /// The key file lacks a generation that logs are signed with.
    Missing {
        /// Which.
        generation: i32,
        /// How many logs.
        logs: usize,
    },
    /// The key file has another key under this number.
    Other {
        /// Which.
        generation: i32,
        /// A log that was begun by the right one.
        origin: String,
    },
}

/// Whether the key file holds the key of every log.
///
/// # Errors
/// Of the database.
pub fn check_log_keys(conn: &mut Conn, signer: &LogSigner) -> Outcome<Option<KeyFault>> {
    let logs = store::list_logs(conn)?;
    let known = signer.generations();
    if let Some(log) = logs.iter().find(|log| !known.contains(&log.key_generation)) {
        let generation = log.key_generation;
        let logs = logs.iter().filter(|log| log.key_generation == generation).count();
        return Ok(Some(KeyFault::Missing { generation, logs }));
    }
    for generation in known {
        let is_plain =
            |log: &&LogRow| log.subject != DEPLOYMENT && split_revision(&log.origin).1 == 1;
        let of_it = || logs.iter().filter(|log| log.key_generation == generation);
        // Of a vote's log that never went on one is enough: all of them take the key's one file.
        let witnesses = of_it().find(is_plain).into_iter();
        for log in witnesses.chain(of_it().filter(|log| !is_plain(log))) {
            let named = named_keys(conn, log)?;
            if named.is_some_and(|vkeys| signer.vkeys(&log.origin, generation) != Ok(vkeys)) {
                let origin = log.origin.clone();
                return Ok(Some(KeyFault::Other { generation, origin }));
            }
        }
    }
    Ok(None)
}

/// Leaves that are read at once.
const PAGE: u64 = 1_000;

/// The keys that a log says it is signed by: in its first leaf, or where it went on last.
fn named_keys(conn: &mut Conn, log: &LogRow) -> Outcome<Option<Vec<String>>> {
    #[derive(Deserialize)]
    struct Named {
        vkeys: Vec<String>,
    }
    if split_revision(&log.origin).1 == 1 {
        let first = store::list_leaves(conn, log.id, (0, 1))?;
        let named = first.first().and_then(|(leaf, _)| serde_json::from_slice::<Named>(leaf).ok());
        return Ok(named.map(|named| named.vkeys));
    }
    let mut end = log.head()?.size;
    while end > 0 {
        let from = end.saturating_sub(PAGE);
        let leaves = store::list_leaves(conn, log.id, (from, end))?;
        let mut newest = leaves.iter().rev();
        let incident = newest.find_map(|(leaf, _)| match Leaf::decode(leaf) {
            Ok(Leaf::Incident(incident)) => Some(incident.vkeys),
            _ => None,
        });
        if incident.is_some() {
            return Ok(incident);
        }
        end = from;
    }
    Ok(None)
}

/// Lets logs go on under their next names, by the newest key.
///
/// # Errors
/// `not_found`; `wrong_state` where a log can be signed as it is, or no newer key is there;
/// `same_clerk`; `log_frozen` where the deployment's log must go on first; of the database.
pub fn reopen_logs(
    tx: &mut WriteTx<'_>,
    signer: &LogSigner,
    request: &Reopen,
) -> Outcome<Vec<Reopened>> {
    let [first, second] = request.by;
    if first == second {
        return Err(Refusal::new(Code::SameClerk).detail("--by and --second are two people"));
    }
    log::check_logs(tx, signer)?;
    let mut reopened = Vec::new();
    for log in choose(tx.conn(), signer, request)? {
        reopened.push(reopen(tx, signer, (log, request))?);
    }
    Ok(reopened)
}

fn choose(conn: &mut Conn, signer: &LogSigner, request: &Reopen) -> Outcome<Vec<LogRow>> {
    let subject = match request.which {
        Which::Vote(vote_id) => log::subject(vote_id),
        Which::Deployment => DEPLOYMENT.to_owned(),
        Which::AllOpen => {
            let mut chosen = Vec::new();
            // By subject: the deployment's comes first, and takes notes of the others.
            for log in store::list_logs(conn)? {
                let is_betrayed = request.is_compromised
                    && log.key_generation < signer.generation()
                    && is_open(conn, &log)?;
                if is_betrayed || !can_sign(&log, signer) {
                    chosen.push(log);
                }
            }
            return Ok(chosen);
        }
    };
    let log = store::find_log(conn, &subject)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if request.is_compromised && log.key_generation >= signer.generation() {
        return Err(Refusal::new(Code::WrongState).detail(
            "the log is signed by the newest key; run `jiugai admin rotate-log-key` first · \
             该日志已用最新密钥，请先执行 jiugai admin rotate-log-key",
        ));
    }
    if !request.is_compromised && can_sign(&log, signer) {
        return Err(Refusal::new(Code::WrongState).detail(
            "the log can be signed as it is; nothing was done · 该日志可正常签名，无需续写",
        ));
    }
    Ok(vec![log])
}

fn can_sign(log: &LogRow, signer: &LogSigner) -> bool {
    log.frozen_reason.is_none() && signer.generations().contains(&log.key_generation)
}

fn is_open(conn: &mut Conn, log: &LogRow) -> Outcome<bool> {
    let vote_id = log.subject.strip_prefix("v/").and_then(|id| id.parse::<VoteId>().ok());
    let Some(vote_id) = vote_id else { return Ok(true) };
    let vote = votes::find_vote(conn, vote_id)?;
    Ok(vote.is_none_or(|(row, _)| !matches!(row.state, VoteState::Confirmed | VoteState::Voided)))
}

fn reopen(
    tx: &mut WriteTx<'_>,
    signer: &LogSigner,
    (log, request): (LogRow, &Reopen),
) -> Outcome<Reopened> {
    let ended = log.origin.clone();
    let signed = match signer.newest(&ended) {
        Some(head) => head,
        None => Tree::default().head()?,
    };
    let log = LogRow {
        origin: signer.next_origin(&ended),
        key_generation: signer.generation(),
        frozen_reason: None,
        ..log
    };
    let leaf = Incident {
        at: tx.legal_now().micros(),
        reason: request.reason.clone(),
        origin: ended.clone(),
        size: signed.size,
        root: hex::encode(&signed.root),
        compromised: request.is_compromised,
        vkeys: signer.vkeys(&log.origin, log.key_generation)?,
        by: request.by.map(|id| id.to_string()).to_vec(),
    };
    store::set_origin(tx.conn(), &log)?;
    let entry = Entry::from(Leaf::Incident(leaf));
    let appended = store::append(tx.conn(), log, vec![entry.encode()?])?;
    let (log, seq) = (appended.log, appended.first);
    if log.subject != DEPLOYMENT {
        log::note_checkpoint(tx, "reopened", &log).map_err(|refusal| match refusal.code() {
            Code::LogFrozen => refusal.detail(
                "the deployment's log must go on first: --deployment, or --all-open · \
                 请先续写系统日志：--deployment 或 --all-open",
            ),
            _ => refusal,
        })?;
    }
    let before = json!({ "origin": ended, "size": signed.size });
    let after = json!({ "origin": log.origin, "leaf": seq, "reason": request.reason });
    let [_, second] = request.by;
    tx.audit("log.reopened", ("log", &log.subject), (Some(&before), Some(&after)));
    tx.audit("log.reopen_seconded", ("account", second), (None, Some(&after)));
    let lost = signed.size.saturating_sub(seq);
    Ok(Reopened { log, ended, seq, lost })
}
