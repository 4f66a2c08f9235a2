//! Opening a batch: the file is there, nothing of it has been read.

use serde_json::json;

use crate::{
    kernel::{Code, CommunityId, ImportId, LocalDate, Outcome, Refusal},
    platform::db::WriteTx,
    registry::{
        model::ImportState,
        service::boundaries::require_standing,
        store::{
            communities::register_version,
            imports::{self, Import},
            staging,
        },
    },
};

/// What is known of a file before it is read.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// Whose register.
    pub community_id: CommunityId,
    /// The file's name as it was sent.
    pub file_name: String,
    /// SHA-256 of the file, in hex.
    pub file_digest: String,
    /// From which day on it holds; today where nothing is said.
    pub effective_on: Option<LocalDate>,
}

/// Opens a batch. The day must not be in the future, and nothing in the register may begin after
/// it: a past that others have built upon can't be rewritten by a file.
///
/// # Errors
/// `invalid_field` for the day; `community_ended`.
pub fn open(tx: &mut WriteTx<'_>, new: &NewImport) -> Outcome<Import> {
    let today = tx.legal_now().local_date();
    let day = new.effective_on.unwrap_or(today);
    if day > today {
        let detail = format!("生效日期不能晚于今天 {today} (not after today)");
        return Err(Refusal::field(Code::InvalidField, "/effective_on", detail));
    }
    require_standing(tx.conn(), new.community_id)?;
    if staging::has_later_periods(tx.conn(), new.community_id, day)? {
        let detail = "名册中已有晚于该日期的记录 (the register has periods that begin later)";
        return Err(Refusal::field(Code::InvalidField, "/effective_on", detail));
    }
    let import = Import {
        id: ImportId::new(),
        community_id: new.community_id,
        file_name: new.file_name.chars().take(200).collect(),
        file_digest: new.file_digest.clone(),
        state: ImportState::Reading,
        lines_total: 0,
        lines_read: 0,
        units_new: 0,
        units_changed: 0,
        units_unchanged: 0,
        units_vanished: 0,
        fault_count: 0,
        notes: "[]".to_owned(),
        register_version: register_version(tx.conn(), new.community_id)?,
        committed_version: None,
        effective_on: day,
        created_by: tx.actor().name.clone(),
        created_at: tx.now(),
        committed_at: None,
        undone_at: None,
        failure: None,
        version: 1,
    };
    imports::insert_import(tx.conn(), &import)?;
    let what = json!({"file": import.file_digest, "effective_on": day});
    tx.audit("registry.import_opened", ("import", import.id), (None, Some(&what)));
    Ok(import)
}
