//! `jiugai migrate`: brings the database to this version's schema. Going back is not offered here:
//! restore the backup that was made before.

use std::process::ExitCode;

use super::{fail, refuse, say, start};
use crate::platform::{
    config::{ConfigArgs, Settings},
    db,
};

/// Arguments of `migrate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs `migrate`.
pub fn run(args: Args) -> ExitCode {
    let settings = match args.config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    match migrate(&settings) {
        Ok(names) if names.is_empty() => {
            say(format!("{} is up to date · 已是最新", settings.database_url));
            ExitCode::SUCCESS
        }
        Ok(names) => {
            say(format!("{}: {} · 已升级", settings.database_url, names.join(", ")));
            ExitCode::SUCCESS
        }
        Err(fault) => fail(fault),
    }
}

/// Runs what is pending and answers its names.
///
/// # Errors
/// A sentence that names what failed.
pub(super) fn migrate(settings: &Settings) -> Result<Vec<String>, String> {
    db::migrate(&mut start::connect(settings)?)
}
