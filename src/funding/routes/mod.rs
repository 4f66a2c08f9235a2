//! Funding over HTTP.

mod allocations;
mod payments;
mod reads;
mod sources;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config.configure(sources::routes).configure(allocations::routes);
    config.configure(payments::routes).configure(reads::routes);
}
