//! What is done to a case: departments speak, the desk answers, an authority rules.

use actix_web::{HttpResponse, http::StatusCode, post, web};
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::joint_review::{
    dto::{AcceptanceIn, AnswerIn, InviteIn, MeetingIn, OpinionsIn, RulingIn},
    service::{closing, opinions, responses, rounds, views::CaseView},
};
use crate::kernel::{JointReviewId, Outcome, ReviewOpinionId};
use crate::platform::{
    auth::{
        Authorized, Permission, Reach,
        permission::{ProjectManage, ReviewOpine, ReviewOversee},
    },
    db::{Db, WriteContext, WriteTx},
    http::{Body, Problem, command},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(invite_review_department)
        .service(give_review_opinions)
        .service(answer_review_opinion)
        .service(accept_review_answer)
        .service(rule_on_review_opinion)
        .service(record_review_meeting)
        .service(close_joint_review);
}

/// Runs a command on a case within the reach in which the caller holds `P`.
async fn doing<P: Permission, T: Serialize>(
    (auth, db, context): (&Authorized<P>, web::Data<Db>, WriteContext),
    (label, status): (&'static str, StatusCode),
    run: impl Fn(&mut WriteTx<'_>, &Reach) -> Outcome<T> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    command(&db, &context, (label, status), move |tx| run(tx, &reach)).await
}

/// Invites another department to the round that stands: it is asked about everything.
#[utoipa::path(
    tag = "joint_review", summary = "Invite a department · 增邀部门",
    operation_id = "invite_review_department", security(("bearer" = [])), request_body = InviteIn,
    params(("review_id" = JointReviewId, Path, description = "The case")),
    responses((status = 201, description = "Invited", body = CaseView))
)]
#[post("/joint-reviews/{review_id}/invitations")]
async fn invite_review_department(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    ids: web::Path<JointReviewId>,
    body: Body<InviteIn>,
) -> Result<HttpResponse, Problem> {
    let (context, ids) = (body.bind(auth.context()), ids.into_inner());
    let given = body.value.into_command()?;
    let label = ("joint_review.invite", StatusCode::CREATED);
    doing((&auth, db, context), label, move |tx, reach| rounds::invite(tx, (ids, reach), &given))
        .await
}

/// A department's opinions, on as many items as it likes; the latest on an item counts.
#[utoipa::path(
    tag = "joint_review", summary = "Give opinions · 发表审查意见",
    operation_id = "give_review_opinions", security(("bearer" = [])), request_body = OpinionsIn,
    params(("review_id" = JointReviewId, Path, description = "The case")),
    responses((status = 201, description = "Kept", body = CaseView))
)]
#[post("/joint-reviews/{review_id}/opinions")]
async fn give_review_opinions(
    auth: Authorized<ReviewOpine>,
    db: web::Data<Db>,
    ids: web::Path<JointReviewId>,
    body: Body<OpinionsIn>,
) -> Result<HttpResponse, Problem> {
    let (context, ids) = (body.bind(auth.context()), ids.into_inner());
    let given = body.value.into_command()?;
    let label = ("joint_review.opine", StatusCode::CREATED);
    doing((&auth, db, context), label, move |tx, reach| {
        opinions::give(tx, (ids, reach), (&given.0, &given.1))
    })
    .await
}

/// The designer's answer to an opinion that asks for something.
#[utoipa::path(
    tag = "joint_review", summary = "Answer an opinion · 答复意见",
    operation_id = "answer_review_opinion", security(("bearer" = [])), request_body = AnswerIn,
    params(("review_id" = JointReviewId, Path, description = "The case"),
        ("opinion_id" = ReviewOpinionId, Path, description = "The opinion that stands")),
    responses((status = 201, description = "Kept", body = CaseView))
)]
#[post("/joint-reviews/{review_id}/opinions/{opinion_id}/answer")]
async fn answer_review_opinion(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    ids: web::Path<(JointReviewId, ReviewOpinionId)>,
    body: Body<AnswerIn>,
) -> Result<HttpResponse, Problem> {
    let (context, ids) = (body.bind(auth.context()), ids.into_inner());
    let given = body.value.into_command()?;
    let label = ("joint_review.answer", StatusCode::CREATED);
    doing((&auth, db, context), label, move |tx, reach| {
        responses::respond(tx, (ids.0, reach), (ids.1, &given))
    })
    .await
}

