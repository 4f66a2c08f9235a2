//! Quantities of a plan: thousandths, as decimal strings in JSON.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A quantity in thousandths of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(pub i64);

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Decimal::new(self.0, 3))
    }
}

impl FromStr for Quantity {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let value: Decimal = text.parse().map_err(|_| format!("{text} is not a decimal number"))?;
        let thousandths = value
            .checked_mul(Decimal::ONE_THOUSAND)
            .ok_or_else(|| format!("{text} is too large"))?;
        if !thousandths.fract().is_zero() {
            return Err(format!("{text} has more than three decimals"));
        }
        let whole = thousandths.to_i64().ok_or_else(|| format!("{text} is too large"))?;
        Ok(Self(whole))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Quantity {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("a quantity with up to three decimals"))
            .examples([serde_json::json!("120.500")])
            .into()
    }
}
impl utoipa::ToSchema for Quantity {}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn a_quantity_has_three_decimals_at_the_most() {
        assert_eq!("120.5".parse(), Ok(Quantity(120_500)));
        assert_eq!(Quantity(120_500).to_string(), "120.500");
        assert!("0.0001".parse::<Quantity>().is_err() && "x".parse::<Quantity>().is_err());
        assert!("99999999999999999999".parse::<Quantity>().is_err());
    }
}
