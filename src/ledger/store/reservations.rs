//! Reservations and their holds.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper, sql_query,
};

use crate::kernel::{Fen, JournalId, ReservationId, UtcTime, id::DbId};
use crate::ledger::model::{HoldRow, ReservationRow, ReservationState};
use crate::platform::db::{
    Conn,
    schema::{ledger_holds, ledger_reservations},
};

/// Keeps a reservation with its holds, and sets the amounts aside.
pub fn insert_reservation(
    conn: &mut Conn,
    row: &ReservationRow,
    holds: &[HoldRow],
) -> QueryResult<()> {
    diesel::insert_into(ledger_reservations::table).values(row).execute(conn)?;
    crate::insert_many!(&mut *conn, ledger_holds::table, holds)?;
    sql_query(
        "UPDATE ledger_accounts SET reserved_fen = reserved_fen + hold.amount_fen
        FROM ledger_holds AS hold
        WHERE hold.reservation_id = $1 AND hold.account_id = ledger_accounts.id",
    )
    .bind::<DbId, _>(row.id)
    .execute(conn)
    .map(|_| ())
}

/// A reservation.
pub fn find(conn: &mut Conn, id: ReservationId) -> QueryResult<Option<ReservationRow>> {
    ledger_reservations::table.find(id).select(ReservationRow::as_select()).first(conn).optional()
}

/// Its holds, in no order.
pub fn list_holds(conn: &mut Conn, id: ReservationId) -> QueryResult<Vec<HoldRow>> {
    ledger_holds::table
        .filter(ledger_holds::reservation_id.eq(id))
        .select(HoldRow::as_select())
        .load(conn)
}

/// Held ones whose time is over.
pub fn list_due(conn: &mut Conn, now: UtcTime) -> QueryResult<Vec<ReservationRow>> {
    ledger_reservations::table
        .filter(
            ledger_reservations::state
                .eq(ReservationState::Held)
                .and(ledger_reservations::expires_at.le(now)),
        )
        .select(ReservationRow::as_select())
        .load(conn)
}

/// What a journal pays out of the holds of its reservation is not reserved any more.
pub fn settle_holds(conn: &mut Conn, journal_id: JournalId) -> QueryResult<()> {
    const PAID: &str = "SELECT journal.reservation_id, entry.debit_account_id AS account_id,
            CAST(SUM(entry.amount_fen) AS BIGINT) AS fen
        FROM ledger_entries AS entry
        INNER JOIN ledger_journals AS journal ON journal.id = entry.journal_id
        WHERE entry.journal_id = $1
        GROUP BY journal.reservation_id, entry.debit_account_id";
    sql_query(format!(
        "UPDATE ledger_holds SET settled_fen = settled_fen + paid.fen FROM ({PAID}) AS paid
        WHERE ledger_holds.reservation_id = paid.reservation_id
            AND ledger_holds.account_id = paid.account_id"
    ))
    .bind::<DbId, _>(journal_id)
    .execute(conn)?;
    sql_query(format!(
        "UPDATE ledger_accounts SET reserved_fen = reserved_fen - paid.fen FROM ({PAID}) AS paid
        WHERE ledger_accounts.id = paid.account_id"
    ))
    .bind::<DbId, _>(journal_id)
    .execute(conn)
    .map(|_| ())
}

/// What a reservation still holds is free again.
pub fn free_rest(conn: &mut Conn, id: ReservationId) -> QueryResult<()> {
    sql_query(
        "UPDATE ledger_accounts
        SET reserved_fen = reserved_fen - (hold.amount_fen - hold.settled_fen)
        FROM ledger_holds AS hold
        WHERE hold.reservation_id = $1 AND hold.account_id = ledger_accounts.id",
    )
    .bind::<DbId, _>(id)
    .execute(conn)
    .map(|_| ())
}

/// The reservation's next state, if nobody changed it meanwhile.
pub fn set_state(
    conn: &mut Conn,
    row: &ReservationRow,
    (state, settled): (ReservationState, Fen),
) -> QueryResult<bool> {
    let unchanged = ledger_reservations::table
        .filter(ledger_reservations::id.eq(row.id))
        .filter(ledger_reservations::version.eq(row.version));
    let changed = diesel::update(unchanged)
        .set((
            ledger_reservations::state.eq(state),
            ledger_reservations::settled_fen.eq(settled),
            ledger_reservations::version.eq(ledger_reservations::version + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
