//! Schemes and bills.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::fund::model::{BillRow, SchemeRow};
use crate::kernel::{BillId, BookId, Fen, LocalDate, SchemeId, UnitId, VoteId};
use crate::platform::db::{
    Conn,
    schema::{fund_bills, fund_schemes},
};

/// Keeps a scheme with its bills.
pub fn insert_scheme(conn: &mut Conn, row: &SchemeRow, bills: &[BillRow]) -> QueryResult<()> {
    diesel::insert_into(fund_schemes::table).values(row).execute(conn)?;
    crate::insert_many!(conn, fund_bills::table, bills)
}

/// A scheme.
pub fn find_scheme(conn: &mut Conn, id: SchemeId) -> QueryResult<Option<SchemeRow>> {
    fund_schemes::table.find(id).select(SchemeRow::as_select()).first(conn).optional()
}

/// The scheme that a vote decided.
pub fn find_of_vote(conn: &mut Conn, id: VoteId) -> QueryResult<Option<SchemeRow>> {
    fund_schemes::table
        .filter(fund_schemes::raise_vote_id.eq(id))
        .select(SchemeRow::as_select())
        .first(conn)
        .optional()
}

/// The schemes of the books, in order.
pub fn list_schemes(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<SchemeRow>> {
    fund_schemes::table
        .filter(fund_schemes::book_id.eq(book_id))
        .order(fund_schemes::id)
        .select(SchemeRow::as_select())
        .load(conn)
}

/// The bills of a scheme by building and room.
pub fn list_bills(conn: &mut Conn, scheme_id: SchemeId) -> QueryResult<Vec<BillRow>> {
    fund_bills::table
        .filter(fund_bills::scheme_id.eq(scheme_id))
        .order((fund_bills::building, fund_bills::code))
        .select(BillRow::as_select())
        .load(conn)
}

/// A bill.
pub fn find_bill(conn: &mut Conn, id: BillId) -> QueryResult<Option<BillRow>> {
    fund_bills::table.find(id).select(BillRow::as_select()).first(conn).optional()
}

/// The bills of a unit in the books, the oldest first.
pub fn list_of_unit(
    conn: &mut Conn,
    book_id: BookId,
    unit_id: UnitId,
) -> QueryResult<Vec<BillRow>> {
    fund_bills::table
        .filter(fund_bills::book_id.eq(book_id).and(fund_bills::unit_id.eq(unit_id)))
        .order((fund_bills::due_on, fund_bills::id))
        .select(BillRow::as_select())
        .load(conn)
}

/// What is paid of a bill now.
pub fn set_paid(conn: &mut Conn, id: BillId, paid: Fen) -> QueryResult<()> {
    diesel::update(fund_bills::table.find(id))
        .set((fund_bills::paid_fen.eq(paid), fund_bills::version.eq(fund_bills::version + 1)))
        .execute(conn)
        .map(|_| ())
}

/// A bill's later day, with the reason.
pub fn set_deferred(
    conn: &mut Conn,
    id: BillId,
    (until, reason): (LocalDate, &str),
) -> QueryResult<()> {
    diesel::update(fund_bills::table.find(id))
        .set((
            fund_bills::deferred_to.eq(until),
            fund_bills::deferral_reason.eq(reason),
            fund_bills::version.eq(fund_bills::version + 1),
        ))
        .execute(conn)
        .map(|_| ())
}
