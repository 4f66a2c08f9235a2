//! The server of an outside witness: `add-checkpoint`, its page, and the questions of machines. It has
//! a database and a key of its own, and nothing of the votes.

use actix_web::{
    App as ActixApp, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use utoipa_actix_web::AppExt;

use super::routes;
use crate::{
    platform::{
        db::Db,
        http::{self, Drain, Limits},
        telemetry::Metrics,
    },
    witness::{self, Witness},
};

/// What a witness's handlers may use. Cheap to clone.
#[derive(Clone)]
pub struct WitnessApp {
    /// The database door (and the clock).
    pub db: Db,
    /// Its key, and whom it watches.
    pub witness: Witness,
    /// What clients may ask at once.
    pub limits: Limits,
    /// The numbers behind `/metrics`.
    pub metrics: Metrics,
    /// Whether the server is on its way out.
    pub drain: Drain,
}

impl WitnessApp {
    /// The actix application of one worker.
    pub fn build(
        &self,
    ) -> ActixApp<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody + use<>>,
            Error = Error,
            InitError = (),
        > + use<>,
    > {
        let (app, _) = ActixApp::new()
            .into_utoipa_app()
            .app_data(web::Data::new(self.db.clone()))
            .app_data(web::Data::new(self.witness.clone()))
            .app_data(web::Data::new(self.limits.clone()))
            .app_data(web::Data::new(self.metrics.clone()))
            .app_data(web::Data::new(self.drain.clone()))
            .configure(routes::probes)
            .configure(witness::routes)
            .split_for_parts();
        app.default_service(web::to(http::no_route))
            .wrap(from_fn(http::limit))
            .wrap(from_fn(http::finish))
            .wrap(from_fn(http::secure))
            .wrap(tracing_actix_web::TracingLogger::default())
    }
}
