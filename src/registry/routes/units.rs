//! Units: lists as of a day, sale, correction, agreed voter, history.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use serde::Deserialize;
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{buildings_within, day_or_today};
use crate::{
    kernel::{
        BuildingId, Code, CommunityId, LocalDate, Outcome, OwnerId, Page, PageQuery, Refusal,
        UnitId,
    },
    platform::{
        auth::{
            Authorized, Reach,
            permission::{RegistryRead, RegistryWrite},
            require,
            seal::Keys,
        },
        db::{Conn, Db, WriteTx},
        http::{Body, IfMatch, Problem, command, etag, page_of},
    },
    registry::{
        dto::{
            CorrectionIn, HolderIn, HolderOut, PeriodOut, TransferIn, UnitOut, VoterIn, shown_name,
        },
        model::UnitUse,
        service::{
            owners::{NewOwner, OwnerInput},
            units::{self as service, Change, Correction, NewHolder},
        },
        store::{
            communities::find_unit_place,
            units::{self as store, Holder, Unit, UnitFilter, UnitOnDay},
        },
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_units)
        .service(get_unit)
        .service(list_unit_history)
        .service(transfer_unit)
        .service(correct_unit)
        .service(agree_unit_voter);
}

/// Which units a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct UnitsQuery {
    /// `YYYY-MM-DD`; today where nothing is said.
    as_of: Option<LocalDate>,
    /// Part of the unit's number.
    search: Option<String>,
    /// Only of this building.
    building_id: Option<BuildingId>,
    /// Only of this use.
    #[serde(rename = "use")]
    unit_use: Option<UnitUse>,
    /// Only of this owner.
    owner_id: Option<OwnerId>,
    /// Only units of which no owner has a phone or e-mail.
    without_contact: Option<bool>,
    /// Units per page, 1 to 200; 50 when absent.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The units of a community on a day, with their owners masked.
#[utoipa::path(
    get, path = "/communities/{id}/units", tag = "registry", operation_id = "list_units",
    summary = "Units and owners · 专有部分与业主",
    params(("id" = CommunityId, Path), UnitsQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page", body = Page<UnitOut>))
)]
#[get("/communities/{id}/units")]
async fn list_units(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<CommunityId>,
    query: web::Query<UnitsQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.into_inner();
    let day = day_or_today(&db, query.as_of);
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let (cursor, fetch, limit) = (page.cursor::<UnitId>()?, page.fetch(), page.limit());
    let reach = who.reach().clone();
    let filter = UnitFilter {
        code: query.search,
        building_id: query.building_id,
        within: None,
        unit_use: query.unit_use,
        owner_id: query.owner_id,
        without_contact: query.without_contact.unwrap_or_default(),
    };
    let items = db
        .read(move |conn| {
            let within = buildings_within(conn, &reach, *id)?;
            let filter = UnitFilter { within, ..filter };
            let rows = store::list_units(conn, (*id, day), &filter, (cursor, fetch))?;
            units_out(conn, rows, day)
        })
        .await?;
    Ok(page_of(Page::cut(items, limit, |unit| unit.id.to_string())))
}

/// The day that a unit is shown on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DayQuery {
    /// `YYYY-MM-DD`; today where nothing is said.
    as_of: Option<LocalDate>,
}

/// A unit on a day.
#[utoipa::path(
    get, path = "/units/{id}", tag = "registry", operation_id = "get_unit",
    summary = "A unit · 专有部分", params(("id" = UnitId, Path), DayQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "The unit", body = UnitOut))
)]
#[get("/units/{id}")]
async fn get_unit(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<UnitId>,
    query: web::Query<DayQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, day) = (who.reach().clone(), day_or_today(&db, query.as_of));
    let unit = db
        .read(move |conn| {
            require_unit(conn, &reach, *id)?;
            unit_out(conn, *id, day)
        })
        .await?;
    let tag = actix_web::http::header::ETag(etag(unit.version));
    Ok(HttpResponse::Ok().insert_header(tag).json(unit))
}

