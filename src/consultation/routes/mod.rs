//! Consultations over HTTP.

mod applications;
mod objections;
mod pledges;
mod rounds;
mod stances;
mod targets;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::consultation::{
    model::ConsultationRow,
    service::facts::{get_consultation, get_for_anyone},
};
use crate::kernel::{ConsultationId, Outcome, UtcTime};
use crate::platform::{
    auth::{Authorized, Permission, Reach},
    db::{Conn, Db},
    http::Problem,
};

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config.configure(rounds::routes).configure(stances::routes).configure(targets::routes);
    config.configure(objections::routes).configure(applications::routes).configure(pledges::routes);
}

/// Reads a consultation that staff reaches, and makes something of it.
async fn read_as_staff<P: Permission, T: Send + 'static>(
    (auth, db): (&Authorized<P>, &web::Data<Db>),
    id: ConsultationId,
    make: impl FnOnce(&mut Conn, ConsultationRow, UtcTime) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let (reach, now) = (auth.reach().clone(), db.clock().legal_now());
    let made = db.snapshot(move |conn| {
        let row = get_consultation(conn, id, &reach)?;
        make(conn, row, now)
    });
    Ok(made.await?)
}

/// Reads a consultation that staff reaches, or an owner of the community.
async fn read_as_anyone<P: Permission, T: Send + 'static>(
    (auth, db): (&Authorized<P>, &web::Data<Db>),
    id: ConsultationId,
    make: impl FnOnce(&mut Conn, ConsultationRow, (&Reach, UtcTime)) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let (reach, now) = (auth.reach().clone(), db.clock().legal_now());
    let made = db.snapshot(move |conn| {
        let row = get_for_anyone(conn, (id, now.local_date()), &reach)?;
        make(conn, row, (&reach, now))
    });
    Ok(made.await?)
}
