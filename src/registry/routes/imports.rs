//! Upload → preview → commit → undo.

use std::{
    fs::File,
    io::{Seek, SeekFrom},
};

use actix_multipart::form::{MultipartForm, MultipartFormConfig};
use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use tokio::sync::Semaphore;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{files::download, place_of};
use crate::{
    kernel::{
        Code, CommunityId, ImportFaultId, ImportId, LocalDate, Outcome, Page, PageQuery, Refusal,
        UnitFactId,
    },
    platform::{
        auth::{
            Authorized, Reach,
            permission::{RegistryImport, RegistryRead},
            require,
            seal::Keys,
        },
        db::{Conn, Db, WriteContext, WriteTx},
        files::{self, sheet::SheetKind},
        http::{Body, Problem, command, page_of},
    },
    registry::{
        dto::{CommitIn, ImportForm, ImportOut, ImportUpload, UnitChangeOut, UnitCounts},
        export::faults_sheet,
        find_place_of_community,
        import_job::{ReadImport, read},
        model::UnitChange,
        register_file::RowFault,
        service::import::{self as service, NewImport},
        store::imports::{self as store, Import, ImportUnit},
    },
};

/// Files that are read at once; more would only slow each other and everybody else.
static READERS: Semaphore = Semaphore::const_new(2);
/// Bytes of an upload at the most.
const LARGEST: usize = 256 << 20;

pub(super) fn routes(config: &mut ServiceConfig) {
    let form = MultipartFormConfig::default().total_limit(LARGEST).memory_limit(64 * 1024);
    config
        .app_data(form)
        .service(create_import)
        .service(list_imports)
        .service(get_import)
        .service(list_import_faults)
        .service(export_import_faults)
        .service(list_import_changes)
        .service(commit_import)
        .service(undo_import)
        .service(cancel_import);
}

/// Upload an owner register. It is read in the background: follow `state` and `lines_read`.
#[utoipa::path(
    post, path = "/communities/{id}/imports", tag = "registry", operation_id = "create_import",
    summary = "Upload an owner register · 上传业主名册",
    params(("id" = CommunityId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    security(("bearer" = [])),
    responses((status = 202, description = "Being read", body = ImportOut))
)]
#[post("/communities/{id}/imports")]
async fn create_import(
    who: Authorized<RegistryImport>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    id: web::Path<CommunityId>,
    form: MultipartForm<ImportUpload>,
) -> Result<HttpResponse, Problem> {
    who.require(&place_of(&db, *id).await?)?;
    let upload = form.into_inner();
    let file_name = upload.file.file_name.clone().unwrap_or_default();
    let (file, digest) = digested(upload.file.file.into_file()).await?;
    let effective_on = day(upload.effective_on.map(|text| text.0))?;
    let new = NewImport { community_id: *id, file_name, file_digest: digest, effective_on };
    let mut context = who.context();
    if let Some(key) = &mut context.idempotency {
        key.request_digest = format!("{} {:?}", new.file_digest, new.effective_on);
    }
    let label = ("registry.import_open", StatusCode::ACCEPTED);
    let (opened, open) = tokio::sync::watch::channel(None);
    let response = command(&db, &context, label, move |tx| {
        let import = service::open(tx, &new)?;
        opened.send_replace(Some(import.clone()));
        Ok(import_out(import))
    })
    .await?;
    // A replayed answer opened nothing: its file was read before.
    let import = open.borrow().clone();
    if let Some(import) = import {
        let context = WriteContext { idempotency: None, ..context };
        let job = ReadImport { db: (**db).clone(), keys: (**keys).clone(), context, import };
        actix_web::rt::spawn(read_behind(job, file));
    }
    Ok(response)
}

/// Reads in the background; the batch itself tells how it ended.
async fn read_behind(job: ReadImport, file: File) {
    let Ok(_place) = READERS.acquire().await else { return };
    let done = tokio::task::spawn_blocking(move || {
        let id = job.import.id;
        if let Err(refusal) = read(&job, file, &mut |_| {}) {
            tracing::warn!(import = %id, cause = %refusal, "the import's reading ended");
        }
    });
    if done.await.is_err() {
        tracing::error!("the import's reading panicked");
    }
}

