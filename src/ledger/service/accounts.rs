//! Accounts: made when something is booked on them first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::kernel::{BookId, Fen, LedgerAccountId, Outcome};
use crate::ledger::{
    model::{AccountKey, AccountRow, BookRow},
    store::accounts,
};
use crate::platform::db::{Conn, WriteTx};

/// Those of these accounts that exist, by their key.
///
/// # Errors
/// Of the database.
pub fn find_accounts(
    conn: &mut Conn,
    book_id: BookId,
    keys: &[AccountKey],
) -> Outcome<BTreeMap<AccountKey, AccountRow>> {
    let codes: HashMap<String, AccountKey> = keys.iter().map(|key| (key.code(), *key)).collect();
    let wanted: Vec<String> = codes.keys().cloned().collect();
    let found = accounts::list_by_code(conn, book_id, &wanted)?.into_iter();
    Ok(found.filter_map(|row| Some((*codes.get(&row.code)?, row))).collect())
}

/// These accounts; what does not exist is made, under the title that comes with it.
///
/// # Errors
/// Of the database.
pub fn ensure_accounts(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    wanted: &[(AccountKey, String)],
) -> Outcome<BTreeMap<AccountKey, AccountRow>> {
    let keys: Vec<AccountKey> = wanted.iter().map(|(key, _)| *key).collect();
    let mut found = find_accounts(tx.conn(), book.id, &keys)?;
    let mut fresh = BTreeMap::new();
    for (key, title) in wanted {
        if !found.contains_key(key) {
            fresh.insert(*key, new_account(book.id, *key, title));
        }
    }
    let rows: Vec<AccountRow> = fresh.values().cloned().collect();
    accounts::insert_accounts(tx.conn(), &rows)?;
    found.extend(fresh);
    Ok(found)
}

fn new_account(book_id: BookId, key: AccountKey, title: &str) -> AccountRow {
    let (mut unit, mut building, mut project) = (None, None, None);
    match key {
        AccountKey::Unit { unit_id, building_id } => {
            (unit, building) = (Some(unit_id), Some(building_id));
        }
        AccountKey::Seller(building_id) => building = Some(building_id),
        AccountKey::Subsidy(_, project_id) => project = Some(project_id),
        AccountKey::Bank
        | AccountKey::Investment
        | AccountKey::Unallocated
        | AccountKey::PublicRevenue
        | AccountKey::Suspense
        | AccountKey::SubsidyRepayable
        | AccountKey::Refund => {}
    }
    AccountRow {
        id: LedgerAccountId::new(),
        book_id,
        kind: key.kind(),
        code: key.code(),
        title: title.to_owned(),
        unit_id: unit,
        building_id: building,
        project_id: project,
        balance_fen: Fen::ZERO,
        reserved_fen: Fen::ZERO,
        closed_at: None,
    }
}

/// Accounts by their ids.
///
/// # Errors
/// Of the database.
pub(super) fn by_id(
    conn: &mut Conn,
    ids: &BTreeSet<LedgerAccountId>,
) -> Outcome<BTreeMap<LedgerAccountId, AccountRow>> {
    let ids: Vec<LedgerAccountId> = ids.iter().copied().collect();
    let rows = accounts::list_accounts(conn, &ids)?.into_iter();
    Ok(rows.map(|row| (row.id, row)).collect())
}
