//! `jiugai demo`: makes the key file, migrates, loads the demo district where the database is
//! empty, and serves it. Everything it does goes through the services that the API uses.

use std::process::ExitCode;

use super::{fail, migrate, refuse, say, serve, start};
use crate::app::demo::{self, DEPARTMENTS, PASSWORD, SIGN_INS};
use crate::platform::config::{CodeDelivery, ConfigArgs, Mode, Settings};

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs `demo`.
pub fn run(args: Args) -> ExitCode {
    let mut config = args.config;
    config.keys.mode = Some(Mode::Demo);
    config.keys.code_delivery.get_or_insert(CodeDelivery::Inbox);
    if let Some(listen) = config.keys.listen {
        config.keys.public_url = config.keys.public_url.or(format!("http://{listen}").parse().ok());
    }
    let settings = match config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    match prepare(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(fault),
    }
}

fn prepare(settings: &Settings) -> Result<(), String> {
    start::ensure_log_key(settings)?;
    if start::ensure_master_key(settings)? {
        say(format!("New master key · 已生成主密钥: {}", settings.key_file.display()));
    }
    migrate::migrate(settings)?;
    serve::serve(settings, |app| {
        say("Loading the demo district · 正在载入演示区…");
        match demo::load(app, &mut |line| say(line)) {
            Ok(true) => {}
            Ok(false) => say("  There already · 已载入"),
            Err(refusal) => {
                let sentence = "demo district: start again with an empty database";
                return Err(format!("{sentence} · 请清空数据库后重试: {refusal}"));
            }
        }
        tell_sign_ins(settings);
        Ok(())
    })
}

fn tell_sign_ins(settings: &Settings) {
    let url = settings.public_url.as_str();
    say(format!(
        "\nSign in as staff · 工作人员登录, POST {url}/api/v1/auth/sign-in, password {PASSWORD}"
    ));
    for (login, name, role, _) in SIGN_INS {
        say(format!("  {login:<10} {role:<16} {name}"));
    }
    let delegates: Vec<String> =
        DEPARTMENTS.iter().map(|(department, login)| format!("{login} {department}")).collect();
    say(format!("  {}", delegates.join(", ")));
    say(
        "Owners · 业主: POST /api/v1/auth/codes with a phone number of the register (19900000470);",
    );
    say("  the code stands in GET /api/v1/demo/inbox");
    say(
        "Move the legal clock · 调整法定时钟: PUT /api/v1/demo/clock {\"offset_seconds\": 1296000}\n",
    );
}
