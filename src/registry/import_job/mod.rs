//! Reading an import's file: rows are checked, owners found or made ready, units compared with the
//! register. Long work in many small transactions, between which ballots are cast; what it stages is
//! invisible until the commit. It runs on a thread of its own, for the API and the command line.
//! Absent on purpose: commit and undo (`service::import`).

mod owners;
mod units;

use std::{
    io::{Read, Seek},
    mem,
    sync::Arc,
};

use self::{
    owners::Owners,
    units::{Counts, FileUnits, Staged, Standing},
};
use crate::{
    kernel::{Code, Outcome, Refusal},
    platform::{
        auth::seal::Keys,
        db::{Db, WriteContext},
        files::table::Note,
    },
    registry::{
        model::ImportState,
        register_file::{IdRule, Progress, RegisterRow, RowFault, stream_register},
        service::import::finish_reading,
        store::{
            imports::{self, Import},
            staging,
        },
    },
};

/// Rows per transaction.
const BATCH: usize = 500;
/// Lines between two notes of progress.
const PROGRESS_EVERY: u64 = 2000;
/// Faults that are kept; their number is kept whole.
const FAULTS_KEPT: usize = 10_000;
/// Notes that are kept.
const NOTES_KEPT: usize = 500;

/// What reading needs.
pub struct ReadImport {
    /// The database.
    pub db: Db,
    /// The keys that seal personal data.
    pub keys: Keys,
    /// Who imports.
    pub context: WriteContext,
    /// The batch, as it was opened.
    pub import: Import,
}

/// Reads the file of a batch to its end. The batch is `previewed` or `faulty` afterwards, `failed`
/// where the file can't be read at all; its state is the answer.
///
/// # Errors
/// Of the database; a batch that was cancelled meanwhile.
pub fn read<R: Read + Seek>(
    job: &ReadImport,
    file: R,
    watch: &mut dyn FnMut(Progress),
) -> Outcome<Import> {
    match read_file(job, file, watch) {
        Ok(import) => Ok(import),
        Err(refusal) if refusal.code() == Code::ImportStateConflict => Err(refusal),
        Err(refusal) => finish(job, move |import| {
            import.state = ImportState::Failed;
            import.failure = Some(explain(&refusal));
        }),
    }
}

fn explain(refusal: &Refusal) -> String {
    match (refusal.detail_text(), refusal.code()) {
        (Some(detail), Code::ImportUnreadable) => detail.to_owned(),
        _ => {
            tracing::error!(cause = %refusal, "an import failed");
            format!("{} ({})", refusal.code().title_zh(), refusal.code().title_en())
        }
    }
}

fn read_file<R: Read + Seek>(
    job: &ReadImport,
    file: R,
    watch: &mut dyn FnMut(Progress),
) -> Outcome<Import> {
    let import = &job.import;
    let mut standing = Standing::load(&job.db, import.community_id, import.effective_on)?;
    let mut intake = Intake {
        job,
        owners: Owners::new(&job.db, &job.keys, (&job.context, import.id)),
        units: FileUnits::default(),
        rows: Vec::new(),
        told: 0,
        last: Progress { line: 0, of: 0 },
    };
    let (mut faults, notes) = stream_register(file, IdRule::Official, &mut |row, progress| {
        watch(progress);
        intake.take(row, progress)
    })?;
    intake.flush()?;
    let (last, units, mut owners) = (intake.last, intake.units, intake.owners);
    if faults.is_empty() {
        faults = units.moved(&mut standing);
    }
    let lines = i64::try_from(last.line).unwrap_or(i64::MAX);
    if !faults.is_empty() {
        return keep_faults(job, faults, (notes, lines));
    }
    if units.len() == 0 {
        let detail = "表头下没有数据行 (no rows below the header)";
        return Err(Refusal::new(Code::ImportUnreadable).detail(detail));
    }
    owners.take_developers(units.developers())?;
    let register_version = standing.register_version;
    let counts = stage(job, units, (&owners, standing))?;
    finish(job, move |import| {
        import.state = ImportState::Previewed;
        import.register_version = register_version;
        import.notes = notes_json(&notes);
        (import.lines_read, import.lines_total) = (lines, lines);
        import.units_new = counts.new;
        import.units_changed = counts.changed;
        import.units_unchanged = counts.unchanged;
        import.units_vanished = counts.vanished;
    })
}

