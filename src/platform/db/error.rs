//! Database errors, reduced to what a caller can act on, alike on both databases.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

use crate::kernel::{Code, Refusal};

/// What went wrong in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No such row.
    NotFound,
    /// A unique key: `uq_<table>__<columns>`.
    Unique(String),
    /// A foreign key.
    ForeignKey,
    /// A check or not-null constraint.
    Check(String),
    /// Serialization failure or deadlock: run the whole transaction again.
    Retry,
    /// The database is locked or has no connection to give.
    Busy,
    /// The disk is full.
    Full,
    /// Anything else.
    Other(String),
}

impl From<&Error> for Fault {
    fn from(error: &Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(kind, info) => from_database(kind, info.as_ref()),
            other => Self::Other(other.to_string()),
        }
    }
}

fn from_database(kind: &DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> Fault {
    let message = info.message();
    match kind {
        DatabaseErrorKind::UniqueViolation => Fault::Unique(unique_key(info)),
        DatabaseErrorKind::ForeignKeyViolation => Fault::ForeignKey,
        DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation => {
            Fault::Check(info.constraint_name().unwrap_or(message).to_owned())
        }
        DatabaseErrorKind::SerializationFailure => Fault::Retry,
        _ if message.contains("deadlock detected") => Fault::Retry,
        _ if message.contains("database is locked") => Fault::Busy,
        _ if message.contains("is full") || message.contains("No space left") => Fault::Full,
        _ => Fault::Other(message.to_owned()),
    }
}

/// The key's name: PostgreSQL tells it, SQLite names the columns, from which ours follows.
fn unique_key(info: &dyn DatabaseErrorInformation) -> String {
    if let Some(name) = info.constraint_name() {
        return name.to_owned();
    }
    let columns = info.message().rsplit(": ").next().unwrap_or_default();
    let mut table = "";
    let mut names = Vec::new();
    for column in columns.split(", ") {
        if let Some((owner, name)) = column.split_once('.') {
            table = owner;
            names.push(name);
        } else if let Some(index) = column.strip_prefix("index '") {
            return index.trim_end_matches('\'').to_owned();
        }
    }
    format!("uq_{table}__{}", names.join("_"))
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotFound => Self::new(Code::NotFound),
            Fault::Unique(key) => Self::new(Code::AlreadyExists).with("key", key),
            Fault::ForeignKey => Self::new(Code::StillReferenced),
            Fault::Check(what) => Self::internal(format!("check constraint: {what}")),
            Fault::Retry => Self::new(Code::Overloaded).retry_after(1),
            Fault::Busy => Self::new(Code::Overloaded).retry_after(1).detail("database busy"),
            Fault::Full => Self::new(Code::StorageFull),
            Fault::Other(cause) => Self::internal(cause),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Fault::from(&error).into()
    }
}

/// Whether running the whole transaction again may succeed.
pub(super) fn is_retryable(refusal: &Refusal) -> bool {
    // A unique violation of a concurrent insert: the second run sees the row and refuses in words.
    refusal.code() == Code::AlreadyExists && refusal.params().contains_key("key")
        || refusal.code() == Code::Overloaded && refusal.detail_text().is_none()
}
