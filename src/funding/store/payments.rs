//! Invoices and payments.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::funding::model::{AllocationRow, CommitmentRow, InvoiceRow, PaymentRow};
use crate::kernel::{
    Fen, FundingAllocationId, FundingCommitmentId, FundingInvoiceId, FundingPaymentId,
    ProposalState,
};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{
        funding_allocations as allocations, funding_commitments as commitments,
        funding_invoices as invoices, funding_payments as payments,
    },
};

/// An invoice of a counterparty.
pub fn find_invoice(
    conn: &mut Conn,
    counterparty: &str,
    number: &str,
) -> QueryResult<Option<InvoiceRow>> {
    invoices::table
        .filter(invoices::counterparty.eq(counterparty.to_owned()))
        .filter(invoices::number.eq(number.to_owned()))
        .select(InvoiceRow::as_select())
        .first(conn)
        .optional()
}

/// Keeps an invoice, and marks others of the same number.
pub fn insert_invoice(conn: &mut Conn, row: &InvoiceRow) -> QueryResult<InvoiceRow> {
    let twins = invoices::table.filter(invoices::number.eq(row.number.clone()));
    let marked = diesel::update(twins).set(invoices::has_twin.eq(true)).execute(conn)?;
    let row = InvoiceRow { has_twin: marked > 0, ..row.clone() };
    diesel::insert_into(invoices::table).values(&row).execute(conn)?;
    Ok(row)
}

/// Claims an amount of an invoice; whether it had it left.
pub fn claim_invoice(conn: &mut Conn, id: FundingInvoiceId, amount: Fen) -> QueryResult<bool> {
    let found = invoices::table
        .filter(invoices::id.eq(id))
        .filter((invoices::claimed_fen + amount.0).le(invoices::amount_fen));
    diesel::update(found)
        .set((
            invoices::claimed_fen.eq(invoices::claimed_fen + amount.0),
            invoices::claims.eq(invoices::claims + 1),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Claims an amount of a contract; whether it had it open.
pub fn claim(conn: &mut Conn, id: FundingCommitmentId, amount: Fen) -> QueryResult<bool> {
    let used = commitments::released_fen + commitments::claimed_fen;
    let found = commitments::table
        .filter(commitments::id.eq(id))
        .filter((used + amount.0).le(commitments::amount_fen));
    diesel::update(found)
        .set(commitments::claimed_fen.eq(commitments::claimed_fen + amount.0))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Keeps a payment.
pub fn insert(conn: &mut Conn, row: &PaymentRow) -> QueryResult<()> {
    diesel::insert_into(payments::table).values(row).execute(conn).map(|_| ())
}

/// A payment.
pub fn find(conn: &mut Conn, id: FundingPaymentId) -> QueryResult<Option<PaymentRow>> {
    payments::table.find(id).select(PaymentRow::as_select()).first(conn).optional()
}

/// Confirms or withdraws a payment that waits; whether it did. A withdrawn one gives back its claims.
pub fn settle(conn: &mut Conn, row: &PaymentRow) -> QueryResult<bool> {
    let waiting = payments::table
        .filter(payments::id.eq(row.id))
        .filter(payments::state.eq(ProposalState::Proposed));
    let changed = diesel::update(waiting)
        .set((
            payments::state.eq(row.state),
            payments::settled_by.eq(row.settled_by),
            payments::settler_name.eq(&row.settler_name),
            payments::settled_at.eq(row.settled_at),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Ok(false);
    }
    if row.state == ProposalState::Withdrawn {
        let amount = row.amount_fen.0;
        diesel::update(commitments::table.find(row.commitment_id))
            .set(commitments::claimed_fen.eq(commitments::claimed_fen - amount))
            .execute(conn)?;
        diesel::update(invoices::table.find(row.invoice_id))
            .set((
                invoices::claimed_fen.eq(invoices::claimed_fen - amount),
                invoices::claims.eq(invoices::claims - 1),
            ))
            .execute(conn)?;
    }
    Ok(true)
}

/// The payments of some commitments, in order.
pub fn list_of(conn: &mut Conn, ids: &[FundingCommitmentId]) -> QueryResult<Vec<PaymentRow>> {
    payments::table
        .filter(payments::commitment_id.eq_any(ids.to_vec()))
        .order(payments::id)
        .select(PaymentRow::as_select())
        .load(conn)
}

/// Some invoices.
pub fn list_invoices(conn: &mut Conn, ids: &[FundingInvoiceId]) -> QueryResult<Vec<InvoiceRow>> {
    invoices::table
        .filter(invoices::id.eq_any(ids.to_vec()))
        .order(invoices::id)
        .select(InvoiceRow::as_select())
        .load(conn)
}

/// Invoices that more than one contract claims, or whose number another counterparty used too; newest
/// first, after the cursor.
pub fn list_doubtful(
    conn: &mut Conn,
    (after, limit): (Option<FundingInvoiceId>, i64),
) -> QueryResult<Vec<InvoiceRow>> {
    let mut query = invoices::table
        .select(InvoiceRow::as_select())
        .filter(invoices::claims.gt(1).or(invoices::has_twin.eq(true)))
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(invoices::id.lt(after));
    }
    query.order(invoices::id.desc()).limit(limit).load(conn)
}

/// The payments on some invoices that were not withdrawn, with contract and allocation, in order.
pub fn list_claims(
    conn: &mut Conn,
    ids: &[FundingInvoiceId],
) -> QueryResult<Vec<(PaymentRow, CommitmentRow, AllocationRow)>> {
    payments::table
        .inner_join(commitments::table.on(commitments::id.eq(payments::commitment_id)))
        .inner_join(allocations::table.on(allocations::id.eq(commitments::allocation_id)))
        .filter(payments::invoice_id.eq_any(ids.to_vec()))
        .filter(payments::state.ne(ProposalState::Withdrawn))
        .order(payments::id)
        .select((PaymentRow::as_select(), CommitmentRow::as_select(), AllocationRow::as_select()))
        .load(conn)
}

/// Whether a contract has a payment on an invoice that was not withdrawn.
pub fn is_claimed(
    conn: &mut Conn,
    id: FundingCommitmentId,
    invoice_id: FundingInvoiceId,
) -> QueryResult<bool> {
    payments::table
        .filter(payments::commitment_id.eq(id))
        .filter(payments::invoice_id.eq(invoice_id))
        .filter(payments::state.ne(ProposalState::Withdrawn))
        .count()
        .get_result::<i64>(conn)
        .map(|count| count > 0)
}

/// What was paid of some allocations, payment by payment.
pub fn list_paid(
    conn: &mut Conn,
    ids: &[FundingAllocationId],
) -> QueryResult<Vec<(FundingAllocationId, Fen)>> {
    payments::table
        .inner_join(commitments::table.on(commitments::id.eq(payments::commitment_id)))
        .filter(commitments::allocation_id.eq_any(ids.to_vec()))
        .filter(payments::state.eq(ProposalState::Confirmed))
        .select((commitments::allocation_id, payments::amount_fen))
        .load(conn)
}

/// Other counterparties with an invoice of the same number.
pub fn list_twins(conn: &mut Conn, row: &InvoiceRow) -> QueryResult<Vec<String>> {
    invoices::table
        .filter(invoices::number.eq(row.number.clone()))
        .filter(invoices::id.ne(row.id))
        .order(invoices::counterparty)
        .select(invoices::counterparty)
        .load(conn)
}
