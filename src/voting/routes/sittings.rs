//! Sittings: announced, with a sign-in per head and the live quorum.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::pages::html;
use crate::kernel::{AttendanceId, Outcome, SittingId, VoteId};
use crate::platform::{
    auth::{
        Authorized, Permission,
        permission::{PaperEnter, VoteOpen, VoteRead},
    },
    db::{Conn, Db, WriteContext},
    http::{Body, Problem, command},
};
use crate::voting::{
    dto::{SignInIn, SittingIn, SittingReasonIn},
    pages,
    service::{
        facts::{Vote, get_vote},
        quorum::{self, Quorum},
        sittings::{self as service, AttendanceEnd, AttendanceView, SittingView},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(announce_sitting)
        .service(list_sittings)
        .service(cancel_sitting)
        .service(sign_in_at_sitting)
        .service(list_attendances)
        .service(leave_sitting)
        .service(void_attendance)
        .service(get_sitting_quorum)
        .service(print_sign_in_sheet);
}

/// Reads a vote within the caller's reach, and makes something of it.
async fn of_vote<P: Permission, T: Send + 'static>(
    (auth, db): (&Authorized<P>, &Db),
    vote_id: VoteId,
    make: impl FnOnce(&mut Conn, &Vote) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let reach = auth.reach().clone();
    let made = db.snapshot(move |conn| {
        let vote = get_vote(conn, vote_id, &reach)?;
        make(conn, &vote)
    });
    Ok(made.await?)
}

/// Announces a sitting within the window of the vote, before it starts.
#[utoipa::path(
    tag = "voting", summary = "Announce a sitting · 公告现场会", operation_id = "announce_sitting",
    security(("bearer" = [])), request_body = SittingIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Announced", body = SittingView))
)]
#[post("/votes/{vote_id}/sittings")]
async fn announce_sitting(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<SittingIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("sitting.announce", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        service::announce(tx, &vote, new.clone())
    })
    .await
}

/// The sittings of a vote by their start, cancelled ones too.
#[utoipa::path(
    tag = "voting", summary = "Sittings · 现场会", operation_id = "list_sittings",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "All of them", body = Vec<SittingView>))
)]
#[get("/votes/{vote_id}/sittings")]
async fn list_sittings(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let sittings = of_vote((&auth, &db), *vote_id, service::list_sittings);
    Ok(HttpResponse::Ok().json(sittings.await?))
}

/// Cancels a sitting before it starts.
#[utoipa::path(
    tag = "voting", summary = "Cancel a sitting · 取消现场会", operation_id = "cancel_sitting",
    security(("bearer" = [])), request_body = SittingReasonIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sitting_id" = SittingId, Path, description = "The sitting")),
    responses((status = 200, description = "Cancelled", body = SittingView))
)]
#[post("/votes/{vote_id}/sittings/{sitting_id}/cancel")]
async fn cancel_sitting(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SittingId)>,
    body: Body<SittingReasonIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let ((vote_id, id), reason) = (path.into_inner(), body.value.into_command()?);
    command(&db, &context, ("sitting.cancel", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::cancel(tx, &vote, (id, &reason))
    })
    .await
}

/// Signs an owner in for the head of a unit, from an hour before the start until the end.
#[utoipa::path(
    tag = "voting", summary = "Sign in at a sitting · 现场签到",
    operation_id = "sign_in_at_sitting", security(("bearer" = [])), request_body = SignInIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sitting_id" = SittingId, Path, description = "The sitting")),
    responses((status = 201, description = "Present", body = AttendanceView))
)]
#[post("/votes/{vote_id}/sittings/{sitting_id}/attendances")]
async fn sign_in_at_sitting(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SittingId)>,
    body: Body<SignInIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let ((vote_id, id), (unit, comer)) = (path.into_inner(), body.value.into_command()?);
    command(&db, &context, ("sitting.sign_in", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::sign_in(tx, &vote, (id, &unit, comer))
    })
    .await
}

