//! `jiugai verify`: the database's own checks, the audit chain, and every stored result counted
//! again. Reads only; may run while the server serves.

use std::process::ExitCode;

use super::{checks, fail, refuse, start};
use crate::platform::config::ConfigArgs;

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// Head of the audit chain, as an earlier run printed it · 先前记录的审计链头
    #[arg(long, value_name = "HASH")]
    audit_head: Option<String>,
}

/// Runs `verify`.
pub fn run(args: Args) -> ExitCode {
    let settings = match args.config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    match start::connect(&settings) {
        Ok(mut conn) => checks::check(&mut conn, args.audit_head.as_deref()),
        Err(fault) => fail(fault),
    }
}