async fn digested(mut file: File) -> Outcome<(File, String)> {
    let digest = tokio::task::spawn_blocking(move || {
        file.seek(SeekFrom::Start(0))?;
        let digest = files::digest(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok::<_, std::io::Error>((file, digest))
    });
    digest.await.map_err(Refusal::internal)?.map_err(Refusal::internal)
}

fn day(text: Option<String>) -> Outcome<Option<LocalDate>> {
    text.filter(|text| !text.trim().is_empty())
        .map(|text| {
            text.trim()
                .parse()
                .map_err(|fault| Refusal::field(Code::InvalidField, "/effective_on", fault))
        })
        .transpose()
}

/// The imports of a community, newest first.
#[utoipa::path(
    get, path = "/communities/{id}/imports", tag = "registry", operation_id = "list_imports",
    summary = "Imports of a community · 导入批次列表",
    params(("id" = CommunityId, Path), PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page", body = Page<ImportOut>))
)]
#[get("/communities/{id}/imports")]
async fn list_imports(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<CommunityId>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    who.require(&place_of(&db, *id).await?)?;
    let (cursor, fetch, limit) = (page.cursor::<ImportId>()?, page.fetch(), page.limit());
    let rows = db.read(move |conn| Ok(store::list_imports(conn, *id, (cursor, fetch))?)).await?;
    let page = Page::cut(rows, limit, |import| import.id.to_string());
    Ok(page_of(page.map(import_out)))
}

/// An import: its progress, and what it would do.
#[utoipa::path(
    get, path = "/imports/{id}", tag = "registry", operation_id = "get_import",
    summary = "An import · 导入批次", params(("id" = ImportId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The import", body = ImportOut))
)]
#[get("/imports/{id}")]
async fn get_import(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<ImportId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    let import = db.read(move |conn| find(conn, &reach, *id)).await?;
    Ok(HttpResponse::Ok().json(import_out(import)))
}

/// Every fault of the file with line, column and reason.
#[utoipa::path(
    get, path = "/imports/{id}/faults", tag = "registry", operation_id = "list_import_faults",
    summary = "Faults of an import · 错误明细",
    params(("id" = ImportId, Path), PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page", body = Page<RowFault>))
)]
#[get("/imports/{id}/faults")]
async fn list_import_faults(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<ImportId>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (cursor, fetch, limit) = (page.cursor::<ImportFaultId>()?, page.fetch(), page.limit());
    let reach = who.reach().clone();
    let rows = db
        .read(move |conn| {
            let import = find(conn, &reach, *id)?;
            Ok(store::list_faults(conn, import.id, (cursor, fetch))?)
        })
        .await?;
    let page = Page::cut(rows, limit, |(id, _)| id.to_string());
    Ok(page_of(page.map(|(_, fault)| fault)))
}

/// Every fault of the file as a table, to work through beside it.
#[utoipa::path(
    get, path = "/imports/{id}/faults.xlsx", tag = "registry",
    operation_id = "export_import_faults", summary = "Faults as a workbook · 错误明细表",
    params(("id" = ImportId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
)]
#[get("/imports/{id}/faults.xlsx")]
async fn export_import_faults(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<ImportId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    let file = db
        .read(move |conn| {
            let import = find(conn, &reach, *id)?;
            let rows = store::list_faults(conn, import.id, (None, i64::from(u16::MAX)))?;
            let faults: Vec<RowFault> = rows.into_iter().map(|(_, fault)| fault).collect();
            faults_sheet(&faults)
        })
        .await?;
    download(file, SheetKind::Xlsx, "错误明细")
}

/// Which units a list of changes shows.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ChangesQuery {
    /// Only these.
    change: Option<UnitChange>,
    /// Units per page, 1 to 200; 50 when absent.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What the commit does, unit by unit.
#[utoipa::path(
    get, path = "/imports/{id}/changes", tag = "registry", operation_id = "list_import_changes",
    summary = "Preview of an import · 变更预览",
    params(("id" = ImportId, Path), ChangesQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page", body = Page<UnitChangeOut>))
)]
#[get("/imports/{id}/changes")]
async fn list_import_changes(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<ImportId>,
    query: web::Query<ChangesQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.into_inner();
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let (cursor, fetch, limit) = (page.cursor::<UnitFactId>()?, page.fetch(), page.limit());
    let reach = who.reach().clone();
    let rows = db
        .read(move |conn| {
            let import = find(conn, &reach, *id)?;
            Ok(store::list_changes(conn, (import.id, query.change), (cursor, fetch))?)
        })
        .await?;
    let page = Page::cut(rows, limit, |row| row.id.to_string());
    Ok(page_of(page.map(change_out)))
}

