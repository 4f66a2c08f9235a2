//! The only code that may look at which database it is: what MultiConnection leaves out.

use diesel::{
    AppearsOnTable, Expression, QueryResult, RunQueryDsl, SelectableExpression,
    expression::{ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Nullable},
    sqlite::Sqlite,
};

use super::{Conn, MultiBackend};

/// Rows per multi-row statement; SQLite binds at most 32,766 values.
pub const CHUNK: usize = 500;

/// A statement that is valid on both databases though MultiConnection does not know it
/// (upsert, union, `ON CONFLICT DO NOTHING`).
#[derive(Debug, Clone, Copy)]
pub struct AnyDb<T>(pub T);

impl<T> QueryFragment<MultiBackend> for AnyDb<T>
where
    T: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}
impl<T> QueryId for AnyDb<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T: Query> Query for AnyDb<T> {
    type SqlType = T::SqlType;
}
impl<T> RunQueryDsl<Conn> for AnyDb<T> {}

/// Runs the same expression on the native connection: for multi-row inserts, which
/// MultiConnection has not. `native!(conn, c => diesel::insert_into(t).values(&rows).execute(c))`
#[macro_export]
macro_rules! native {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::platform::db::Conn::Pg($c) => $body,
            $crate::platform::db::Conn::Sqlite($c) => $body,
        }
    };
}

/// Inserts many rows in statements of at most [`CHUNK`] rows; nothing for no rows
/// (an empty batch reports the previous statement's count on SQLite).
/// `insert_many!(conn, schema::units::table, &rows)`
#[macro_export]
macro_rules! insert_many {
    ($conn:expr, $table:expr, $rows:expr) => {{
        let conn: &mut $crate::platform::db::Conn = $conn;
        $rows.chunks($crate::platform::db::CHUNK).try_for_each(|chunk| {
            $crate::native!(conn, c => {
                diesel::RunQueryDsl::execute(diesel::insert_into($table).values(chunk), c)
            })
            .map(|_| ())
        })
    }};
}

/// `SUM(x)` that stays a 64-bit integer on both databases; `None` over no rows.
pub const fn sum_i64<E>(expression: E) -> SumI64<E> {
    SumI64(expression)
}

/// See [`sum_i64`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct SumI64<E>(E);

impl<E: Expression> Expression for SumI64<E> {
    type SqlType = Nullable<BigInt>;
}
impl<E, QS> AppearsOnTable<QS> for SumI64<E>
where
    E: AppearsOnTable<QS>,
    Self: Expression,
{
}
impl<E, QS> SelectableExpression<QS> for SumI64<E>
where
    E: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}
impl<E, G> ValidGrouping<G> for SumI64<E> {
    type IsAggregate = is_aggregate::Yes;
}
impl<E, DB> QueryFragment<DB> for SumI64<E>
where
    DB: diesel::backend::Backend,
    E: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("CAST(SUM(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS BIGINT)");
        Ok(())
    }
}

/// A text as it stands within a pattern of `LIKE … ESCAPE '\\'`.
#[must_use]
pub fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
