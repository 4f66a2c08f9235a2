//! One-time codes.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::identity::model::OneTimeCode;
use crate::kernel::{OneTimeCodeId, UtcTime};
use crate::platform::db::{Conn, schema::one_time_codes as codes};

/// Keeps a code.
pub fn insert_code(conn: &mut Conn, code: &OneTimeCode) -> QueryResult<()> {
    diesel::insert_into(codes::table).values(code).execute(conn).map(|_| ())
}

/// The code of an id.
pub fn find_code(conn: &mut Conn, id: OneTimeCodeId) -> QueryResult<Option<OneTimeCode>> {
    codes::table.find(id).select(OneTimeCode::as_select()).first(conn).optional()
}

/// Counts a wrong try.
pub fn set_code_tried(conn: &mut Conn, id: OneTimeCodeId) -> QueryResult<()> {
    diesel::update(codes::table.find(id))
        .set(codes::tries.eq(codes::tries + 1))
        .execute(conn)
        .map(|_| ())
}

/// Marks the code as used.
pub fn set_code_used(conn: &mut Conn, id: OneTimeCodeId, now: UtcTime) -> QueryResult<()> {
    diesel::update(codes::table.find(id)).set(codes::used_at.eq(now)).execute(conn).map(|_| ())
}
