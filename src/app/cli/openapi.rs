//! `jiugai openapi`: writes the OpenAPI document of this version.

use std::{path::PathBuf, process::ExitCode};

use super::{fail, say};
use crate::app::openapi;

/// Arguments of `openapi`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File to write; standard output without it · 输出文件
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs `openapi`.
pub fn run(args: Args) -> ExitCode {
    let text = match openapi::document().to_pretty_json() {
        Ok(text) => text,
        Err(fault) => return fail(fault),
    };
    match args.output {
        None => say(text),
        Some(path) => {
            if let Err(fault) = std::fs::write(&path, text + "\n") {
                return fail(format!("{}: {fault}", path.display()));
            }
        }
    }
    ExitCode::SUCCESS
}
