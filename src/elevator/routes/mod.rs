//! Elevator cases over HTTP.

mod agreements;
mod cases;
mod objections;

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::elevator::{model::CaseRow, service::facts::get_case};
use crate::kernel::{ElevatorCaseId, Outcome, UtcTime};
use crate::platform::{
    auth::{Authorized, Permission, Reach},
    db::{Conn, Db, WriteContext, WriteTx},
    http::{Problem, command},
};

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config.configure(cases::routes).configure(agreements::routes).configure(objections::routes);
}

/// Reads a case within the caller's reach, and makes something of it.
async fn read_case<P: Permission, T: Send + 'static>(
    (auth, db): (&Authorized<P>, &web::Data<Db>),
    id: ElevatorCaseId,
    make: impl FnOnce(&mut Conn, CaseRow, (&Reach, UtcTime)) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let (reach, now) = (auth.reach().clone(), db.clock().legal_now());
    let made = db.snapshot(move |conn| {
        let case = get_case(conn, (id, now.local_date()), &reach)?;
        make(conn, case, (&reach, now))
    });
    Ok(made.await?)
}

/// Runs a command on a case within the caller's reach.
async fn on_case<T: Serialize>(
    (db, context, reach): (&Db, WriteContext, Reach),
    (label, status): (&'static str, StatusCode),
    id: ElevatorCaseId,
    run: impl Fn(&mut WriteTx<'_>, &CaseRow, &Reach) -> Outcome<T> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    command(db, &context, (label, status), move |tx| {
        let today = tx.legal_now().local_date();
        let case = get_case(tx.conn(), (id, today), &reach)?;
        run(tx, &case, &reach)
    })
    .await
}