/// Everything that was ever true of a unit, newest first.
#[utoipa::path(
    get, path = "/units/{id}/history", tag = "registry", operation_id = "list_unit_history",
    summary = "History of a unit · 专有部分变更历史", params(("id" = UnitId, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "All periods", body = Page<PeriodOut>))
)]
#[get("/units/{id}/history")]
async fn list_unit_history(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<UnitId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    let items = db
        .read(move |conn| {
            require_unit(conn, &reach, *id)?;
            history(conn, *id)
        })
        .await?;
    Ok(page_of(Page { items, next_cursor: None }))
}

/// Sell a unit: from the day on it belongs to the new owners.
#[utoipa::path(
    post, path = "/units/{id}/transfer", tag = "registry", operation_id = "transfer_unit",
    summary = "Sale of a unit · 产权转移", request_body = TransferIn,
    params(
        ("id" = UnitId, Path), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header)
    ),
    security(("bearer" = [])),
    responses((status = 200, description = "The unit with its new owners", body = UnitOut))
)]
#[post("/units/{id}/transfer")]
async fn transfer_unit(
    who: Authorized<RegistryWrite>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    (id, if_match): (web::Path<UnitId>, IfMatch),
    body: Body<TransferIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, input) = (who.reach().clone(), body.value);
    let holders: Vec<NewHolder> = input.owners.iter().map(holder).collect::<Outcome<_>>()?;
    let keys = (**keys).clone();
    command(&db, &context, ("registry.transfer", StatusCode::OK), move |tx| {
        require_unit(tx.conn(), &reach, *id)?;
        let change = change(*id, if_match, (input.on, &input.reason));
        let unit = service::transfer(tx, &keys, (&change, &holders))?;
        after(tx, &unit)
    })
    .await
}

/// Correct what is true of a unit from a day on.
#[utoipa::path(
    post, path = "/units/{id}/correct", tag = "registry", operation_id = "correct_unit",
    summary = "Correct a unit · 更正专有部分", request_body = CorrectionIn,
    params(
        ("id" = UnitId, Path), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header)
    ),
    security(("bearer" = [])),
    responses((status = 200, description = "The unit as corrected", body = UnitOut))
)]
#[post("/units/{id}/correct")]
async fn correct_unit(
    who: Authorized<RegistryWrite>,
    db: web::Data<Db>,
    (id, if_match): (web::Path<UnitId>, IfMatch),
    body: Body<CorrectionIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, input) = (who.reach().clone(), body.value);
    let correction = Correction {
        unit_use: input.unit_use,
        area: input.area,
        area_source: input.area_source,
        delivered: input.delivered,
        developer_id: input.developer_id,
    };
    command(&db, &context, ("registry.correct", StatusCode::OK), move |tx| {
        require_unit(tx.conn(), &reach, *id)?;
        let change = change(*id, if_match, (input.on, &input.reason));
        let unit = service::correct(tx, (&change, &correction))?;
        after(tx, &unit)
    })
    .await
}

/// Note whom the co-owners agreed on to vote.
#[utoipa::path(
    post, path = "/units/{id}/voter", tag = "registry", operation_id = "agree_unit_voter",
    summary = "Agreed voter of co-owners · 共有人推选表决人", request_body = VoterIn,
    params(
        ("id" = UnitId, Path), ("If-Match" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header)
    ),
    security(("bearer" = [])),
    responses((status = 200, description = "The unit with its voter", body = UnitOut))
)]
#[post("/units/{id}/voter")]
async fn agree_unit_voter(
    who: Authorized<RegistryWrite>,
    db: web::Data<Db>,
    (id, if_match): (web::Path<UnitId>, IfMatch),
    body: Body<VoterIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, input) = (who.reach().clone(), body.value);
    command(&db, &context, ("registry.voter", StatusCode::OK), move |tx| {
        require_unit(tx.conn(), &reach, *id)?;
        let change = change(*id, if_match, (input.on, &input.evidence));
        let unit = service::agree_voter(tx, (&change, input.owner_id))?;
        after(tx, &unit)
    })
    .await
}

fn require_unit(conn: &mut Conn, reach: &Reach, id: UnitId) -> Outcome<()> {
    let place = find_unit_place(conn, id)?.ok_or(Refusal::new(Code::NotFound))?;
    require(reach, &place, "registry")
}

