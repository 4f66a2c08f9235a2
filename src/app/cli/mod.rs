//! The command line: one sub-command per file, each a `clap::Args` struct with a `run` that returns
//! the exit code. Absent on purpose: business rules; a sub-command calls the same services as the
//! API. Exit codes: 0 done, 1 failed, 2 unusable input or arguments.

use std::{fmt::Display, io::Write, process::ExitCode};

use clap::{Parser, Subcommand};

mod admin;
mod backup;
mod checks;
mod demo;
mod health;
mod import;
mod migrate;
mod openapi;
mod pack;
mod serve;
pub mod start;
mod tally;
mod verify;

/// jiugai 旧改: renovating old urban neighbourhoods, from the first wish to the last warranty repair
/// （城镇老旧小区改造全流程开放系统）.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API · 启动服务
    Serve(serve::Args),
    /// Bring the database to this version's schema · 升级数据库结构
    Migrate(migrate::Args),
    /// Load the demo district and serve it · 载入演示区并启动
    Demo(demo::Args),
    /// Keys and the first administrator, from the machine itself · 密钥与管理员账号
    Admin(admin::Args),
    /// Check and load an owner register · 导入业主名册
    Import(import::Args),
    /// Count a vote kept in spreadsheets, with no server · 离线计票
    Tally(tally::Args),
    /// Show and check rule packs · 规则包
    Pack(pack::Args),
    /// Check the database, or the public log of a vote · 校验数据库或一次表决的公开日志
    Verify(verify::Args),
    /// Write or check a backup while the server runs · 在线备份
    Backup(backup::Args),
    /// Write the OpenAPI document · 输出接口文档
    Openapi(openapi::Args),
    /// Ask a running server whether it is ready · 健康检查
    Health(health::Args),
}

/// Reads the arguments of the process and runs the sub-command.
#[must_use]
pub fn run() -> ExitCode {
    // A second installation in one process changes nothing.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Migrate(args) => migrate::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Admin(args) => admin::run(args),
        Command::Import(args) => import::run(args),
        Command::Tally(args) => tally::run(args),
        Command::Pack(args) => pack::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Backup(args) => backup::run(args),
        Command::Openapi(args) => openapi::run(args),
        Command::Health(args) => health::run(args),
    }
}

/// Exit code of input or arguments that can't be used.
pub const UNUSABLE: u8 = 2;

/// Writes a line to standard output; a reader that went away (`| head`) is not an error.
pub fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Writes a line to standard error.
pub fn complain(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Complains and gives the exit code of a failure.
pub fn fail(line: impl Display) -> ExitCode {
    complain(line);
    ExitCode::FAILURE
}

/// Complains and gives the exit code of unusable input.
pub fn refuse(line: impl Display) -> ExitCode {
    complain(line);
    ExitCode::from(UNUSABLE)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
