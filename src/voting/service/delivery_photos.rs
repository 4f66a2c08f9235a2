//! Photos of deliveries: clean pictures, never deleted, looked at with a trace.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::facts::Vote;
use crate::kernel::{Code, DeliveryPhotoId, Outcome, Refusal, UtcTime};
use crate::platform::{db::WriteTx, files::picture::CleanPicture, two_people::Person};
use crate::voting::{
    model::{Command, DeliveryPhotoRow, NewDeliveryPhoto},
    rules::state::decide,
    store::deliveries,
};

/// A photo, without its image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryPhotoView {
    /// The photo.
    pub photo_id: DeliveryPhotoId,
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
    /// When it was uploaded.
    pub uploaded_at: UtcTime,
    /// Who uploaded it.
    pub uploaded_by: String,
}

impl From<DeliveryPhotoRow> for DeliveryPhotoView {
    fn from(row: DeliveryPhotoRow) -> Self {
        Self {
            photo_id: row.id,
            sha256: row.digest,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            width: row.width,
            height: row.height,
            uploaded_at: row.uploaded_at,
            uploaded_by: row.uploader_name,
        }
    }
}

/// What became of one file of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DeliveryPhotoAnswer {
    /// The file's name as it was given.
    pub file_name: String,
    /// The photo, where it was taken.
    pub photo: Option<DeliveryPhotoView>,
    /// The code of the refusal, where it was not.
    #[schema(example = "image_unreadable")]
    pub code: Option<String>,
    /// What is wrong.
    pub detail: Option<String>,
}

/// Keeps a photo. The same image again answers what is there.
///
/// # Errors
/// `wrong_state` before the notice; `too_late` after the close.
pub fn keep_photo(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    picture: &CleanPicture,
) -> Outcome<DeliveryPhotoView> {
    let (id, now, person) = (vote.row.id, tx.now(), Person::of(tx)?);
    decide(vote.row.state, Command::Deliver, &vote.facts(tx.legal_now())?)?;
    if let Some(there) = deliveries::find_photo_by_digest(tx.conn(), id, &picture.digest)? {
        return Ok(there.into());
    }
    let row = NewDeliveryPhoto {
        id: DeliveryPhotoId::new(),
        vote_id: id,
        digest: &picture.digest,
        media_type: picture.media_type,
        size_bytes: i64::try_from(picture.content.len()).map_err(Refusal::internal)?,
        width: i32::try_from(picture.width).map_err(Refusal::internal)?,
        height: i32::try_from(picture.height).map_err(Refusal::internal)?,
        content: &picture.content,
        uploaded_at: now,
        uploaded_by: person.id,
        uploader_name: &person.name,
    };
    deliveries::insert_photo(tx.conn(), &row)?;
    let after = json!({ "sha256": picture.digest });
    tx.audit("delivery.photo_kept", ("delivery_photo", row.id), (None, Some(&after)));
    let kept = deliveries::find_photo_by_digest(tx.conn(), id, &picture.digest)?;
    kept.map(Into::into).ok_or_else(|| Refusal::new(Code::NotFound))
}

/// A photo with its image; whoever looks is kept in the audit trail.
///
/// # Errors
/// `not_found`.
pub fn look_at_photo(
    tx: &mut WriteTx<'_>,
    (vote, id): (&Vote, DeliveryPhotoId),
) -> Outcome<(DeliveryPhotoView, Vec<u8>)> {
    let found = deliveries::find_photo(tx.conn(), vote.row.id, id)?;
    let (row, content) = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    tx.audit("delivery.photo_read", ("delivery_photo", id), (None, None));
    Ok((row.into(), content))
}
