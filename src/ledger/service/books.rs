//! Books: one set for each management area, with its log.

use serde_json::json;

use crate::kernel::{BookId, Code, CommunityId, Outcome, Refusal};
use crate::ledger::{
    model::{BookRow, NewBooks},
    store::accounts,
};
use crate::platform::{
    auth::{Reach, require},
    db::{Conn, WriteTx},
    tlog::{
        LogSigner,
        store::{find_log, insert_log},
    },
    two_people::Person,
};
use crate::registry::{find_place_of_community, require_standing_community};

/// The subject of the books' log.
pub(super) fn subject(id: BookId) -> String {
    format!("books/{id}")
}

/// Opens the books of a management area.
///
/// # Errors
/// `not_found`; `forbidden` beyond the reach; `community_ended`; `already_exists`.
pub fn open_books(
    tx: &mut WriteTx<'_>,
    (reach, signer): (&Reach, &LogSigner),
    new: NewBooks,
) -> Outcome<BookRow> {
    let place = find_place_of_community(tx.conn(), new.community_id)?;
    let place = place.ok_or_else(|| Refusal::new(Code::NotFound))?;
    require(reach, &place, "fund_manage")?;
    require_standing_community(tx.conn(), new.community_id)?;
    if let Some(book) = accounts::find_book_of(tx.conn(), new.community_id)? {
        return Err(Refusal::new(Code::AlreadyExists).with("book_id", book.id.to_string()));
    }
    let person = Person::of(tx)?;
    let row = BookRow {
        id: BookId::new(),
        community_id: new.community_id,
        division_code: place.division_code,
        bank_name: new.bank_name,
        bank_account: new.bank_account,
        last_number: 0,
        opened_on: tx.legal_now().local_date(),
        opener_id: person.id,
        opener_name: person.name,
        opened_at: tx.legal_now(),
    };
    accounts::insert_book(tx.conn(), &row)?;
    let log = signer.begin(&subject(row.id), tx.now())?;
    insert_log(tx.conn(), &log)?;
    let after = json!({ "community_id": row.community_id, "bank_name": row.bank_name });
    tx.emit("ledger.opened", row.id, &after);
    tx.audit("ledger.opened", ("ledger_book", row.id), (None, Some(&after)));
    Ok(row)
}

/// The books of a management area, if there are any.
///
/// # Errors
/// Of the database.
pub fn find_books(conn: &mut Conn, community_id: CommunityId) -> Outcome<Option<BookRow>> {
    Ok(accounts::find_book_of(conn, community_id)?)
}

/// The books of a management area, for what can't be done without them.
///
/// # Errors
/// `ledger_missing`.
pub fn get_books(conn: &mut Conn, community_id: CommunityId) -> Outcome<BookRow> {
    find_books(conn, community_id)?.ok_or_else(|| Refusal::new(Code::LedgerMissing))
}

/// Books within the reach.
///
/// # Errors
/// `not_found`.
pub fn get(conn: &mut Conn, id: BookId, reach: &Reach) -> Outcome<BookRow> {
    let found = accounts::find_book(conn, id)?.filter(|book| reach.covers(&book.place()));
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// All books within the reach, in order.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, reach: &Reach) -> Outcome<Vec<BookRow>> {
    let books = accounts::list_books(conn)?.into_iter();
    Ok(books.filter(|book| reach.covers(&book.place())).collect())
}

/// The signed head of the books' log.
///
/// # Errors
/// `log_frozen`; of the database.
pub fn checkpoint(conn: &mut Conn, book: &BookRow, signer: &LogSigner) -> Outcome<String> {
    let log = find_log(conn, &subject(book.id))?;
    let log = log.ok_or_else(|| Refusal::internal(format!("books {} have no log", book.id)))?;
    signer.sign(&log)
}
