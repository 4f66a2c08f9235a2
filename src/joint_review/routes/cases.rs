//! Reading: cases, a department's inbox, what was said, what moved, the consolidated list.

use actix_web::{HttpResponse, get, http::header, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::joint_review::{
    dto::{MovesQuery, ReviewQuery, RoundQuery},
    model::{ItemMove, ReviewRow},
    service::{
        export::csv_of,
        facts::get_review,
        lists::{self, ReviewSummary},
        views::{self, CaseView, OpinionView},
    },
};
use crate::kernel::{JointReviewId, Outcome, Page};
use crate::platform::{
    auth::{Authorized, permission::ProjectRead},
    db::{Conn, Db},
    http::{Problem, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_joint_reviews)
        .service(get_joint_review)
        .service(list_review_opinions)
        .service(list_review_moves)
        .service(get_review_list_csv);
}

/// Reads a case within the caller's reach, and makes something of it.
async fn reading<T: Send + 'static>(
    (auth, db): (&Authorized<ProjectRead>, &web::Data<Db>),
    id: JointReviewId,
    make: impl FnOnce(&mut Conn, ReviewRow) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let reach = auth.reach().clone();
    let made = db.snapshot(move |conn| {
        let row = get_review(conn, id, &reach)?;
        make(conn, row)
    });
    Ok(made.await?)
}

/// Cases within the reach, newest first; with `department`, that department's inbox.
#[utoipa::path(
    tag = "joint_review", summary = "Joint reviews · 联合审查列表", operation_id = "list_joint_reviews",
    security(("bearer" = [])), params(ReviewQuery),
    responses((status = 200, description = "A page", body = Page<ReviewSummary>))
)]
#[get("/joint-reviews")]
async fn list_joint_reviews(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    query: web::Query<ReviewQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, (filter, page)) = (auth.reach().clone(), query.into_inner().parts());
    let page = db.snapshot(move |conn| lists::list(conn, &reach, (&filter, &page)));
    Ok(page_of(page.await?))
}

/// A case: all departments at once, item by item, with what is open and where they clash.
#[utoipa::path(
    tag = "joint_review", summary = "Joint review · 联合审查", operation_id = "get_joint_review",
    security(("bearer" = [])), params(("review_id" = JointReviewId, Path, description = "The case")),
    responses((status = 200, description = "The case", body = CaseView))
)]
#[get("/joint-reviews/{review_id}")]
async fn get_joint_review(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    id: web::Path<JointReviewId>,
) -> Result<HttpResponse, Problem> {
    let view = reading((&auth, &db), *id, views::view);
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Everything that was said in a round, what was replaced too.
#[utoipa::path(
    tag = "joint_review", summary = "Opinions of a round · 审查意见", operation_id = "list_review_opinions",
    security(("bearer" = [])),
    params(("review_id" = JointReviewId, Path, description = "The case"), RoundQuery),
    responses((status = 200, description = "In order", body = Vec<OpinionView>))
)]
#[get("/joint-reviews/{review_id}/opinions")]
async fn list_review_opinions(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    id: web::Path<JointReviewId>,
    query: web::Query<RoundQuery>,
) -> Result<HttpResponse, Problem> {
    let number = query.round;
    let list = reading((&auth, &db), *id, move |conn, row| views::opinions_of(conn, &row, number));
    Ok(HttpResponse::Ok().json(list.await?))
}

/// What became of the items between two rounds, of a department's own if one is named.
#[utoipa::path(
    tag = "joint_review", summary = "What moved · 两轮之间的变化", operation_id = "list_review_moves",
    security(("bearer" = [])),
    params(("review_id" = JointReviewId, Path, description = "The case"), MovesQuery),
    responses((status = 200, description = "Item by item", body = Vec<ItemMove>))
)]
#[get("/joint-reviews/{review_id}/moves")]
async fn list_review_moves(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    id: web::Path<JointReviewId>,
    query: web::Query<MovesQuery>,
) -> Result<HttpResponse, Problem> {
    let MovesQuery { from, to, department } = query.into_inner();
    let list = reading((&auth, &db), *id, move |conn, row| {
        lists::moved(conn, &row, ((from, to), department.as_deref()))
    });
    Ok(HttpResponse::Ok().json(list.await?))
}

/// The consolidated list 审查意见汇总表: a line for each item and department.
#[utoipa::path(
    tag = "joint_review", summary = "Consolidated list · 导出意见汇总表",
    operation_id = "get_review_list_csv", security(("bearer" = [])),
    params(("review_id" = JointReviewId, Path, description = "The case")),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/joint-reviews/{review_id}/list.csv")]
async fn get_review_list_csv(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    id: web::Path<JointReviewId>,
) -> Result<HttpResponse, Problem> {
    let text = reading((&auth, &db), *id, |conn, row| csv_of(conn, &row));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(header::ContentDisposition::attachment("joint-review.csv"))
        .body(text.await?))
}
