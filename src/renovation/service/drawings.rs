//! Drawings and pictures of a plan: kept without metadata, named by the plan's text, so that a vote
//! decides them with it.

use serde_json::json;

use crate::kernel::{Code, Outcome, PlanDrawingId, ProjectId, Refusal};
use crate::platform::{
    db::{Conn, WriteTx},
    files::picture::CleanPicture,
};
use crate::renovation::{
    model::{DrawingRow, NewDrawing, PlanDrawing, ProjectRow},
    rules::stage::check_open,
    store::drawings,
};

/// Keeps a drawing. The same image again answers what is there.
///
/// # Errors
/// `project_state_conflict` after the end.
pub fn keep(
    tx: &mut WriteTx<'_>,
    project: &ProjectRow,
    (file_name, original_digest, picture): (&str, &str, &CleanPicture),
) -> Outcome<DrawingRow> {
    check_open(project.stage)?;
    let is_same = |row: &DrawingRow| row.digest == picture.digest;
    if let Some(there) = drawings::list(tx.conn(), project.id)?.into_iter().find(is_same) {
        return Ok(there);
    }
    let (id, uploader_name) = (PlanDrawingId::new(), tx.actor().name.clone());
    let row = NewDrawing {
        id,
        project_id: project.id,
        file_name,
        digest: &picture.digest,
        original_digest,
        media_type: picture.media_type,
        size_bytes: i64::try_from(picture.content.len()).map_err(Refusal::internal)?,
        width: i32::try_from(picture.width).map_err(Refusal::internal)?,
        height: i32::try_from(picture.height).map_err(Refusal::internal)?,
        content: &picture.content,
        uploader_name: &uploader_name,
        uploaded_at: tx.legal_now(),
    };
    drawings::insert(tx.conn(), &row)?;
    let after = json!({ "drawing_id": id, "sha256": picture.digest });
    tx.audit("project.drawing_kept", ("project", project.id), (None, Some(&after)));
    find(tx.conn(), (project.id, id)).map(|(row, _)| row)
}

/// The drawings of a project, in order.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, id: ProjectId) -> Outcome<Vec<DrawingRow>> {
    Ok(drawings::list(conn, id)?)
}

/// A drawing with its image.
///
/// # Errors
/// `not_found`.
pub fn find(conn: &mut Conn, ids: (ProjectId, PlanDrawingId)) -> Outcome<(DrawingRow, Vec<u8>)> {
    drawings::find(conn, ids)?.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// The named drawings as the plan's text has them.
///
/// # Errors
/// `invalid_field` for one that is not of this project.
pub(super) fn named(
    conn: &mut Conn,
    project: &ProjectRow,
    wanted: &[PlanDrawing],
) -> Outcome<Vec<PlanDrawing>> {
    let known = if wanted.is_empty() { Vec::new() } else { drawings::list(conn, project.id)? };
    let name = |(index, wanted): (usize, &PlanDrawing)| {
        let found = known.iter().find(|row| row.id == wanted.drawing_id);
        let row = found.ok_or_else(|| {
            let detail = "no drawing of this project · 不是本项目的图纸";
            Refusal::field(Code::InvalidField, &format!("/drawing_ids/{index}"), detail)
        })?;
        let (file_name, sha256) = (row.file_name.clone(), row.digest.clone());
        Ok(PlanDrawing { drawing_id: row.id, file_name, sha256 })
    };
    wanted.iter().enumerate().map(name).collect()
}
