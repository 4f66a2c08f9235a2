//! Closing a period 结账: the trial balance of its last day is kept, its SHA-256 becomes a leaf of the log,
//! and nothing is booked on or before that day any more.

use serde::Serialize;
use serde_json::json;

use super::{leaf, post::append, views::trial_balance};
use crate::kernel::{Code, LocalDate, Outcome, PeriodId, Refusal, UtcTime};
use crate::ledger::{
    model::{BookRow, PeriodRow},
    store::periods,
};
use crate::platform::{
    db::{Conn, WriteTx},
    two_people::Person,
};

/// A closed period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PeriodView {
    /// Its last day.
    pub through: LocalDate,
    /// The last journal that was booked before the closing.
    pub last_number: i64,
    /// SHA-256 of the trial balance, as it stands in the log.
    pub trial_balance_sha256: String,
    /// Its leaf in the log.
    pub log_seq: i64,
    /// Who closed it.
    pub closed_by: String,
    /// When.
    pub closed_at: UtcTime,
}

impl From<PeriodRow> for PeriodView {
    fn from(row: PeriodRow) -> Self {
        Self {
            through: row.through,
            last_number: row.last_number,
            trial_balance_sha256: leaf::digest(&row.trial_balance),
            log_seq: row.log_seq,
            closed_by: row.closer_name,
            closed_at: row.closed_at,
        }
    }
}

/// Closes the books up to a day.
///
/// # Errors
/// `period_closed` where they are closed as far; `invalid_field` for a day that is not over.
pub fn close(tx: &mut WriteTx<'_>, book: &BookRow, through: LocalDate) -> Outcome<PeriodView> {
    if through >= tx.legal_now().local_date() {
        let detail = "only a day that is over · 只能结账至已结束的日期";
        return Err(Refusal::field(Code::InvalidField, "/through", detail));
    }
    if let Some(last) = periods::find_last(tx.conn(), book.id)?
        && last.through >= through
    {
        return Err(
            Refusal::new(Code::PeriodClosed).with("closed_through", last.through.to_string())
        );
    }
    let balance = trial_balance(tx.conn(), book.id, through)?;
    let person = Person::of(tx)?;
    let mut row = PeriodRow {
        id: PeriodId::new(),
        book_id: book.id,
        through,
        last_number: book.last_number,
        trial_balance: serde_json::to_string(&balance).map_err(Refusal::internal)?,
        log_seq: 0,
        closer_id: person.id,
        closer_name: person.name,
        closed_at: tx.legal_now(),
    };
    row.log_seq = append(tx, book, vec![leaf::of_period(&row)?])?;
    periods::insert_period(tx.conn(), &row)?;
    let told = json!({ "book_id": book.id, "through": through, "assets": balance.assets });
    tx.emit("ledger.period_closed", book.id, &told);
    tx.audit("ledger.period_closed", ("ledger_book", book.id), (None, Some(&told)));
    Ok(row.into())
}

/// The closed periods of the books, in order.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, book: &BookRow) -> Outcome<Vec<PeriodView>> {
    Ok(periods::list_periods(conn, book.id)?.into_iter().map(Into::into).collect())
}
