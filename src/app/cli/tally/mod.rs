//! `jiugai tally`: counts a vote kept in spreadsheets by the same rules as the server; needs no
//! server and no database. Exit codes: 0 counted, 2 unusable input; the outcome is in the output.
//! Absent on purpose: delivery records, so silent owners take no part whatever the pack says.

mod ballots;
mod cast_at;
mod count;
mod report;
mod roll;

use std::{fs::File, path::PathBuf, process::ExitCode};

use super::{UNUSABLE, complain, say};
use crate::{
    kernel::{Area, Code, Refusal},
    voting::{NATIONAL, Roll, RollRules, RulePack, find_shipped},
};
use count::Counted;
use report::{Problem, Report};

/// Arguments of `tally`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The owner register, CSV or XLSX · 业主名册
    #[arg(long, value_name = "FILE")]
    roll: PathBuf,
    /// The ballots, CSV or XLSX; without them nobody took part · 表决票
    #[arg(long, value_name = "FILE")]
    ballots: Option<PathBuf>,
    /// The matter of 民法典 art. 278, 1-9 · 表决事项
    #[arg(long, value_name = "1-9", default_value_t = 7,
          value_parser = clap::value_parser!(u8).range(1..=9))]
    matter: u8,
    /// The rule pack: the name of a shipped one, or a path · 规则包
    #[arg(long, value_name = "PACK", default_value = "national")]
    rule: String,
    /// Count parking spaces too, whatever the pack says · 车位计入
    #[arg(long)]
    count_parking: bool,
    /// Write JSON for machines · 输出 JSON
    #[arg(long)]
    json: bool,
}

/// Runs `tally`.
pub fn run(args: Args) -> ExitCode {
    let (report, code) = match tally(&args) {
        Ok(counted) => (Report::of(counted), ExitCode::SUCCESS),
        Err(problems) => (Report::unusable(problems), ExitCode::from(UNUSABLE)),
    };
    if args.json {
        say(report.json());
    } else {
        report.text().iter().for_each(say);
        report.problem_lines().iter().for_each(complain);
    }
    code
}

/// Heads and area of a clean register, as a vote by the national pack would count them.
pub(super) fn weigh(path: &std::path::Path) -> Option<(usize, Area)> {
    let units = roll::read(path).ok()?.units;
    let pack = RulePack::from_toml(NATIONAL).ok()?;
    let roll = Roll::build(&units, RollRules::from(&pack)).ok()?;
    Some((roll.heads.len(), roll.area))
}

/// Counts, or gives every reason why that can't be done.
fn tally(args: &Args) -> Result<Counted, Vec<Problem>> {
    let mut reasons = Vec::new();
    let mut keep = |problems: Vec<Problem>| reasons.extend(problems);
    let pack = pack(&args.rule).map_err(&mut keep).ok();
    let counts_parking = args.count_parking;
    let roll = roll::read(&args.roll).map_err(&mut keep).ok();
    let ballots = args.ballots.as_deref().map_or(Ok(Vec::new()), ballots::read);
    let ballots = ballots.map_err(&mut keep).ok();
    let (Some(mut pack), Some(roll), Some(ballots)) = (pack, roll, ballots) else {
        return Err(reasons);
    };
    pack.switches.count_parking.value |= counts_parking;
    let matter = args.matter.to_string();
    count::count(&pack, &matter, &roll, &ballots)
}

fn pack(name: &str) -> Result<RulePack, Vec<Problem>> {
    if let Some(shipped) = find_shipped(name) {
        let pack = RulePack::from_toml(shipped.text);
        return pack.map_err(|refusal| Problem::of_file(name, &refusal));
    }
    let text = std::fs::read_to_string(name).map_err(|error| {
        let refusal = Refusal::new(Code::RulePackInvalid)
            .detail(format!("规则包无法读取：{error} (the rule pack can't be read)"));
        Problem::of_file(name, &refusal)
    })?;
    RulePack::from_toml(&text).map_err(|refusal| Problem::of_file(name, &refusal))
}

/// Opens an input file.
fn open(path: &std::path::Path) -> Result<File, Vec<Problem>> {
    let problem = |error: std::io::Error| {
        let refusal = Refusal::new(Code::ImportUnreadable)
            .detail(format!("文件无法打开：{error} (the file can't be opened)"));
        Problem::of_file(&path.display().to_string(), &refusal)
    };
    let file = File::open(path).map_err(problem)?;
    let is_directory = file.metadata().is_ok_and(|metadata| metadata.is_dir());
    if is_directory { Err(problem(std::io::ErrorKind::IsADirectory.into())) } else { Ok(file) }
}
