//! `jiugai serve`: listens until SIGTERM or ctrl-c, then drains: `/readyz` says 503, no new
//! connections, requests in flight are finished, the database is checkpointed, exit 0.

use std::{process::ExitCode, time::Duration};

use actix_web::{HttpServer, dev::ServerHandle};
use tokio::signal::unix::{SignalKind, signal};

use super::{fail, migrate, refuse, say, start};
use crate::{
    app::{App, worker},
    platform::{
        config::{ConfigArgs, Settings},
        telemetry::{self, Metrics},
    },
};

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// Bring the schema up to date first · 启动前先升级数据库结构
    #[arg(long)]
    migrate: bool,
}

/// Runs `serve`.
pub fn run(args: Args) -> ExitCode {
    let settings = match args.config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    let ready = if args.migrate { migrate::migrate(&settings).map(|_| ()) } else { Ok(()) };
    match ready.and_then(|()| serve(&settings, |_| Ok(()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(fault),
    }
}

/// Serves until told to stop. `before` runs when everything is open and nothing is listening yet.
///
/// # Errors
/// A sentence that names what failed.
pub(super) fn serve(
    settings: &Settings,
    before: impl FnOnce(&App) -> Result<(), String>,
) -> Result<(), String> {
    telemetry::start_log(settings)?;
    let metrics = Metrics::install().map_err(|fault| format!("metrics: {fault}"))?;
    let app = start::app(settings, metrics)?;
    before(&app)?;
    let db = app.db.clone();
    actix_web::rt::System::new().block_on(listen(settings, app))?;
    // The worker's last write may still be on its way.
    db.close();
    tracing::info!("stopped");
    Ok(())
}

async fn listen(settings: &Settings, app: App) -> Result<(), String> {
    let factory = app.clone();
    let server = HttpServer::new(move || factory.build())
        .workers(settings.workers.get())
        .shutdown_timeout(u64::from(settings.drain_s.get()))
        .disable_signals()
        .bind(settings.listen)
        .map_err(|fault| format!("listen {}: {fault}", settings.listen))?;
    for address in server.addrs() {
        say(format!("Listening on http://{address} · 接口文档 http://{address}/docs/"));
    }
    let server = server.run();
    let notice = Duration::from_secs(u64::from(settings.drain_notice_s));
    actix_web::rt::spawn(drain(app.clone(), server.handle(), notice));
    let worker = actix_web::rt::spawn(worker::run(app));
    let outcome = server.await.map_err(|fault| format!("server: {fault}"));
    worker.abort();
    outcome
}

async fn drain(app: App, server: ServerHandle, notice: Duration) {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("no signal handler; stop the process by force");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("draining");
    app.drain.begin();
    tokio::time::sleep(notice).await;
    server.stop(true).await;
}
