//! Double claims 重复报销: invoices on which several contracts are paid, and numbers that several
//! counterparties used. One invoice may lawfully be shared; the sums say how.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::funding::{
    model::{AllocationRow, Channel, CommitmentRow, InvoiceRow, PaymentRow, SourceRow},
    store::{payments, sources},
};
use crate::kernel::{
    Fen, FundingAllocationId, FundingInvoiceId, FundingPaymentId, FundingSourceId, Outcome, Page,
    PageQuery, ProposalState,
};
use crate::platform::{
    auth::{Place, Reach},
    db::Conn,
};

/// A claim on an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct InvoiceClaim {
    /// The payment.
    pub payment_id: FundingPaymentId,
    /// The allocation.
    pub allocation_id: FundingAllocationId,
    /// The source that pays.
    pub source_id: FundingSourceId,
    /// Its channel.
    pub channel: Channel,
    /// Its name.
    pub source: String,
    /// The contract.
    pub contract_number: String,
    /// How much.
    pub amount: Fen,
    /// Whether it was confirmed.
    pub state: ProposalState,
}

/// An invoice that is claimed more than once, or that two counterparties seem to have issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DoubtfulInvoice {
    /// The invoice.
    pub id: FundingInvoiceId,
    /// Who issued it.
    pub counterparty: String,
    /// Its number.
    pub number: String,
    /// What it says.
    pub amount: Fen,
    /// What is claimed of it in all; never more.
    pub claimed: Fen,
    /// How many sources pay on it.
    pub sources: usize,
    /// Others that issued one of the same number.
    pub twins: Vec<String>,
    /// The claims, in order.
    pub claims: Vec<InvoiceClaim>,
}

type Claim = (PaymentRow, CommitmentRow, AllocationRow);

fn claim(
    (payment, contract, allocation): &Claim,
    named: &BTreeMap<FundingSourceId, SourceRow>,
) -> Option<InvoiceClaim> {
    let source = named.get(&allocation.source_id)?;
    Some(InvoiceClaim {
        payment_id: payment.id,
        allocation_id: allocation.id,
        source_id: source.id,
        channel: source.channel,
        source: source.name.clone(),
        contract_number: contract.contract_number.clone(),
        amount: payment.amount_fen,
        state: payment.state,
    })
}

fn shown(invoice: InvoiceRow, claims: Vec<InvoiceClaim>, twins: Vec<String>) -> DoubtfulInvoice {
    let mut ids: Vec<FundingSourceId> = claims.iter().map(|claim| claim.source_id).collect();
    ids.sort_unstable();
    ids.dedup();
    DoubtfulInvoice {
        id: invoice.id,
        counterparty: invoice.counterparty,
        number: invoice.number,
        amount: invoice.amount_fen,
        claimed: invoice.claimed_fen,
        sources: ids.len(),
        twins,
        claims,
    }
}

/// Invoices with more than one claim, or with a twin, newest first, of which at least one claim lies
/// within the reach: the other claims are shown too, wherever they lie.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(conn: &mut Conn, reach: &Reach, page: &PageQuery) -> Outcome<Page<DoubtfulInvoice>> {
    let rows = payments::list_doubtful(conn, (page.cursor()?, page.fetch()))?;
    let page = Page::cut(rows, page.limit(), |row| row.id.to_string());
    let ids: Vec<FundingInvoiceId> = page.items.iter().map(|row| row.id).collect();
    let claims = payments::list_claims(conn, &ids)?;
    let source_ids: Vec<FundingSourceId> = claims.iter().map(|claim| claim.2.source_id).collect();
    let named: BTreeMap<FundingSourceId, SourceRow> =
        sources::list_of(conn, &source_ids)?.into_iter().map(|row| (row.id, row)).collect();
    let is_ours = |claim: &Claim| {
        let place = Place { division_code: claim.2.division_code.clone(), ..Place::default() };
        reach.covers(&place)
    };
    let mut items = Vec::new();
    for invoice in page.items {
        let of_it: Vec<&Claim> =
            claims.iter().filter(|claim| claim.0.invoice_id == invoice.id).collect();
        if !of_it.iter().any(|claim| is_ours(claim)) {
            continue;
        }
        let claims = of_it.into_iter().filter_map(|one| claim(one, &named)).collect();
        let twins = payments::list_twins(conn, &invoice)?;
        items.push(shown(invoice, claims, twins));
    }
    Ok(Page { items, next_cursor: page.next_cursor })
}
