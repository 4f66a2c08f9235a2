//! The repair fund over HTTP. Everything belongs to the books of a management area.

mod households;
mod matches;
mod money;
mod raising;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config.configure(raising::routes).configure(money::routes);
    config.configure(matches::routes).configure(households::routes);
}
