//! Settings: flags over environment (`JIUGAI_…`) over a TOML file over defaults. One table lists
//! every key with its default and its sentence; the flags, `serve --help`, the file's keys and
//! `config.example.toml` all come from it. An unknown key, a wrong value or an unknown URL scheme is
//! an error that names it. Absent on purpose: keys of encryption and signing (they live in
//! `key_file`), anything that may change while the server runs.

use std::{
    ffi::OsString,
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::{Path, PathBuf},
};

mod table;
mod values;

pub use values::{
    CodeDelivery, HttpUrl, LogFormat, Mode, Proxies, SecretText, SmtpUrl, TrustedLogs, WitnessList,
    WitnessUrl,
};

use crate::platform::db::DatabaseUrl;
use table::settings;

settings! {
    values {
        listen: SocketAddr = "127.0.0.1:8080", "JIUGAI_LISTEN",
            "Address and port to listen on · 监听地址";
        public_url: HttpUrl = "http://127.0.0.1:8080", "JIUGAI_PUBLIC_URL",
            "Address under which people reach the server; used in links · 对外访问地址";
        database_url: DatabaseUrl = "sqlite://data/jiugai.db", "JIUGAI_DATABASE_URL",
            "sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE · 数据库";
        database_connections: NonZeroU32 = "16", "JIUGAI_DATABASE_CONNECTIONS",
            "Connections to PostgreSQL, or readers of SQLite · 数据库连接数";
        data_dir: PathBuf = "data", "JIUGAI_DATA_DIR",
            "Directory of uploaded files and exports · 数据目录";
        key_file: PathBuf = "data/master.key", "JIUGAI_KEY_FILE",
            "Master key, readable by its owner only; lose it and sealed data is lost · 主密钥文件";
        log_key_file: PathBuf = "data/log.key", "JIUGAI_LOG_KEY_FILE",
            "Keys that sign the public logs of votes · 表决日志签名密钥文件";
        log_sm2: bool = "false", "JIUGAI_LOG_SM2",
            "Sign the logs of new votes by SM2 (国密) too; rotate the log key after a change · 国密签名";
        witnesses: WitnessList = "", "JIUGAI_WITNESSES",
            "Outside witnesses that cosign the logs: address, space, verifier key; by comma · 外部见证人";
        witness_key_file: PathBuf = "data/witness.key", "JIUGAI_WITNESS_KEY_FILE",
            "Key of this server as a witness (serve --witness) · 见证人密钥文件";
        witness_logs: TrustedLogs = "", "JIUGAI_WITNESS_LOGS",
            "As a witness: a log's verifier key of each deployment to watch, by comma · 所见证系统的日志公钥";
        mode: Mode = "normal", "JIUGAI_MODE",
            "normal, or demo: sample accounts, developer inbox, movable legal clock · 运行模式";
        code_delivery: CodeDelivery = "gateways", "JIUGAI_CODE_DELIVERY",
            "One-time codes by gateways (SMTP, SMS webhook), or by the demo's inbox · 验证码发送方式";
        access_token_minutes: NonZeroU32 = "10", "JIUGAI_ACCESS_TOKEN_MINUTES",
            "Life of an access token, 60 at the most · 访问令牌有效分钟数";
        refresh_token_days: NonZeroU32 = "14", "JIUGAI_REFRESH_TOKEN_DAYS",
            "Life of a refresh token, 90 at the most · 刷新令牌有效天数";
        trusted_proxies: Proxies = "", "JIUGAI_TRUSTED_PROXIES",
            "Proxies whose X-Forwarded-For is believed: addresses or networks by comma · 可信代理";
        metrics_from: Proxies = "127.0.0.0/8,::1", "JIUGAI_METRICS_FROM",
            "Addresses or networks that may read /metrics · 可读取运行指标的地址";
        log_format: LogFormat = "pretty", "JIUGAI_LOG_FORMAT",
            "pretty or json · 日志格式";
        log_filter: String = "info", "JIUGAI_LOG_FILTER",
            "What to log, such as info or jiugai=debug,warn · 日志级别";
        workers: NonZeroUsize = "2", "JIUGAI_WORKERS",
            "Threads that speak HTTP · 网络线程数";
        in_flight_write: NonZeroUsize = "256", "JIUGAI_IN_FLIGHT_WRITE",
            "Writes at work at the same time · 并发写请求上限";
        in_flight_read: NonZeroUsize = "64", "JIUGAI_IN_FLIGHT_READ",
            "Reads at work at the same time · 并发读请求上限";
        in_flight_export: NonZeroUsize = "2", "JIUGAI_IN_FLIGHT_EXPORT",
            "Exports and printed sheets at work at the same time · 并发导出上限";
        in_flight_upload: NonZeroUsize = "4", "JIUGAI_IN_FLIGHT_UPLOAD",
            "Uploads at work at the same time · 并发上传上限";
        in_flight_hash: NonZeroUsize = "2", "JIUGAI_IN_FLIGHT_HASH",
            "Sign-ins at work at the same time (each costs memory) · 并发登录上限";
        queue_wait_ms: NonZeroU32 = "500", "JIUGAI_QUEUE_WAIT_MS",
            "Wait for a free place before 503 · 排队等待毫秒数";
        request_deadline_s: NonZeroU32 = "30", "JIUGAI_REQUEST_DEADLINE_S",
            "Time to answer a request · 请求处理时限（秒）";
        body_deadline_s: NonZeroU32 = "15", "JIUGAI_BODY_DEADLINE_S",
            "Longest pause and, for small bodies, longest time of a request's body · 请求体时限（秒）";
        upload_mib: NonZeroUsize = "64", "JIUGAI_UPLOAD_MIB",
            "Largest uploaded file in MiB · 上传文件上限";
        rate_per_minute: NonZeroU32 = "1200", "JIUGAI_RATE_PER_MINUTE",
            "Requests of one address in a minute · 单地址每分钟请求数";
        rate_burst: NonZeroU32 = "200", "JIUGAI_RATE_BURST",
            "Requests of one address at once · 单地址突发请求数";
        drain_notice_s: u32 = "1", "JIUGAI_DRAIN_NOTICE_S",
            "Time after SIGTERM in which /readyz says 503 and requests are still taken · 停机预告秒数";
        drain_s: NonZeroU32 = "30", "JIUGAI_DRAIN_S",
            "Time to finish requests after SIGTERM · 停机排空时限（秒）";
    }
    options {
        smtp_url: SmtpUrl, "JIUGAI_SMTP_URL",
            "smtps://USER:PASSWORD@HOST or smtp://HOST:PORT · 邮件服务器";
        smtp_from: String, "JIUGAI_SMTP_FROM",
            "Sender of mail, such as noreply@example.org · 发件人";
        sms_webhook_url: HttpUrl, "JIUGAI_SMS_WEBHOOK_URL",
            "SMS gateway that takes POST {to, text} · 短信网关";
        sms_webhook_secret: SecretText, "JIUGAI_SMS_WEBHOOK_SECRET",
            "Key that signs what goes to the SMS gateway · 短信网关签名密钥";
    }
}

