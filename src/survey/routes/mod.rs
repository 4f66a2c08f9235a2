//! Surveys over HTTP.

mod answers;
mod desk;
mod public;
mod questionnaires;
mod results;
mod tasks;

use actix_web::{HttpResponse, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::Outcome;
use crate::platform::{
    auth::{Authorized, Permission, Reach},
    db::{Conn, Db},
    http::Problem,
};

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .configure(questionnaires::routes)
        .configure(desk::routes)
        .configure(answers::routes)
        .configure(results::routes)
        .configure(tasks::routes)
        .configure(public::routes);
}

/// Reads within the caller's reach, in one view of the database.
async fn reading<P: Permission, T: Send + 'static>(
    (auth, db): (&Authorized<P>, &web::Data<Db>),
    make: impl FnOnce(&mut Conn, &Reach) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let reach = auth.reach().clone();
    Ok(db.snapshot(move |conn| make(conn, &reach)).await?)
}

fn csv(name: &str, text: Vec<u8>) -> HttpResponse {
    use actix_web::http::header::ContentDisposition;
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(ContentDisposition::attachment(name))
        .body(text)
}

fn html(page: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}
