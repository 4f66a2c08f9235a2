//! Rows of scans 扫描件 and of the re-check 抽样复核 of paper sheets.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};

use crate::kernel::{AccountId, ScanId, SheetId, UtcTime, VoteId};
use crate::platform::db::schema::{sheet_rechecks, sheet_scans};

/// A scan without its content.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sheet_scans)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ScanRow {
    pub id: ScanId,
    pub sheet_id: SheetId,
    pub digest: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub width: i32,
    pub height: i32,
    pub reason: Option<String>,
    pub scanned_at: UtcTime,
    pub scanned_by: AccountId,
    pub scanner_name: String,
    pub removed_at: Option<UtcTime>,
    pub removed_by: Option<AccountId>,
    pub remover_name: Option<String>,
    pub removal_reason: Option<String>,
}

/// A new scan.
#[derive(Debug, Insertable)]
#[diesel(table_name = sheet_scans)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct NewScanRow<'a> {
    pub id: ScanId,
    pub sheet_id: SheetId,
    pub digest: &'a str,
    pub media_type: &'a str,
    pub size_bytes: i64,
    pub width: i32,
    pub height: i32,
    pub content: &'a [u8],
    pub reason: Option<&'a str>,
    pub scanned_at: UtcTime,
    pub scanned_by: AccountId,
    pub scanner_name: &'a str,
}

/// The one change of a scan: it is removed.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = sheet_scans)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ScanRemoval {
    pub removed_at: UtcTime,
    pub removed_by: AccountId,
    pub remover_name: String,
    pub removal_reason: String,
}

/// The re-check of a vote's sheets. No `draws`: every sheet is read again.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sheet_rechecks)]
#[diesel(primary_key(vote_id))]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct RecheckRow {
    pub vote_id: VoteId,
    pub sheets: i32,
    pub draws: Option<i32>,
    pub seed: Option<String>,
    pub seed_source: Option<String>,
    pub seed_drawn_at: Option<UtcTime>,
    pub started_at: UtcTime,
    pub started_by: AccountId,
    pub starter_name: String,
    pub read_count: i32,
    pub differing: String,
    pub finished_at: Option<UtcTime>,
    pub version: i32,
}

impl RecheckRow {
    /// The serials of the sheets that differ.
    #[must_use]
    pub fn differing(&self) -> Vec<&str> {
        self.differing.split_whitespace().collect()
    }
}

/// What a re-reading changes of the re-check.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = sheet_rechecks)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct RecheckChange {
    pub read_count: i32,
    pub differing: String,
    pub finished_at: Option<UtcTime>,
}

/// A public seed: what was drawn, by what, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The digits, as published.
    pub text: String,
    /// Which lottery or whose dice, in words.
    pub source: String,
    /// When they were drawn.
    pub drawn_at: UtcTime,
}
