//! Uploaded pictures, decoded outside of any transaction and few at once.

use actix_multipart::form::tempfile::TempFile;
use actix_web::web;
use tokio::sync::Semaphore;

use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::files::picture::{CleanPicture, MOST_BYTES, Picture};

/// Pictures that are decoded at once: each may take 64 MiB and more.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// Decodes an uploaded picture, finds out what `look` asks of it, and cleans it.
///
/// # Errors
/// `payload_too_large`, `unsupported_media_type`, `image_too_large`, `image_unreadable`; those of `look`.
pub async fn read_picture<T: Send + 'static>(
    file: TempFile,
    look: impl FnOnce(&Picture) -> Outcome<T> + Send + 'static,
) -> Outcome<(T, CleanPicture)> {
    if file.size > MOST_BYTES {
        return Err(Refusal::new(Code::PayloadTooLarge).with("limit_bytes", MOST_BYTES));
    }
    let _place = DECODERS.acquire().await.map_err(Refusal::internal)?;
    let read = web::block(move || {
        let bytes = std::fs::read(file.file.path()).map_err(Refusal::internal)?;
        let picture = Picture::decode(&bytes)?;
        let found = look(&picture)?;
        Ok((found, picture.clean()?))
    });
    // A decoder that gives up badly has met no picture.
    read.await.unwrap_or_else(|_| Err(Refusal::new(Code::ImageUnreadable)))
}
