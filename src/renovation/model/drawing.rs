//! Drawings and pictures 图纸、效果图 of a plan.

use diesel::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use crate::kernel::{PlanDrawingId, ProjectId, UtcTime};
use crate::platform::db::schema::plan_drawings;

/// A drawing as a plan's text names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanDrawing {
    /// The drawing.
    pub drawing_id: PlanDrawingId,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of the image as it is kept and served, in hex.
    pub sha256: String,
}

/// A drawing, without its image.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize, utoipa::ToSchema)]
#[diesel(table_name = plan_drawings)]
pub struct DrawingRow {
    /// The drawing.
    pub id: PlanDrawingId,
    /// The project.
    pub project_id: ProjectId,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of the image as it is kept and served, in hex.
    #[serde(rename = "sha256")]
    pub digest: String,
    /// SHA-256 of the file as it came.
    #[serde(rename = "original_sha256")]
    pub original_digest: String,
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    /// Bytes.
    pub size_bytes: i64,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Who uploaded it.
    pub uploader_name: String,
    /// When.
    pub uploaded_at: UtcTime,
}

/// A new drawing.
#[derive(Debug, Insertable)]
#[diesel(table_name = plan_drawings)]
pub struct NewDrawing<'a> {
    pub id: PlanDrawingId,
    pub project_id: ProjectId,
    pub file_name: &'a str,
    pub digest: &'a str,
    pub original_digest: &'a str,
    pub media_type: &'a str,
    pub size_bytes: i64,
    pub width: i32,
    pub height: i32,
    pub content: &'a [u8],
    pub uploader_name: &'a str,
    pub uploaded_at: UtcTime,
}
