//! What the sub-commands share: from settings to an open database and an application.

use std::{fs, path::Path, sync::Arc};

use crate::{
    app::{App, directory::RegistryDirectory, witness::WitnessApp},
    identity::{Identity, IdentitySettings},
    kernel::{Outcome, Refusal},
    platform::{
        auth::{password::Passwords, permission::check_roles, seal::Keys},
        clock::Clock,
        config::Settings,
        db::{self, Actor, Conn, DatabaseUrl, Db, DbSettings, WriteContext},
        http::{Drain, Limits},
        messenger::Messenger,
        telemetry::Metrics,
        tlog::{CosignKey, LogRow, LogSigner, Witnesses, add_keys, load_keys, store},
    },
    voting::{self, KeyFault},
    witness::Witness,
};

/// The database of the settings, one connection; makes the directory of an SQLite file.
///
/// # Errors
/// A sentence that names what failed.
pub fn connect(settings: &Settings) -> Result<Conn, String> {
    if let DatabaseUrl::Sqlite(path) = &settings.database_url {
        make_parent(Path::new(path))?;
    }
    db::connect(&settings.database_url)
        .map_err(|fault| format!("{}: {fault}", settings.database_url))
}

/// The open database, which must be of this version's schema.
///
/// # Errors
/// A sentence; for an older schema one that names `jiugai migrate`.
pub fn open(settings: &Settings) -> Result<Db, String> {
    let pending = db::list_pending(&mut connect(settings)?)?;
    if !pending.is_empty() {
        let url = &settings.database_url;
        let count = pending.len();
        return Err(format!("{url} lacks {count} migrations; run `jiugai migrate` first"));
    }
    let url = settings.database_url.clone();
    let pool_size = settings.database_connections.get();
    Db::open(&DbSettings { url, pool_size }, Clock::system())
}

/// The application over an open database.
///
/// # Errors
/// The key file can't be used.
pub fn app(settings: &Settings, metrics: Metrics) -> Result<App, String> {
    fs::create_dir_all(&settings.data_dir)
        .map_err(|fault| format!("{}: {fault}", settings.data_dir.display()))?;
    let keys = Keys::load(&settings.key_file)
        .map_err(|fault| format!("key_file {fault}; `jiugai admin create-key` makes one, once"))?;
    let db = open(settings)?;
    let identity = identity(settings, &db, &keys).map_err(|fault| fault.to_string())?;
    let messenger = Messenger::new(settings, &db)?;
    let (limits, drain) = (Limits::new(settings), Drain::default());
    let casts = voting::start_queue(&db)?;
    let log_signer = log_signer(settings, &db)?;
    let witnesses = Witnesses::new(settings.witnesses.0.clone(), &db, &log_signer)?;
    let context = WriteContext::of(Actor::system());
    db.write_blocking(&context, "rule_packs.ship", voting::load_shipped_packs)
        .map_err(|fault| fault.to_string())?;
    let (mode, public_url) = (settings.mode, settings.public_url.clone());
    Ok(App {
        db,
        keys,
        identity,
        messenger,
        limits,
        casts,
        log_signer,
        witnesses,
        metrics,
        drain,
        public_url,
        survey_gates: Arc::new(crate::app::survey_gates::Surveys),
        mode,
    })
}

/// A witness over an open database, with its own key.
///
/// # Errors
/// A sentence that names what is missing.
pub fn witness(settings: &Settings, metrics: Metrics) -> Result<WitnessApp, String> {
    let key = CosignKey::load(&settings.witness_key_file).map_err(|fault| {
        format!("witness_key_file {fault}; `jiugai admin create-witness-key` makes one, once")
    })?;
    if settings.witness_logs.is_empty() {
        return Err("witness_logs: name the log key of each deployment to watch".to_owned());
    }
    let db = open(settings)?;
    let witness = Witness::new(key, settings.witness_logs.clone());
    let (limits, drain) = (Limits::new(settings), Drain::default());
    Ok(WitnessApp { db, witness, limits, metrics, drain })
}

/// Makes the key of a witness, once; its verifier key.
///
/// # Errors
/// A sentence: the file is there, can't be written, or the name is none.
pub fn create_witness_key(settings: &Settings, name: &str) -> Result<String, String> {
    let path = &settings.witness_key_file;
    make_parent(path)?;
    let made = CosignKey::create(path, name);
    made.map(|key| key.cosigner().vkey()).map_err(|fault| format!("{}: {fault}", path.display()))
}

/// The signer of the public logs as the key file and the directory of signed heads have it.
///
/// # Errors
/// A sentence that names what failed.
pub fn signer(settings: &Settings) -> Result<LogSigner, String> {
    let keys = load_keys(&settings.log_key_file).map_err(|fault| {
        format!(
            "log_key_file {fault}; put the copy back, or let `jiugai admin create-key` make a new \
             key · 请恢复日志密钥副本，或用 jiugai admin create-key 生成"
        )
    })?;
    let heads = settings.data_dir.join("signed-heads");
    LogSigner::new(&settings.public_url, keys, &heads)
        .map_err(|fault| format!("{}: {fault}", heads.display()))
}