/// Why the settings can't be used; the sentence names the key.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    fn of(key: &str, fault: impl std::fmt::Display) -> Self {
        Self(format!("{key}: {fault}"))
    }
}

/// The arguments of every sub-command that needs settings.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ConfigArgs {
    /// TOML file with settings; see config.example.toml · 配置文件
    #[arg(long, env = CONFIG_ENV, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keys given as flags or in the environment.
    #[command(flatten)]
    pub keys: SettingsLayer,
}

const CONFIG_ENV: &str = "JIUGAI_CONFIG";

impl ConfigArgs {
    /// The settings of this process.
    ///
    /// # Errors
    /// An unknown key, a wrong value, or values that can't be used together.
    pub fn load(self) -> Result<Settings, ConfigError> {
        check_environment(std::env::vars_os().map(|(name, _)| name))?;
        let file = self.config.as_deref().map(read_file).transpose()?.unwrap_or_default();
        Settings::from_layer(self.keys.over(file))
    }
}

impl Settings {
    /// The settings of a layer, with defaults where it is silent.
    ///
    /// # Errors
    /// Values that can't be used together.
    pub fn from_layer(layer: SettingsLayer) -> Result<Self, ConfigError> {
        let settings = Self::filled(layer)?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.access_token_minutes.get() > 60 {
            return Err(ConfigError::of("access_token_minutes", "60 at the most"));
        }
        if self.refresh_token_days.get() > 90 {
            return Err(ConfigError::of("refresh_token_days", "90 at the most"));
        }
        if self.mode == Mode::Normal && self.code_delivery == CodeDelivery::Inbox {
            return Err(ConfigError::of("code_delivery", "inbox is for mode = \"demo\" only"));
        }
        if self.smtp_url.is_some() && self.smtp_from.is_none() {
            return Err(ConfigError::of("smtp_from", "needed with smtp_url"));
        }
        if self.sms_webhook_url.is_some() && self.sms_webhook_secret.is_none() {
            return Err(ConfigError::of("sms_webhook_secret", "needed with sms_webhook_url"));
        }
        Ok(())
    }
}

/// A layer from TOML text.
///
/// # Errors
/// Not TOML, an unknown key, or a wrong value.
pub fn parse_file(text: &str) -> Result<SettingsLayer, ConfigError> {
    toml::from_str(text).map_err(|fault| ConfigError(fault.to_string()))
}

fn read_file(path: &Path) -> Result<SettingsLayer, ConfigError> {
    let place = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| ConfigError(format!("{place}: {e}")))?;
    parse_file(&text).map_err(|fault| ConfigError(format!("{place}: {fault}")))
}

/// Refuses a variable that looks like one of ours and is none: a typing error would otherwise
/// silently leave the default in force.
fn check_environment(names: impl Iterator<Item = OsString>) -> Result<(), ConfigError> {
    for name in names {
        let name = name.to_string_lossy();
        let known = name == CONFIG_ENV || KEYS.iter().any(|key| key.env == name);
        if name.starts_with("JIUGAI_") && !known {
            return Err(ConfigError::of(&name, "no such setting; see `jiugai serve --help`"));
        }
    }
    Ok(())
}

/// The text of `config.example.toml`.
#[must_use]
pub fn example() -> String {
    let head = "# Every setting of jiugai with its default. Flags (--listen …) and environment\n\
                # variables (JIUGAI_LISTEN …) win over this file. 每项设置及其默认值。\n";
    KEYS.iter().fold(head.to_owned(), |text, key| {
        let value = match key.default {
            Some(bare) if bare.parse::<u64>().is_ok() || bare.parse::<bool>().is_ok() => {
                bare.to_owned()
            }
            other => format!("{:?}", other.unwrap_or_default()),
        };
        format!("{text}\n# {}\n# {} = {value}\n", key.help, key.name)
    })
}

#[cfg(test)]
mod tests;
