//! Money in fen 分 (0.01 yuan). Sums are checked; a fen can neither appear nor vanish.

/// An amount in fen.
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
pub struct Fen(pub i64);

crate::hundredths_value!(Fen, "1234.50", "yuan with two decimals");

/// Reads a decimal with at most two places as hundredths: `"88.5"` → 8850.
///
/// # Errors
/// A sentence that says what is wrong: not a number, too many decimals, too large.
pub fn parse_hundredths(text: &str) -> Result<i64, String> {
    use rust_decimal::{Decimal, prelude::ToPrimitive};
    let value: Decimal = text.parse().map_err(|_| format!("{text} is not a decimal number"))?;
    let hundredths =
        value.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(|| format!("{text} is too large"))?;
    if !hundredths.fract().is_zero() {
        return Err(format!("{text} has more than two decimals"));
    }
    hundredths.to_i64().ok_or_else(|| format!("{text} is too large"))
}

/// Writes hundredths with exactly two decimals: 8850 → `"88.50"`.
#[must_use]
pub fn decimal_text(hundredths: i64) -> String {
    rust_decimal::Decimal::new(hundredths, 2).to_string()
}

/// Gives a newtype of hundredths its checked sums, its decimal string in JSON and its `BIGINT` in SQL.
#[macro_export]
macro_rules! hundredths_value {
    ($name:ident, $example:literal, $description:literal) => {
        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// The sum, or `None` on overflow.
            #[must_use]
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }

            /// The difference, or `None` on overflow.
            #[must_use]
            pub fn checked_sub(self, other: Self) -> Option<Self> {
                self.0.checked_sub(other.0).map(Self)
            }

            /// The sum of many, or `None` on overflow.
            #[must_use]
            pub fn checked_sum(values: impl IntoIterator<Item = Self>) -> Option<Self> {
                values.into_iter().try_fold(Self::ZERO, |sum, value| sum.checked_add(value))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&$crate::kernel::money::decimal_text(self.0))
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                $crate::kernel::money::parse_hundredths(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some($description))
                    .pattern(Some(r"^-?\d+(\.\d{1,2})?$"))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {}

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>
            for $name
        where
            i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: diesel::backend::Backend>
            diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for $name
        where
            i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }
    };
}
