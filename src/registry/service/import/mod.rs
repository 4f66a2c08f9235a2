//! Importing an owner register: open → (`import_job` reads, stages and compares) → commit all or
//! nothing → undo. The commit is a handful of set-based statements, whatever the size.

mod commit;
mod open;

pub use commit::{cancel, commit, undo};
pub use open::{NewImport, open};

use serde_json::json;

use crate::{
    kernel::{Code, ImportId, Outcome, Refusal},
    platform::db::WriteTx,
    registry::{
        model::ImportState,
        store::{
            imports::{self, Import},
            staging,
        },
    },
};

/// The batch in the state that a step needs.
fn require_state(tx: &mut WriteTx<'_>, id: ImportId, need: &[ImportState]) -> Outcome<Import> {
    let import = imports::find_import(tx.conn(), id)?.ok_or(Refusal::new(Code::NotFound))?;
    if need.contains(&import.state) {
        return Ok(import);
    }
    let need: Vec<&str> = need.iter().map(|state| state.as_str()).collect();
    Err(Refusal::new(Code::ImportStateConflict)
        .with("have", import.state.as_str())
        .with("need", need))
}

/// Ends the reading; what was staged of personal data goes where nothing will be committed.
///
/// # Errors
/// `import_state_conflict` where the batch was cancelled meanwhile.
pub fn finish_reading(
    tx: &mut WriteTx<'_>,
    id: ImportId,
    change: &impl Fn(&mut Import),
) -> Outcome<Import> {
    let mut import = require_state(tx, id, &[ImportState::Reading])?;
    change(&mut import);
    if import.state != ImportState::Previewed {
        staging::delete_staged(tx.conn(), id)?;
    }
    tx.emit("registry.import_read", id, &json!({"state": import.state}));
    set_import(tx, ImportState::Reading, import)
}

/// Hours after which a file that is still being read was left by a process that is gone.
const ABANDONED_HOURS: i64 = 6;

/// Days after which a preview that nobody committed is given up: what it staged is personal data
/// without a purpose (个人信息保护法 19).
const PREVIEW_DAYS: i64 = 30;

/// Ends the reading of batches that were abandoned, so that nobody waits for them, and gives up
/// previews that nobody committed.
///
/// # Errors
/// Those of the database.
pub fn end_abandoned(tx: &mut WriteTx<'_>) -> Outcome<usize> {
    let before = tx.now().plus(chrono::TimeDelta::hours(-ABANDONED_HOURS));
    let abandoned = imports::list_in_state(tx.conn(), (ImportState::Reading, before))?;
    for id in &abandoned {
        finish_reading(tx, *id, &|import| {
            import.state = ImportState::Failed;
            let text = "读取中断，请重新上传 (reading was interrupted; upload the file again)";
            import.failure = Some(text.to_owned());
        })?;
    }
    let before = tx.now().plus(chrono::TimeDelta::days(-PREVIEW_DAYS));
    let previews = imports::list_in_state(tx.conn(), (ImportState::Previewed, before))?;
    for id in &previews {
        cancel(tx, *id)?;
    }
    Ok(abandoned.len() + previews.len())
}

/// Writes a step; somebody else's step in between is a conflict.
fn set_import(tx: &mut WriteTx<'_>, from: ImportState, mut import: Import) -> Outcome<Import> {
    match imports::set_import(tx.conn(), from, &import)? {
        1 => {
            import.version += 1;
            Ok(import)
        }
        _ => Err(Refusal::new(Code::ImportStateConflict).with("need", from.as_str())),
    }
}
