//! The demo district: communities loaded from the files that a street office would upload, accounts
//! with a known password, votes in every state, a renovation project in every stage. Everything goes
//! through the services that the API uses; only the legal clock is turned back while the past is
//! played.

pub mod clock;
mod district;
mod people;
mod projects;
mod projects_desk;
mod votes;

use chrono::TimeDelta;
use utoipa_actix_web::service_config::ServiceConfig;

use super::App;
use crate::{
    kernel::Outcome,
    platform::db::{Actor, WriteContext},
};

pub use people::{DEPARTMENTS, PASSWORD, SIGN_INS};

/// How long ago the district's story begins.
const BEGINS_DAYS: i64 = 160;

/// The routes of demo mode; they answer 404 elsewhere.
pub fn routes(config: &mut ServiceConfig) {
    config.service(clock::get_clock).service(clock::set_clock);
}

/// Loads the district where the database has no community yet; whether it did.
///
/// # Errors
/// Those of the services.
pub fn load(app: &App, told: &mut dyn FnMut(&str)) -> Outcome<bool> {
    if district::is_there(app)? {
        return Ok(false);
    }
    let clock = app.db.clock();
    clock.set_legal_offset(TimeDelta::days(-BEGINS_DAYS));
    let loaded = play(app, told);
    clock.set_legal_offset(TimeDelta::zero());
    loaded.map(|()| true)
}

fn play(app: &App, told: &mut dyn FnMut(&str)) -> Outcome<()> {
    let communities = district::load(app, told)?;
    people::load(app, &communities)?;
    told("Votes · 表决");
    votes::load(app, &communities, told);
    told("Renovation projects · 改造项目");
    projects::load(app, told)?;
    Ok(())
}

fn context() -> WriteContext {
    WriteContext::of(Actor::named("demo"))
}