fn change(unit_id: UnitId, if_match: IfMatch, (on, reason): (Option<LocalDate>, &str)) -> Change {
    Change { unit_id, version: if_match.0, on, reason: reason.to_owned() }
}

/// The unit as it is after a change.
fn after(tx: &mut WriteTx<'_>, unit: &Unit) -> Outcome<UnitOut> {
    let today = tx.legal_now().local_date();
    unit_out(tx.conn(), unit.id, today)
}

fn unit_out(conn: &mut Conn, id: UnitId, day: LocalDate) -> Outcome<UnitOut> {
    let row = store::find_unit_on(conn, id, day)?.ok_or(Refusal::new(Code::NotFound))?;
    let found = units_out(conn, vec![row], day)?;
    found.into_iter().next().ok_or(Refusal::new(Code::NotFound))
}

fn units_out(conn: &mut Conn, rows: Vec<UnitOnDay>, day: LocalDate) -> Outcome<Vec<UnitOut>> {
    let ids: Vec<UnitId> = rows.iter().map(|row| row.unit.id).collect();
    let mut holders = store::list_holders(conn, ids.clone(), day)?;
    let voters = store::list_voters(conn, ids, day)?;
    let out = |UnitOnDay { unit, building, entrance, facts }| UnitOut {
        id: unit.id,
        community_id: unit.community_id,
        building_id: unit.building_id,
        building,
        entrance,
        unit_code: unit.code,
        unit_use: facts.unit_use,
        area: facts.area,
        area_source: facts.area_source,
        delivered: facts.delivered,
        developer_id: facts.developer_id,
        owners: holders.remove(&unit.id).unwrap_or_default().iter().map(holder_out).collect(),
        voter_id: voters.get(&unit.id).copied(),
        version: unit.version,
    };
    Ok(rows.into_iter().map(out).collect())
}

fn holder_out(holder: &Holder) -> HolderOut {
    HolderOut {
        owner_id: holder.owner_id,
        kind: holder.kind,
        name: shown_name(holder.kind, &holder.name),
        id_tail: holder.identity_tail.clone(),
        has_contact: holder.has_contact,
        co_ownership: holder.co_ownership,
        since: holder.since,
    }
}

fn holder(input: &HolderIn) -> Outcome<NewHolder> {
    let owner = match (input.owner_id, input.kind, &input.id_number, &input.name) {
        (Some(id), None, None, None) => OwnerInput::Known(id),
        (None, Some(kind), Some(number), Some(name)) => OwnerInput::Named(NewOwner {
            kind,
            number: number.clone(),
            name: name.clone(),
            phone: input.phone.clone(),
            email: input.email.clone(),
        }),
        _ => {
            let detail =
                "owner_id, or kind with id_number and name · 应填 owner_id，或者类型、证件号和姓名";
            return Err(Refusal::field(Code::InvalidField, "/owners", detail));
        }
    };
    Ok(NewHolder { owner, co_ownership: input.co_ownership })
}

fn history(conn: &mut Conn, id: UnitId) -> Outcome<Vec<PeriodOut>> {
    let (facts, held, voters) = store::load_history(conn, id)?;
    let mut periods: Vec<PeriodOut> = Vec::new();
    periods.extend(facts.into_iter().map(|row| PeriodOut {
        kind: "facts",
        what: json!({
            "use": row.unit_use, "area": row.area, "area_source": row.area_source,
            "delivered": row.delivered, "developer_id": row.developer_id,
        }),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        reason: row.reason,
        recorded_at: row.recorded_at,
    }));
    periods.extend(held.into_iter().map(|(row, name)| PeriodOut {
        kind: "owner",
        what: json!({
            "owner_id": row.owner_id, "name": crate::kernel::text::mask_name(&name),
            "co_ownership": row.co_ownership,
        }),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        reason: row.reason,
        recorded_at: row.recorded_at,
    }));
    periods.extend(voters.into_iter().map(|row| PeriodOut {
        kind: "voter",
        what: json!({ "owner_id": row.owner_id }),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        reason: row.evidence,
        recorded_at: row.recorded_at,
    }));
    periods.sort_by_key(|period| std::cmp::Reverse((period.valid_from, period.recorded_at)));
    Ok(periods)
}
