//! Divisions, communities, buildings.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, http::StatusCode, patch, post, web};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use super::day_or_today;
use crate::{
    kernel::{
        BuildingId, Code, CommunityId, LocalDate, Outcome, Page, PageQuery, Refusal, UtcTime,
    },
    platform::{
        auth::{
            Authorized, Place,
            permission::{DivisionManage, RegistryRead, RegistryWrite},
            require,
        },
        db::Db,
        http::{Body, IfMatch, Problem, command, etag, page_of},
    },
    registry::{
        dto::{
            BuildingOut, CommunityIn, CommunityOut, CommunityPatch, DivisionBody, EntranceOut,
            SurveyFacts, UseCount,
        },
        model::UnitUse,
        service::communities as service,
        store::communities::{self as store, Building, Community, Division, Entrance},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_divisions)
        .service(create_division)
        .service(list_communities)
        .service(create_community)
        .service(get_community)
        .service(change_community)
        .service(list_buildings);
}

/// What a list of divisions or communities is searched by.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    /// Part of the name.
    search: Option<String>,
    /// The beginning of a division code.
    division: Option<String>,
    /// Items per page, 1 to 200; 50 when absent.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl SearchQuery {
    fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// The divisions that are in use.
#[utoipa::path(
    get, path = "/divisions", tag = "registry", operation_id = "list_divisions",
    summary = "Divisions · 行政区划", params(SearchQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page", body = Page<DivisionBody>))
)]
#[get("/divisions")]
async fn list_divisions(
    _who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    query: web::Query<SearchQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, query) = (query.page(), query.into_inner());
    let (cursor, fetch, limit) = (page.cursor::<String>()?, page.fetch(), page.limit());
    let rows = db
        .read(move |conn| {
            let filter = (query.division.as_deref(), query.search.as_deref());
            Ok(store::list_divisions(conn, filter, (cursor, fetch))?)
        })
        .await?;
    let page = Page::cut(rows, limit, |row| row.code.clone());
    Ok(page_of(page.map(|row| DivisionBody { code: row.code, name: row.name })))
}

/// Enter or rename a division.
#[utoipa::path(
    post, path = "/divisions", tag = "registry", operation_id = "create_division",
    summary = "Enter a division · 录入行政区划", request_body = DivisionBody,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, description = "Entered", body = DivisionBody))
)]
#[post("/divisions")]
async fn create_division(
    who: Authorized<DivisionManage>,
    db: web::Data<Db>,
    body: Body<DivisionBody>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let division = body.value;
    let place = Place { division_code: division.code.clone(), ..Place::default() };
    who.require(&place)?;
    command(&db, &context, ("registry.division", StatusCode::CREATED), move |tx| {
        let row = Division { code: division.code.clone(), name: division.name.clone() };
        service::keep_division(tx, &row)?;
        Ok(division.clone())
    })
    .await
}

/// The communities within my scopes.
#[utoipa::path(
    get, path = "/communities", tag = "registry", operation_id = "list_communities",
    summary = "Communities · 小区列表", params(SearchQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page", body = Page<CommunityOut>))
)]
#[get("/communities")]
async fn list_communities(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    query: web::Query<SearchQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, query) = (query.page(), query.into_inner());
    let (cursor, fetch, limit) = (page.cursor::<CommunityId>()?, page.fetch(), page.limit());
    let reach = who.reach().clone();
    let rows = db
        .read(move |conn| {
            let filter = (query.search.as_deref(), query.division.as_deref());
            Ok(store::list_communities(conn, &reach, filter, (cursor, fetch))?)
        })
        .await?;
    let page = Page::cut(rows, limit, |row| row.id.to_string());
    Ok(page_of(page.map(community_out)))
}

/// Enter a community with the facts of its survey.
#[utoipa::path(
    post, path = "/communities", tag = "registry", operation_id = "create_community",
    summary = "Enter a community · 录入小区", request_body = CommunityIn,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, description = "Entered", body = CommunityOut))
)]
#[post("/communities")]
async fn create_community(
    who: Authorized<RegistryWrite>,
    db: web::Data<Db>,
    body: Body<CommunityIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let input = body.value;
    let place = Place { division_code: input.division_code.clone(), ..Place::default() };
    who.require(&place)?;
    let now = db.clock().now();
    command(&db, &context, ("registry.community", StatusCode::CREATED), move |tx| {
        service::enter(tx, community_row(input.clone(), now)).map(community_out)
    })
    .await
}

/// A community with the facts of its survey.
#[utoipa::path(
    get, path = "/communities/{id}", tag = "registry", operation_id = "get_community",
    summary = "A community · 小区", params(("id" = CommunityId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The community", body = CommunityOut))
)]
#[get("/communities/{id}")]
async fn get_community(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<CommunityId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    let row = db.read(move |conn| Ok(store::find_community(conn, &reach, *id)?)).await?;
    let row = row.ok_or(Refusal::new(Code::NotFound))?;
    let tag = actix_web::http::header::ETag(etag(row.version));
    Ok(HttpResponse::Ok().insert_header(tag).json(community_out(row)))
}

