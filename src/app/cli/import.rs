//! `jiugai import`: checks an owner register and loads it, all or nothing. With `--check` it needs
//! no database: every fault is printed and nothing is kept.

use std::{collections::BTreeSet, fs::File, path::PathBuf, process::ExitCode};

use indicatif::{ProgressBar, ProgressStyle};

use super::{UNUSABLE, complain, fail, refuse, say, start};
use crate::{
    kernel::{Code, CommunityId, LocalDate, Outcome, Refusal},
    platform::{
        auth::seal::Keys,
        config::{ConfigArgs, Settings},
        db::{Actor, Db, WriteContext},
        files::{self, table::Note},
    },
    registry::{
        self, Import, ImportState, NewImport, Progress, ReadImport, RowFault, UnitUse,
        VanishedUnits,
    },
};

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Which file goes where.
#[derive(Debug, clap::Args)]
struct What {
    /// The register as .xlsx or .csv (UTF-8 or GB18030) · 业主名册文件
    file: PathBuf,
    /// The community, by its id or its exact name · 小区
    #[arg(long, required_unless_present = "check")]
    community: Option<String>,
    /// Its division code; a community that is not known is entered there · 区划代码
    #[arg(long)]
    division: Option<String>,
    /// From which day on the file holds; today where nothing is said · 生效日期
    #[arg(long)]
    effective_on: Option<LocalDate>,
    /// End the units that the file does not have · 名册中没有的专有部分视为注销
    #[arg(long)]
    end_vanished: bool,
    /// Show what would change and stop · 仅预览
    #[arg(long)]
    preview: bool,
    /// Only check the file; needs no database · 仅检查文件
    #[arg(long, conflicts_with_all = ["community", "preview"])]
    check: bool,
}

/// Runs `import`.
pub fn run(args: Args) -> ExitCode {
    let Args { what, config } = args;
    if what.check {
        return check(&what);
    }
    let settings = match config.load() {
        Ok(settings) => settings,
        Err(fault) => return refuse(fault),
    };
    match load(&what, &settings) {
        Ok(code) => code,
        Err(Stop::Operation(refusal)) => fail(refusal),
        Err(Stop::Setup(fault)) => fail(fault),
    }
}

enum Stop {
    Setup(String),
    Operation(Refusal),
}

impl From<String> for Stop {
    fn from(fault: String) -> Self {
        Self::Setup(fault)
    }
}
impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Operation(refusal)
    }
}

fn check(what: &What) -> ExitCode {
    let file = match open_file(what) {
        Ok(file) => file,
        Err(fault) => return refuse(fault),
    };
    let bar = bar();
    let mut totals = Totals::default();
    let outcome =
        registry::stream_register(file, registry::IdRule::Official, &mut |row, progress| {
            show(&bar, progress);
            totals.add(row);
            Ok(())
        });
    bar.finish_and_clear();
    let (faults, notes) = match outcome {
        Ok(found) => found,
        Err(refusal) => return refuse(refusal.detail_text().unwrap_or("unreadable")),
    };
    print_notes(&notes);
    if faults.is_empty() {
        say(totals.text());
        if let Some((heads, area)) = super::tally::weigh(&what.file) {
            say(format!(
                "表决口径：{heads} 人，{area} ㎡ (a vote counts {heads} heads, {area} m²)"
            ));
        }
        return ExitCode::SUCCESS;
    }
    print_faults(&faults);
    ExitCode::from(UNUSABLE)
}

/// What a clean register adds up to.
#[derive(Default)]
struct Totals {
    units: BTreeSet<String>,
    parking: BTreeSet<String>,
    owners: BTreeSet<String>,
}

impl Totals {
    fn add(&mut self, row: registry::RegisterRow) {
        let parking = row.unit_use == UnitUse::Parking;
        if parking { &mut self.parking } else { &mut self.units }.insert(row.unit_code);
        self.owners.insert(row.owner_id);
    }

    fn text(&self) -> String {
        let (units, parking) = (self.units.len(), self.parking.len());
        let owners = self.owners.len();
        format!(
            "名册无误：{units} 个专有部分，另有 {parking} 个车位，{owners} 名业主 \
             (no faults: {units} units, besides {parking} parking spaces, {owners} owners)"
        )
    }
}

