//! The one connection type, and how typed ids travel through it.

use diesel::{
    PgConnection, SqliteConnection,
    deserialize::{self, FromSql},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::HasSqlType,
};

use crate::kernel::{DbId, Id};

/// A connection to either database. Made by [`super::connect`], which looks at the URL's scheme;
/// never by the derive's `establish`, which would try one after the other.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

impl HasSqlType<DbId> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<DbId>(lookup)
    }
}

impl<K> ToSql<DbId, MultiBackend> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((DbId, self));
        Ok(IsNull::No)
    }
}

impl<K> FromSql<DbId, MultiBackend> for Id<K> {
    fn from_sql(bytes: MultiRawValue<'_>) -> deserialize::Result<Self> {
        bytes.from_sql::<Self, DbId>()
    }
}
