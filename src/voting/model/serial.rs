//! The serial of a printed sheet: eight characters of Crockford's base 32 (no I, L, O, U), the last
//! of them a check character, printed as `7K2M-Q9RC`. The check is a sum over GF(32): it finds every
//! single wrong character and every two that changed places.

use std::{fmt, str::FromStr};

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry the number: 35 bits.
const DIGITS: usize = 7;

/// A serial, in its normal form without the hyphen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Serial(String);

impl Serial {
    /// The serial of a number; its upper bits fall away.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        let place = |index: usize| (number >> (5 * index)) & 31;
        let digits: Vec<u8> =
            (0..DIGITS).rev().filter_map(|index| u8::try_from(place(index)).ok()).collect();
        let all = digits.iter().copied().chain([check(&digits)]);
        Self(all.filter_map(letter).collect())
    }

    /// The eight characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people read it: `7K2M-Q9RC`.
    #[must_use]
    pub fn grouped(&self) -> String {
        let (left, right) = self.0.split_at_checked(4).unwrap_or((&self.0, ""));
        format!("{left}-{right}")
    }
}

fn letter(digit: u8) -> Option<char> {
    ALPHABET.get(usize::from(digit)).map(|byte| char::from(*byte))
}

/// Σ digit · αⁱ over GF(32) with α⁵ = α² + 1.
fn check(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |sum, digit| {
        let shifted = (sum ^ digit) << 1;
        if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
    })
}

/// Reads what people type: small letters, hyphens, spaces, O for 0, I and L for 1.
impl FromStr for Serial {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .filter(|letter| !matches!(letter, '-' | ' '))
            .map(|letter| match letter.to_ascii_uppercase() {
                'O' => Some(0),
                'I' | 'L' => Some(1),
                letter => {
                    let found = ALPHABET.iter().position(|known| char::from(*known) == letter);
                    found.and_then(|index| u8::try_from(index).ok())
                }
            })
            .collect();
        let digits = digits.filter(|digits| digits.len() == DIGITS + 1);
        let digits = digits.ok_or_else(|| format!("{text} is not eight characters of a serial"))?;
        match digits.split_last() {
            Some((last, rest)) if check(rest) == *last => {
                Ok(Self(digits.into_iter().filter_map(letter).collect()))
            }
            _ => Err(format!("{text} has a wrong character")),
        }
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Serial {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Serial {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Serial {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("Eight characters of Crockford's base 32, the last a check"))
            .into()
    }
}

impl utoipa::ToSchema for Serial {}

impl<DB: Backend> ToSql<Text, DB> for Serial
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <str as ToSql<Text, DB>>::to_sql(&self.0, out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for Serial
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, DB>>::from_sql(bytes).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_read_as_people_type_it() {
        let serial = Serial::from_number(0x5_1234_5678);
        assert_eq!(serial.as_str().len(), 8);
        let typed = serial.grouped().to_lowercase();
        assert_eq!(typed.parse::<Serial>().unwrap(), serial);
        let zero = Serial::from_number(0);
        assert_eq!(zero.as_str(), "00000000");
        assert_eq!("oOoO oooo".parse::<Serial>().unwrap(), zero);
        assert!("".parse::<Serial>().is_err() && "0000000".parse::<Serial>().is_err());
        assert!(
            "0000000U".parse::<Serial>().is_err() && "票票票票票票票票".parse::<Serial>().is_err()
        );
    }

    #[test]
    fn every_wrong_character_and_every_swap_is_found() {
        for number in [0, 1, 0x7_FFFF_FFFF, 0x5_1234_5678, 0x2_9ABC_DEF0] {
            let serial = Serial::from_number(number);
            let letters: Vec<char> = serial.as_str().chars().collect();
            for place in 0..8 {
                for &other in ALPHABET {
                    let mut wrong = letters.clone();
                    wrong[place] = char::from(other);
                    let is_same = wrong == letters;
                    let text: String = wrong.into_iter().collect();
                    assert_eq!(text.parse::<Serial>().is_ok(), is_same, "{text}");
                }
                for with in 0..place {
                    let mut swapped = letters.clone();
                    swapped.swap(place, with);
                    let is_same = swapped == letters;
                    let text: String = swapped.into_iter().collect();
                    assert_eq!(text.parse::<Serial>().is_ok(), is_same, "{text}");
                }
            }
        }
    }
}
