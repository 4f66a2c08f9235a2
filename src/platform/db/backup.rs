//! A consistent copy while the server runs: `VACUUM INTO` on SQLite, `pg_dump` on PostgreSQL. The
//! copy appears under its name only when it is complete and on the disk. Absent on purpose: the
//! master key (keep it elsewhere: with the backup it would open every sealed value), uploaded files.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use diesel::{RunQueryDsl, sql_query, sql_types::Text};
use percent_encoding::percent_decode_str;

use super::{DatabaseUrl, connect};

/// What a backup file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupKind {
    /// An SQLite database, to be put in place of the other while the server is stopped.
    Sqlite,
    /// An archive for `pg_restore`.
    Postgres,
}

/// Writes a backup to a new file, readable by its owner only.
///
/// # Errors
/// A sentence: the file exists, the disk is full, `pg_dump` is absent or refuses.
pub fn backup(url: &DatabaseUrl, path: &Path) -> Result<(), String> {
    let told = |fault: io::Error| format!("{}: {fault}", path.display());
    if path.exists() {
        return Err(format!("{}: exists and is not overwritten", path.display()));
    }
    let partial = PathBuf::from(format!("{}.partial", path.display()));
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&partial)
        .map_err(|fault| format!("{}: {fault}", partial.display()))?;
    let written = write(url, &partial).and_then(|()| file.sync_all().map_err(told));
    if let Err(fault) = written {
        let _ = std::fs::remove_file(&partial);
        return Err(fault);
    }
    std::fs::rename(&partial, path).map_err(told)?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))
        .and_then(|directory| directory.sync_all())
        .map_err(told)
}

fn write(url: &DatabaseUrl, path: &Path) -> Result<(), String> {
    let name = path.to_str().ok_or("the file's name is not UTF-8")?;
    match url {
        DatabaseUrl::Sqlite(_) => {
            let mut conn = connect(url)?;
            let statement = sql_query("VACUUM INTO $1").bind::<Text, _>(name);
            statement.execute(&mut conn).map(|_| ()).map_err(|fault| fault.to_string())
        }
        DatabaseUrl::Postgres(url) => {
            let file = format!("--file={name}");
            let mut command = Command::new("pg_dump");
            command.args(["--format=custom", "--no-password", &file]);
            run(with_server(command, url)?)
        }
    }
}

/// Restores an archive into an empty PostgreSQL database.
///
/// # Errors
/// A sentence: `pg_restore` is absent or refuses.
pub fn restore_archive(path: &Path, url: &str) -> Result<(), String> {
    let mut command = Command::new("pg_restore");
    command.args(["--no-password", "--exit-on-error", "--single-transaction", "--no-owner"]);
    let mut command = with_server(command, url)?;
    command.arg(path);
    run(command)
}

/// The password goes by the environment: other users of the machine can read arguments.
fn with_server(mut command: Command, url: &str) -> Result<Command, String> {
    let mut parts: reqwest::Url = url.parse().map_err(|fault| format!("database_url: {fault}"))?;
    if let Some(password) = parts.password() {
        command.env("PGPASSWORD", percent_decode_str(password).decode_utf8_lossy().as_ref());
    }
    let _ = parts.set_password(None); // can't fail where there is a host
    command.arg(format!("--dbname={parts}"));
    Ok(command)
}

fn run(mut command: Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|fault| match fault.kind() {
        io::ErrorKind::NotFound => {
            format!("{program} is needed for PostgreSQL and not installed (postgresql-client)")
        }
        _ => format!("{program}: {fault}"),
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// What a file holds, by its first bytes.
///
/// # Errors
/// A sentence: it can't be read, or is no backup.
pub fn kind_of(path: &Path) -> Result<BackupKind, String> {
    let told = |fault: io::Error| format!("{}: {fault}", path.display());
    let mut head = Vec::new();
    File::open(path).map_err(told)?.take(16).read_to_end(&mut head).map_err(told)?;
    if head == b"SQLite format 3\0" {
        Ok(BackupKind::Sqlite)
    } else if head.starts_with(b"PGDMP") {
        Ok(BackupKind::Postgres)
    } else {
        Err(format!("{}: neither an SQLite database nor a pg_dump archive", path.display()))
    }
}
