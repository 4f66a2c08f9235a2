//! Subsidy budgets and claims.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::fund::model::{BudgetRow, ClaimRow, ClaimState, ClaimUnitRow};
use crate::kernel::{BookId, BudgetId, ClaimId};
use crate::ledger::Tier;
use crate::platform::db::{
    Conn,
    schema::{fund_budgets, fund_claim_units, fund_claims},
};

/// Keeps a new budget.
pub fn insert_budget(conn: &mut Conn, row: &BudgetRow) -> QueryResult<()> {
    diesel::insert_into(fund_budgets::table).values(row).execute(conn).map(|_| ())
}

/// The budget of a tier and year that covers a division: the one with the longest code.
pub fn find_budget(
    conn: &mut Conn,
    (division_code, tier, year): (&str, Tier, i32),
) -> QueryResult<Option<BudgetRow>> {
    let rows: Vec<BudgetRow> = fund_budgets::table
        .filter(fund_budgets::tier.eq(tier).and(fund_budgets::year.eq(year)))
        .select(BudgetRow::as_select())
        .load(conn)?;
    let here = rows.into_iter().filter(|row| division_code.starts_with(&row.division_code));
    Ok(here.max_by_key(|row| row.division_code.len()))
}

/// All budgets, by division, year and tier.
pub fn list_budgets(conn: &mut Conn) -> QueryResult<Vec<BudgetRow>> {
    fund_budgets::table
        .order((fund_budgets::division_code, fund_budgets::year, fund_budgets::tier))
        .select(BudgetRow::as_select())
        .load(conn)
}

/// A budget.
pub fn get_budget(conn: &mut Conn, id: BudgetId) -> QueryResult<Option<BudgetRow>> {
    fund_budgets::table.find(id).select(BudgetRow::as_select()).first(conn).optional()
}

/// Amount, commitment and document, if nobody changed the budget meanwhile.
pub fn update_budget(conn: &mut Conn, row: &BudgetRow) -> QueryResult<bool> {
    let unchanged = fund_budgets::table
        .filter(fund_budgets::id.eq(row.id).and(fund_budgets::version.eq(row.version)));
    let changed = diesel::update(unchanged)
        .set((
            fund_budgets::document.eq(&row.document),
            fund_budgets::amount_fen.eq(row.amount_fen),
            fund_budgets::committed_fen.eq(row.committed_fen),
            fund_budgets::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Keeps a claim with its list of units.
pub fn insert_claim(conn: &mut Conn, row: &ClaimRow, units: &[ClaimUnitRow]) -> QueryResult<()> {
    diesel::insert_into(fund_claims::table).values(row).execute(conn)?;
    crate::insert_many!(conn, fund_claim_units::table, units)
}

/// A claim.
pub fn find_claim(conn: &mut Conn, id: ClaimId) -> QueryResult<Option<ClaimRow>> {
    fund_claims::table.find(id).select(ClaimRow::as_select()).first(conn).optional()
}

/// The claims of the books, in order.
pub fn list_claims(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<ClaimRow>> {
    fund_claims::table
        .filter(fund_claims::book_id.eq(book_id))
        .order(fund_claims::id)
        .select(ClaimRow::as_select())
        .load(conn)
}

/// Claims that wait for a budget, in the order in which they came.
pub fn list_queued(conn: &mut Conn) -> QueryResult<Vec<ClaimRow>> {
    fund_claims::table
        .filter(fund_claims::state.eq(ClaimState::Queued))
        .order((fund_claims::created_at, fund_claims::id))
        .select(ClaimRow::as_select())
        .load(conn)
}

/// The units of claims, by claim, building and room.
pub fn list_units(conn: &mut Conn, ids: &[ClaimId]) -> QueryResult<Vec<ClaimUnitRow>> {
    fund_claim_units::table
        .filter(fund_claim_units::claim_id.eq_any(ids.to_vec()))
        .order((fund_claim_units::claim_id, fund_claim_units::building, fund_claim_units::code))
        .select(ClaimUnitRow::as_select())
        .load(conn)
}

/// What changes of a claim, if nobody changed it meanwhile.
pub fn update_claim(conn: &mut Conn, row: &ClaimRow) -> QueryResult<bool> {
    let unchanged = fund_claims::table
        .filter(fund_claims::id.eq(row.id).and(fund_claims::version.eq(row.version)));
    let changed = diesel::update(unchanged)
        .set((
            fund_claims::state.eq(row.state),
            fund_claims::city_received_fen.eq(row.city_received_fen),
            fund_claims::district_received_fen.eq(row.district_received_fen),
            fund_claims::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
