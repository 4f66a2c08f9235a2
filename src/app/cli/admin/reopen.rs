//! `jiugai admin reopen-log`: a log goes on under a new name. Two people answer for it, both named in
//! the log. The server must be stopped: it remembers names and keys from its start.

use std::{net::TcpStream, time::Duration};

use super::{health, start};
use crate::{
    identity::find_staff,
    kernel::{AccountId, VoteId},
    platform::{
        config::{ConfigArgs, Settings},
        db::{Actor, Db, WriteContext},
        tlog::{LogSigner, store},
    },
    voting::{Reopen, Reopened, Which, reopen_logs},
};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// The log of this vote · 某次表决的日志
    #[arg(long, value_name = "ID", group = "which")]
    vote: Option<VoteId>,
    /// The deployment's log · 系统日志
    #[arg(long, group = "which")]
    deployment: bool,
    /// Every log that can't be signed; with --compromised also the deployment's and those of all votes
    /// that are neither confirmed nor void · 所有无法签名或未结束的日志
    #[arg(long, group = "which")]
    all_open: bool,
    /// What happened, in a sentence that everybody will read · 事故原因（将公开）
    #[arg(long)]
    reason: String,
    /// Others may have the key; rotate it first · 密钥可能泄露（先轮换）
    #[arg(long)]
    compromised: bool,
    /// Login of who decides · 决定人登录名
    #[arg(long, value_name = "LOGIN")]
    by: String,
    /// Login of the second person · 复核人登录名
    #[arg(long, value_name = "LOGIN")]
    second: String,
}

pub(super) fn reopen(settings: &Settings, args: &Args) -> Result<String, String> {
    let reason = args.reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err("--reason: 1 to 500 characters · 原因须为 1 至 500 字".to_owned());
    }
    must_be_stopped(settings)?;
    let db = start::open(settings)?;
    let signer = start::signer(settings)?;
    let by = find_person(&db, &args.by)?;
    let which = match args.vote {
        Some(vote_id) => Which::Vote(vote_id),
        None if args.deployment => Which::Deployment,
        None => Which::AllOpen,
    };
    let request = Reopen {
        which,
        reason: reason.to_owned(),
        is_compromised: args.compromised,
        by: [by, find_person(&db, &args.second)?],
    };
    let actor = Actor { account_id: Some(by), ..Actor::named(&args.by) };
    let writer = signer.clone();
    let reopened = db
        .write_blocking(&WriteContext::of(actor), "log.reopen", move |tx| {
            reopen_logs(tx, &writer, &request)
        })
        .map_err(|refusal| refusal.to_string())?;
    let told = tell(&db, &signer, &reopened);
    db.close();
    told
}

/// A server that runs would go on under the old name.
fn must_be_stopped(settings: &Settings) -> Result<(), String> {
    let address = health::reachable(settings.listen);
    match TcpStream::connect_timeout(&address, Duration::from_secs(2)) {
        Ok(_) => Err(format!("{address}: a server runs; stop it first · 请先停止服务")),
        Err(_) => Ok(()),
    }
}

fn find_person(db: &Db, login: &str) -> Result<AccountId, String> {
    let found =
        db.read_blocking(|conn| find_staff(conn, login)).map_err(|refusal| refusal.to_string())?;
    found.ok_or_else(|| format!("{login}: no active staff account · 没有此有效工作人员账号"))
}

/// The first checkpoint under each new name is signed at once, so that it is remembered.
fn tell(db: &Db, signer: &LogSigner, reopened: &[Reopened]) -> Result<String, String> {
    if reopened.is_empty() {
        return Ok("every log can be signed; nothing was done · 日志均可签名，无需续写".to_owned());
    }
    let mut lines = Vec::new();
    for Reopened { log, ended, seq, lost } in reopened {
        let vkeys = db
            .read_blocking(|conn| {
                // The deployment's log grew since, by a note of each of the others.
                if let Some(log) = store::find_log(conn, &log.subject)? {
                    signer.sign(&log)?;
                }
                signer.vkeys(&log.origin, log.key_generation)
            })
            .map_err(|refusal| refusal.to_string())?;
        lines.push(format!(
            "{ended} → {}: 第 {seq} 叶 leaf {seq}，丢失 {lost} 叶 leaves lost",
            log.origin
        ));
        lines.extend(vkeys.into_iter().map(|vkey| format!("  {vkey}")));
    }
    lines.push(
        "Post the new keys, start the server, ask for the receipts of lost leaves · \
         请公示新公钥、启动服务，并征集已丢失选票的回执"
            .to_owned(),
    );
    Ok(lines.join("\n"))
}
