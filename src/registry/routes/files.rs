//! The register as a file: template and export. Who took what is kept in the audit trail.

use actix_web::{
    HttpResponse, get,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web,
};
use serde::Deserialize;
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{buildings_within, day_or_today};
use crate::{
    kernel::{Code, CommunityId, LocalDate, Outcome, Refusal},
    platform::{
        auth::{
            Authorized, Place,
            permission::{RegistryExport, RegistryRead, RegistryReveal},
            seal::Keys,
        },
        db::Db,
        files::sheet::{FileBody, SheetKind},
        http::Problem,
    },
    registry::{
        export::{Export, PersonalData, export, template},
        find_place_of_community,
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_register_template_xlsx)
        .service(get_register_template_csv)
        .service(export_register_xlsx)
        .service(export_register_csv);
}

/// An empty register to fill in, with drop-downs.
#[utoipa::path(
    get, path = "/register-template.xlsx", tag = "registry",
    operation_id = "get_register_template_xlsx", summary = "Template (XLSX) · 业主名册模板",
    security(("bearer" = [])),
    responses((status = 200, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
)]
#[get("/register-template.xlsx")]
async fn get_register_template_xlsx(
    _who: Authorized<RegistryRead>,
) -> Result<HttpResponse, Problem> {
    template_answer(SheetKind::Xlsx).await
}

/// An empty register to fill in, as text.
#[utoipa::path(
    get, path = "/register-template.csv", tag = "registry",
    operation_id = "get_register_template_csv", summary = "Template (CSV) · 业主名册模板",
    security(("bearer" = [])),
    responses((status = 200, description = "The table", content_type = "text/csv"))
)]
#[get("/register-template.csv")]
async fn get_register_template_csv(
    _who: Authorized<RegistryRead>,
) -> Result<HttpResponse, Problem> {
    template_answer(SheetKind::Csv).await
}

async fn template_answer(kind: SheetKind) -> Result<HttpResponse, Problem> {
    let file = tokio::task::spawn_blocking(move || template(kind)).await;
    download(file.map_err(Refusal::internal)??, kind, "业主名册模板")
}

/// Which day, and how much of the personal data.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    /// `YYYY-MM-DD`; today where nothing is said.
    as_of: Option<LocalDate>,
    /// Personal data in full: needs the permission to reveal it, and a reason.
    full: Option<bool>,
    /// Why it must be in full.
    reason: Option<String>,
}

/// The register as a workbook; the same columns can be imported again.
#[utoipa::path(
    get, path = "/communities/{id}/register.xlsx", tag = "registry",
    operation_id = "export_register_xlsx", summary = "Export (XLSX) · 导出业主名册",
    params(("id" = CommunityId, Path), ExportQuery), security(("bearer" = [])),
    responses((status = 200, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
)]
#[get("/communities/{id}/register.xlsx")]
async fn export_register_xlsx(
    who: Authorized<RegistryExport>,
    data: (web::Data<Db>, web::Data<Keys>),
    id: web::Path<CommunityId>,
    query: web::Query<ExportQuery>,
) -> Result<HttpResponse, Problem> {
    export_answer(who, data, (*id, SheetKind::Xlsx), query.into_inner()).await
}

/// The register as text; the same columns can be imported again.
#[utoipa::path(
    get, path = "/communities/{id}/register.csv", tag = "registry",
    operation_id = "export_register_csv", summary = "Export (CSV) · 导出业主名册",
    params(("id" = CommunityId, Path), ExportQuery), security(("bearer" = [])),
    responses((status = 200, description = "The table", content_type = "text/csv"))
)]
#[get("/communities/{id}/register.csv")]
async fn export_register_csv(
    who: Authorized<RegistryExport>,
    data: (web::Data<Db>, web::Data<Keys>),
    id: web::Path<CommunityId>,
    query: web::Query<ExportQuery>,
) -> Result<HttpResponse, Problem> {
    export_answer(who, data, (*id, SheetKind::Csv), query.into_inner()).await
}

async fn export_answer(
    who: Authorized<RegistryExport>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    (community_id, kind): (CommunityId, SheetKind),
    query: ExportQuery,
) -> Result<HttpResponse, Problem> {
    let day = day_or_today(&db, query.as_of);
    let reach = who.reach().clone();
    let (place, within) = db
        .read(move |conn| {
            let within = buildings_within(conn, &reach, community_id)?;
            Ok((find_place_of_community(conn, community_id)?.unwrap_or_default(), within))
        })
        .await?;
    let personal_data = personal_data(&who, &place, &query)?;
    let reason = query.reason.unwrap_or_default();
    let context = who.context();
    let full = personal_data == PersonalData::Full;
    let taken_at = db
        .write(&context, "registry.export", move |tx| {
            let what = json!({"as_of": day, "full": full, "reason": reason});
            tx.audit("registry.exported", ("community", community_id), (None, Some(&what)));
            Ok(tx.now())
        })
        .await?;
    let footer = format!("{} {}", context.actor.name, taken_at.local_text());
    let what = Export { community_id, within, day, kind, personal_data, footer };
    let file = db.snapshot(move |conn| export(conn, &keys, &what)).await?;
    download(file, kind, "业主名册")
}

/// In full only for those who may reveal personal data of the whole community, with a reason.
fn personal_data(
    who: &Authorized<RegistryExport>,
    place: &Place,
    query: &ExportQuery,
) -> Outcome<PersonalData> {
    if !query.full.unwrap_or_default() {
        return Ok(PersonalData::Masked);
    }
    let may = who.principal().reach::<RegistryReveal>().is_some_and(|reach| reach.covers(place));
    if !may {
        return Err(Refusal::new(Code::Forbidden).with("permission", "registry_reveal"));
    }
    if query.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        let detail = "why in full · 请填写导出完整信息的理由";
        return Err(Refusal::field(Code::InvalidField, "reason", detail));
    }
    Ok(PersonalData::Full)
}

pub(super) fn download(
    file: std::fs::File,
    kind: SheetKind,
    name: &str,
) -> Result<HttpResponse, Problem> {
    let name = format!("{name}.{}", kind.extension());
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename(format!("register.{}", kind.extension())),
            DispositionParam::FilenameExt(header::ExtendedValue {
                charset: header::Charset::Ext("UTF-8".to_owned()),
                language_tag: None,
                value: name.into_bytes(),
            }),
        ],
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind.media_type()))
        .insert_header(disposition)
        .body(FileBody::new(file)?))
}