/// Correct a community's facts.
#[utoipa::path(
    patch, path = "/communities/{id}", tag = "registry", operation_id = "change_community",
    summary = "Correct a community · 更正小区信息", request_body = CommunityPatch,
    params(("id" = CommunityId, Path), ("If-Match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, description = "Corrected", body = CommunityOut))
)]
#[patch("/communities/{id}")]
async fn change_community(
    who: Authorized<RegistryWrite>,
    db: web::Data<Db>,
    (id, if_match): (web::Path<CommunityId>, IfMatch),
    body: Body<CommunityPatch>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, patch) = (who.reach().clone(), body.value);
    command(&db, &context, ("registry.community_change", StatusCode::OK), move |tx| {
        let old = store::find_community(tx.conn(), &reach, *id)?;
        let old = old.ok_or(Refusal::new(Code::NotFound))?;
        require(&reach, &place(&old), "registry_write")?;
        if_match.check(old.version)?;
        let row = patched(old.clone(), patch.clone())?;
        service::change(tx, &old, row).map(community_out)
    })
    .await
}

/// The day that a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DayQuery {
    /// `YYYY-MM-DD`; today where nothing is said.
    as_of: Option<LocalDate>,
}

/// The buildings of a community with their entrances and how many units they have.
#[utoipa::path(
    get, path = "/communities/{id}/buildings", tag = "registry", operation_id = "list_buildings",
    summary = "Buildings · 楼栋", params(("id" = CommunityId, Path), DayQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "All buildings", body = Page<BuildingOut>))
)]
#[get("/communities/{id}/buildings")]
async fn list_buildings(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<CommunityId>,
    query: web::Query<DayQuery>,
) -> Result<HttpResponse, Problem> {
    let day = day_or_today(&db, query.as_of);
    let reach = who.reach().clone();
    let items = db
        .read(move |conn| {
            let within = super::buildings_within(conn, &reach, *id)?;
            let mut buildings = store::list_buildings(conn, *id)?;
            if let Some(within) = within {
                buildings.retain(|building| within.contains(&building.id));
            }
            let entrances = store::list_entrances(conn, *id)?;
            Ok(buildings_out(buildings, entrances, store::count_units(conn, *id, day)?))
        })
        .await?;
    Ok(page_of(Page { items, next_cursor: None }))
}

fn buildings_out(
    buildings: Vec<Building>,
    entrances: Vec<Entrance>,
    counts: Vec<(BuildingId, UnitUse, i64)>,
) -> Vec<BuildingOut> {
    let mut entrances_of: HashMap<BuildingId, Vec<EntranceOut>> = HashMap::new();
    for Entrance { id, building_id, name } in entrances {
        entrances_of.entry(building_id).or_default().push(EntranceOut { id, name });
    }
    let mut units_of: HashMap<BuildingId, Vec<UseCount>> = HashMap::new();
    for (building_id, unit_use, units) in counts {
        units_of.entry(building_id).or_default().push(UseCount { unit_use, units });
    }
    let building = |Building { id, name, .. }| BuildingOut {
        id,
        name,
        entrances: entrances_of.remove(&id).unwrap_or_default(),
        units: units_of.remove(&id).unwrap_or_default(),
    };
    buildings.into_iter().map(building).collect()
}

fn place(row: &Community) -> Place {
    Place {
        division_code: row.division_code.clone(),
        community_id: Some(row.id),
        building_id: None,
    }
}

fn words(list: &[String]) -> String {
    serde_json::json!(list).to_string()
}

fn community_row(input: CommunityIn, now: UtcTime) -> Community {
    let facts = input.facts;
    Community {
        id: CommunityId::new(),
        division_code: input.division_code,
        name: input.name.trim().to_owned(),
        address: facts.address,
        built_year: facts.built_year,
        structure: facts.structure,
        facilities: words(&facts.facilities),
        hazards: words(&facts.hazards),
        notes: facts.notes,
        register_version: 0,
        version: 1,
        created_at: now,
        ended_on: None,
    }
}

fn patched(mut row: Community, patch: CommunityPatch) -> Outcome<Community> {
    row.name = patch.name.map_or(row.name, |name| name.trim().to_owned());
    row.address = patch.address.unwrap_or(row.address);
    row.built_year = patch.built_year.unwrap_or(row.built_year);
    row.structure = patch.structure.unwrap_or(row.structure);
    row.facilities = patch.facilities.map_or(row.facilities, |list| words(&list));
    row.hazards = patch.hazards.map_or(row.hazards, |list| words(&list));
    row.notes = patch.notes.unwrap_or(row.notes);
    Ok(row)
}

fn community_out(row: Community) -> CommunityOut {
    let words = |text: &str| serde_json::from_str(text).unwrap_or_default();
    CommunityOut {
        id: row.id,
        division_code: row.division_code,
        name: row.name,
        facts: SurveyFacts {
            address: row.address,
            built_year: row.built_year,
            structure: row.structure,
            facilities: words(&row.facilities),
            hazards: words(&row.hazards),
            notes: row.notes,
        },
        register_version: row.register_version,
        version: row.version,
        created_at: row.created_at,
        ended_on: row.ended_on,
    }
}
