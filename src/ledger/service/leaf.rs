//! What a journal and a closed period leave in the log of the books. No names and no texts: papers are
//! there as a SHA-256, people and units by their ids. A journal of many entries takes several leaves.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::kernel::{LedgerAccountId, Outcome, Refusal, hex};
use crate::ledger::model::{AccountRow, EntryRow, JournalRow, PeriodRow};
use crate::platform::tlog::NewLeaf;

/// How many entries stand in one leaf: far below the 65,535 bytes that a leaf may have.
const LINES: usize = 300;

fn encode(value: &Value) -> Outcome<NewLeaf> {
    let bytes = serde_json::to_vec(value).map_err(Refusal::internal)?;
    Ok(NewLeaf { bytes, openings: None })
}

/// SHA-256 of a text, in hex.
pub fn digest(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes()))
}

fn papers(row: &JournalRow) -> String {
    digest(&json!([row.narrative, row.bank_serial, row.document, row.subject]).to_string())
}

/// The leaves of a journal.
///
/// # Errors
/// `internal` for an entry of an account that is not named.
pub fn of_journal(
    row: &JournalRow,
    entries: &[EntryRow],
    codes: &BTreeMap<LedgerAccountId, String>,
) -> Outcome<Vec<NewLeaf>> {
    let code = |id| codes.get(&id).ok_or_else(|| Refusal::internal("an account without a code"));
    let line = |entry: &EntryRow| {
        let (debit, credit) = (code(entry.debit_account_id)?, code(entry.credit_account_id)?);
        Ok(json!([debit, credit, entry.amount_fen.0]))
    };
    let lines: Vec<Value> = entries.iter().map(line).collect::<Outcome<_>>()?;
    let mut chunks = lines.chunks(LINES);
    let first = json!({
        "type": "journal", "number": row.number, "id": row.id, "event": row.event,
        "on": row.on_date, "at": row.recorded_at.micros(), "fen": row.amount_fen.0,
        "papers": papers(row), "vote": row.vote_id, "project": row.project_id,
        "reverses": row.reverses_id, "maker": row.maker_id,
        "checkers": [row.checker_id, row.second_checker_id],
        "count": lines.len(), "lines": chunks.next(),
    });
    let mut leaves = vec![encode(&first)?];
    for chunk in chunks {
        leaves.push(encode(&json!({ "type": "more", "number": row.number, "lines": chunk }))?);
    }
    Ok(leaves)
}

/// The leaf of a closed period.
///
/// # Errors
/// `internal`, never in practice.
pub fn of_period(row: &PeriodRow) -> Outcome<NewLeaf> {
    encode(&json!({
        "type": "period", "through": row.through, "number": row.last_number,
        "trial_balance": digest(&row.trial_balance), "closer": row.closer_id,
        "at": row.closed_at.micros(),
    }))
}

/// The codes of accounts, by their ids.
pub fn codes(
    accounts: &BTreeMap<LedgerAccountId, AccountRow>,
) -> BTreeMap<LedgerAccountId, String> {
    accounts.iter().map(|(id, account)| (*id, account.code.clone())).collect()
}
