//! Contracts against allocations 合同占用, apart from what is paid.

use super::{
    facts::{get_allocation, get_commitment, record},
    views::{FundingAllocationDetail, FundingAllocationView, FundingCommitmentView},
};
use crate::funding::{
    model::{AmountWithReason, CommitmentRow, NewCommitment, ReleaseRow},
    rules::fit::{check_free, check_open, short},
    service::payments::payments_of,
    store::allocations,
};
use crate::kernel::{
    Code, Fen, FundingAllocationId, FundingCommitmentId, FundingReleaseId, Outcome, ProposalState,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};

fn view(conn: &mut Conn, row: CommitmentRow) -> Outcome<FundingCommitmentView> {
    let payments = payments_of(conn, &[row.id])?;
    Ok(FundingCommitmentView::of(row, payments))
}

/// An allocation with its contracts and payments.
///
/// # Errors
/// `not_found`.
pub fn detail(
    conn: &mut Conn,
    id: FundingAllocationId,
    reach: &Reach,
) -> Outcome<FundingAllocationDetail> {
    let (row, line) = get_allocation(conn, id, reach)?;
    let rows = allocations::list_commitments(conn, &[id])?;
    let ids: Vec<FundingCommitmentId> = rows.iter().map(|row| row.id).collect();
    let mut payments = payments_of(conn, &ids)?;
    let confirmed = payments.iter().filter(|one| one.state == ProposalState::Confirmed);
    let paid = Fen::checked_sum(confirmed.map(|one| one.amount)).unwrap_or_default();
    let commitment = |row: CommitmentRow| {
        let of_it = payments.extract_if(.., |payment| payment.commitment_id == row.id).collect();
        FundingCommitmentView::of(row, of_it)
    };
    Ok(FundingAllocationDetail {
        allocation: FundingAllocationView::of(row, &line),
        paid,
        commitments: rows.into_iter().map(commitment).collect(),
        releases: allocations::list_releases(conn, id)?.into_iter().map(Into::into).collect(),
    })
}

/// Binds an amount of an allocation by a contract.
///
/// # Errors
/// `not_found`; `funding_allocation_exceeded` with what is free; `already_exists` for a contract that
/// binds this allocation.
pub fn commit(
    tx: &mut WriteTx<'_>,
    (id, reach): (FundingAllocationId, &Reach),
    new: &NewCommitment,
) -> Outcome<FundingCommitmentView> {
    let (allocation, _) = get_allocation(tx.conn(), id, reach)?;
    check_free(&allocation, new.amount)?;
    let row = CommitmentRow {
        id: FundingCommitmentId::new(),
        allocation_id: id,
        contract_number: new.contract_number.clone(),
        counterparty: new.counterparty.clone(),
        amount_fen: new.amount,
        released_fen: Fen::ZERO,
        claimed_fen: Fen::ZERO,
        recorder_name: tx.actor().name.clone(),
        recorded_at: tx.legal_now(),
    };
    if !allocations::commit(tx.conn(), &row)? {
        let (now, _) = get_allocation(tx.conn(), id, reach)?;
        return Err(short(Code::FundingAllocationExceeded, now.free(), new.amount));
    }
    let view = view(tx.conn(), row)?;
    record(tx, "funding.commit", ("funding_commitment", view.id), &view)?;
    Ok(view)
}

/// A contract gives back to its allocation what is not paid: it cost less, or ended.
///
/// # Errors
/// `not_found`; `funding_commitment_exceeded` with what is open.
pub fn uncommit(
    tx: &mut WriteTx<'_>,
    (id, reach): (FundingCommitmentId, &Reach),
    new: &AmountWithReason,
) -> Outcome<FundingCommitmentView> {
    let (row, _) = get_commitment(tx.conn(), id, reach)?;
    check_open(&row, new.amount)?;
    let release = ReleaseRow {
        id: FundingReleaseId::new(),
        allocation_id: row.allocation_id,
        commitment_id: Some(id),
        amount_fen: new.amount,
        reason: new.reason.clone(),
        recorder_name: tx.actor().name.clone(),
        recorded_at: tx.legal_now(),
    };
    if !allocations::uncommit(tx.conn(), id, &release)? {
        let (now, _) = get_commitment(tx.conn(), id, reach)?;
        return Err(short(Code::FundingCommitmentExceeded, now.open(), new.amount));
    }
    let (row, _) = get_commitment(tx.conn(), id, reach)?;
    let view = view(tx.conn(), row)?;
    record(tx, "funding.uncommit", ("funding_commitment", id), &view)?;
    Ok(view)
}
