//! What the server does on its own, beside requests. Every step is idempotent, so that several
//! servers on one PostgreSQL may run it at the same time.

use std::time::Duration;

use super::{App, demo};
use crate::{
    platform::{
        audit,
        config::Mode,
        db::{Actor, WriteContext},
    },
    registry, voting,
};

const PAUSE: Duration = Duration::from_secs(1);

/// Runs until it is dropped.
pub async fn run(app: App) {
    let context = WriteContext::of(Actor::system());
    let ended = app.db.write(&context, "registry.abandoned", registry::end_abandoned_imports);
    if let Err(refusal) = ended.await {
        tracing::warn!(%refusal, "worker");
    }
    loop {
        let moved = match app.mode {
            Mode::Demo => demo::clock::follow(&app.db).await,
            Mode::Normal => Ok(()),
        };
        if let Err(refusal) = moved.and(step(&app).await) {
            tracing::warn!(%refusal, "worker");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// One round of everything that waits.
///
/// # Errors
/// Those of the database.
pub async fn step(app: &App) -> Result<(), crate::kernel::Refusal> {
    while app.identity.deliver_codes(&app.messenger).await? > 0 {}
    app.identity.sweep().await?;
    let context = WriteContext::of(Actor::system());
    app.db.write(&context, "vote.due_steps", voting::run_due_steps).await?;
    while app.db.write(&context, "audit.chain", audit::extend_chain).await? > 0 {}
    Ok(())
}
