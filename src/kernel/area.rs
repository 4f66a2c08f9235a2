//! Area in 0.01 m². The register writes square metres with at most two decimals; so do we.

/// An area in 0.01 m², never negative where it is an exclusive area.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
pub struct Area(pub i64);

crate::hundredths_value!(Area, "86.40", "square metres with two decimals");
