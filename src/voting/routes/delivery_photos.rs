//! Photos of deliveries: uploaded as pictures, each answered alone; looked at with a trace.

use actix_multipart::form::{MultipartForm, tempfile::TempFile};
use actix_web::{HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::scans::MOST_FILES;
use crate::kernel::{Code, DeliveryPhotoId, Outcome, Refusal, VoteId};
use crate::platform::{
    auth::{Authorized, Reach, permission::PaperEnter},
    db::{Db, WriteContext},
    http::{Problem, private_file, read_picture},
};
use crate::voting::service::{
    delivery_photos::{self as service, DeliveryPhotoAnswer, DeliveryPhotoView},
    facts::get_vote,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(create_delivery_photos).service(get_delivery_photo);
}

/// Photos and scans that prove deliveries.
#[derive(Debug, MultipartForm, utoipa::ToSchema)]
struct PhotosForm {
    /// 1 to 20 images, JPEG, PNG or WebP, 16 MiB and 50 megapixels each at the most. Metadata is
    /// dropped.
    #[schema(value_type = Vec<String>, format = Binary, content_media_type = "image/*")]
    #[multipart(limit = "64MB")]
    file: Vec<TempFile>,
}

/// Takes photos of deliveries, each answered alone; a record then names one by its id. An image that
/// is there already is answered as it is, so a request may be repeated.
#[utoipa::path(
    tag = "voting", summary = "Upload delivery photos · 上传送达照片",
    operation_id = "create_delivery_photos", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    request_body(content = PhotosForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "An answer for each file",
        body = Vec<DeliveryPhotoAnswer>))
)]
#[post("/votes/{vote_id}/delivery-photos")]
async fn create_delivery_photos(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    form: MultipartForm<PhotosForm>,
) -> Result<HttpResponse, Problem> {
    let (vote_id, reach) = (*vote_id, auth.reach().clone());
    let asked = reach.clone();
    db.read(move |conn| get_vote(conn, vote_id, &asked).map(|_| ())).await?;
    let files = form.into_inner().file;
    if !(1..=MOST_FILES).contains(&files.len()) {
        let detail = format!("{} files; 1 to {MOST_FILES}", files.len());
        return Err(Refusal::field(Code::InvalidField, "/file", detail).into());
    }
    let context = WriteContext { idempotency: None, ..auth.context() };
    let mut answers = Vec::with_capacity(files.len());
    for file in files {
        let file_name = file.file_name.clone().unwrap_or_default();
        let file_name = file_name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let answer = DeliveryPhotoAnswer { file_name, photo: None, code: None, detail: None };
        answers.push(match keep((&db, &context), (vote_id, &reach), file).await {
            Ok(photo) => DeliveryPhotoAnswer { photo: Some(photo), ..answer },
            Err(refusal) if refusal.code().status() >= 500 => return Err(refusal.into()),
            Err(refusal) => DeliveryPhotoAnswer {
                code: Some(refusal.code().as_str().to_owned()),
                detail: Some(refusal.to_string()),
                ..answer
            },
        });
    }
    Ok(HttpResponse::Ok().json(answers))
}

async fn keep(
    (db, context): (&Db, &WriteContext),
    (vote_id, reach): (VoteId, &Reach),
    file: TempFile,
) -> Outcome<DeliveryPhotoView> {
    let ((), picture) = read_picture(file, |_| Ok(())).await?;
    let reach = reach.clone();
    db.write(context, "delivery.photo", move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::keep_photo(tx, &vote, &picture)
    })
    .await
}

/// The image; whoever looks is kept in the audit trail.
#[utoipa::path(
    tag = "voting", summary = "Look at a delivery photo · 查看送达照片",
    operation_id = "get_delivery_photo", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("photo_id" = DeliveryPhotoId, Path, description = "The photo")),
    responses((status = 200, description = "The image, as an attachment", content_type = "image/jpeg"))
)]
#[get("/votes/{vote_id}/delivery-photos/{photo_id}")]
async fn get_delivery_photo(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, DeliveryPhotoId)>,
) -> Result<HttpResponse, Problem> {
    let ((vote_id, id), reach) = (path.into_inner(), auth.reach().clone());
    let context = WriteContext { idempotency: None, ..auth.context() };
    let (photo, content) = db
        .write(&context, "delivery.photo_read", move |tx| {
            let vote = get_vote(tx.conn(), vote_id, &reach)?;
            service::look_at_photo(tx, (&vote, id))
        })
        .await?;
    let end = if photo.media_type == "image/png" { "png" } else { "jpg" };
    Ok(private_file((format!("{id}.{end}"), photo.media_type), content))
}