/// Rows on their way into the staging tables.
struct Intake<'a> {
    job: &'a ReadImport,
    owners: Owners,
    units: FileUnits,
    rows: Vec<RegisterRow>,
    told: u64,
    last: Progress,
}

impl Intake<'_> {
    fn take(&mut self, row: RegisterRow, progress: Progress) -> Outcome<()> {
        self.rows.push(row);
        self.last = progress;
        if self.rows.len() >= BATCH {
            self.flush()?;
        }
        if progress.line >= self.told + PROGRESS_EVERY {
            self.told = progress.line;
            self.tell()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Outcome<()> {
        let rows = mem::take(&mut self.rows);
        self.owners.take(&rows)?;
        for row in rows {
            let owner = self.owners.find(row.owner_number);
            let owner = owner.ok_or_else(|| Refusal::internal("an owner was not taken"))?;
            self.units.add(row, owner);
        }
        Ok(())
    }

    fn tell(&self) -> Outcome<()> {
        let id = self.job.import.id;
        let number = |line: u64| i64::try_from(line).unwrap_or(i64::MAX);
        let (read, of) = (number(self.last.line), number(self.last.of));
        self.job.db.write_blocking(&self.job.context, "registry.import_progress", move |tx| {
            match imports::set_progress(tx.conn(), id, (read, of))? {
                0 => Err(Refusal::new(Code::ImportStateConflict)),
                _ => Ok(()),
            }
        })
    }
}

fn stage(
    job: &ReadImport,
    units: FileUnits,
    (owners, standing): (&Owners, Standing),
) -> Outcome<Counts> {
    let mut waiting: Vec<Staged> = Vec::new();
    let counts = units.compare((job.import.id, owners), standing, |staged| {
        waiting.push(staged);
        if waiting.len() >= BATCH { write(job, &mut waiting) } else { Ok(()) }
    })?;
    write(job, &mut waiting)?;
    Ok(counts)
}

fn write(job: &ReadImport, waiting: &mut Vec<Staged>) -> Outcome<()> {
    let (units, ownerships): (Vec<_>, Vec<_>) = mem::take(waiting).into_iter().unzip();
    let ownerships: Vec<_> = ownerships.into_iter().flatten().collect();
    let rows = Arc::new((units, ownerships));
    job.db.write_blocking(&job.context, "registry.import_stage_units", move |tx| {
        Ok(staging::insert_import_units(tx.conn(), &rows.0, &rows.1)?)
    })
}

fn keep_faults(
    job: &ReadImport,
    faults: Vec<RowFault>,
    (notes, lines): (Vec<Note>, i64),
) -> Outcome<Import> {
    let id = job.import.id;
    let count = i64::try_from(faults.len()).unwrap_or(i64::MAX);
    for chunk in faults.chunks(BATCH).take(FAULTS_KEPT / BATCH) {
        let chunk = chunk.to_vec();
        job.db.write_blocking(&job.context, "registry.import_faults", move |tx| {
            Ok(imports::insert_faults(tx.conn(), id, &chunk)?)
        })?;
    }
    finish(job, move |import| {
        import.state = ImportState::Faulty;
        import.fault_count = count;
        import.notes = notes_json(&notes);
        (import.lines_read, import.lines_total) = (lines, lines);
    })
}

fn notes_json(notes: &[Note]) -> String {
    let kept: Vec<&Note> = notes.iter().take(NOTES_KEPT).collect();
    serde_json::to_string(&kept).unwrap_or_else(|_| "[]".to_owned())
}

/// Ends the reading.
fn finish(
    job: &ReadImport,
    change: impl Fn(&mut Import) + Send + Sync + 'static,
) -> Outcome<Import> {
    let id = job.import.id;
    job.db.write_blocking(&job.context, "registry.import_read", move |tx| {
        finish_reading(tx, id, &change)
    })
}
