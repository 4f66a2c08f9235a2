//! What a witness keeps.

use diesel::{Insertable, Queryable, Selectable};
use serde::Serialize;

use crate::kernel::UtcTime;
use crate::platform::db::schema::{witness_conflicts, witnessed_heads};

/// The newest head that was cosigned of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = witnessed_heads)]
pub struct HeadRow {
    pub origin: String,
    pub size: i64,
    #[serde(skip)]
    pub root: Vec<u8>,
    pub checkpoint: String,
    pub cosigned_at: UtcTime,
}

/// A head of the same size with another root, signed by the same key: proof of two histories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = witness_conflicts)]
pub struct ConflictRow {
    pub origin: String,
    pub size: i64,
    #[serde(skip)]
    pub root: Vec<u8>,
    pub checkpoint: String,
    pub seen_at: UtcTime,
}
