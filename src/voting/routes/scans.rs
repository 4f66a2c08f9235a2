//! Scans of returned sheets: uploaded as pictures, each answered alone; looked at with a trace.

use actix_multipart::form::{MultipartForm, tempfile::TempFile, text::Text};
use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::paper::clerk_of;
use crate::kernel::{Code, Outcome, Refusal, ScanId, SheetId, VoteId};
use crate::platform::{
    auth::{
        Authorized, Reach,
        permission::{BallotAudit, PaperEnter, VoteRead},
        seal::Keys,
    },
    db::{Db, WriteContext},
    files::picture::CleanPicture,
    http::{Body, Problem, command, private_file, read_picture},
};
use crate::voting::{
    dto::{RemoveScanIn, check_text},
    model::Clerk,
    service::{
        facts::get_vote,
        paper_code::Mark,
        scans::{self, ScanAnswer, ScanView},
    },
};

/// Files of a request at the most.
pub(super) const MOST_FILES: usize = 20;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(create_scans).service(list_sheet_scans).service(get_scan).service(remove_scan);
}

/// Images of returned sheets.
#[derive(Debug, MultipartForm, utoipa::ToSchema)]
struct ScansForm {
    /// 1 to 20 images, JPEG, PNG or WebP, 16 MiB and 50 megapixels each at the most. Metadata is
    /// dropped.
    #[schema(value_type = Vec<String>, format = Binary, content_media_type = "image/*")]
    #[multipart(limit = "64MB")]
    file: Vec<TempFile>,
    /// The sheet on all of them. Where it is left out, each file's name begins with its serial
    /// (`7K2M-Q9RC_2.jpg`), or the code on the sheet is read.
    #[schema(value_type = Option<String>, example = "7K2M-Q9RC")]
    serial: Option<Text<String>>,
    /// Why images are added to a sheet that was entered already; 1 to 200 characters.
    #[schema(value_type = Option<String>)]
    reason: Option<Text<String>>,
}

/// One upload that is being taken.
struct Upload {
    db: web::Data<Db>,
    keys: web::Data<Keys>,
    context: WriteContext,
    reach: Reach,
    clerk: Clerk,
    vote_id: VoteId,
    serial: Option<String>,
    reason: Option<String>,
}

impl Upload {
    /// Takes one file, or says why not; a failure of ours fails the request.
    async fn take(&self, file: TempFile) -> Result<ScanAnswer, Problem> {
        let file_name = file.file_name.clone().unwrap_or_default();
        let file_name = file_name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let taken = match self.read(file_name.clone(), file).await {
            Ok((mark, picture)) => self.keep(mark, picture).await,
            Err(refusal) => Err(refusal),
        };
        let answer = ScanAnswer { file_name, scan: None, code: None, detail: None };
        match taken {
            Ok(scan) => Ok(ScanAnswer { scan: Some(scan), ..answer }),
            Err(refusal) if refusal.code().status() >= 500 => Err(refusal.into()),
            Err(refusal) => Ok(ScanAnswer {
                code: Some(refusal.code().as_str().to_owned()),
                detail: Some(refusal.to_string()),
                ..answer
            }),
        }
    }

    /// Decodes, matches and cleans one picture, outside of any transaction.
    async fn read(&self, file_name: String, file: TempFile) -> Outcome<(Mark, CleanPicture)> {
        let (keys, vote_id, serial) = (self.keys.clone(), self.vote_id, self.serial.clone());
        read_picture(file, move |picture| {
            let named = (serial.as_deref(), file_name.as_str());
            scans::match_scan((&keys, vote_id), named, || picture.codes())
        })
        .await
    }

    async fn keep(&self, mark: Mark, picture: CleanPicture) -> Outcome<ScanView> {
        let (vote_id, reach, clerk) = (self.vote_id, self.reach.clone(), self.clerk.clone());
        let reason = self.reason.clone();
        let keep = move |tx: &mut crate::platform::db::WriteTx<'_>| {
            let vote = get_vote(tx.conn(), vote_id, &reach)?;
            scans::take_scan(tx, (&vote, &clerk), (&mark, &picture, reason.as_deref()))
        };
        self.db.write(&self.context, "sheet.scan", keep).await
    }
}

