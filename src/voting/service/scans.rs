//! Scans of returned sheets 扫描件: taken from clean pictures, shown only with a trace. Once somebody
//! has entered the sheet its scans stay; a further one needs a reason. Absent on purpose: decoding
//! (`platform::files::picture`), and any deletion.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    facts::{Vote, get_vote},
    paper_code::{Mark, parse_serial, read_mark},
};
use crate::kernel::{Code, Outcome, Refusal, ScanId, SheetId, UtcTime, VoteId, hex};
use crate::platform::{
    auth::{Reach, seal::Keys},
    db::{Conn, WriteTx},
    files::picture::CleanPicture,
};
use crate::voting::{
    model::{Clerk, Command, NewScanRow, ScanRemoval, ScanRow, Serial, SheetRow},
    rules::{
        sheet::{ScanTurn, scan_turn},
        state::decide,
    },
    store::{scans, sheet_ledger, sheets},
};

/// A scan, without its image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ScanView {
    /// The scan.
    pub scan_id: ScanId,
    /// The sheet on it.
    pub sheet_id: SheetId,
    /// SHA-256 of the image as it is kept and served, in hex.
    pub sha256: String,
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    /// Bytes.
    pub size_bytes: i64,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Why it was added though the sheet was entered already.
    pub reason: Option<String>,
    /// When it was scanned.
    pub scanned_at: UtcTime,
    /// Who scanned it.
    pub scanned_by: String,
    /// When it was removed, if it was; the image is kept.
    pub removed_at: Option<UtcTime>,
    /// Who removed it.
    pub removed_by: Option<String>,
    /// Why.
    pub removal_reason: Option<String>,
}

impl From<ScanRow> for ScanView {
    fn from(row: ScanRow) -> Self {
        Self {
            scan_id: row.id,
            sheet_id: row.sheet_id,
            sha256: row.digest,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            width: row.width,
            height: row.height,
            reason: row.reason,
            scanned_at: row.scanned_at,
            scanned_by: row.scanner_name,
            removed_at: row.removed_at,
            removed_by: row.remover_name,
            removal_reason: row.removal_reason,
        }
    }
}

/// What became of one file of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ScanAnswer {
    /// The file's name as it was given.
    pub file_name: String,
    /// The scan, where it was taken.
    pub scan: Option<ScanView>,
    /// The code of the refusal, where it was not.
    #[schema(example = "scan_unmatched")]
    pub code: Option<String>,
    /// What is wrong.
    pub detail: Option<String>,
}

/// Which sheet an image shows: by the serial that was given, by one that the file's name begins
/// with, or else by the code on it. A code must be ours: its MAC is checked.
///
/// # Errors
/// `serial_mistyped`, `scan_unmatched`, `sheet_forged`, `sheet_of_other_vote`.
pub fn match_scan(
    (keys, vote_id): (&Keys, VoteId),
    (given, file_name): (Option<&str>, &str),
    codes: impl FnOnce() -> Vec<String>,
) -> Outcome<Mark> {
    if let Some(given) = given {
        return read_mark(keys, vote_id, given);
    }
    let stem = file_name.split(['.', '_', '(']).next().unwrap_or_default();
    if let Ok(serial) = parse_serial(stem.trim()) {
        return Ok(Mark { serial, head_id: None });
    }
    let mut found: Option<Mark> = None;
    for code in codes() {
        let mark = match read_mark(keys, vote_id, &code) {
            Ok(mark) if mark.head_id.is_some() => mark,
            // A bare serial in a code is home-made.
            Ok(_) => return Err(Refusal::new(Code::SheetForged)),
            Err(refusal) if refusal.code() == Code::SerialMistyped => continue,
            Err(refusal) => return Err(refusal),
        };
        if found.as_ref().is_some_and(|other| *other != mark) {
            return Err(Refusal::new(Code::ScanUnmatched).detail("codes of several sheets"));
        }
        found = Some(mark);
    }
    found.ok_or_else(|| Refusal::new(Code::ScanUnmatched))
}

/// Takes a scan. The same image of the same sheet again answers what is there.
///
/// # Errors
/// `wrong_state`; `sheet_unknown`, `sheet_forged`; `sheet_state_conflict` where the sheet did not
/// come back; `invalid_field` where it was entered already and no reason is given.
pub fn take_scan(
    tx: &mut WriteTx<'_>,
    (vote, clerk): (&Vote, &Clerk),
    (mark, picture, reason): (&Mark, &CleanPicture, Option<&str>),
) -> Outcome<ScanView> {
    let legal_now = tx.legal_now();
    decide(vote.row.state, Command::ScanSheet, &vote.facts(legal_now)?)?;
    let sheet = sheet_of(tx, vote, mark)?;
    let turn = scan_turn(sheet.state)?;
    let there = scans::list_scans(tx.conn(), sheet.id)?;
    let is_same = |row: &ScanRow| row.removed_at.is_none() && row.digest == picture.digest;
    if let Some(row) = there.into_iter().find(is_same) {
        return Ok(row.into());
    }
    if turn == ScanTurn::WithReason && reason.is_none() {
        let detail = "the sheet was entered: a further image needs a reason";
        return Err(Refusal::field(Code::InvalidField, "/reason", detail));
    }
    let id = ScanId::new();
    let row = NewScanRow {
        id,
        sheet_id: sheet.id,
        digest: &picture.digest,
        media_type: picture.media_type,
        size_bytes: i64::try_from(picture.content.len()).map_err(Refusal::internal)?,
        width: i32::try_from(picture.width).map_err(Refusal::internal)?,
        height: i32::try_from(picture.height).map_err(Refusal::internal)?,
        content: &picture.content,
        reason,
        scanned_at: tx.now(),
        scanned_by: clerk.account_id,
        scanner_name: &clerk.name,
    };
    scans::insert_scan(tx.conn(), &row)?;
    let after = json!({ "sheet": sheet.id, "sha256": picture.digest, "reason": reason });
    tx.audit("sheet.scanned", ("scan", id), (None, Some(&after)));
    get_scan(tx.conn(), vote, id).map(ScanView::from)
}

