//! Payments on invoices: proposed by one person, confirmed by another. One invoice may be paid from
//! several sources, never by more than it says.

use std::collections::BTreeMap;

use super::{
    facts::{get_commitment, not_found, record},
    views::FundingPaymentView,
};
use crate::funding::{
    model::{InvoiceRow, NewPayment, PaymentRow},
    rules::fit::{check_open, short},
    store::payments,
};
use crate::kernel::{
    Code, Fen, FundingCommitmentId, FundingInvoiceId, FundingPaymentId, Outcome, ProposalState,
    Refusal,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another, must_wait},
};

/// The payments of some contracts, in order.
///
/// # Errors
/// Of the database.
pub fn payments_of(
    conn: &mut Conn,
    ids: &[FundingCommitmentId],
) -> Outcome<Vec<FundingPaymentView>> {
    let rows = payments::list_of(conn, ids)?;
    let invoices: Vec<FundingInvoiceId> = rows.iter().map(|row| row.invoice_id).collect();
    let invoices: BTreeMap<FundingInvoiceId, InvoiceRow> =
        payments::list_invoices(conn, &invoices)?.into_iter().map(|row| (row.id, row)).collect();
    let view = |row: PaymentRow| {
        let invoice = invoices.get(&row.invoice_id).ok_or_else(not_found)?;
        Ok(FundingPaymentView::of(row, invoice))
    };
    rows.into_iter().map(view).collect()
}

/// The invoice of this number; a new one is kept.
fn keep_invoice(tx: &mut WriteTx<'_>, counterparty: &str, new: &NewPayment) -> Outcome<InvoiceRow> {
    let recorded_at = tx.legal_now();
    if let Some(known) = payments::find_invoice(tx.conn(), counterparty, &new.invoice_number)? {
        if known.amount_fen != new.invoice_amount {
            let (have, need) = (known.amount_fen, new.invoice_amount);
            return Err(short(Code::FundingInvoiceDiffers, have, need));
        }
        return Ok(known);
    }
    let row = InvoiceRow {
        id: FundingInvoiceId::new(),
        counterparty: counterparty.to_owned(),
        number: new.invoice_number.clone(),
        amount_fen: new.invoice_amount,
        claimed_fen: Fen::ZERO,
        claims: 0,
        has_twin: false,
        recorded_at,
    };
    Ok(payments::insert_invoice(tx.conn(), &row)?)
}

/// Proposes a payment; the contract and the invoice count it from now on.
///
/// # Errors
/// `not_found`; `forbidden` without an account; `funding_commitment_exceeded`;
/// `funding_invoice_differs`; `funding_invoice_exceeded` where all claims together would exceed it;
/// `already_exists` where this contract paid on the invoice.
pub fn propose(
    tx: &mut WriteTx<'_>,
    (id, reach): (FundingCommitmentId, &Reach),
    new: &NewPayment,
) -> Outcome<FundingPaymentView> {
    let person = Person::of(tx)?;
    let (commitment, _) = get_commitment(tx.conn(), id, reach)?;
    check_open(&commitment, new.amount)?;
    let invoice = keep_invoice(tx, &commitment.counterparty, new)?;
    if payments::is_claimed(tx.conn(), id, invoice.id)? {
        let number = invoice.number;
        return Err(Refusal::new(Code::AlreadyExists).with("invoice_number", number));
    }
    if !payments::claim(tx.conn(), id, new.amount)? {
        let (now, _) = get_commitment(tx.conn(), id, reach)?;
        return Err(short(Code::FundingCommitmentExceeded, now.open(), new.amount));
    }
    if !payments::claim_invoice(tx.conn(), invoice.id, new.amount)? {
        let now = payments::list_invoices(tx.conn(), &[invoice.id])?.pop().unwrap_or(invoice);
        let left = Fen(now.amount_fen.0.saturating_sub(now.claimed_fen.0));
        return Err(short(Code::FundingInvoiceExceeded, left, new.amount));
    }
    let row = PaymentRow {
        id: FundingPaymentId::new(),
        commitment_id: id,
        invoice_id: invoice.id,
        amount_fen: new.amount,
        state: ProposalState::Proposed,
        proposed_by: person.id,
        proposer_name: person.name,
        proposed_at: tx.legal_now(),
        settled_by: None,
        settler_name: None,
        settled_at: None,
    };
    payments::insert(tx.conn(), &row)?;
    let view = FundingPaymentView::of(row, &invoice);
    record(tx, "funding.propose_payment", ("funding_payment", view.id), &view)?;
    Ok(view)
}

/// Confirms a payment, by another person than who proposed it, or withdraws it.
///
/// # Errors
/// `not_found`; `forbidden` without an account; `funding_payment_settled`; `same_clerk`.
pub fn settle(
    tx: &mut WriteTx<'_>,
    (id, reach): (FundingPaymentId, &Reach),
    state: ProposalState,
) -> Outcome<FundingPaymentView> {
    let person = Person::of(tx)?;
    let row = payments::find(tx.conn(), id)?.ok_or_else(not_found)?;
    get_commitment(tx.conn(), row.commitment_id, reach)?;
    must_wait(row.state, Code::FundingPaymentSettled)?;
    if state == ProposalState::Confirmed {
        must_be_another(row.proposed_by, &person)?;
    }
    let row = PaymentRow {
        state,
        settled_by: Some(person.id),
        settler_name: Some(person.name),
        settled_at: Some(tx.legal_now()),
        ..row
    };
    if !payments::settle(tx.conn(), &row)? {
        return Err(Refusal::new(Code::FundingPaymentSettled));
    }
    let invoice = payments::list_invoices(tx.conn(), &[row.invoice_id])?.pop();
    let view = FundingPaymentView::of(row, &invoice.ok_or_else(not_found)?);
    let action = match state {
        ProposalState::Confirmed => "funding.confirm_payment",
        _ => "funding.withdraw_payment",
    };
    record(tx, action, ("funding_payment", id), &view)?;
    Ok(view)
}