fn load(what: &What, settings: &Settings) -> Result<ExitCode, Stop> {
    let db = start::open(settings)?;
    let keys = Keys::load(&settings.key_file)
        .map_err(|fault| format!("key_file {fault}; `jiugai admin create-key` makes one, once"))?;
    let context = WriteContext::of(Actor::named("command line"));
    let community_id = community(what, (&db, &context))?;
    let new = NewImport {
        community_id,
        file_name: what.file.display().to_string(),
        file_digest: digest(what)?,
        effective_on: what.effective_on,
    };
    let open = move |tx: &mut crate::platform::db::WriteTx<'_>| registry::open_import(tx, &new);
    let import = db.write_blocking(&context, "registry.import_open", open)?;
    let job = ReadImport { db: db.clone(), keys, context: context.clone(), import };
    let bar = bar();
    let import = registry::read_import(&job, open_file(what)?, &mut |at| show(&bar, at))?;
    bar.finish_and_clear();
    print_notes(&serde_json::from_str::<Vec<Note>>(&import.notes).unwrap_or_default());
    if import.state != ImportState::Previewed {
        return Ok(report(&db, &import)?);
    }
    say(format!(
        "新增 {} · 变更 {} · 未变 {} · 名册中没有 {} (new, changed, unchanged, vanished units)",
        import.units_new, import.units_changed, import.units_unchanged, import.units_vanished
    ));
    if what.preview {
        say(format!("预览完成，未导入 (previewed, not committed): {}", import.id));
        return Ok(ExitCode::SUCCESS);
    }
    let vanished = if what.end_vanished { VanishedUnits::End } else { VanishedUnits::Keep };
    let id = import.id;
    db.write_blocking(&context, "registry.import_commit", move |tx| {
        registry::commit_import(tx, id, vanished)
    })?;
    say(format!("已导入 (committed): {id}"));
    Ok(ExitCode::SUCCESS)
}

/// Why a file was not taken, with every fault.
fn report(db: &Db, import: &Import) -> Outcome<ExitCode> {
    let id = import.id;
    if let Some(failure) = &import.failure {
        complain(failure);
        return Ok(ExitCode::from(UNUSABLE));
    }
    let faults = db.read_blocking(|conn| {
        Ok(registry::list_import_faults(conn, id, (None, i64::from(u16::MAX)))?)
    })?;
    let faults: Vec<RowFault> = faults.into_iter().map(|(_, fault)| fault).collect();
    print_faults(&faults);
    Ok(ExitCode::from(UNUSABLE))
}

fn community(what: &What, (db, context): (&Db, &WriteContext)) -> Result<CommunityId, Stop> {
    let name = what.community.clone().unwrap_or_default();
    if let Ok(id) = name.parse() {
        let place = db.read_blocking(|conn| Ok(registry::find_place_of_community(conn, id)?))?;
        place.ok_or_else(|| Refusal::new(Code::NotFound).detail(&name))?;
        return Ok(id);
    }
    let found = db.read_blocking(|conn| Ok(registry::list_communities_named(conn, &name)?))?;
    let within = |division: &String| what.division.as_ref().is_none_or(|code| code == division);
    let found: Vec<_> = found.into_iter().filter(|(_, division)| within(division)).collect();
    match (found.as_slice(), &what.division) {
        ([(id, _)], _) => Ok(*id),
        ([], Some(division)) => {
            let (division, name) = (division.clone(), name.clone());
            let entered = db.write_blocking(context, "registry.community", move |tx| {
                registry::enter_community(tx, &division, &name)
            })?;
            Ok(entered.id)
        }
        ([], None) => Err(Stop::Setup(format!(
            "没有小区“{name}”；加 --division 可新建 (no such community; --division enters it)"
        ))),
        _ => Err(Stop::Setup(format!(
            "有多个小区名为“{name}”，请用 --division 或编号指定 (several; name the division or id)"
        ))),
    }
}

fn open_file(what: &What) -> Result<File, String> {
    File::open(&what.file).map_err(|fault| format!("{}: {fault}", what.file.display()))
}

fn digest(what: &What) -> Result<String, String> {
    files::digest(&mut open_file(what)?).map_err(|fault| fault.to_string())
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} 行 lines {per_sec} {eta}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.of);
    bar.set_position(progress.line);
}

fn print_notes(notes: &[Note]) {
    for note in notes {
        complain(format!(
            "{}第{}行 line {}: {} ({})",
            sheet(&note.sheet),
            note.line,
            note.line,
            note.message,
            note.message_en
        ));
    }
}

fn print_faults(faults: &[RowFault]) {
    for fault in faults {
        let value = Some(&fault.value).filter(|value| !value.is_empty());
        let value = value.map(|value| format!("「{value}」")).unwrap_or_default();
        say(format!(
            "{}第{}行 line {} {}: {}{value} ({}) [{}]",
            sheet(&fault.sheet),
            fault.line,
            fault.line,
            fault.column,
            fault.message,
            fault.message_en,
            fault.code
        ));
    }
    complain(format!("{} 处错误，未导入任何数据 (faults; nothing was imported)", faults.len()));
}

fn sheet(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("{name}·") }
}
