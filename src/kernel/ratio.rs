//! Thresholds as fractions. 以上 includes the number, 过半数 does not (民法典 art. 1259), so a fraction
//! always travels with its comparator and is compared by cross-multiplication, never as a percentage.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A fraction `num/den` with `den > 0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: u32,
    den: u32,
}

impl Ratio {
    /// `num/den`, or `None` where `den` is zero.
    #[must_use]
    pub const fn new(num: u32, den: u32) -> Option<Self> {
        if den == 0 { None } else { Some(Self { num, den }) }
    }

    /// The numerator.
    #[must_use]
    pub const fn num(self) -> u32 {
        self.num
    }

    /// The denominator, never zero.
    #[must_use]
    pub const fn den(self) -> u32 {
        self.den
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

impl FromStr for Ratio {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let broken = || format!("{text} is not a fraction such as 2/3");
        let (num, den) = text.split_once('/').ok_or_else(broken)?;
        let num = num.trim().parse().map_err(|_| broken())?;
        let den = den.trim().parse().map_err(|_| broken())?;
        Self::new(num, den).ok_or_else(broken)
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
impl utoipa::PartialSchema for Ratio {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .examples([serde_json::json!("2/3")])
            .into()
    }
}
impl utoipa::ToSchema for Ratio {}

crate::text_enum! {
    /// Whether the number itself is enough.
    pub enum Comparator {
        /// 以上: the number itself is enough.
        AtLeast = "at_least",
        /// 过、超过: the number itself is not enough.
        MoreThan = "more_than",
    }
}

/// A fraction with its comparator: "at least 2/3", "more than 1/2".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// How the part is compared with the fraction of the whole.
    pub comparator: Comparator,
    /// The fraction of the whole.
    pub ratio: Ratio,
}

impl Threshold {
    /// `ratio` of the whole or more.
    #[must_use]
    pub const fn at_least(ratio: Ratio) -> Self {
        Self { comparator: Comparator::AtLeast, ratio }
    }

    /// Strictly more than `ratio` of the whole.
    #[must_use]
    pub const fn more_than(ratio: Ratio) -> Self {
        Self { comparator: Comparator::MoreThan, ratio }
    }

    /// `den·part − num·whole`: what `part` has beyond the line, in units of 1/`den`.
    #[must_use]
    pub fn excess(self, part: u64, whole: u64) -> i128 {
        i128::from(part) * i128::from(self.ratio.den)
            - i128::from(whole) * i128::from(self.ratio.num)
    }

    /// Whether `part` of `whole` meets the threshold, exactly.
    #[must_use]
    pub fn is_met(self, part: u64, whole: u64) -> bool {
        match self.comparator {
            Comparator::AtLeast => self.excess(part, whole) >= 0,
            Comparator::MoreThan => self.excess(part, whole) > 0,
        }
    }

    /// The smallest `part` of `whole` that meets the threshold.
    #[must_use]
    pub fn least_part(self, whole: u64) -> u128 {
        let need = u128::from(whole) * u128::from(self.ratio.num);
        let den = u128::from(self.ratio.den);
        match self.comparator {
            Comparator::AtLeast => need.div_ceil(den),
            Comparator::MoreThan => need / den + 1,
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.comparator {
            Comparator::AtLeast => "≥",
            Comparator::MoreThan => ">",
        };
        write!(f, "{sign} {}", self.ratio)
    }
}
