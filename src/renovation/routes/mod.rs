//! Renovation projects over HTTP.

mod drawings;
mod evidence;
mod plans;
mod projects;
mod public;
mod reference;
mod reviews;

use std::sync::Arc;

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{Outcome, ProjectId, UtcTime};
use crate::platform::{
    auth::{
        Authorized, Reach,
        permission::{ProjectManage, ProjectRead},
    },
    db::{Conn, Db, WriteContext, WriteTx},
    http::{Problem, command},
};
use crate::renovation::{
    model::{ProjectRow, SurveyGates},
    service::get_project,
};

/// The surveys that the application mounted.
type Gates = web::Data<dyn SurveyGates>;

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .configure(projects::routes)
        .configure(plans::routes)
        .configure(evidence::routes)
        .configure(drawings::routes)
        .configure(public::routes)
        .configure(reviews::routes)
        .configure(reference::routes);
}

/// Reads a project within the caller's reach, and makes something of it.
async fn read_project<T: Send + 'static>(
    (auth, db): (&Authorized<ProjectRead>, &web::Data<Db>),
    id: ProjectId,
    make: impl FnOnce(&mut Conn, ProjectRow, UtcTime) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let (reach, now) = (auth.reach().clone(), db.clock().legal_now());
    let made = db.snapshot(move |conn| {
        let project = get_project(conn, id, &reach)?;
        make(conn, project, now)
    });
    Ok(made.await?)
}

/// Runs a command on a project within the caller's reach.
async fn on_project<T: Serialize>(
    (auth, db, context): (Authorized<ProjectManage>, web::Data<Db>, WriteContext),
    (label, status): (&'static str, StatusCode),
    id: ProjectId,
    run: impl Fn(&mut WriteTx<'_>, &ProjectRow, &Reach) -> Outcome<T> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    command(&db, &context, (label, status), move |tx| {
        let project = get_project(tx.conn(), id, &reach)?;
        run(tx, &project, &reach)
    })
    .await
}

/// The port as use cases take it.
fn port(gates: Gates) -> Arc<dyn SurveyGates> {
    gates.into_inner()
}
