//! Joint reviews over HTTP.

mod cases;
mod delegates;
mod steps;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config.configure(cases::routes).configure(steps::routes).configure(delegates::routes);
}
