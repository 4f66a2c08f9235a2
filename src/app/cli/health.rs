//! `jiugai health`: asks a running server's `/readyz`; the container's health check.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use super::{fail, refuse, say};
use crate::platform::config::ConfigArgs;

/// Arguments of `health`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs `health`.
pub fn run(args: Args) -> ExitCode {
    let settings = match args.config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    match actix_web::rt::System::new().block_on(ask(reachable(settings.listen))) {
        Ok(()) => {
            say("ready");
            ExitCode::SUCCESS
        }
        Err(fault) => fail(fault),
    }
}

/// A server that listens on every address is asked on the loopback one.
pub(super) fn reachable(mut listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        let ip =
            if listen.is_ipv4() { [127, 0, 0, 1].into() } else { [0, 0, 0, 0, 0, 0, 0, 1].into() };
        listen.set_ip(ip);
    }
    listen
}

async fn ask(address: SocketAddr) -> Result<(), String> {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(4))
        .no_proxy()
        .build()
        .map_err(|fault| fault.to_string())?;
    let url = format!("http://{address}/readyz");
    let answer = client.get(&url).send().await.map_err(|fault| format!("{url}: {fault}"))?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(format!("{url}: {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_address_is_asked_on_loopback() {
        let of = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(of("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(of("[::]:80"), "[::1]:80");
        assert_eq!(of("192.0.2.1:80"), "192.0.2.1:80");
    }
}
