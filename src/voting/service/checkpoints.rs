//! Checkpoints to be posted: the one of each hour of a running vote is kept, so that its sheet can be
//! printed later too. Where no outside witness cosigns, a posted sheet is what binds the log: whoever
//! photographed it can check it against the log at any time. Absent on purpose: what a sheet looks
//! like (`pages`).

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use serde::Serialize;

use super::{facts::Vote, log, log_files};
use crate::kernel::{Code, Outcome, Refusal, UtcTime, VoteId};
use crate::platform::{
    db::{Actor, Conn, Db, WriteContext},
    tlog::{
        Checkpoint, LogSigner,
        cosign::text_of,
        posted::{self, HourRow, SaidRow},
    },
};
use crate::voting::store::votes;

const HOUR_MICROS: i64 = 3_600_000_000;

/// The hour that an instant lies in; China's offset is whole hours, so that it is one there too.
fn hour_of(at: UtcTime) -> UtcTime {
    at.plus(TimeDelta::microseconds(-at.micros().rem_euclid(HOUR_MICROS)))
}

/// Keeps the checkpoint of this hour of each running vote. May run on several servers at once.
///
/// # Errors
/// Of the database.
pub async fn keep_hourly_checkpoints(db: &Db, signer: &LogSigner) -> Outcome<()> {
    let (now, signer) = (db.clock().now(), signer.clone());
    let hour = hour_of(now);
    let take = move |conn: &mut Conn| {
        let subjects: Vec<String> =
            votes::list_running_votes(conn)?.into_iter().map(log::subject).collect();
        let mut rows = Vec::new();
        for log in posted::list_without_hour(conn, &subjects, hour)? {
            match signer.sign(&log) {
                Ok(checkpoint) => {
                    rows.push(HourRow { log_id: log.id, hour, checkpoint, taken_at: now });
                }
                Err(refusal) if refusal.code() == Code::LogFrozen => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(rows)
    };
    let rows = db.snapshot(take).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let context = WriteContext::of(Actor::system());
    db.write(&context, "log.hour", move |tx| Ok(posted::save_hours(tx.conn(), &rows)?)).await
}

/// A signed checkpoint with what it says.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PostedCheckpoint {
    /// When it was signed for posting.
    pub taken_at: UtcTime,
    /// Leaves of the log.
    pub size: u64,
    /// The root, in base64.
    pub root: String,
    /// The signed note.
    pub checkpoint: String,
}

impl PostedCheckpoint {
    fn of(taken_at: UtcTime, checkpoint: String) -> Outcome<Self> {
        let text = text_of(&checkpoint).unwrap_or_default();
        let head = Checkpoint::parse(text).map_err(Refusal::internal)?.head;
        let root = STANDARD.encode(head.root);
        Ok(Self { taken_at, size: head.size, root, checkpoint })
    }
}

/// What a witness said last of a log.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WitnessSaid {
    /// Its verifier key; a hint only.
    pub witness: String,
    /// Leaves of the log that it cosigned.
    pub size: i64,
    /// When.
    pub cosigned_at: Option<UtcTime>,
    /// Why it cosigns no more: `conflict: …` where it saw another history, `refused: …`.
    pub fault: Option<String>,
    /// When it said so.
    pub fault_at: Option<UtcTime>,
}

impl From<SaidRow> for WitnessSaid {
    fn from(row: SaidRow) -> Self {
        let SaidRow { witness, size, cosigned_at, fault, fault_at, .. } = row;
        Self { witness, size, cosigned_at, fault, fault_at }
    }
}

/// What was kept beside a vote's log.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PostedCheckpoints {
    /// One an hour, the newest first.
    pub hours: Vec<PostedCheckpoint>,
    /// Outside witnesses.
    pub witnesses: Vec<WitnessSaid>,
}

/// The checkpoints of all hours, and what witnesses said.
///
/// # Errors
/// `not_found` before the notice.
pub fn list(conn: &mut Conn, vote: &Vote) -> Outcome<PostedCheckpoints> {
    let log = log_files::noticed_log(conn, vote)?;
    let hours = posted::list_hours(conn, log.id)?.into_iter();
    let hours = hours.map(|row| PostedCheckpoint::of(row.taken_at, row.checkpoint));
    let witnesses = posted::list_said(conn, log.id)?.into_iter().map(Into::into).collect();
    Ok(PostedCheckpoints { hours: hours.collect::<Outcome<_>>()?, witnesses })
}

/// A checkpoint as a sheet to be posted.
#[derive(Debug, Clone, Serialize)]
pub struct CheckpointSheet {
    /// The vote.
    pub vote_id: VoteId,
    /// Its title.
    pub title: String,
    /// The checkpoint.
    #[serde(flatten)]
    pub posted: PostedCheckpoint,
    /// The log's verifier keys.
    pub vkeys: Vec<String>,
    /// Outside witnesses, where there are any.
    pub witnesses: Vec<WitnessSaid>,
}

/// The checkpoint as it stands, or the one of an hour.
///
/// # Errors
/// `not_found` before the notice, or for an hour of which none was kept; `log_frozen`.
pub fn sheet(
    conn: &mut Conn,
    vote: &Vote,
    (signer, now, hour): (&LogSigner, UtcTime, Option<UtcTime>),
) -> Outcome<CheckpointSheet> {
    let log = log_files::noticed_log(conn, vote)?;
    let posted = match hour {
        None => PostedCheckpoint::of(now, signer.sign(&log)?)?,
        Some(hour) => {
            let kept = posted::find_hour(conn, log.id, hour_of(hour))?;
            let kept = kept.ok_or_else(|| Refusal::new(Code::NotFound))?;
            PostedCheckpoint::of(kept.taken_at, kept.checkpoint)?
        }
    };
    Ok(CheckpointSheet {
        vote_id: vote.row.id,
        title: vote.row.title.clone(),
        posted,
        vkeys: signer.vkeys(&log.origin, log.key_generation)?,
        witnesses: posted::list_said(conn, log.id)?.into_iter().map(Into::into).collect(),
    })
}

/// The same for the notice; nothing where the log is frozen, which must not keep a notice from being
/// printed.
///
/// # Errors
/// As [`sheet`].
pub fn sheet_of_notice(
    conn: &mut Conn,
    vote: &Vote,
    (signer, now): (&LogSigner, UtcTime),
) -> Outcome<Option<CheckpointSheet>> {
    match sheet(conn, vote, (signer, now, None)) {
        Ok(sheet) => Ok(Some(sheet)),
        Err(refusal) if refusal.code() == Code::LogFrozen => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_begins_at_its_first_microsecond() {
        let at = |text: &str| text.parse::<UtcTime>().unwrap();
        assert_eq!(hour_of(at("2026-03-02T01:59:59.999999Z")), at("2026-03-02T01:00:00Z"));
        assert_eq!(hour_of(at("2026-03-02T02:00:00Z")), at("2026-03-02T02:00:00Z"));
        assert_eq!(hour_of(at("1969-12-31T23:30:00Z")), at("1969-12-31T23:00:00Z"));
    }
}
