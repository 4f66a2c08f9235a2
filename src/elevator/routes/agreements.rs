//! Plans, the calculator, the agreement and its signatures.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{on_case, read_case};
use crate::elevator::{
    dto::{
        ElevatorPlanIn, ElevatorSignatureIn, ElevatorTrialIn, PaperSignatureIn, SignatureCheckIn,
    },
    pages::agreement_page,
    service::{
        agreement::{self, SignatoryView, SignatureView},
        plans::{self, PlanView, TrialView},
    },
};
use crate::kernel::{Code, ElevatorCaseId, ElevatorSignatureId, Refusal};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ElevatorManage, ElevatorRead, ElevatorRequest},
    },
    db::Db,
    http::{Body, Problem},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(make_elevator_plan)
        .service(get_elevator_plan)
        .service(get_elevator_agreement_page)
        .service(calculate_elevator_shares)
        .service(list_elevator_signatories)
        .service(sign_elevator_agreement)
        .service(record_paper_signature)
        .service(check_paper_signature);
}

/// Makes a new version of the cost plan; signatures under earlier ones count no more.
#[utoipa::path(
    tag = "elevator", summary = "New plan · 编制费用分摊方案", operation_id = "make_elevator_plan",
    security(("bearer" = [])), request_body = ElevatorPlanIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 201, description = "Done", body = PlanView))
)]
#[post("/elevator-cases/{case_id}/plans")]
async fn make_elevator_plan(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorPlanIn>,
) -> Result<HttpResponse, Problem> {
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, ("elevator.plan", StatusCode::CREATED), *case_id, move |tx, case, _| {
        plans::make_plan(tx, case, &new)
    })
    .await
}

/// A version of the plan with the text of the agreement.
#[utoipa::path(
    tag = "elevator", summary = "Plan · 费用分摊方案", operation_id = "get_elevator_plan",
    security(("bearer" = [])),
    params(("case_id" = ElevatorCaseId, Path, description = "The case"),
        ("number" = i32, Path, description = "The version")),
    responses((status = 200, description = "The plan", body = PlanView))
)]
#[get("/elevator-cases/{case_id}/plans/{number}")]
async fn get_elevator_plan(
    auth: Authorized<ElevatorRead>,
    db: web::Data<Db>,
    path: web::Path<(ElevatorCaseId, i32)>,
) -> Result<HttpResponse, Problem> {
    let (case_id, number) = path.into_inner();
    let plan = read_case((&auth, &db), case_id, move |conn, case, _| {
        plans::get_plan(conn, &case, Some(number))
    });
    Ok(HttpResponse::Ok().json(plan.await?))
}

/// The agreement of a version of the plan, to read, print and sign.
#[utoipa::path(
    tag = "elevator", summary = "Agreement page · 打印分摊协议",
    operation_id = "get_elevator_agreement_page", security(("bearer" = [])),
    params(("case_id" = ElevatorCaseId, Path, description = "The case"),
        ("number" = i32, Path, description = "The version")),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/elevator-cases/{case_id}/plans/{number}/agreement.html")]
async fn get_elevator_agreement_page(
    auth: Authorized<ElevatorRead>,
    db: web::Data<Db>,
    path: web::Path<(ElevatorCaseId, i32)>,
) -> Result<HttpResponse, Problem> {
    let (case_id, number) = path.into_inner();
    let page = read_case((&auth, &db), case_id, move |conn, case, _| {
        agreement_page(&plans::get_plan(conn, &case, Some(number))?)
    });
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.await?))
}

/// What each unit would pay under several tables, side by side. Nothing is kept.
#[utoipa::path(
    tag = "elevator", summary = "Calculator · 分摊试算", operation_id = "calculate_elevator_shares",
    security(("bearer" = [])), request_body = ElevatorTrialIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 200, description = "The shares", body = TrialView))
)]
#[post("/elevator-cases/{case_id}/calculator")]
async fn calculate_elevator_shares(
    auth: Authorized<ElevatorRequest>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorTrialIn>,
) -> Result<HttpResponse, Problem> {
    let trial = body.value.into_command()?;
    let view = read_case((&auth, &db), *case_id, move |conn, case, (_, now)| {
        plans::calculate(conn, (&case, now.local_date()), &trial)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// The units that must sign the newest plan, and those that did.
#[utoipa::path(
    tag = "elevator", summary = "Signatories · 签署情况",
    operation_id = "list_elevator_signatories", security(("bearer" = [])),
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 200, description = "The units of the entrance", body = Vec<SignatoryView>))
)]
#[get("/elevator-cases/{case_id}/signatories")]
async fn list_elevator_signatories(
    auth: Authorized<ElevatorRead>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
) -> Result<HttpResponse, Problem> {
    let views =
        read_case((&auth, &db), *case_id, |conn, case, _| agreement::signatories(conn, &case));
    Ok(HttpResponse::Ok().json(views.await?))
}

/// An owner signs the agreement whose digest was read, from the own account.
#[utoipa::path(
    tag = "elevator", summary = "Sign · 签署协议", operation_id = "sign_elevator_agreement",
    security(("bearer" = [])), request_body = ElevatorSignatureIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 201, description = "Done", body = SignatureView))
)]
#[post("/elevator-cases/{case_id}/signatures")]
async fn sign_elevator_agreement(
    auth: Authorized<ElevatorRequest>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorSignatureIn>,
) -> Result<HttpResponse, Problem> {
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, ("elevator.sign", StatusCode::CREATED), *case_id, move |tx, case, reach| {
        let owner_id = reach.owner_id().ok_or_else(|| Refusal::new(Code::Forbidden))?;
        agreement::sign(tx, (case, owner_id), &new)
    })
    .await
}

/// Records a signature on paper; it counts once a second person checked it.
#[utoipa::path(
    tag = "elevator", summary = "Record a signature on paper · 登记纸质签名",
    operation_id = "record_paper_signature",
    security(("bearer" = [])), request_body = PaperSignatureIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 201, description = "Done", body = SignatureView))
)]
#[post("/elevator-cases/{case_id}/paper-signatures")]
async fn record_paper_signature(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<PaperSignatureIn>,
) -> Result<HttpResponse, Problem> {
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, ("elevator.record_paper", StatusCode::CREATED), *case_id, move |tx, case, _| {
        agreement::record_paper(tx, case, &new)
    })
    .await
}

/// A second person looks at the paper: the signature counts, or is rejected.
#[utoipa::path(
    tag = "elevator", summary = "Check a signature on paper · 复核纸质签名",
    operation_id = "check_paper_signature",
    security(("bearer" = [])), request_body = SignatureCheckIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case"),
        ("signature_id" = ElevatorSignatureId, Path, description = "The signature")),
    responses((status = 200, description = "Done", body = SignatureView))
)]
#[post("/elevator-cases/{case_id}/signatures/{signature_id}/check")]
async fn check_paper_signature(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    path: web::Path<(ElevatorCaseId, ElevatorSignatureId)>,
    body: Body<SignatureCheckIn>,
) -> Result<HttpResponse, Problem> {
    let (case_id, id) = path.into_inner();
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command();
    on_case(who, ("elevator.check_paper", StatusCode::OK), case_id, move |tx, case, _| {
        agreement::check(tx, (case, id), (&new.0, new.1))
    })
    .await
}