/// Takes images of returned sheets, each answered alone. An image that is there already is answered
/// as it is, so a request may be repeated.
#[utoipa::path(
    tag = "voting", summary = "Upload scans · 上传扫描件", operation_id = "create_scans",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    request_body(content = ScansForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "An answer for each file", body = Vec<ScanAnswer>))
)]
#[post("/votes/{vote_id}/scans")]
async fn create_scans(
    auth: Authorized<PaperEnter>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    vote_id: web::Path<VoteId>,
    form: MultipartForm<ScansForm>,
) -> Result<HttpResponse, Problem> {
    let (vote_id, reach, clerk) = (*vote_id, auth.reach().clone(), clerk_of(&auth));
    let asked = reach.clone();
    db.read(move |conn| get_vote(conn, vote_id, &asked).map(|_| ())).await?;
    let ScansForm { file: files, serial, reason } = form.into_inner();
    let (serial, reason) = check_form(files.len(), serial, reason)?;
    let context = WriteContext { idempotency: None, ..auth.context() };
    let upload = Upload { db, keys, context, reach, clerk, vote_id, serial, reason };
    let mut answers = Vec::with_capacity(files.len());
    for file in files {
        answers.push(upload.take(file).await?);
    }
    Ok(HttpResponse::Ok().json(answers))
}

/// Serial and reason, where they were filled in.
fn check_form(
    files: usize,
    serial: Option<Text<String>>,
    reason: Option<Text<String>>,
) -> Outcome<(Option<String>, Option<String>)> {
    if !(1..=MOST_FILES).contains(&files) {
        let detail = format!("{files} files; 1 to {MOST_FILES}");
        return Err(Refusal::field(Code::InvalidField, "/file", detail));
    }
    let filled = |text: Option<Text<String>>| {
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let (serial, reason) = (filled(serial), filled(reason));
    if let Some(reason) = &reason {
        check_text("/reason", reason, 1..=200)?;
    }
    Ok((serial, reason))
}

/// Where the caller enters sheets, and where the caller audits.
fn lookers(auth: &Authorized<VoteRead>) -> (Option<Reach>, Option<Reach>) {
    let principal = auth.principal();
    (principal.reach::<PaperEnter>(), principal.reach::<BallotAudit>())
}

/// The scans of a sheet, without the images: for those who enter sheets, and for auditors after the
/// close.
#[utoipa::path(
    tag = "voting", summary = "Scans of a sheet · 扫描件列表", operation_id = "list_sheet_scans",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sheet_id" = SheetId, Path, description = "The sheet")),
    responses((status = 200, description = "In their order, removed ones too", body = Vec<ScanView>))
)]
#[get("/votes/{vote_id}/sheets/{sheet_id}/scans")]
async fn list_sheet_scans(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SheetId)>,
) -> Result<HttpResponse, Problem> {
    let ((vote_id, sheet_id), (enters, audits)) = (path.into_inner(), lookers(&auth));
    let scans = db
        .read(move |conn| {
            let looker = (enters.as_ref(), audits.as_ref());
            let vote = scans::vote_for_looking(conn, vote_id, looker)?;
            scans::list_scans(conn, &vote, sheet_id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(scans))
}

/// The image; whoever looks is kept in the audit trail.
#[utoipa::path(
    tag = "voting", summary = "Look at a scan · 查看扫描件", operation_id = "get_scan",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("scan_id" = ScanId, Path, description = "The scan")),
    responses((status = 200, description = "The image, as an attachment", content_type = "image/jpeg"))
)]
#[get("/votes/{vote_id}/scans/{scan_id}")]
async fn get_scan(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, ScanId)>,
) -> Result<HttpResponse, Problem> {
    let ((vote_id, id), (enters, audits)) = (path.into_inner(), lookers(&auth));
    let context = WriteContext { idempotency: None, ..auth.context() };
    let (scan, content) = db
        .write(&context, "sheet.scan_read", move |tx| {
            let looker = (enters.as_ref(), audits.as_ref());
            let vote = scans::vote_for_looking(tx.conn(), vote_id, looker)?;
            scans::look_at_scan(tx, &vote, id)
        })
        .await?;
    let end = if scan.media_type == "image/png" { "png" } else { "jpg" };
    Ok(private_file((format!("{id}.{end}"), scan.media_type), content))
}

/// Removes a scan before anybody has entered its sheet; the image is kept.
#[utoipa::path(
    tag = "voting", summary = "Remove a scan · 撤下扫描件", operation_id = "remove_scan",
    security(("bearer" = [])), request_body = RemoveScanIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("scan_id" = ScanId, Path, description = "The scan")),
    responses((status = 200, description = "Removed", body = ScanView))
)]
#[post("/votes/{vote_id}/scans/{scan_id}/remove")]
async fn remove_scan(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, ScanId)>,
    body: Body<RemoveScanIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, clerk) =
        (body.bind(auth.context()), auth.reach().clone(), clerk_of(&auth));
    let (vote_id, id) = path.into_inner();
    let reason = body.value.into_command()?;
    command(&db, &context, ("sheet.scan_remove", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        scans::remove_scan(tx, (&vote, &clerk), (id, &reason))
    })
    .await
}