/// Who came, in the order of their coming; those who left and mistakes, too.
#[utoipa::path(
    tag = "voting", summary = "Attendances · 签到记录", operation_id = "list_attendances",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sitting_id" = SittingId, Path, description = "The sitting")),
    responses((status = 200, description = "All of them", body = Vec<AttendanceView>))
)]
#[get("/votes/{vote_id}/sittings/{sitting_id}/attendances")]
async fn list_attendances(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SittingId)>,
) -> Result<HttpResponse, Problem> {
    let (vote_id, id) = path.into_inner();
    let list =
        of_vote((&auth, &db), vote_id, move |conn, vote| service::list_attendances(conn, vote, id));
    Ok(HttpResponse::Ok().json(list.await?))
}

/// Ends an attendance.
async fn end(
    (auth, db, context): (Authorized<PaperEnter>, web::Data<Db>, WriteContext),
    path: web::Path<(VoteId, SittingId, AttendanceId)>,
    end: AttendanceEnd,
) -> Result<HttpResponse, Problem> {
    let ((vote_id, sitting_id, id), reach) = (path.into_inner(), auth.reach().clone());
    command(&db, &context, ("sitting.end_attendance", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::end_attendance(tx, &vote, (sitting_id, id, &end))
    })
    .await
}

/// Signs an owner out; the head may be signed in again.
#[utoipa::path(
    tag = "voting", summary = "Sign out · 现场签退", operation_id = "leave_sitting",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sitting_id" = SittingId, Path, description = "The sitting"),
        ("attendance_id" = AttendanceId, Path, description = "The attendance")),
    responses((status = 200, description = "Left", body = AttendanceView))
)]
#[post("/votes/{vote_id}/sittings/{sitting_id}/attendances/{attendance_id}/leave")]
async fn leave_sitting(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SittingId, AttendanceId)>,
) -> Result<HttpResponse, Problem> {
    let context = auth.context();
    end((auth, db, context), path, AttendanceEnd::Left).await
}

/// Voids a sign-in that was a mistake; the record stays.
#[utoipa::path(
    tag = "voting", summary = "Void a sign-in · 更正签到", operation_id = "void_attendance",
    security(("bearer" = [])), request_body = SittingReasonIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sitting_id" = SittingId, Path, description = "The sitting"),
        ("attendance_id" = AttendanceId, Path, description = "The attendance")),
    responses((status = 200, description = "Voided", body = AttendanceView))
)]
#[post("/votes/{vote_id}/sittings/{sitting_id}/attendances/{attendance_id}/void")]
async fn void_attendance(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SittingId, AttendanceId)>,
    body: Body<SittingReasonIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let reason = body.value.into_command()?;
    end((auth, db, context), path, AttendanceEnd::Mistake(reason)).await
}

/// Who is present and who has taken part, against the two lines of participation; never a choice.
#[utoipa::path(
    tag = "voting", summary = "Live quorum · 现场参会情况", operation_id = "get_sitting_quorum",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sitting_id" = SittingId, Path, description = "The sitting")),
    responses((status = 200, description = "Now", body = Quorum))
)]
#[get("/votes/{vote_id}/sittings/{sitting_id}/quorum")]
async fn get_sitting_quorum(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SittingId)>,
) -> Result<HttpResponse, Problem> {
    let (vote_id, id) = path.into_inner();
    let quorum = of_vote((&auth, &db), vote_id, move |conn, vote| quorum::quorum(conn, vote, id));
    Ok(HttpResponse::Ok().json(quorum.await?))
}

/// The sign-in sheet: a line per head with its units, to be signed. No names.
#[utoipa::path(
    tag = "voting", summary = "Sign-in sheet · 打印签到表", operation_id = "print_sign_in_sheet",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sitting_id" = SittingId, Path, description = "The sitting")),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/votes/{vote_id}/sittings/{sitting_id}/print")]
async fn print_sign_in_sheet(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SittingId)>,
) -> Result<HttpResponse, Problem> {
    let (vote_id, id) = path.into_inner();
    let page = of_vote((&auth, &db), vote_id, move |conn, vote| {
        pages::sitting_page(&quorum::sign_in_sheet(conn, vote, id)?)
    });
    Ok(html(page.await?))
}
