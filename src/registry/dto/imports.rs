//! Import batches.

use actix_multipart::form::{MultipartForm, tempfile::TempFile, text::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    kernel::{Area, CommunityId, ImportId, LocalDate, UnitId, UtcTime},
    platform::files::table::Note,
    registry::model::{AreaSource, ImportState, UnitChange, UnitUse, VanishedUnits},
};

/// The upload: one file and the day from which it holds.
#[derive(Debug, MultipartForm)]
pub struct ImportUpload {
    /// The register as XLSX or CSV.
    #[multipart(limit = "256MiB")]
    pub file: TempFile,
    /// `YYYY-MM-DD`; today where nothing is said.
    #[multipart(limit = "64B")]
    pub effective_on: Option<Text<String>>,
}

/// The upload, as the document shows it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct ImportForm {
    /// The register as XLSX or CSV.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// From which day on the file holds; today where nothing is said.
    pub effective_on: Option<LocalDate>,
}

/// How many units the file changes how.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct UnitCounts {
    /// Units that the register does not have.
    pub new: i64,
    /// Units of which something differs.
    pub changed: i64,
    /// Units of which nothing differs.
    pub unchanged: i64,
    /// Units that the file does not have.
    pub vanished: i64,
}

/// An import batch: its progress while it is read, then what it would do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ImportOut {
    /// The batch.
    pub id: ImportId,
    /// Whose register.
    pub community_id: CommunityId,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_digest: String,
    /// Where it stands.
    pub state: ImportState,
    /// Lines read so far.
    pub lines_read: i64,
    /// Lines of the file; an estimate while it is read.
    pub lines_total: i64,
    /// What it changes, once it is read without a fault.
    pub units: UnitCounts,
    /// How many faults the file has.
    pub fault_count: i64,
    /// Rows and columns that were left out, and what should be looked at.
    pub notes: Vec<Note>,
    /// From which day on it holds.
    pub effective_on: LocalDate,
    /// Whoever sent it.
    pub created_by: String,
    /// When it was sent.
    pub created_at: UtcTime,
    /// When it was committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub committed_at: Option<UtcTime>,
    /// When it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<UtcTime>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Rises with each step.
    pub version: i32,
}

/// What the commit does to a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitChangeOut {
    /// The line of the unit's first row; absent for a vanished unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<i64>,
    /// The sheet; absent in a CSV file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sheet: String,
    /// The unit's id, or the one that it will have.
    pub unit_id: UnitId,
    /// 房号.
    pub unit_code: String,
    /// 楼栋.
    pub building: String,
    /// 单元.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrance: Option<String>,
    /// New, changed, unchanged or vanished.
    pub change: UnitChange,
    /// The columns that differ.
    pub differences: Vec<String>,
    /// 用途.
    #[serde(rename = "use")]
    pub unit_use: UnitUse,
    /// 面积.
    pub area: Option<Area>,
    /// 面积来源.
    pub area_source: Option<AreaSource>,
    /// 已交付.
    pub delivered: bool,
}

/// How to commit.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitIn {
    /// What becomes of units that the file does not have; they stay where nothing is said.
    #[serde(default = "keep")]
    pub vanished: VanishedUnits,
}

const fn keep() -> VanishedUnits {
    VanishedUnits::Keep
}
