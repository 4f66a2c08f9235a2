//! Uses, shares, payments.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::fund::model::{PaymentRow, ShareRow, UseRow, UseState};
use crate::kernel::{BookId, Fen, FundUseId, ProjectId, UnitId};
use crate::platform::db::{
    Conn,
    schema::{fund_payments, fund_use_shares, fund_uses},
};

/// Keeps a use with its shares.
pub fn insert_use(conn: &mut Conn, row: &UseRow, shares: &[ShareRow]) -> QueryResult<()> {
    diesel::insert_into(fund_uses::table).values(row).execute(conn)?;
    crate::insert_many!(conn, fund_use_shares::table, shares)
}

/// A use.
pub fn find_use(conn: &mut Conn, id: FundUseId) -> QueryResult<Option<UseRow>> {
    fund_uses::table.find(id).select(UseRow::as_select()).first(conn).optional()
}

/// The uses of the books, in order.
pub fn list_uses(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<UseRow>> {
    fund_uses::table
        .filter(fund_uses::book_id.eq(book_id))
        .order(fund_uses::id)
        .select(UseRow::as_select())
        .load(conn)
}

/// The uses of a project in the books, in order.
pub fn list_of_project(
    conn: &mut Conn,
    (book_id, project_id): (BookId, ProjectId),
) -> QueryResult<Vec<UseRow>> {
    fund_uses::table
        .filter(fund_uses::book_id.eq(book_id).and(fund_uses::project_id.eq(project_id)))
        .order(fund_uses::id)
        .select(UseRow::as_select())
        .load(conn)
}

/// The uses of an item of a project's plan that were not released.
pub fn list_of_item(
    conn: &mut Conn,
    (project_id, plan_item): (ProjectId, &str),
) -> QueryResult<Vec<UseRow>> {
    fund_uses::table
        .filter(fund_uses::project_id.eq(project_id).and(fund_uses::plan_item.eq(plan_item)))
        .filter(fund_uses::state.ne(UseState::Released))
        .select(UseRow::as_select())
        .load(conn)
}

/// The shares of a use by building and room.
pub fn list_shares(conn: &mut Conn, id: FundUseId) -> QueryResult<Vec<ShareRow>> {
    fund_use_shares::table
        .filter(fund_use_shares::use_id.eq(id))
        .order((fund_use_shares::building, fund_use_shares::code))
        .select(ShareRow::as_select())
        .load(conn)
}

/// The shares of a unit, with their uses.
pub fn list_shares_of_unit(conn: &mut Conn, id: UnitId) -> QueryResult<Vec<ShareRow>> {
    fund_use_shares::table
        .filter(fund_use_shares::unit_id.eq(id))
        .order(fund_use_shares::use_id)
        .select(ShareRow::as_select())
        .load(conn)
}

/// What a sub-account bore of a use until now.
pub fn set_borne(conn: &mut Conn, id: (FundUseId, UnitId), borne: Fen) -> QueryResult<()> {
    diesel::update(fund_use_shares::table.find(id))
        .set(fund_use_shares::borne_fen.eq(borne))
        .execute(conn)
        .map(|_| ())
}

/// What changes of a use, if nobody changed it meanwhile.
pub fn update_use(conn: &mut Conn, row: &UseRow) -> QueryResult<bool> {
    let unchanged =
        fund_uses::table.filter(fund_uses::id.eq(row.id).and(fund_uses::version.eq(row.version)));
    let changed = diesel::update(unchanged)
        .set((
            fund_uses::paid_fen.eq(row.paid_fen),
            fund_uses::fund_paid_fen.eq(row.fund_paid_fen),
            fund_uses::audited_fen.eq(row.audited_fen),
            fund_uses::audit_report.eq(&row.audit_report),
            fund_uses::state.eq(row.state),
            fund_uses::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Keeps a payment.
pub fn insert_payment(conn: &mut Conn, row: &PaymentRow) -> QueryResult<()> {
    diesel::insert_into(fund_payments::table).values(row).execute(conn).map(|_| ())
}

/// The payment of an invoice.
pub fn find_invoice(
    conn: &mut Conn,
    (payee, invoice): (&str, &str),
) -> QueryResult<Option<PaymentRow>> {
    fund_payments::table
        .filter(fund_payments::payee.eq(payee).and(fund_payments::invoice.eq(invoice)))
        .select(PaymentRow::as_select())
        .first(conn)
        .optional()
}

/// The payments of a use, in order.
pub fn list_payments(conn: &mut Conn, id: FundUseId) -> QueryResult<Vec<PaymentRow>> {
    fund_payments::table
        .filter(fund_payments::use_id.eq(id))
        .order(fund_payments::id)
        .select(PaymentRow::as_select())
        .load(conn)
}