/// The department accepts the answer to its opinion.
#[utoipa::path(
    tag = "joint_review", summary = "Accept an answer · 认可答复",
    operation_id = "accept_review_answer", security(("bearer" = [])), request_body = AcceptanceIn,
    params(("review_id" = JointReviewId, Path, description = "The case"),
        ("opinion_id" = ReviewOpinionId, Path, description = "The opinion that stands")),
    responses((status = 201, description = "Kept", body = CaseView))
)]
#[post("/joint-reviews/{review_id}/opinions/{opinion_id}/acceptance")]
async fn accept_review_answer(
    auth: Authorized<ReviewOpine>,
    db: web::Data<Db>,
    ids: web::Path<(JointReviewId, ReviewOpinionId)>,
    body: Body<AcceptanceIn>,
) -> Result<HttpResponse, Problem> {
    let (context, ids) = (body.bind(auth.context()), ids.into_inner());
    let given = body.value.into_command()?;
    let label = ("joint_review.accept", StatusCode::CREATED);
    doing((&auth, db, context), label, move |tx, reach| {
        responses::respond(tx, (ids.0, reach), (ids.1, &given))
    })
    .await
}

/// Records what an authority above department and designer decided, with its document.
#[utoipa::path(
    tag = "joint_review", summary = "Rule on an opinion · 裁定分歧",
    operation_id = "rule_on_review_opinion", security(("bearer" = [])), request_body = RulingIn,
    params(("review_id" = JointReviewId, Path, description = "The case"),
        ("opinion_id" = ReviewOpinionId, Path, description = "The opinion that stands")),
    responses((status = 201, description = "Kept", body = CaseView))
)]
#[post("/joint-reviews/{review_id}/opinions/{opinion_id}/ruling")]
async fn rule_on_review_opinion(
    auth: Authorized<ReviewOversee>,
    db: web::Data<Db>,
    ids: web::Path<(JointReviewId, ReviewOpinionId)>,
    body: Body<RulingIn>,
) -> Result<HttpResponse, Problem> {
    let (context, ids) = (body.bind(auth.context()), ids.into_inner());
    let given = body.value.into_command()?;
    let label = ("joint_review.rule", StatusCode::CREATED);
    doing((&auth, db, context), label, move |tx, reach| {
        responses::respond(tx, (ids.0, reach), (ids.1, &given))
    })
    .await
}

/// Records a meeting 联席会议 with the SHA-256 of its minutes.
#[utoipa::path(
    tag = "joint_review", summary = "Record a meeting · 登记联席会议",
    operation_id = "record_review_meeting", security(("bearer" = [])), request_body = MeetingIn,
    params(("review_id" = JointReviewId, Path, description = "The case")),
    responses((status = 201, description = "Recorded", body = CaseView))
)]
#[post("/joint-reviews/{review_id}/meetings")]
async fn record_review_meeting(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    ids: web::Path<JointReviewId>,
    body: Body<MeetingIn>,
) -> Result<HttpResponse, Problem> {
    let (context, ids) = (body.bind(auth.context()), ids.into_inner());
    let given = body.value.into_command()?;
    let label = ("joint_review.meet", StatusCode::CREATED);
    doing((&auth, db, context), label, move |tx, reach| {
        closing::record_meeting(tx, (ids, reach), &given)
    })
    .await
}

/// Closes the case; with anything open, answers 409 with the whole list.
#[utoipa::path(
    tag = "joint_review", summary = "Close · 审查结案",
    operation_id = "close_joint_review", security(("bearer" = [])),
    params(("review_id" = JointReviewId, Path, description = "The case")),
    responses((status = 200, description = "Closed", body = CaseView))
)]
#[post("/joint-reviews/{review_id}/close")]
async fn close_joint_review(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    ids: web::Path<JointReviewId>,
) -> Result<HttpResponse, Problem> {
    let (context, ids) = (auth.context(), ids.into_inner());
    let label = ("joint_review.close", StatusCode::OK);
    doing((&auth, db, context), label, move |tx, reach| closing::close(tx, (ids, reach))).await
}