/// Take a previewed import into the register, whole.
#[utoipa::path(
    post, path = "/imports/{id}/commit", tag = "registry", operation_id = "commit_import",
    summary = "Commit an import · 确认导入",
    params(("id" = ImportId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = CommitIn, security(("bearer" = [])),
    responses((status = 200, description = "Committed", body = ImportOut))
)]
#[post("/imports/{id}/commit")]
async fn commit_import(
    who: Authorized<RegistryImport>,
    db: web::Data<Db>,
    id: web::Path<ImportId>,
    body: Body<CommitIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, vanished) = (who.reach().clone(), body.value.vanished);
    command(&db, &context, ("registry.import_commit", StatusCode::OK), move |tx| {
        require_import(tx, &reach, *id)?;
        service::commit(tx, *id, vanished).map(import_out)
    })
    .await
}

/// Take a committed import back out.
#[utoipa::path(
    post, path = "/imports/{id}/undo", tag = "registry", operation_id = "undo_import",
    summary = "Undo an import · 撤销导入",
    params(("id" = ImportId, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, description = "Undone", body = ImportOut))
)]
#[post("/imports/{id}/undo")]
async fn undo_import(
    who: Authorized<RegistryImport>,
    db: web::Data<Db>,
    id: web::Path<ImportId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    command(&db, &who.context(), ("registry.import_undo", StatusCode::OK), move |tx| {
        require_import(tx, &reach, *id)?;
        service::undo(tx, *id).map(import_out)
    })
    .await
}

/// Give an import up before it is committed.
#[utoipa::path(
    post, path = "/imports/{id}/cancel", tag = "registry", operation_id = "cancel_import",
    summary = "Cancel an import · 取消导入",
    params(("id" = ImportId, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, description = "Cancelled", body = ImportOut))
)]
#[post("/imports/{id}/cancel")]
async fn cancel_import(
    who: Authorized<RegistryImport>,
    db: web::Data<Db>,
    id: web::Path<ImportId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    command(&db, &who.context(), ("registry.import_cancel", StatusCode::OK), move |tx| {
        require_import(tx, &reach, *id)?;
        service::cancel(tx, *id).map(import_out)
    })
    .await
}

fn find(conn: &mut Conn, reach: &Reach, id: ImportId) -> Outcome<Import> {
    let import = store::find_import(conn, id)?.ok_or(Refusal::new(Code::NotFound))?;
    let place = find_place_of_community(conn, import.community_id)?;
    require(reach, &place.unwrap_or_default(), "registry")?;
    Ok(import)
}

fn require_import(tx: &mut WriteTx<'_>, reach: &Reach, id: ImportId) -> Outcome<()> {
    find(tx.conn(), reach, id).map(|_| ())
}

pub(super) fn import_out(import: Import) -> ImportOut {
    ImportOut {
        id: import.id,
        community_id: import.community_id,
        file_name: import.file_name,
        file_digest: import.file_digest,
        state: import.state,
        lines_read: import.lines_read,
        lines_total: import.lines_total,
        units: UnitCounts {
            new: import.units_new,
            changed: import.units_changed,
            unchanged: import.units_unchanged,
            vanished: import.units_vanished,
        },
        fault_count: import.fault_count,
        notes: serde_json::from_str(&import.notes).unwrap_or_default(),
        effective_on: import.effective_on,
        created_by: import.created_by,
        created_at: import.created_at,
        committed_at: import.committed_at,
        undone_at: import.undone_at,
        failure: import.failure,
        version: import.version,
    }
}

fn change_out(row: ImportUnit) -> UnitChangeOut {
    UnitChangeOut {
        line: Some(row.line).filter(|line| *line > 0),
        sheet: row.sheet,
        unit_id: row.unit_id,
        unit_code: row.code,
        building: row.building,
        entrance: row.entrance,
        change: row.change,
        differences: serde_json::from_str(&row.differences).unwrap_or_default(),
        unit_use: row.unit_use,
        area: row.area,
        area_source: row.area_source,
        delivered: row.delivered,
    }
}