/// The signer, after it was compared with the database. A log that the database does not continue as
/// it was signed is frozen: an older backup was restored, or a row was rewritten.
fn log_signer(settings: &Settings, db: &Db) -> Result<LogSigner, String> {
    let signer = signer(settings)?;
    let newest = signer.generation();
    let kinds = signer.fingerprints(newest).map_err(|fault| fault.to_string())?.len();
    if settings.log_sm2 != (kinds > 1) {
        let (sm2, file) = (settings.log_sm2, settings.log_key_file.display());
        return Err(format!(
            "log_sm2 is {sm2}, and generation {newest} of {file} is made otherwise; `jiugai admin \
             rotate-log-key` makes one that fits · 请执行 jiugai admin rotate-log-key"
        ));
    }
    let context = WriteContext::of(Actor::system());
    let checked = signer.clone();
    let fault = db
        .write_blocking(&context, "log.check", move |tx| {
            voting::check_logs(tx, &checked)?;
            voting::check_log_keys(tx.conn(), &checked)
        })
        .map_err(|fault| fault.to_string())?;
    fault.map_or(Ok(signer), |fault| Err(key_sentence(settings, &fault)))
}

fn key_sentence(settings: &Settings, fault: &KeyFault) -> String {
    let file = settings.log_key_file.display();
    match fault {
        KeyFault::Missing { generation, logs } => format!(
            "{file} lacks generation {generation}, which signs {logs} logs; put the copy back, or, if \
             it is lost, run `jiugai admin reopen-log --all-open --reason … --by … --second …` · \
             缺少第 {generation} 代日志密钥：请恢复副本；确已丢失的，执行 jiugai admin reopen-log"
        ),
        KeyFault::Other { generation, origin } => format!(
            "{file}: generation {generation} is not the key that {origin} was begun with; put the \
             right file back, or move this one away and run `jiugai admin create-key`, then `jiugai \
             admin reopen-log` · 第 {generation} 代日志密钥不是原来的密钥，请恢复正确的文件"
        ),
    }
}

/// The migration that makes the tables of logs.
const WITH_LOGS: &str = "20260101200000";

/// The logs in the database; `None` where it has no table of them yet.
///
/// # Errors
/// A sentence: the database can't be reached or read. Nothing may be taken for an empty one.
pub fn read_logs(settings: &Settings) -> Result<Option<Vec<LogRow>>, String> {
    if let DatabaseUrl::Sqlite(path) = &settings.database_url
        && !Path::new(path).exists()
    {
        return Ok(None);
    }
    let mut conn = connect(settings)?;
    if db::list_pending(&mut conn)?.iter().any(|name| name.starts_with(WITH_LOGS)) {
        return Ok(None);
    }
    let logs = store::list_logs(&mut conn);
    logs.map(Some).map_err(|fault| format!("{}: {fault}", settings.database_url))
}

/// The newest generation that a log in the database takes: no number may come twice.
///
/// # Errors
/// As [`read_logs`].
pub fn used_generation(settings: &Settings) -> Result<i32, String> {
    let logs = read_logs(settings)?.unwrap_or_default();
    Ok(logs.iter().map(|log| log.key_generation).max().unwrap_or(0))
}

/// Sign-in over an open database.
///
/// # Errors
/// `internal`, never in practice; a sentence where the shipped roles are broken.
pub fn identity(settings: &Settings, db: &Db, keys: &Keys) -> Outcome<Identity> {
    check_roles().map_err(Refusal::internal)?;
    let identity = IdentitySettings {
        access_minutes: settings.access_token_minutes.get(),
        refresh_days: settings.refresh_token_days.get(),
        passwords: Passwords::new()?,
    };
    Identity::new(db, keys, Arc::new(RegistryDirectory), identity)
}

/// Makes the master key where there is none; whether it did.
///
/// # Errors
/// The file can't be written.
pub fn ensure_master_key(settings: &Settings) -> Result<bool, String> {
    if settings.key_file.exists() {
        return Ok(false);
    }
    make_parent(&settings.key_file)?;
    Keys::create(&settings.key_file).map(|_| true).map_err(|fault| format!("key_file {fault}"))
}

/// Makes the first log key where there is none; its generation if it did.
///
/// # Errors
/// The file can't be written; as [`used_generation`].
pub fn ensure_log_key(settings: &Settings) -> Result<Option<i32>, String> {
    let path = &settings.log_key_file;
    if path.exists() {
        return Ok(None);
    }
    make_parent(path)?;
    let made = add_keys(path, used_generation(settings)?, settings.log_sm2);
    made.map(Some).map_err(|fault| format!("log_key_file {fault}"))
}

fn make_parent(path: &Path) -> Result<(), String> {
    let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else {
        return Ok(());
    };
    fs::create_dir_all(parent).map_err(|fault| format!("{}: {fault}", parent.display()))
}
