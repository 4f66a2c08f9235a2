//! What households say: visits in batches, their own word, corrections, histories, conflicts.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{read_as_anyone, read_as_staff};
use crate::consultation::{
    dto::{StanceCorrectionIn, StatementIn, VisitsIn},
    service::{
        correct,
        facts::{day_of, own_household, place_of},
        say,
        views::{self, ConflictsView, HouseholdView, StanceView},
        visits::{self, BatchAnswer},
    },
};
use crate::kernel::{
    Code, ConsultationId, PageQuery, ProposalState, Refusal, StanceCorrectionId, StanceId, UnitId,
};
use crate::platform::{
    auth::{
        Authorized,
        permission::{
            ConsultationManage, ConsultationRead, ConsultationTakePart, ConsultationVisit,
        },
    },
    db::Db,
    http::{Body, Problem, command},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(upload_visits)
        .service(state_stance)
        .service(get_consulted_household)
        .service(list_consultation_conflicts)
        .service(propose_stance_correction)
        .service(confirm_stance_correction)
        .service(withdraw_stance_correction);
}

/// Takes visits from a phone, also long after they took place. Each is answered by itself: accepted,
/// duplicate, conflict, or refused with code and pointer. A visit sent again has no second effect; what
/// comes after somebody else's record of a later word is kept, shown, and does not count.
#[utoipa::path(
    tag = "consultation", summary = "Upload visits · 批量上传走访记录", operation_id = "upload_visits",
    security(("bearer" = [])), request_body = VisitsIn,
    params(("consultation_id" = ConsultationId, Path, description = "The consultation")),
    responses((status = 200, description = "An answer for each", body = BatchAnswer))
)]
#[post("/consultations/{consultation_id}/visits/batch")]
async fn upload_visits(
    auth: Authorized<ConsultationVisit>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
    body: Body<VisitsIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let read = body.value.into_command()?.into_iter().enumerate();
    let read: Vec<_> = read
        .map(|(index, visit)| {
            visit.map_err(|(key, refusal)| visits::refused((index, key), &refusal))
        })
        .collect();
    command(&db, &context, ("consultation.visits", StatusCode::OK), move |tx| {
        visits::upload(tx, (*id, &reach), &read)
    })
    .await
}

/// An owner says what the own household says; the last word counts.
#[utoipa::path(
    tag = "consultation", summary = "Say your stance · 表达本户态度", operation_id = "state_stance",
    security(("bearer" = [])), request_body = StatementIn,
    params(("consultation_id" = ConsultationId, Path, description = "The consultation")),
    responses((status = 201, description = "Recorded", body = StanceView))
)]
#[post("/consultations/{consultation_id}/statements")]
async fn state_stance(
    auth: Authorized<ConsultationTakePart>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
    body: Body<StatementIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("consultation.say", StatusCode::CREATED), move |tx| {
        say::say(tx, (*id, &reach), &new)
    })
    .await
}

/// A household with all that was said, for staff and for its owners.
#[utoipa::path(
    tag = "consultation", summary = "Household · 住户征询记录", operation_id = "get_consulted_household",
    security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"),
        ("unit_id" = UnitId, Path, description = "The household's unit")),
    responses((status = 200, description = "The history", body = HouseholdView))
)]
#[get("/consultations/{consultation_id}/households/{unit_id}")]
async fn get_consulted_household(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    path: web::Path<(ConsultationId, UnitId)>,
) -> Result<HttpResponse, Problem> {
    let (id, unit_id) = path.into_inner();
    let view = read_as_anyone((&auth, &db), id, move |conn, row, (reach, now)| {
        let day = day_of(&row, now);
        if !reach.covers(&place_of(&row)) {
            let owner_id = reach.owner_id().ok_or_else(|| Refusal::new(Code::NotFound))?;
            own_household(conn, (owner_id, row.community_id), (Some(unit_id), day))?;
        }
        views::household(conn, (&row, unit_id), day)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Visits that do not count because of a conflict.
#[utoipa::path(
    tag = "consultation", summary = "Conflicts · 冲突记录", operation_id = "list_consultation_conflicts",
    security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"), PageQuery),
    responses((status = 200, description = "The conflicts", body = ConflictsView))
)]
#[get("/consultations/{consultation_id}/conflicts")]
async fn list_consultation_conflicts(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.into_inner();
    let view =
        read_as_staff((&auth, &db), *id, move |conn, row, _| views::conflicts(conn, &row, &page));
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Proposes what should stand in the place of a wrong entry of a visit; another person confirms.
#[utoipa::path(
    tag = "consultation", summary = "Propose a correction · 提出更正",
    operation_id = "propose_stance_correction", security(("bearer" = [])),
    request_body = StanceCorrectionIn,
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"),
        ("stance_id" = StanceId, Path, description = "The entry")),
    responses((status = 201, description = "Proposed", body = HouseholdView))
)]
#[post("/consultations/{consultation_id}/stances/{stance_id}/corrections")]
async fn propose_stance_correction(
    auth: Authorized<ConsultationVisit>,
    db: web::Data<Db>,
    path: web::Path<(ConsultationId, StanceId)>,
    body: Body<StanceCorrectionIn>,
) -> Result<HttpResponse, Problem> {
    let ((id, stance_id), reach) = (path.into_inner(), auth.reach().clone());
    let context = body.bind(auth.context());
    let new = body.value.into_command()?;
    command(&db, &context, ("consultation.correct", StatusCode::CREATED), move |tx| {
        correct::propose(tx, (id, &reach, stance_id), &new)
    })
    .await
}

/// Confirms a correction, as another person than the one who proposed it.
#[utoipa::path(
    tag = "consultation", summary = "Confirm a correction · 复核更正",
    operation_id = "confirm_stance_correction", security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"),
        ("correction_id" = StanceCorrectionId, Path, description = "The correction")),
    responses((status = 200, description = "Confirmed", body = HouseholdView))
)]
#[post("/consultations/{consultation_id}/corrections/{correction_id}/confirm")]
async fn confirm_stance_correction(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    path: web::Path<(ConsultationId, StanceCorrectionId)>,
) -> Result<HttpResponse, Problem> {
    let ((id, correction_id), reach) = (path.into_inner(), auth.reach().clone());
    let (context, to) = (auth.context(), (id, ProposalState::Confirmed));
    command(&db, &context, ("consultation.confirm", StatusCode::OK), move |tx| {
        correct::settle(tx, (&reach, correction_id), to)
    })
    .await
}

/// Withdraws a correction that waits; it stays beside the entry.
#[utoipa::path(
    tag = "consultation", summary = "Withdraw a correction · 撤回更正",
    operation_id = "withdraw_stance_correction", security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"),
        ("correction_id" = StanceCorrectionId, Path, description = "The correction")),
    responses((status = 200, description = "Withdrawn", body = HouseholdView))
)]
#[post("/consultations/{consultation_id}/corrections/{correction_id}/withdraw")]
async fn withdraw_stance_correction(
    auth: Authorized<ConsultationVisit>,
    db: web::Data<Db>,
    path: web::Path<(ConsultationId, StanceCorrectionId)>,
) -> Result<HttpResponse, Problem> {
    let ((id, correction_id), reach) = (path.into_inner(), auth.reach().clone());
    let (context, to) = (auth.context(), (id, ProposalState::Withdrawn));
    command(&db, &context, ("consultation.withdraw", StatusCode::OK), move |tx| {
        correct::settle(tx, (&reach, correction_id), to)
    })
    .await
}
