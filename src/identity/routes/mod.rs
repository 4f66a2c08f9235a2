//! The handlers of the slice. Those that hand out a secret (tokens, an initial password) keep no
//! idempotent answer: the secret would stand in the database.

mod accounts;
mod inbox;
mod me;
mod sign_in;

use actix_web::{HttpRequest, http::header, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::Client;
use crate::platform::http::Limits;

/// Mounts the slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(sign_in::sign_in)
        .service(sign_in::request_code)
        .service(sign_in::sign_in_by_code)
        .service(sign_in::refresh_session)
        .service(sign_in::sign_out)
        .service(me::get_me)
        .service(me::list_sessions)
        .service(me::end_session)
        .service(me::change_password)
        .service(me::enrol_totp)
        .service(me::confirm_totp)
        .service(me::disable_totp)
        .service(me::list_roles)
        .service(accounts::list_accounts)
        .service(accounts::create_account)
        .service(accounts::get_account)
        .service(accounts::disable_account)
        .service(accounts::enable_account)
        .service(accounts::reset_account_password)
        .service(accounts::create_grant)
        .service(accounts::revoke_grant)
        .service(inbox::list_demo_inbox);
}

/// Where a request comes from; `device` is the client's own word, else its `User-Agent`.
fn client_of(request: &HttpRequest, device: Option<String>) -> Client {
    let limits = request.app_data::<web::Data<Limits>>();
    let agent = request.headers().get(header::USER_AGENT);
    let agent = || agent.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Client {
        address: limits.map(|limits| limits.client_network(request)).unwrap_or_default(),
        device: device.unwrap_or_else(agent),
    }
}
