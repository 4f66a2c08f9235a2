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
        http::Drain,
        telemetry::{self, Metrics},
    },
};

/// Binds a server as the settings say, tells where it listens, and runs it. (A function would have to
/// spell actix's types out.)
macro_rules! bind {
    ($server:expr, $settings:expr, $what:literal, $page:literal) => {
        $server
            .workers($settings.workers.get())
            .shutdown_timeout(u64::from($settings.drain_s.get()))
            .disable_signals()
            .bind($settings.listen)
            .map_err(|fault| format!("listen {}: {fault}", $settings.listen))
            .map(|server| {
                for address in server.addrs() {
                    let page = format!("http://{address}/{}", $page);
                    say(format!("Listening on http://{address} · {} {page}", $what));
                }
                server.run()
            })
    };
}

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// Bring the schema up to date first · 启动前先升级数据库结构
    #[arg(long)]
    migrate: bool,
    /// Be an outside witness of other deployments' logs, and nothing else · 只作外部见证人运行
    #[arg(long)]
    witness: bool,
}

/// Runs `serve`.
pub fn run(args: Args) -> ExitCode {
    let settings = match args.config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    let ready = if args.migrate { migrate::migrate(&settings).map(|_| ()) } else { Ok(()) };
    let served = ready.and_then(|()| {
        if args.witness { serve_witness(&settings) } else { serve(&settings, |_| Ok(())) }
    });
    match served {
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

/// Serves an outside witness until told to stop.
fn serve_witness(settings: &Settings) -> Result<(), String> {
    telemetry::start_log(settings)?;
    let metrics = Metrics::install().map_err(|fault| format!("metrics: {fault}"))?;
    let app = start::witness(settings, metrics)?;
    let (db, begun) = (app.db.clone(), app.drain.clone());
    let server = HttpServer::new(move || app.build());
    actix_web::rt::System::new().block_on(async {
        let server = bind!(server, settings, "见证情况", "witness")?;
        actix_web::rt::spawn(drain(begun, server.handle(), notice(settings)));
        server.await.map_err(|fault| format!("server: {fault}"))
    })?;
    db.close();
    tracing::info!("stopped");
    Ok(())
}

async fn listen(settings: &Settings, app: App) -> Result<(), String> {
    let factory = app.clone();
    let server = HttpServer::new(move || factory.build());
    let server = bind!(server, settings, "接口文档", "docs/")?;
    actix_web::rt::spawn(drain(app.drain.clone(), server.handle(), notice(settings)));
    let worker = actix_web::rt::spawn(worker::run(app));
    let outcome = server.await.map_err(|fault| format!("server: {fault}"));
    worker.abort();
    outcome
}

fn notice(settings: &Settings) -> Duration {
    Duration::from_secs(u64::from(settings.drain_notice_s))
}

async fn drain(begun: Drain, server: ServerHandle, notice: Duration) {
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
    begun.begin();
    tokio::time::sleep(notice).await;
    server.stop(true).await;
}