fn sheet_of(tx: &mut WriteTx<'_>, vote: &Vote, mark: &Mark) -> Outcome<SheetRow> {
    let serials: [Serial; 1] = [mark.serial.clone()];
    let found = sheet_ledger::list_by_serials(tx.conn(), vote.row.id, &serials)?;
    let sheet = found.into_iter().next().ok_or_else(|| Refusal::new(Code::SheetUnknown))?;
    if mark.head_id.is_some_and(|head_id| head_id != sheet.head_id) {
        return Err(Refusal::new(Code::SheetForged));
    }
    Ok(sheet)
}

fn get_scan(conn: &mut Conn, vote: &Vote, id: ScanId) -> Outcome<ScanRow> {
    let found = scans::find_scan(conn, vote.row.id, id)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Removes a scan before anybody has entered its sheet. The image stays where it is.
///
/// # Errors
/// `wrong_state`, `not_found`; `scan_state_conflict` after an entry or a second time.
pub fn remove_scan(
    tx: &mut WriteTx<'_>,
    (vote, clerk): (&Vote, &Clerk),
    (id, reason): (ScanId, &str),
) -> Outcome<ScanView> {
    let legal_now = tx.legal_now();
    decide(vote.row.state, Command::ScanSheet, &vote.facts(legal_now)?)?;
    let scan = get_scan(tx.conn(), vote, id)?;
    let sheet = sheets::find_sheet(tx.conn(), vote.row.id, scan.sheet_id)?;
    let sheet = sheet.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if scan_turn(sheet.state)? != ScanTurn::Freely {
        let detail = "the sheet was entered: its scans stay";
        return Err(Refusal::new(Code::ScanStateConflict).detail(detail));
    }
    let removal = ScanRemoval {
        removed_at: tx.now(),
        removed_by: clerk.account_id,
        remover_name: clerk.name.clone(),
        removal_reason: reason.to_owned(),
    };
    if !scans::set_removed(tx.conn(), id, &removal)? {
        return Err(Refusal::new(Code::ScanStateConflict).detail("removed already"));
    }
    let after = json!({ "reason": reason });
    tx.audit("sheet.scan_removed", ("scan", id), (None, Some(&after)));
    get_scan(tx.conn(), vote, id).map(ScanView::from)
}

/// The vote to whoever may look at its scans: those who enter sheets, and auditors after the close.
///
/// # Errors
/// `forbidden`; `result_hidden` to an auditor before the close; `not_found` outside the reach.
pub fn vote_for_looking(
    conn: &mut Conn,
    vote_id: VoteId,
    (enters, audits): (Option<&Reach>, Option<&Reach>),
) -> Outcome<Vote> {
    if let Some(reach) = enters {
        return get_vote(conn, vote_id, reach);
    }
    let Some(reach) = audits else { return Err(Refusal::new(Code::Forbidden)) };
    let vote = get_vote(conn, vote_id, reach)?;
    if vote.row.closed_at.is_none() {
        return Err(Refusal::new(Code::ResultHidden).detail("auditors, after the close"));
    }
    Ok(vote)
}

/// The scans of a sheet, removed ones too.
///
/// # Errors
/// `not_found`.
pub fn list_scans(conn: &mut Conn, vote: &Vote, sheet_id: SheetId) -> Outcome<Vec<ScanView>> {
    let sheet = sheets::find_sheet(conn, vote.row.id, sheet_id)?;
    let sheet = sheet.ok_or_else(|| Refusal::new(Code::NotFound))?;
    Ok(scans::list_scans(conn, sheet.id)?.into_iter().map(ScanView::from).collect())
}

/// The image, with a row in the audit trail for whoever looks.
///
/// # Errors
/// `not_found`.
pub fn look_at_scan(tx: &mut WriteTx<'_>, vote: &Vote, id: ScanId) -> Outcome<(ScanView, Vec<u8>)> {
    let scan = get_scan(tx.conn(), vote, id)?;
    let content = scans::get_content(tx.conn(), id)?;
    tx.audit("sheet.scan_read", ("scan", id), (None, None));
    Ok((scan.into(), content))
}

/// The evidence of a sheet's ballot: the digest of its one scan; of several, SHA-256 over their
/// digests in hex, sorted, each ended by a newline; none where nothing was scanned.
pub(super) fn evidence(conn: &mut Conn, sheet_id: SheetId) -> Outcome<Option<String>> {
    let rows = scans::list_scans(conn, sheet_id)?.into_iter();
    let mut digests: Vec<String> =
        rows.filter(|row| row.removed_at.is_none()).map(|row| row.digest).collect();
    digests.sort();
    if digests.len() < 2 {
        return Ok(digests.pop());
    }
    let lines: String = digests.iter().map(|digest| format!("{digest}\n")).collect();
    Ok(Some(hex::encode(&Sha256::digest(lines.as_bytes()))))
}
