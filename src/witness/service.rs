//! Whether a head is cosigned. The comparison with what was cosigned before, and the new head, are
//! one transaction; the cosignature is made after its commit.

use std::sync::Arc;

use super::{
    model::{ConflictRow, HeadRow},
    rules::{Request, parse},
    store,
};
use crate::kernel::{Code, Outcome, Refusal, UtcTime};
use crate::platform::{
    config::TrustedLogs,
    db::WriteTx,
    tlog::{
        Checkpoint, CosignKey, Cosigner, Head, Tree, check_growth, cosign::text_of, verify_note,
    },
};

/// A witness: its key, and the deployments that it watches. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Witness {
    key: Arc<CosignKey>,
    logs: Arc<TrustedLogs>,
}

impl Witness {
    /// A witness.
    #[must_use]
    pub fn new(key: CosignKey, logs: TrustedLogs) -> Self {
        Self { key: Arc::new(key), logs: Arc::new(logs) }
    }

    /// How others know it.
    #[must_use]
    pub fn cosigner(&self) -> Cosigner {
        self.key.cosigner()
    }
}

/// What a witness answers to a head that a trusted key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is kept; cosign this text with this time.
    Cosign(UtcTime),
    /// The request goes on from another head than the one that was cosigned last; its size.
    Conflict(u64),
}

/// A checkpoint that one of the trusted keys of its log signed.
#[derive(Debug, Clone)]
pub struct Signed {
    checkpoint: Checkpoint,
    old: u64,
    proof: Vec<[u8; 32]>,
    note: String,
}

/// Reads a request and checks origin and signature, as far as that needs no memory.
///
/// # Errors
/// `malformed_request`; `not_found` for a log of a deployment that is not watched;
/// `checkpoint_not_signed`.
pub fn open(witness: &Witness, body: &[u8]) -> Outcome<Signed> {
    let malformed = |fault: &str| Refusal::new(Code::MalformedRequest).detail(fault.to_owned());
    let request =
        parse(body).ok_or_else(|| malformed("old size, proof, empty line, checkpoint"))?;
    let text = text_of(&request.note).ok_or_else(|| malformed("not a signed note"))?;
    let checkpoint = Checkpoint::parse(text).map_err(|fault| malformed(&fault))?;
    let vkeys = witness.logs.vkeys(&checkpoint.origin);
    if vkeys.is_empty() {
        return Err(Refusal::new(Code::NotFound).with("origin", checkpoint.origin));
    }
    verify_note(request.note.as_bytes(), &vkeys)
        .map_err(|fault| Refusal::new(Code::CheckpointNotSigned).detail(fault))?;
    if request.old > checkpoint.head.size {
        return Err(malformed("the old size is larger than the checkpoint's"));
    }
    let Request { old, proof, note } = request;
    Ok(Signed { checkpoint, old, proof, note })
}

/// Compares a signed head with the one that was cosigned last, and keeps it.
///
/// # Errors
/// `log_not_continued`; of the database.
pub fn take(tx: &mut WriteTx<'_>, signed: &Signed) -> Outcome<Answer> {
    let Checkpoint { origin, head } = &signed.checkpoint;
    let known = store::find_head(tx.conn(), origin)?;
    let newest = match &known {
        Some(row) => Head {
            size: u64::try_from(row.size).map_err(Refusal::internal)?,
            root: row.root.as_slice().try_into().map_err(Refusal::internal)?,
        },
        None => Tree::default().head()?,
    };
    let (size, root) = (i64::try_from(head.size).map_err(Refusal::internal)?, head.root.to_vec());
    if newest.size == head.size && newest.root != head.root {
        tracing::error!(origin, size, "a log showed two histories");
        if known.is_some() {
            let (origin, checkpoint) = (origin.clone(), signed.note.clone());
            let conflict = ConflictRow { origin, size, root, checkpoint, seen_at: tx.now() };
            store::save_conflict(tx.conn(), &conflict)?;
        }
        return Ok(Answer::Conflict(newest.size));
    }
    if signed.old != newest.size {
        return Ok(Answer::Conflict(newest.size));
    }
    if !check_growth(&newest, head, signed.proof.clone()) {
        return Err(Refusal::new(Code::LogNotContinued).with("known", newest.size));
    }
    let now = tx.now();
    let (origin, checkpoint) = (origin.clone(), signed.note.clone());
    let row = HeadRow { origin, size, root, checkpoint, cosigned_at: now };
    store::save_head(tx.conn(), &row)?;
    Ok(Answer::Cosign(now))
}

/// The cosignature line of a head that was kept.
///
/// # Errors
/// `internal`, never in practice.
pub fn cosign(witness: &Witness, signed: &Signed, at: UtcTime) -> Outcome<String> {
    let seconds = u64::try_from(at.to_chrono().timestamp()).map_err(Refusal::internal)?;
    witness.key.cosign(text_of(&signed.note).unwrap_or_default(), seconds)
}
