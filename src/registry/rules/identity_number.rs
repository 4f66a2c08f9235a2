//! Identity checks: GB 11643 (resident identity number) and GB 32100 (统一社会信用代码, its final check
//! character only). Absent on purpose: the inner GB 11714 digit of a credit code, any look-up of
//! division codes, and phone numbers and e-mail addresses (they are `kernel::Contact`).

use crate::kernel::{LocalDate, text::squeeze};

/// Why a number is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdFault {
    /// Written in scientific notation (`9.90101E+17`): its last digits are lost.
    ScientificNotation,
    /// Not 18 characters long.
    Length,
    /// A character that cannot stand there.
    Character,
    /// No such day of birth, or one in an impossible century (GB 11643 art. 4.2.2).
    BirthDate,
    /// The check character does not fit (ISO 7064 MOD 11-2, or MOD 31-3 of GB 32100).
    CheckDigit,
}

/// A number that passed its check, in its normal form: half width, no spaces, upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber(String);

impl IdNumber {
    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The normal form, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Half width, without spaces and a leading apostrophe (Excel's mark of text), upper case.
#[must_use]
pub fn normalize_id(text: &str) -> String {
    squeeze(text).trim_start_matches('\'').to_uppercase()
}

/// Checks a resident identity number by GB 11643-1999.
///
/// # Errors
/// What is wrong with it.
pub fn check_resident_id(text: &str) -> Result<IdNumber, IdFault> {
    let number = normalize_id(text);
    refuse_scientific(&number)?;
    let characters: Vec<char> = number.chars().collect();
    let [body @ .., last] = characters.as_slice() else { return Err(IdFault::Length) };
    if body.len() != 17 {
        return Err(IdFault::Length);
    }
    let digits: Vec<u32> = body.iter().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 17 || !(last.is_ascii_digit() || *last == 'X') {
        return Err(IdFault::Character);
    }
    if birth_date(&digits).is_none() {
        return Err(IdFault::BirthDate);
    }
    if resident_check_character(&digits) == Some(*last) {
        Ok(IdNumber(number))
    } else {
        Err(IdFault::CheckDigit)
    }
}

/// ISO 7064 MOD 11-2 over 17 digits: weight of position i (from the right, 2…18) is 2^(i-1) mod 11.
fn resident_check_character(digits: &[u32]) -> Option<char> {
    let remainder = digits.iter().fold(0u32, |sum, digit| (sum + digit) * 2 % 11);
    let check = (12 - remainder) % 11;
    if check == 10 { Some('X') } else { char::from_digit(check, 10) }
}

fn birth_date(digits: &[u32]) -> Option<LocalDate> {
    let number =
        |from: usize, count: usize| digits.iter().skip(from).take(count).fold(0, |n, d| n * 10 + d);
    let year = i32::try_from(number(6, 4)).ok()?;
    // Nobody alive was born before 1850, and nobody is born in a century to come.
    if !(1850..2100).contains(&year) {
        return None;
    }
    LocalDate::from_ymd(year, number(10, 2), number(12, 2))
}

/// The alphabet of GB 32100: no I, O, S, V, Z.
const CREDIT_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Checks a 统一社会信用代码 by the final character of GB 32100-2015 (MOD 31, weights 3^(i-1)).
///
/// # Errors
/// What is wrong with it.
pub fn check_credit_code(text: &str) -> Result<IdNumber, IdFault> {
    let number = normalize_id(text);
    refuse_scientific(&number)?;
    if number.chars().count() != 18 {
        return Err(IdFault::Length);
    }
    let values: Vec<usize> =
        number.chars().filter_map(|c| CREDIT_ALPHABET.chars().position(|a| a == c)).collect();
    let [body @ .., last] = values.as_slice() else { return Err(IdFault::Character) };
    if body.len() != 17 {
        return Err(IdFault::Character);
    }
    let (sum, _) =
        body.iter().fold((0, 1), |(sum, weight), value| (sum + value * weight, weight * 3 % 31));
    if (31 - sum % 31) % 31 == *last { Ok(IdNumber(number)) } else { Err(IdFault::CheckDigit) }
}

/// Which owner numbers a file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdRule {
    /// Resident identity numbers and unified social credit codes only: the register.
    #[default]
    Official,
    /// Also short keys of the file's own (`A12`, a passport number), by which owners are told
    /// apart: a count kept in spreadsheets. What is as long as an official number must be one.
    ShortKeys,
}

/// The longest key that can't be meant as an official number (old ones had 15 digits).
const LONGEST_KEY: usize = 14;

/// The normal form of a short key; `None` for what is too long to be one, or scientific notation.
#[must_use]
pub fn short_key(text: &str) -> Option<IdNumber> {
    let key = normalize_id(text);
    let short = (1..=LONGEST_KEY).contains(&key.chars().count());
    (short && refuse_scientific(&key).is_ok()).then_some(IdNumber(key))
}

/// `9.90101E+17` is what a spreadsheet leaves of a number that it took for a quantity.
fn refuse_scientific(number: &str) -> Result<(), IdFault> {
    let scientific = number.split_once('E').is_some_and(|(mantissa, exponent)| {
        let exponent = exponent.trim_start_matches(['+', '-']);
        !mantissa.is_empty()
            && !exponent.is_empty()
            && exponent.len() <= 3
            && mantissa.chars().all(|c| c.is_ascii_digit() || c == '.')
            && exponent.chars().all(|c| c.is_ascii_digit())
    });
    // A credit code may hold an E between digits; only the short form is scientific notation.
    let short = number.contains('.') || number.contains('+') || number.chars().count() < 18;
    if scientific && short { Err(IdFault::ScientificNotation) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resident(text: &str) -> Result<String, IdFault> {
        check_resident_id(text).map(IdNumber::into_string)
    }
    fn credit(text: &str) -> Result<String, IdFault> {
        check_credit_code(text).map(IdNumber::into_string)
    }

    #[test]
    fn resident_id_with_right_check_digit_is_accepted() {
        // The example of GB 11643-1999 itself, and numbers of the division that does not exist.
        assert_eq!(resident("11010519491231002X"), Ok("11010519491231002X".to_owned()));
        assert_eq!(resident("990101197511194701"), Ok("990101197511194701".to_owned()));
        assert_eq!(
            resident(" ９９０１０２１９３８０２１６１４９ｘ "),
            Ok("99010219380216149X".to_owned())
        );
        assert_eq!(resident("'440524188001010014"), Ok("440524188001010014".to_owned()));
    }

    #[test]
    fn resident_id_faults_are_told_apart() {
        assert_eq!(resident("110105194912310020"), Err(IdFault::CheckDigit));
        assert_eq!(resident("990101197511194710"), Err(IdFault::CheckDigit));
        assert_eq!(resident("990101750230470"), Err(IdFault::Length));
        assert_eq!(resident(""), Err(IdFault::Length));
        assert_eq!(resident("9901011975111947011"), Err(IdFault::Length));
        assert_eq!(resident("99010119751119470Y"), Err(IdFault::Character));
        assert_eq!(resident("99O101197511194701"), Err(IdFault::Character));
        assert_eq!(resident("990101197502300010"), Err(IdFault::BirthDate));
        assert_eq!(resident("990101000001010010"), Err(IdFault::BirthDate));
        assert_eq!(resident("9.90101E+17"), Err(IdFault::ScientificNotation));
        assert_eq!(resident("9.90101e17"), Err(IdFault::ScientificNotation));
    }

    #[test]
    fn every_single_digit_slip_of_a_resident_id_is_found() {
        let right = "990101197511194701";
        for (position, _) in right.char_indices() {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = right.chars().collect();
                wrong[position] = digit;
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(check_resident_id(&wrong).is_ok(), wrong == right, "{wrong}");
            }
        }
    }

    #[test]
    fn credit_code_is_checked_by_its_final_character_alone() {
        // Its inner organisation code breaks GB 11714 on purpose; only the final check counts.
        assert_eq!(credit("12990000ma0teh002x"), Ok("12990000MA0TEH002X".to_owned()));
        assert_eq!(credit("91350100M000100Y43"), Ok("91350100M000100Y43".to_owned()));
        assert_eq!(credit("12990000MA0TEH0021"), Err(IdFault::CheckDigit));
        assert_eq!(credit("12990000MA0TEI002X"), Err(IdFault::Character));
        assert_eq!(credit("12990000MA0TEH002"), Err(IdFault::Length));
        assert_eq!(credit("1.2E+17"), Err(IdFault::ScientificNotation));
    }
}
