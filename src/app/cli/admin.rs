//! `jiugai admin`: what must be done on the machine itself before anybody can sign in. There are no
//! default accounts.

use std::{io::BufRead, process::ExitCode};

use super::{fail, refuse, say, start};
use crate::{
    kernel::hex,
    platform::{
        auth::seal::Keys,
        config::{ConfigArgs, ConfigError, Settings},
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
    /// Make the master key file, once · 生成主密钥文件
    CreateKey(Box<ConfigArgs>),
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
    let outcome = match args.command {
        Command::CreateKey(config) => with_settings(*config, create_key),
        Command::CreateWitnessKey(args) => {
            let WitnessKeyArgs { config, name } = *args;
            with_settings(config, |settings| create_witness_key(settings, name))
        }
        Command::Create(args) => {
            let CreateArgs { config, login, name, password_stdin } = *args;
            with_settings(config, |settings| create(settings, (&login, &name), password_stdin))
        }
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(fault) => return refuse(fault),
    };
    match outcome {
        Ok(done) => {
            say(done);
            ExitCode::SUCCESS
        }
        Err(fault) => fail(fault),
    }
}

type Done = Result<String, String>;

fn with_settings(
    config: ConfigArgs,
    run: impl FnOnce(&Settings) -> Done,
) -> Result<Done, ConfigError> {
    config.load().map(|settings| run(&settings))
}

fn create(settings: &Settings, names: (&str, &str), password_stdin: bool) -> Done {
    if password_stdin {
        return read_password().and_then(|password| create_admin(settings, names, &password));
    }
    let password = hex::encode(&rand::random::<[u8; 12]>());
    create_admin(settings, names, &password).map(|done| {
        format!("{done}\nPassword, shown once; change it after signing in · 初始密码（仅显示一次）: {password}")
    })
}

fn create_witness_key(settings: &Settings, name: Option<String>) -> Done {
    let name = name.unwrap_or_else(|| format!("{}/witness", settings.public_url.host()));
    let vkey = start::create_witness_key(settings, &name)?;
    let path = settings.witness_key_file.display();
    Ok(format!(
        "{path}: made; never copy it to another witness · 已生成，请勿复制给其他见证人\n{vkey}"
    ))
}

fn create_key(settings: &Settings) -> Result<String, String> {
    let path = settings.key_file.display();
    if start::ensure_key(settings)? {
        Ok(format!("{path}: made; keep a copy apart from the backups · 已生成，请另行保管"))
    } else {
        Err(format!("{path}: exists and is never overwritten · 已存在，不会覆盖"))
    }
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
