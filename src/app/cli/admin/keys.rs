//! `jiugai admin create-key`, `log-keys`, `rotate-log-key`: the files of the master key and of the
//! keys that sign the public logs. `docs/log-keys.md` is the procedure around them.

use super::start;
use crate::platform::{
    config::Settings,
    tlog::{LogRow, LogSigner, add_keys},
};

/// Makes what is missing; nothing is ever overwritten.
pub(super) fn create(settings: &Settings) -> Result<String, String> {
    let keep = "keep a copy apart from the backups · 已生成，请另行保管副本";
    let there = "was there, left as it is · 已存在，未改动";
    let mut lines = Vec::new();
    let path = settings.key_file.display();
    lines.push(if start::ensure_master_key(settings)? {
        format!("{path}: master key made; {keep}")
    } else {
        format!("{path}: master key {there}")
    });
    let path = settings.log_key_file.display();
    lines.push(match start::ensure_log_key(settings)? {
        Some(generation) => format!("{path}: log key made, generation {generation}; {keep}"),
        None => format!("{path}: log key {there}"),
    });
    Ok(lines.join("\n"))
}

/// Adds a generation.
pub(super) fn rotate(settings: &Settings) -> Result<String, String> {
    let path = &settings.log_key_file;
    if !path.exists() {
        let path = path.display();
        return Err(format!(
            "{path}: no log key; `jiugai admin create-key` makes one · 没有日志密钥，请先生成"
        ));
    }
    let generation = add_keys(path, start::used_generation(settings)?, settings.log_sm2)
        .map_err(|fault| format!("log_key_file {fault}"))?;
    let path = path.display();
    Ok(format!(
        "{path}: generation {generation} added; new votes take it from the next start of the server \
         on, running ones keep theirs. Keep a copy, post what `jiugai admin log-keys` prints\n\
         已新增第 {generation} 代，服务重启后新表决使用；请另行保管副本，并公示 jiugai admin log-keys 的输出"
    ))
}

/// What is posted on the notice board.
pub(super) fn list(settings: &Settings) -> Result<String, String> {
    let signer = start::signer(settings)?;
    let logs = start::read_logs(settings)?;
    let mut lines =
        vec![format!("{} · {}", settings.log_key_file.display(), settings.public_url.as_str())];
    let newest = signer.generation();
    for generation in signer.generations() {
        let use_of = if generation == newest { "，新表决使用 new votes take it" } else { "" };
        lines.push(format!("第 {generation} 代 generation {generation}{use_of}"));
        let prints = signer.fingerprints(generation).map_err(|fault| fault.to_string())?;
        for (kind, print) in ["Ed25519", "SM2"].iter().zip(prints) {
            lines.push(format!("  {kind} 指纹 fingerprint (SHA-256): {print}"));
        }
        let of_generation = logs.iter().flatten().filter(|log| log.key_generation == generation);
        for log in of_generation {
            lines.extend(of_log(&signer, log)?);
        }
    }
    for log in logs.iter().flatten() {
        if !signer.generations().contains(&log.key_generation) {
            let generation = log.key_generation;
            let name = &log.origin;
            lines.push(format!(
                "{name}: 缺少第 {generation} 代密钥 generation {generation} is lost"
            ));
        }
    }
    if logs.is_none() {
        let deployment = signer.origin("deployment");
        let vkeys = signer.vkeys(&deployment, newest).map_err(|fault| fault.to_string())?;
        lines.extend(vkeys.into_iter().map(|vkey| format!("  {vkey}")));
        lines.push("数据库未就绪，未列出日志 (no database yet: no logs are listed)".to_owned());
    }
    Ok(lines.join("\n"))
}

fn of_log(signer: &LogSigner, log: &LogRow) -> Result<Vec<String>, String> {
    let vkeys = signer.vkeys(&log.origin, log.key_generation).map_err(|fault| fault.to_string())?;
    let state = log
        .frozen_reason
        .as_ref()
        .map_or_else(String::new, |reason| format!("，已冻结 frozen: {reason}"));
    let mut lines = vec![format!("  {}：{} 叶 leaves{state}", log.origin, log.size)];
    lines.extend(vkeys.into_iter().map(|vkey| format!("    {vkey}")));
    Ok(lines)
}
