//! What the server does on its own, beside requests. Every step is idempotent, so that several
//! servers on one PostgreSQL may run it at the same time.

use std::time::Duration;

use super::{App, demo};
use crate::{
    joint_review,
    kernel::Outcome,
    ledger,
    platform::{
        audit,
        config::Mode,
        db::{Actor, WriteContext},
    },
    registry, renovation, survey, voting,
};

const PAUSE: Duration = Duration::from_secs(1);

/// Runs until it is dropped.
pub async fn run(app: App) {
    let context = WriteContext::of(Actor::system());
    let ended = app.db.write(&context, "registry.abandoned", registry::end_abandoned_imports);
    if let Err(refusal) = ended.await {
        tracing::warn!(%refusal, "worker");
    }
    // A slow gateway must not keep a vote from opening on time: messages go their own way.
    // So do heads to witnesses.
    tokio::join!(rounds(&app), messages(&app), witnessing(&app));
}

async fn rounds(app: &App) {
    loop {
        let moved = match app.mode {
            Mode::Demo => demo::clock::follow(&app.db).await,
            Mode::Normal => Ok(()),
        };
        if let Err(refusal) = moved.and(due(app).await) {
            tracing::warn!(%refusal, "worker");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn messages(app: &App) {
    let (post, surveys) = (post(app), survey_post(app));
    loop {
        match deliver(&post, &surveys).await {
            Ok(count) if count > 0 => {}
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(refusal) => {
                tracing::warn!(%refusal, "notices");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn deliver(post: &voting::Post, surveys: &survey::SurveyPost) -> Outcome<usize> {
    Ok(post.deliver().await? + surveys.deliver().await?)
}

async fn witnessing(app: &App) {
    loop {
        if let Err(refusal) = app.witnesses.round().await {
            tracing::warn!(%refusal, "witnesses");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn post(app: &App) -> voting::Post {
    voting::Post {
        db: app.db.clone(),
        keys: app.keys.clone(),
        messenger: app.messenger.clone(),
        public_url: app.public_url.as_str().to_owned(),
    }
}

fn survey_post(app: &App) -> survey::SurveyPost {
    survey::SurveyPost {
        db: app.db.clone(),
        keys: app.keys.clone(),
        messenger: app.messenger.clone(),
        public_url: app.public_url.as_str().to_owned(),
    }
}

/// One round of everything that waits, as [`run`] does it again and again.
///
/// # Errors
/// Those of the database.
pub async fn step(app: &App) -> Outcome<()> {
    due(app).await?;
    let (post, surveys) = (post(app), survey_post(app));
    while deliver(&post, &surveys).await? > 0 {}
    app.witnesses.round().await
}

async fn due(app: &App) -> Outcome<()> {
    while app.identity.deliver_codes(&app.messenger).await? > 0 {}
    app.identity.sweep().await?;
    let context = WriteContext::of(Actor::system());
    let now = app.db.clock().legal_now();
    for id in app.db.read(move |conn| voting::list_due(conn, now)).await? {
        let step = app.db.write(&context, "vote.due_step", move |tx| voting::take_due_step(tx, id));
        if let Err(refusal) = step.await {
            tracing::info!(vote = %id, %refusal, "a due step must wait");
        }
    }
    app.db.write(&context, "survey.due_closes", survey::close_due).await?;
    app.db.write(&context, "project.due_deadlines", renovation::fire_due).await?;
    app.db.write(&context, "joint_review.due_silence", joint_review::record_due_silence).await?;
    app.db.write(&context, "ledger.due_reservations", ledger::expire_due).await?;
    voting::keep_hourly_checkpoints(&app.db, &app.log_signer).await?;
    while app.db.write(&context, "audit.chain", audit::extend_chain).await? > 0 {}
    Ok(())
}
