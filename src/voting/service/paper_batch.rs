//! Sheets come back in batches 回收批次: two collectors, a place, a sealed box. Registration fixes the
//! time of the batch's ballots. What is refused is kept: the refusal travels as a value, so that the
//! attempt is committed.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    facts::Vote,
    log, paper_code, paper_log,
    paper_views::{SheetView, of_batch},
};
use crate::ballot_log::{Leaf, Opening, PaperBatch};
use crate::kernel::{
    AccountId, AttemptId, Code, HeadId, Outcome, Refusal, SheetBatchId, SheetId, UtcTime, VoteId,
};
use crate::platform::{auth::seal::Keys, db::WriteTx};
use crate::voting::{
    model::{
        AttemptRow, Channel, Clerk, Command, NewBatch, Serial, SheetBatchRow, SheetRow, VoteState,
    },
    rules::{sheet::may_return, state::decide},
    store::{ballots, sheet_ledger},
};

/// A line of a batch that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RefusedLine {
    /// Its place in the list, from 0.
    pub line: usize,
    /// What was read.
    pub sheet: String,
    /// The code of the refusal.
    #[schema(example = "sheet_void")]
    pub code: String,
    /// What is wrong.
    pub detail: String,
}

/// A registered batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BatchView {
    /// The batch.
    pub batch_id: SheetBatchId,
    /// Its number within the vote, from 1.
    pub number: i32,
    /// The two people who collected it: accounts.
    pub collectors: [AccountId; 2],
    /// Where the box stood.
    pub place: String,
    /// The number of the box's seal.
    pub seal: String,
    /// When it was registered: the time of its ballots.
    pub registered_at: UtcTime,
    /// Its sheets.
    pub sheets: Vec<SheetView>,
    /// Lines that were refused.
    pub refused: Vec<RefusedLine>,
}

/// A line that was read.
struct Line<'a> {
    text: &'a str,
    sheet: Option<SheetRow>,
    judged: Outcome<()>,
}

/// Registers a batch now; the inner refusal is to be committed, because attempts are kept.
///
/// # Errors
/// `same_clerk` where one person collected alone; `invalid_field` for a collector without an account.
/// Inside: `too_late` after the close; `wrong_state` before it opens; `batch_has_faults` with each
/// bad line, and nothing registered, unless the good ones are asked for.
pub fn register_batch(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (clerk, keys, batch): (&Clerk, &Keys, &NewBatch),
) -> Outcome<Outcome<BatchView>> {
    let [first, second] = batch.collectors;
    if first == second {
        return Err(Refusal::new(Code::SameClerk).detail("two people collect a batch"));
    }
    let now = tx.legal_now();
    let mut lines = read_lines(tx, vote, (keys, &batch.sheets))?;
    if let Err(refused) = decide(vote.row.state, Command::RegisterSheet, &vote.facts(now)?) {
        let refusal = late(vote, refused);
        for line in &mut lines {
            line.judged = Err(refusal.clone());
        }
        keep_attempts(tx, vote, &lines)?;
        return Ok(Err(refusal));
    }
    keep_attempts(tx, vote, &lines)?;
    let refused = refused_lines(&lines);
    let good: Vec<SheetRow> = lines
        .into_iter()
        .filter(|line| line.judged.is_ok())
        .filter_map(|line| line.sheet)
        .collect();
    if good.is_empty() || (!refused.is_empty() && !batch.take_good) {
        let refusal = Refusal::new(Code::BatchHasFaults);
        let refusal = refused.iter().fold(refusal, |refusal, line| {
            refusal.with_field(&format!("/sheets/{}", line.line), &line.code, &line.detail)
        });
        return Ok(Err(refusal));
    }
    let row = write_batch(tx, vote, (clerk, batch, &good))?;
    let sheets = good.into_iter().map(|sheet| of_batch(sheet, &row)).collect();
    Ok(Ok(BatchView {
        batch_id: row.id,
        number: row.number,
        collectors: batch.collectors,
        place: row.place,
        seal: row.seal,
        registered_at: now,
        sheets,
        refused,
    }))
}

/// Reads each line and finds its sheet.
fn read_lines<'a>(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (keys, texts): (&Keys, &'a [String]),
) -> Outcome<Vec<Line<'a>>> {
    let vote_id = vote.row.id;
    let marks: Vec<_> =
        texts.iter().map(|text| (text, paper_code::read_mark(keys, vote_id, text))).collect();
    let serials: Vec<Serial> = marks
        .iter()
        .filter_map(|(_, mark)| mark.as_ref().ok().map(|mark| mark.serial.clone()))
        .collect();
    let mut rows: HashMap<Serial, SheetRow> =
        sheet_ledger::list_by_serials(tx.conn(), vote_id, &serials)?
            .into_iter()
            .map(|row| (row.serial.clone(), row))
            .collect();
    let mut seen = HashSet::new();
    let line = |(text, mark): (&'a String, Outcome<paper_code::Mark>)| {
        let refused = |code| Line { text, sheet: None, judged: Err(Refusal::new(code)) };
        let mark = match mark {
            Ok(mark) => mark,
            Err(refusal) => return Line { text, sheet: None, judged: Err(refusal) },
        };
        if !seen.insert(mark.serial.clone()) {
            return refused(Code::AlreadyExists);
        }
        let Some(sheet) = rows.remove(&mark.serial) else { return refused(Code::SheetUnknown) };
        if mark.head_id.is_some_and(|head_id| head_id != sheet.head_id) {
            return refused(Code::SheetForged);
        }
        let judged = may_return(sheet.state);
        Line { text, sheet: Some(sheet), judged }
    };
    Ok(marks.into_iter().map(line).collect())
}

