//! `jiugai admin`: what must be done on the machine itself: the first account (there are no default
//! ones), and the keys. None of it needs a server that runs.

mod keys;
mod reopen;

use std::{io::BufRead, process::ExitCode};

use super::{fail, health, refuse, say, start};
use crate::{
    kernel::hex,
    platform::{
        auth::seal::Keys,
        config::{ConfigArgs, Settings},
        db::{Actor, WriteContext},
    },
};

/// Arguments of `admin`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make the master key and the log key where they are missing · 生成主密钥和日志密钥
    CreateKey(Box<ConfigArgs>),
    /// List the log keys for the notice board: generations, fingerprints, which logs take which ·
    /// 列出日志密钥（公示用）
    LogKeys(Box<ConfigArgs>),
    /// Add a new generation of the log key: new votes take it after the next start, running ones keep
    /// theirs; the server may run · 轮换日志密钥
    RotateLogKey(Box<ConfigArgs>),
    /// Let logs go on under a new name after a lost or betrayed key, or a restored older backup; stop
    /// the server first · 事故后续写日志（先停止服务）
    ReopenLog(Box<reopen::Args>),
    /// Make the key of a witness, once; prints its verifier key · 生成见证人密钥
    CreateWitnessKey(Box<WitnessKeyArgs>),
    /// Make an administrator over everything; prints a password · 创建管理员账号
    Create(Box<CreateArgs>),
}

#[derive(Debug, clap::Args)]
struct CreateArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Login name · 登录名
    #[arg(long)]
    login: String,
    /// Name of the person · 姓名
    #[arg(long)]
    name: String,
    /// Read the password from the first line of standard input · 从标准输入读取密码
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
struct WitnessKeyArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Name of the witness, such as witness.example.org; public_url's host and /witness if it is not
    /// given · 见证人名称
    #[arg(long)]
    name: Option<String>,
}

/// Runs `admin`.
pub fn run(args: Args) -> ExitCode {
    let config = match &args.command {
        Command::CreateKey(config) | Command::LogKeys(config) | Command::RotateLogKey(config) => {
            config
        }
        Command::Create(args) => &args.config,
        Command::ReopenLog(args) => &args.config,
        Command::CreateWitnessKey(args) => &args.config,
    };
    let settings = match config.clone().load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    let outcome = match args.command {
        Command::CreateKey(_) => keys::create(&settings),
        Command::LogKeys(_) => keys::list(&settings),
        Command::RotateLogKey(_) => keys::rotate(&settings),
        Command::ReopenLog(args) => reopen::reopen(&settings, &args),
        Command::CreateWitnessKey(args) => create_witness_key(&settings, args.name),
        Command::Create(args) => create(&settings, &args),
    };
    match outcome {
        Ok(done) => {
            say(done);
            ExitCode::SUCCESS
        }
        Err(fault) => fail(fault),
    }
}

fn create(settings: &Settings, args: &CreateArgs) -> Result<String, String> {
    let CreateArgs { login, name, password_stdin, .. } = args;
    if *password_stdin {
        return create_admin(settings, (login, name), &read_password()?);
    }
    let password = hex::encode(&rand::random::<[u8; 12]>());
    let done = create_admin(settings, (login, name), &password)?;
    let once = "Password, shown once; change it after signing in · 初始密码（仅显示一次）";
    Ok(format!("{done}\n{once}: {password}"))
}

fn create_witness_key(settings: &Settings, name: Option<String>) -> Result<String, String> {
    let name = name.unwrap_or_else(|| format!("{}/witness", settings.public_url.host()));
    let vkey = start::create_witness_key(settings, &name)?;
    let path = settings.witness_key_file.display();
    Ok(format!(
        "{path}: made; never copy it to another witness · 已生成，请勿复制给其他见证人\n{vkey}"
    ))
}

fn read_password() -> Result<String, String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|fault| format!("password: {fault}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn create_admin(
    settings: &Settings,
    (login, name): (&str, &str),
    password: &str,
) -> Result<String, String> {
    let keys = Keys::load(&settings.key_file).map_err(|fault| format!("key_file {fault}"))?;
    let db = start::open(settings)?;
    let identity = start::identity(settings, &db, &keys).map_err(|fault| fault.to_string())?;
    let context = WriteContext::of(Actor::named("operator"));
    actix_web::rt::System::new()
        .block_on(identity.create_administrator(&context, (login, name), password))
        .map(|_| format!("{login}: administrator · 管理员账号已创建"))
        .map_err(|refusal| refusal.to_string())
}
