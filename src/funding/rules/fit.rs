//! Whether money of a source may go to an item 渠道不乱、用途不变, and how much.

use crate::funding::model::{AllocationRow, CommitmentRow, PlanLine, Planned, SourceRow};
use crate::kernel::{Code, Fen, LocalDate, Outcome, Refusal};

/// A refusal that says what there is and what would be needed.
pub fn short(code: Code, have: Fen, need: Fen) -> Refusal {
    Refusal::new(code).with("have", have.to_string()).with("need", need.to_string())
}

/// The purpose of a source under which it may pay for an item on a day: the item's code before its
/// class.
///
/// # Errors
/// `funding_source_closed`; `funding_outside_purpose`, `…_region`, `…_dates`, `…_programme`, each
/// with what the source permits (`have`) and what the item needs (`need`).
pub fn purpose_for(
    (source, purposes): (&SourceRow, &[String]),
    (project, line): (&Planned, &PlanLine),
    today: LocalDate,
) -> Outcome<String> {
    if source.closed_at.is_some() {
        return Err(Refusal::new(Code::FundingSourceClosed).with("document", &*source.document));
    }
    let fits = [&line.code, &line.class].into_iter().find(|one| purposes.contains(one));
    let outside =
        |code, have: String, need: String| Refusal::new(code).with("have", have).with("need", need);
    let Some(purpose) = fits else {
        let need = format!("{} {}", line.code, line.name);
        return Err(outside(Code::FundingOutsidePurpose, purposes.join(","), need));
    };
    if !project.division_code.starts_with(&source.region) {
        let (have, need) = (source.region.clone(), project.division_code.clone());
        return Err(outside(Code::FundingOutsideRegion, have, need));
    }
    if today < source.valid_from || source.valid_until < today {
        let have = format!("{}/{}", source.valid_from, source.valid_until);
        return Err(outside(Code::FundingOutsideDates, have, today.to_string()));
    }
    // 财政部、住建部: only projects of the annual plan.
    if source.programme_only && !project.is_in_programme {
        return Err(Refusal::new(Code::FundingOutsideProgramme).with("project", &*project.name));
    }
    Ok(purpose.clone())
}

/// Whether a source still has an amount, and an item still room for it.
///
/// # Errors
/// `funding_item_exceeded` (B1), `funding_source_exceeded`, with what is left and what was asked.
pub fn check_amounts(rest: Fen, (cost, covered): (Fen, Fen), amount: Fen) -> Outcome<()> {
    let uncovered = Fen(cost.0.saturating_sub(covered.0));
    if amount > uncovered {
        return Err(short(Code::FundingItemExceeded, uncovered, amount));
    }
    if amount > rest {
        return Err(short(Code::FundingSourceExceeded, rest, amount));
    }
    Ok(())
}

/// Whether an allocation has an amount that no contract binds.
///
/// # Errors
/// `funding_allocation_exceeded`.
pub fn check_free(row: &AllocationRow, amount: Fen) -> Outcome<()> {
    if amount > row.free() {
        return Err(short(Code::FundingAllocationExceeded, row.free(), amount));
    }
    Ok(())
}

/// Whether a contract has an amount that is not paid, nor waits to be.
///
/// # Errors
/// `funding_commitment_exceeded`.
pub fn check_open(row: &CommitmentRow, amount: Fen) -> Outcome<()> {
    if amount > row.open() {
        return Err(short(Code::FundingCommitmentExceeded, row.open(), amount));
    }
    Ok(())
}
