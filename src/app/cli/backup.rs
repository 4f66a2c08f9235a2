//! `jiugai backup`: a consistent copy while the server runs, and `--check`, which restores a copy
//! aside and runs every check of `verify` on it: a backup that was never restored is a hope.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{checks, fail, refuse, say};
use crate::platform::{
    config::ConfigArgs,
    db::{self, BackupKind, DatabaseUrl},
};

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// File to write; must not exist · 备份文件
    #[arg(long, short, value_name = "FILE", required_unless_present = "check")]
    output: Option<PathBuf>,
    /// Restore this backup aside and check it · 校验备份
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    check: Option<PathBuf>,
    /// Empty PostgreSQL database to restore an archive into for the check · 校验用空库
    #[arg(long, value_name = "URL", requires = "check")]
    into: Option<DatabaseUrl>,
}

/// Runs `backup`.
pub fn run(args: Args) -> ExitCode {
    if let Some(path) = &args.check {
        return check(path, args.into.as_ref());
    }
    let settings = match args.config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    let Some(path) = args.output else { return refuse("--output is needed") };
    match db::backup(&settings.database_url, &path) {
        Ok(()) => {
            say(format!("{}: written · 已备份。", path.display()));
            say("The master key and uploaded files are not in it · 不含主密钥和上传文件");
            ExitCode::SUCCESS
        }
        Err(fault) => fail(fault),
    }
}

fn check(path: &Path, into: Option<&DatabaseUrl>) -> ExitCode {
    let restored = match db::kind_of(path) {
        Ok(BackupKind::Sqlite) => check_copy(path),
        Ok(BackupKind::Postgres) => check_archive(path, into),
        Err(fault) => Err(fault),
    };
    restored.unwrap_or_else(fail)
}

/// The copy is opened, not the backup itself: opening writes beside the file.
fn check_copy(path: &Path) -> Result<ExitCode, String> {
    let directory = tempfile::tempdir().map_err(|fault| fault.to_string())?;
    let copy = directory.path().join("restored.db");
    std::fs::copy(path, &copy).map_err(|fault| format!("{}: {fault}", path.display()))?;
    let mut conn = db::connect(&DatabaseUrl::Sqlite(copy.display().to_string()))?;
    Ok(checks::check(&mut conn, None))
}

fn check_archive(path: &Path, into: Option<&DatabaseUrl>) -> Result<ExitCode, String> {
    let Some(url @ DatabaseUrl::Postgres(text)) = into else {
        return Err("--into postgres://… names an empty database for the check".to_owned());
    };
    db::restore_archive(path, text)?;
    Ok(checks::check(&mut db::connect(url)?, None))
}
