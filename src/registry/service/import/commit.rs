//! The last steps of a batch: commit, undo, cancel.

use serde_json::json;

use super::{require_state, set_import};
use crate::{
    kernel::{Code, ImportId, Outcome, Refusal},
    platform::db::WriteTx,
    registry::{
        model::{ImportState, VanishedUnits},
        service::{boundaries::require_standing, owners::before},
        store::{
            communities::{insert_buildings, raise_register_version, register_version},
            import_apply,
            imports::Import,
            owners::{self, Owner, OwnerChange},
            staging::{self, ImportOwner},
        },
    },
};

/// Takes a previewed batch into the register, whole.
///
/// # Errors
/// `import_state_conflict`; `import_stale` where the register changed since the preview.
pub fn commit(tx: &mut WriteTx<'_>, id: ImportId, vanished: VanishedUnits) -> Outcome<Import> {
    let mut import = require_state(tx, id, &[ImportState::Previewed])?;
    require_standing(tx.conn(), import.community_id)?;
    let have = register_version(tx.conn(), import.community_id)?;
    if have != import.register_version || import_apply::has_stale_owners(tx.conn(), id)? {
        return Err(Refusal::new(Code::ImportStale)
            .with("have", have)
            .with("need", import.register_version));
    }
    let now = tx.now();
    let (buildings, entrances) = import_apply::list_new_buildings(tx.conn(), &import)?;
    insert_buildings(tx.conn(), &buildings, &entrances)?;
    import_apply::copy_owners_and_units(tx.conn(), &import, now)?;
    import_apply::end_replaced(tx.conn(), &import)?;
    if vanished == VanishedUnits::End {
        import_apply::end_vanished(tx.conn(), &import)?;
    }
    import_apply::copy_facts(tx.conn(), &import, now)?;
    import_apply::copy_ownerships(tx.conn(), &import, now)?;
    for changed in import_apply::list_changed_owners(tx.conn(), id)? {
        change_owner(tx, id, changed)?;
    }
    staging::delete_staged(tx.conn(), id)?;
    import.state = ImportState::Committed;
    import.committed_at = Some(now);
    import.committed_version = Some(raise_register_version(tx.conn(), import.community_id)?);
    let what = json!({"file": import.file_digest, "vanished": vanished});
    tx.audit("registry.import_committed", ("import", id), (None, Some(&what)));
    let payload = json!({"community_id": import.community_id});
    tx.emit("registry.import_committed", id, &payload);
    set_import(tx, ImportState::Previewed, import)
}

/// Keeps what the owner's row says and writes what the file says; blank cells change nothing.
fn change_owner(tx: &mut WriteTx<'_>, id: ImportId, new: ImportOwner) -> Outcome<()> {
    let missing = || Refusal::internal("a staged owner is not in the register");
    let old = owners::find_owner(tx.conn(), new.owner_id)?.ok_or_else(missing)?;
    let change = OwnerChange { import_id: Some(id), ..before(tx, &old, "import") };
    owners::insert_owner_change(tx.conn(), &change)?;
    let contact = new.phone_index.is_some() || new.email_index.is_some();
    let row = Owner {
        name: if new.name.is_empty() { old.name } else { new.name },
        phone_index: new.phone_index.or(old.phone_index),
        phone_sealed: new.phone_sealed.or(old.phone_sealed),
        email_index: new.email_index.or(old.email_index),
        email_sealed: new.email_sealed.or(old.email_sealed),
        contact_bound_at: if contact { Some(tx.now()) } else { old.contact_bound_at },
        ..old
    };
    write_owner(tx, &row)
}

fn write_owner(tx: &mut WriteTx<'_>, row: &Owner) -> Outcome<()> {
    match owners::set_owner(tx.conn(), row)? {
        1 => Ok(()),
        _ => Err(Refusal::new(Code::StaleVersion)),
    }
}

/// Takes a committed batch back out: what it began holds on no day, what it ended goes on, changed
/// owners say again what they said. The rows stay as history.
///
/// # Errors
/// `undo_blocked` where the register changed after the batch.
pub fn undo(tx: &mut WriteTx<'_>, id: ImportId) -> Outcome<Import> {
    let mut import = require_state(tx, id, &[ImportState::Committed])?;
    require_standing(tx.conn(), import.community_id)?;
    let have = register_version(tx.conn(), import.community_id)?;
    if Some(have) != import.committed_version {
        return Err(Refusal::new(Code::UndoBlocked)
            .with("have", have)
            .with("need", import.committed_version));
    }
    import_apply::undo_periods(tx.conn(), id)?;
    for said in owners::list_import_owner_changes(tx.conn(), id)? {
        restore_owner(tx, said)?;
    }
    raise_register_version(tx.conn(), import.community_id)?;
    import.state = ImportState::Undone;
    import.undone_at = Some(tx.now());
    tx.audit("registry.import_undone", ("import", id), (None, None));
    tx.emit("registry.import_undone", id, &json!({"community_id": import.community_id}));
    set_import(tx, ImportState::Committed, import)
}

fn restore_owner(tx: &mut WriteTx<'_>, said: OwnerChange) -> Outcome<()> {
    let missing = || Refusal::internal("a changed owner is not in the register");
    let old = owners::find_owner(tx.conn(), said.owner_id)?.ok_or_else(missing)?;
    let change = before(tx, &old, "undo of an import");
    owners::insert_owner_change(tx.conn(), &change)?;
    let row = Owner {
        name: said.name,
        phone_index: said.phone_index,
        phone_sealed: said.phone_sealed,
        email_index: said.email_index,
        email_sealed: said.email_sealed,
        contact_bound_at: said.contact_bound_at,
        ..old
    };
    write_owner(tx, &row)
}

/// Gives a batch up before it is committed.
///
/// # Errors
/// `import_state_conflict` where it is committed or over.
pub fn cancel(tx: &mut WriteTx<'_>, id: ImportId) -> Outcome<Import> {
    let open = [ImportState::Reading, ImportState::Previewed, ImportState::Faulty];
    let mut import = require_state(tx, id, &open)?;
    let from = import.state;
    staging::delete_staged(tx.conn(), id)?;
    import.state = ImportState::Cancelled;
    tx.audit("registry.import_cancelled", ("import", id), (None, None));
    set_import(tx, from, import)
}