fn refused_lines(lines: &[Line<'_>]) -> Vec<RefusedLine> {
    let refused = |(line, Line { text, judged, .. }): (usize, &Line<'_>)| {
        let refusal = judged.as_ref().err()?;
        let (code, sheet) = (refusal.code(), (*text).to_owned());
        let title = format!("{} · {}", code.title_zh(), code.title_en());
        let detail = refusal.detail_text().map_or(title, str::to_owned);
        Some(RefusedLine { line, sheet, code: code.as_str().to_owned(), detail })
    };
    lines.iter().enumerate().filter_map(refused).collect()
}

/// Writes a batch of good sheets: rows, leaf, audit.
fn write_batch(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (clerk, batch, good): (&Clerk, &NewBatch, &[SheetRow]),
) -> Outcome<SheetBatchRow> {
    let (vote_id, now) = (vote.row.id, tx.legal_now());
    let [first_collector, second_collector] = batch.collectors;
    let row = SheetBatchRow {
        id: SheetBatchId::new(),
        vote_id,
        number: sheet_ledger::count_batches(tx.conn(), vote_id)? + 1,
        first_collector,
        second_collector,
        place: batch.place.clone(),
        seal: batch.seal.clone(),
        sheets: i32::try_from(good.len()).map_err(Refusal::internal)?,
        registered_at: now,
        registered_by: clerk.account_id,
    };
    sheet_ledger::insert_batch(tx.conn(), &row).map_err(|error| {
        let refusal = Refusal::from(error);
        match refusal.code() {
            Code::StillReferenced => {
                Refusal::field(Code::InvalidField, "/collectors", "no such account")
            }
            _ => refusal,
        }
    })?;
    let ids: Vec<SheetId> = good.iter().map(|sheet| sheet.id).collect();
    if !sheet_ledger::set_registered(tx.conn(), &row, &ids)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let leaf = PaperBatch {
        at: now.micros(),
        batch: u64::try_from(row.number).map_err(Refusal::internal)?,
        collectors: batch.collectors.map(|id| id.to_string()),
        place: row.place.clone(),
        seal: row.seal.clone(),
        serials: good.iter().map(|sheet| sheet.serial.to_string()).collect(),
    };
    log::append(tx, vote_id, vec![Leaf::PaperBatch(leaf).into()])?;
    let after = json!({ "number": row.number, "sheets": row.sheets, "seal": row.seal });
    tx.audit("sheet.batch_registered", ("sheet_batch", row.id), (None, Some(&after)));
    Ok(row)
}

/// A vote that is over is too late, not in a wrong state.
fn late(vote: &Vote, refused: Refusal) -> Refusal {
    let is_over = vote.row.closed_at.is_some() && vote.row.state != VoteState::Voided;
    match (refused.code(), vote.row.closes_at) {
        (Code::WrongState, Some(closes_at)) if is_over => {
            Refusal::new(Code::TooLate).with("closes_at", closes_at.to_string())
        }
        _ => refused,
    }
}

/// Keeps refused lines; a slip of the typist or a sheet scanned twice in a row is no attempt.
fn keep_attempts(tx: &mut WriteTx<'_>, vote: &Vote, lines: &[Line<'_>]) -> Outcome<()> {
    let (vote_id, now) = (vote.row.id, tx.legal_now());
    let (mut rows, mut leaves) = (Vec::new(), Vec::new());
    for Line { sheet, judged, .. } in lines {
        let Err(refusal) = judged else { continue };
        let code = refusal.code();
        if matches!(code, Code::SerialMistyped | Code::AlreadyExists) {
            continue;
        }
        let of = sheet.as_ref().map(|sheet| (sheet.head_id, sheet.id));
        let place = (vote_id, of.map(|(head, _)| head), of.map(|(_, id)| id));
        rows.push(attempt(tx, place, (now, code)));
        let who = of.map(|(head_id, _)| log::who_of(tx.conn(), head_id)).transpose()?;
        let who = who.as_ref().map(Opening::new).transpose()?;
        let serial = sheet.as_ref().map(|sheet| &sheet.serial);
        leaves.push(paper_log::attempt((now, code.as_str()), (who, serial)));
    }
    if rows.is_empty() {
        return Ok(());
    }
    ballots::insert_ballots(tx.conn(), &[], &[], &rows)?;
    if log::takes_attempts(&vote.row) {
        log::append(tx, vote_id, leaves)?;
    }
    Ok(())
}

pub(super) fn attempt(
    tx: &WriteTx<'_>,
    (vote_id, head_id, sheet_id): (VoteId, Option<HeadId>, Option<SheetId>),
    (at, reason): (UtcTime, Code),
) -> AttemptRow {
    AttemptRow {
        id: AttemptId::new(),
        vote_id,
        head_id,
        sheet_id,
        channel: Channel::Paper,
        at,
        reason: reason.as_str().to_owned(),
        actor_id: tx.actor().account_id,
        request_id: tx.context().request_id.clone(),
    }
}
