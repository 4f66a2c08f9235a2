//! `jiugai verify`: with a source, a vote's public log, by anyone and without a database; without
//! one, the database's own checks, the audit chain, and every stored result counted again. Reads
//! only; may run while the server serves.

mod log;

use std::{path::PathBuf, process::ExitCode};

use super::{checks, fail, refuse, start};
use crate::platform::config::ConfigArgs;

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "With SOURCE, exit codes: 0 good, 1 bad (leaf and rule are named), 2 usage, \
                        3 good as far as disclosed · 指定来源时的退出码：0 相符，1 不符，2 用法有误，\
                        3 已公开部分相符"
)]
pub struct Args {
    /// A vote's log to check: directory, zip bundle, or URL ending in /log/; without it the database
    /// is checked · 投票日志：目录、zip 或网址；不填则校验数据库
    #[arg(value_name = "SOURCE")]
    source: Option<String>,
    /// The log's verifier key, or a file that holds it; get it elsewhere than from the log. May be
    /// given again: for the SM2 key · 日志的公钥（须另行取得，可多次给出，如国密公钥）
    #[arg(long, value_name = "VKEY", requires = "source")]
    key: Vec<String>,
    /// Print the ballot of a unit, or that there is none: NUMBER or BUILDING/NUMBER · 查某户的票
    #[arg(long, value_name = "UNIT", requires = "source")]
    unit: Option<String>,
    /// Check every receipt (*.tlog-proof) of a directory against the log · 校验目录中的回执
    #[arg(long, value_name = "DIR", requires = "source")]
    receipts: Option<PathBuf>,
    /// Check a checkpoint that was posted or photographed earlier; may be given again · 校验张贴过的检查点
    #[arg(long = "checkpoint", value_name = "FILE", requires = "source")]
    checkpoints: Vec<PathBuf>,
    /// Ask for cosignatures of outside witnesses, as this C2SP policy file says · 按策略文件要求外部见证
    #[arg(long, value_name = "FILE", requires = "source")]
    policy: Option<PathBuf>,
    /// Write JSON for machines · 输出 JSON
    #[arg(long, requires = "source")]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
    /// Head of the audit chain, as an earlier run printed it · 先前记录的审计链头
    #[arg(long, value_name = "HASH")]
    audit_head: Option<String>,
}

/// Runs `verify`.
pub fn run(args: Args) -> ExitCode {
    if let Some(source) = &args.source {
        return log::run(source, &args);
    }
    let settings = match args.config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    match start::connect(&settings) {
        Ok(mut conn) => checks::check(&mut conn, args.audit_head.as_deref()),
        Err(fault) => fail(fault),
    }
}
