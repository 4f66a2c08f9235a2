//! Owners: masked everywhere; changed with a reason, revealed with one.

use actix_web::{HttpResponse, get, http::StatusCode, patch, post, web};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use super::buildings_within;
use crate::{
    kernel::{Code, CommunityId, Contact, Outcome, OwnerId, Page, PageQuery, Refusal},
    platform::{
        auth::{
            Authorized, Reach,
            permission::{RegistryRead, RegistryReveal, RegistryWrite},
            seal::Keys,
        },
        db::{Conn, Db},
        http::{Body, IfMatch, Problem, command, etag, page_of},
    },
    registry::{
        dto::{OwnerOut, OwnerPatchIn, RevealIn, RevealedOut, shown_name},
        service::owners::{self as service, IDENTITY, OwnerPatch},
        store::owners::{self as store, Owner, OwnerFilter},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_owners).service(get_owner).service(change_owner).service(reveal_owner);
}

/// Which owners a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OwnersQuery {
    /// Part of the name.
    search: Option<String>,
    /// The whole ID number or 社会信用代码.
    id_number: Option<String>,
    /// The whole phone number or e-mail address.
    contact: Option<String>,
    /// Only owners without phone and e-mail.
    without_contact: Option<bool>,
    /// Owners per page, 1 to 200; 50 when absent.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Whoever owns a unit of the community today, masked.
#[utoipa::path(
    get, path = "/communities/{id}/owners", tag = "registry", operation_id = "list_owners",
    summary = "Owners · 业主", params(("id" = CommunityId, Path), OwnersQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "A page", body = Page<OwnerOut>))
)]
#[get("/communities/{id}/owners")]
async fn list_owners(
    who: Authorized<RegistryRead>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    id: web::Path<CommunityId>,
    query: web::Query<OwnersQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.into_inner();
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let (cursor, fetch, limit) = (page.cursor::<OwnerId>()?, page.fetch(), page.limit());
    let contact = query.contact.map(|text| contact_index(&keys, &text)).transpose()?;
    let number =
        query.id_number.map(|text| keys.blind_index(IDENTITY, &service::normal_number(&text)));
    let filter = OwnerFilter {
        name: query.search,
        identity_index: number,
        contact_index: contact,
        without_contact: query.without_contact.unwrap_or_default(),
    };
    let reach = who.reach().clone();
    let rows = db
        .read(move |conn| {
            let within = buildings_within(conn, &reach, *id)?;
            Ok(store::list_owners(conn, (*id, within), &filter, (cursor, fetch))?)
        })
        .await?;
    let page = Page::cut(rows, limit, |row| row.id.to_string());
    let Page { items, next_cursor } = page;
    let items = items.iter().map(|row| owner_out(&keys, row)).collect::<Outcome<Vec<_>>>()?;
    Ok(page_of(Page { items, next_cursor }))
}

fn contact_index(keys: &Keys, text: &str) -> Outcome<String> {
    let contact: Contact = text
        .parse()
        .map_err(|fault: String| Refusal::field(Code::InvalidField, "contact", fault))?;
    Ok(keys.contact_index(&contact))
}

/// An owner, masked.
#[utoipa::path(
    get, path = "/owners/{id}", tag = "registry", operation_id = "get_owner",
    summary = "An owner · 业主", params(("id" = OwnerId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The owner", body = OwnerOut))
)]
#[get("/owners/{id}")]
async fn get_owner(
    who: Authorized<RegistryRead>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    id: web::Path<OwnerId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    let row = db.read(move |conn| find(conn, &reach, *id)).await?;
    let tag = actix_web::http::header::ETag(etag(row.version));
    Ok(HttpResponse::Ok().insert_header(tag).json(owner_out(&keys, &row)?))
}

/// Change an owner's name or contacts.
#[utoipa::path(
    patch, path = "/owners/{id}", tag = "registry", operation_id = "change_owner",
    summary = "Change an owner · 更正业主信息", request_body = OwnerPatchIn,
    params(("id" = OwnerId, Path), ("If-Match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, description = "The owner as changed", body = OwnerOut))
)]
#[patch("/owners/{id}")]
async fn change_owner(
    who: Authorized<RegistryWrite>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    (id, if_match): (web::Path<OwnerId>, IfMatch),
    body: Body<OwnerPatchIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, input, keys) = (who.reach().clone(), body.value, (**keys).clone());
    let patch = OwnerPatch { name: input.name, phone: input.phone, email: input.email };
    command(&db, &context, ("registry.owner_change", StatusCode::OK), move |tx| {
        let old = find(tx.conn(), &reach, *id)?;
        if_match.check(old.version)?;
        let row = service::change(tx, &keys, (*id, if_match.0), (&patch, &input.reason))?;
        owner_out(&keys, &row)
    })
    .await
}

/// Show an owner's personal data in full; the audit trail keeps who asked and why.
#[utoipa::path(
    post, path = "/owners/{id}/reveal", tag = "registry", operation_id = "reveal_owner",
    summary = "Reveal an owner · 查看业主完整信息", request_body = RevealIn,
    params(("id" = OwnerId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "In full", body = RevealedOut))
)]
#[post("/owners/{id}/reveal")]
async fn reveal_owner(
    who: Authorized<RegistryReveal>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    id: web::Path<OwnerId>,
    body: Body<RevealIn>,
) -> Result<HttpResponse, Problem> {
    let (reach, reason, keys) = (who.reach().clone(), body.value.reason, (**keys).clone());
    // No idempotency key: what is revealed must not be kept as an answer.
    let context = crate::platform::db::WriteContext { idempotency: None, ..who.context() };
    let (owner, revealed) = db
        .write(&context, "registry.reveal", move |tx| {
            find(tx.conn(), &reach, *id)?;
            service::reveal(tx, &keys, (*id, &reason))
        })
        .await?;
    Ok(HttpResponse::Ok().json(RevealedOut {
        id: owner.id,
        name: owner.name,
        id_number: revealed.number,
        phone: revealed.phone,
        email: revealed.email,
    }))
}

/// An owner who owns something within reach today.
fn find(conn: &mut Conn, reach: &Reach, id: OwnerId) -> Outcome<Owner> {
    let places = store::list_owner_places(conn, id)?;
    if !places.iter().any(|place| reach.covers(place)) {
        return Err(Refusal::new(Code::NotFound));
    }
    store::find_owner(conn, id)?.ok_or(Refusal::new(Code::NotFound))
}

fn owner_out(keys: &Keys, row: &Owner) -> Outcome<OwnerOut> {
    let revealed = service::open(keys, row)?;
    let masked = |text: Option<String>| {
        text.and_then(|text| text.parse::<Contact>().ok()).map(|contact| contact.masked())
    };
    Ok(OwnerOut {
        id: row.id,
        kind: row.kind,
        name: shown_name(row.kind, &row.name),
        id_tail: row.identity_tail.clone(),
        phone: masked(revealed.phone),
        email: masked(revealed.email),
        contact_bound_at: row.contact_bound_at,
        version: row.version,
    })
}
