//! The ledger over HTTP: opening and closing books, and everything that is read. What is booked comes
//! through the repair fund.

mod books;
mod reads;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config.configure(books::routes).configure(reads::routes);
}
