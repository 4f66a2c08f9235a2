//! The whole: what the server is made of, which routes it mounts, the command line, the worker.
//! Nothing is decided here.

pub mod boundary_guard;
pub mod cli;
pub mod demo;
pub mod directory;
pub mod fund_plans;
pub mod openapi;
pub mod plan_lines;
pub mod routes;
pub mod survey_gates;
pub mod witness;
pub mod worker;

use std::sync::Arc;

use actix_web::{
    App as ActixApp, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use utoipa_actix_web::AppExt;

use crate::{
    fund::PlanItems,
    funding::PlanLines,
    identity::Identity,
    platform::{
        auth::{self, Authenticator, seal::Keys},
        config::{HttpUrl, Mode},
        db::Db,
        http::{self, Drain, Limits},
        messenger::Messenger,
        telemetry::{Metrics, RequestSpan},
        tlog::{LogSigner, Witnesses},
    },
    registry::BoundaryGuard,
    renovation::SurveyGates,
    voting::CastQueue,
};

/// What every request may use. Cheap to clone; one value serves all workers.
#[derive(Clone)]
pub struct App {
    /// The database door (and the clock).
    pub db: Db,
    /// The keys that seal personal data and find it again.
    pub keys: Keys,
    /// Sign-in, accounts, grants.
    pub identity: Identity,
    /// Where one-time codes and notices go.
    pub messenger: Messenger,
    /// What clients may ask at once.
    pub limits: Limits,
    /// The ballots that wait for the next commit.
    pub casts: CastQueue,
    /// Signs the public logs.
    pub log_signer: LogSigner,
    /// Who cosigns them.
    pub witnesses: Witnesses,
    /// The numbers behind `/metrics`.
    pub metrics: Metrics,
    /// Whether the server is on its way out.
    pub drain: Drain,
    /// Where people reach the server; what links and receipts say.
    pub public_url: HttpUrl,
    /// Who answers for surveys where a project's stage needs one.
    pub survey_gates: Arc<dyn SurveyGates>,
    /// Normal, or demo.
    pub mode: Mode,
}

impl App {
    fn authenticator(&self) -> Arc<dyn Authenticator> {
        Arc::new(self.identity.clone())
    }

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
        let (app, document) = ActixApp::new()
            .into_utoipa_app()
            .openapi(openapi::frame())
            .app_data(web::Data::new(self.db.clone()))
            .app_data(web::Data::new(self.keys.clone()))
            .app_data(web::Data::new(self.identity.clone()))
            .app_data(web::Data::from(self.authenticator()))
            .app_data(web::Data::from(boundary_guard()))
            .app_data(web::Data::from(plan_lines()))
            .app_data(web::Data::new(self.messenger.clone()))
            .app_data(web::Data::new(self.casts.clone()))
            .app_data(web::Data::new(self.log_signer.clone()))
            .app_data(web::Data::new(self.limits.clone()))
            .app_data(web::Data::new(self.metrics.clone()))
            .app_data(web::Data::new(self.drain.clone()))
            .app_data(web::Data::new(self.public_url.clone()))
            .app_data(web::Data::from(Arc::clone(&self.survey_gates)))
            .app_data(web::Data::from(plan_items()))
            .app_data(web::Data::new(self.mode))
            .configure(routes::mount)
            .split_for_parts();
        app.app_data(http::path_config())
            .app_data(http::query_config())
            .service(openapi::swagger(document))
            .default_service(web::to(http::no_route))
            .wrap(from_fn(auth::authenticate))
            .wrap(from_fn(http::limit))
            .wrap(from_fn(http::finish))
            .wrap(from_fn(http::secure))
            .wrap(tracing_actix_web::TracingLogger::<RequestSpan>::new())
    }
}

/// What the register asks of what stands above it.
fn boundary_guard() -> Arc<dyn BoundaryGuard> {
    Arc::new(boundary_guard::UnderWay)
}

/// What the repair fund asks of plans.
fn plan_items() -> Arc<dyn PlanItems> {
    Arc::new(fund_plans::FundPlans)
}

/// What funding asks of plans.
fn plan_lines() -> Arc<dyn PlanLines> {
    Arc::new(plan_lines::Plans)
}
