//! Official results over HTTP.

mod desk;
mod public;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config.configure(desk::routes).configure(public::routes);
}
