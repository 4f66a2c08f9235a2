//! Households and residents.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{buildings_within, day_or_today};
use crate::{
    kernel::{
        Code, CommunityId, HouseholdId, LocalDate, Outcome, Page, PageQuery, Refusal, UnitId,
        text::mask_name,
    },
    platform::{
        auth::{
            Authorized, Reach,
            permission::{RegistryRead, RegistryWrite},
            require,
            seal::Keys,
        },
        db::{Conn, Db},
        http::{Body, IfMatch, Problem, command, page_of},
    },
    registry::{
        dto::{HouseholdIn, HouseholdOut, MoveOutIn, ResidentOut},
        service::people::{self as service, NewHousehold},
        store::{
            communities::find_unit_place,
            people::{self as store, Household, HouseholdFilter, Resident},
            units::find_unit,
        },
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_households).service(create_household).service(end_household);
}

/// Which households a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct HouseholdsQuery {
    /// `YYYY-MM-DD`; today where nothing is said.
    as_of: Option<LocalDate>,
    /// Part of the name or of the unit's number.
    search: Option<String>,
    /// Only of this unit.
    unit_id: Option<UnitId>,
    /// Households per page, 1 to 200; 50 when absent.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The households of a community on a day, masked.
#[utoipa::path(
    get, path = "/communities/{id}/households", tag = "registry",
    operation_id = "list_households", summary = "Households and residents · 住户与居民",
    params(("id" = CommunityId, Path), HouseholdsQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page", body = Page<HouseholdOut>))
)]
#[get("/communities/{id}/households")]
async fn list_households(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<CommunityId>,
    query: web::Query<HouseholdsQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.into_inner();
    let day = day_or_today(&db, query.as_of);
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let (cursor, fetch, limit) = (page.cursor::<HouseholdId>()?, page.fetch(), page.limit());
    let reach = who.reach().clone();
    let (unit_id, search) = (query.unit_id, query.search);
    let items = db
        .read(move |conn| {
            let within = buildings_within(conn, &reach, *id)?;
            let filter = HouseholdFilter { unit_id, within, search };
            let rows = store::list_households(conn, (*id, day), &filter, (cursor, fetch))?;
            households_out(conn, rows, day)
        })
        .await?;
    Ok(page_of(Page::cut(items, limit, |household| household.id.to_string())))
}

/// Enter a household that lives in a unit.
#[utoipa::path(
    post, path = "/units/{id}/households", tag = "registry", operation_id = "create_household",
    summary = "Enter a household · 录入住户", request_body = HouseholdIn,
    params(("id" = UnitId, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 201, description = "Entered", body = HouseholdOut))
)]
#[post("/units/{id}/households")]
async fn create_household(
    who: Authorized<RegistryWrite>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    id: web::Path<UnitId>,
    body: Body<HouseholdIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, input, keys) = (who.reach().clone(), body.value, (**keys).clone());
    let residents = input.residents.into_iter().map(|one| (one.name, one.phone, one.needs));
    let new = NewHousehold {
        unit_id: *id,
        name: input.name,
        is_tenant: input.is_tenant,
        on: input.on,
        residents: residents.collect(),
    };
    command(&db, &context, ("registry.household", StatusCode::CREATED), move |tx| {
        require_unit(tx.conn(), &reach, new.unit_id)?;
        let row = service::move_in(tx, &keys, &new)?;
        household_out(tx.conn(), row)
    })
    .await
}

/// End a household's time in its unit.
#[utoipa::path(
    post, path = "/households/{id}/end", tag = "registry", operation_id = "end_household",
    summary = "A household moves out · 住户迁出", request_body = MoveOutIn,
    params(
        ("id" = HouseholdId, Path), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header)
    ),
    security(("bearer" = [])),
    responses((status = 200, description = "Ended", body = HouseholdOut))
)]
#[post("/households/{id}/end")]
async fn end_household(
    who: Authorized<RegistryWrite>,
    db: web::Data<Db>,
    (id, if_match): (web::Path<HouseholdId>, IfMatch),
    body: Body<MoveOutIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, on) = (who.reach().clone(), body.value.on);
    command(&db, &context, ("registry.household_end", StatusCode::OK), move |tx| {
        let found = store::find_household(tx.conn(), *id)?;
        let found = found.ok_or(Refusal::new(Code::NotFound))?;
        require_unit(tx.conn(), &reach, found.unit_id)?;
        let row = service::move_out(tx, (*id, if_match.0), on)?;
        household_out(tx.conn(), row)
    })
    .await
}

fn require_unit(conn: &mut Conn, reach: &Reach, id: UnitId) -> Outcome<()> {
    let place = find_unit_place(conn, id)?.ok_or(Refusal::new(Code::NotFound))?;
    require(reach, &place, "registry")
}

fn household_out(conn: &mut Conn, row: Household) -> Outcome<HouseholdOut> {
    let unit = find_unit(conn, row.unit_id)?.ok_or(Refusal::new(Code::NotFound))?;
    let day = row.valid_from;
    let mut found = households_out(conn, vec![(row, unit.code)], day)?;
    found.pop().ok_or(Refusal::new(Code::NotFound))
}

fn households_out(
    conn: &mut Conn,
    rows: Vec<(Household, String)>,
    day: LocalDate,
) -> Outcome<Vec<HouseholdOut>> {
    let ids = rows.iter().map(|(row, _)| row.id).collect();
    let mut residents = store::list_residents(conn, ids, day)?;
    let resident = |row: Resident| ResidentOut {
        id: row.id,
        name: mask_name(&row.name),
        has_contact: row.phone_index.is_some(),
        needs: serde_json::from_str(&row.needs).unwrap_or_default(),
    };
    let out = |(row, unit_code): (Household, String)| HouseholdOut {
        id: row.id,
        unit_id: row.unit_id,
        unit_code,
        name: mask_name(&row.name),
        is_tenant: row.is_tenant,
        residents: residents
            .remove(&row.id)
            .unwrap_or_default()
            .into_iter()
            .map(resident)
            .collect(),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        version: row.version,
    };
    Ok(rows.into_iter().map(out).collect())
}
