//! `jiugai pack`: shows the rule packs that the program ships, and checks one that somebody wrote: what
//! each value says and rests on, what it changes, where it contradicts a clause, its worked cases.
//! Exit codes of `check`: 0 good, 1 refused, 2 unusable arguments.

use std::{path::Path, process::ExitCode};

use clap::Subcommand;

use super::{complain, refuse, say};
use crate::{
    kernel::Outcome,
    voting::{
        Basis, Blocker, PackChange, PackReport, PackTest, PackValue, PackWarning, RulePack,
        SHIPPED, ValueUse, examine, find_shipped,
    },
};

/// Arguments of `pack`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Name the shipped packs · 列出自带规则包
    List,
    /// Print a shipped pack, to copy it · 输出规则包，供复制修改
    Show {
        /// Its name · 名称
        #[arg(value_name = "ID")]
        id: String,
        /// Print its worked cases instead · 输出其测试
        #[arg(long)]
        tests: bool,
    },
    /// Explain a pack, compare it and run its worked cases · 检查规则包
    #[command(
        after_help = "Worked cases stand beside the pack: my.toml has my.tests.toml. Exit codes: \
                            0 good, 1 refused, 2 usage · 测试放在同名 .tests.toml；退出码：0 合格，\
                            1 不合格，2 用法有误"
    )]
    Check {
        /// The pack, or the name of a shipped one · 规则包文件或自带名称
        #[arg(value_name = "FILE")]
        file: String,
        /// The pack it was copied from, file or shipped name; without it the one in `based_on` ·
        /// 所依据的规则包
        #[arg(long, value_name = "PACK")]
        against: Option<String>,
        /// Write JSON for machines · 输出 JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs `pack`.
pub fn run(args: Args) -> ExitCode {
    match args.command {
        Command::List => list(),
        Command::Show { id, tests } => show(&id, tests),
        Command::Check { file, against, json } => match check(&file, against.as_deref()) {
            Err(fault) => refuse(fault),
            Ok(report) => answer(&file, &report, json),
        },
    }
}

fn list() -> ExitCode {
    for shipped in SHIPPED {
        let name = RulePack::from_toml(shipped.text).map(|pack| pack.name).unwrap_or_default();
        say(format!("{:<20} {name}", shipped.id));
    }
    ExitCode::SUCCESS
}

fn show(id: &str, tests: bool) -> ExitCode {
    let Some(shipped) = find_shipped(id) else {
        return refuse(format!("没有规则包 {id} (no shipped pack has this name)"));
    };
    say(if tests { shipped.tests } else { shipped.text }.trim_end());
    ExitCode::SUCCESS
}

/// Text and worked cases of a file or a shipped pack; a file comes first.
fn read(name: &str) -> Result<(String, Option<String>), String> {
    let path = Path::new(name);
    match (std::fs::read_to_string(path), find_shipped(name)) {
        (Ok(text), _) => {
            Ok((text, std::fs::read_to_string(path.with_extension("tests.toml")).ok()))
        }
        (Err(_), Some(shipped)) => Ok((shipped.text.to_owned(), Some(shipped.tests.to_owned()))),
        (Err(error), None) => Err(format!("{name}: 无法读取：{error} (can't be read)")),
    }
}

fn check(file: &str, against: Option<&str>) -> Result<PackReport, String> {
    let (text, tests) = read(file)?;
    let parent = |name: &str| {
        let (text, _) = read(name)?;
        RulePack::from_toml(&text).map_err(|refusal| format!("{name}: {refusal}"))
    };
    let parent = against.map(parent).transpose()?;
    let report: Outcome<PackReport> = examine(&text, tests.as_deref(), parent.as_ref());
    report.map_err(|refusal| refusal.to_string())
}

fn answer(file: &str, report: &PackReport, json: bool) -> ExitCode {
    if json {
        say(serde_json::to_string_pretty(report).unwrap_or_default());
    } else {
        text(report).iter().for_each(say);
        for fault in &report.faults {
            let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
            complain(format!("{file}{line}: {} {}", fault.pointer, fault.message));
        }
    }
    if report.good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn text(report: &PackReport) -> Vec<String> {
    let mut lines = vec![format!(
        "{}  {}  第 {} 版 v{}",
        report.id, report.name, report.version, report.version
    )];
    lines.extend(report.values.iter().map(value_line));
    let mut section = |title: &str, rows: Vec<String>| {
        if !rows.is_empty() {
            lines.push(String::new());
            lines.push(title.to_owned());
            lines.extend(rows.into_iter().map(|row| format!("  {row}")));
        }
    };
    let change = |of: &PackChange| format!("{}: {} → {}", of.name, of.was, of.now);
    let parent = report.against.first().map(String::as_str).unwrap_or_default();
    let title = format!("与 {parent} 的差异 Changes against {parent}");
    section(&title, report.changes.iter().map(change).collect());
    let warning = |of: &PackWarning| format!("{}: {}", of.name, of.message);
    section("须知 Warnings", report.warnings.iter().map(warning).collect());
    let refusal = |of: &Blocker| {
        let (code, rule) = (of.code, &of.rule);
        format!("{} {} · {} ({})", code.as_str(), code.title_zh(), code.title_en(), rule.clause)
    };
    let title = "系统暂不能按此包表决 No vote can be run by it here yet";
    section(title, report.refusals.iter().map(refusal).collect());
    let test = |of: &PackTest| format!("{} {}", if of.passed { "✓" } else { "✗" }, of.name);
    section("测试 Worked cases", report.tests.iter().map(test).collect());
    lines.push(String::new());
    lines.push(if report.good { "合格 GOOD" } else { "不合格 REFUSED" }.to_owned());
    lines
}

fn value_line(value: &PackValue) -> String {
    let basis = match value.basis {
        Some(Basis::Law) => "法条 law",
        Some(Basis::Page) => "网页 page",
        Some(Basis::List) => "清单 list",
        Some(Basis::Knowledge) => "未核 knowledge",
        Some(Basis::Ours) => "默认 ours",
        None => "本地 local",
    };
    let used = match value.used {
        ValueUse::Enforced => "",
        ValueUse::Told => " （仅告知 told only）",
        ValueUse::Refused => " （暂不支持 refused）",
    };
    let note = value.note.as_ref().map(|note| format!(" — {note}")).unwrap_or_default();
    let (zh, en, clause) = (&value.zh, &value.en, &value.clause);
    format!("[{basis}] {zh} / {en} （{clause}）{used}{note}")
}
