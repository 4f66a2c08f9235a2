//! Text as people type it: full-width characters folded, personal data masked for display.
//! Absent on purpose: Unicode normalisation of names (two spellings of a name stay two spellings).

use super::{Code, Outcome, Refusal};

/// Folds full-width ASCII (`８８．５０`, `Ａ`, `（`) and the ideographic space to half width.
#[must_use]
pub fn half_width(text: &str) -> String {
    text.chars().map(half_width_char).collect()
}

fn half_width_char(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        _ => c,
    }
}

/// Folds to half width and drops every white space: `合　 计` → `合计`.
#[must_use]
pub fn squeeze(text: &str) -> String {
    half_width(text).chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

/// Masks a name: its first character and `*` (`张*`); organisations keep their name elsewhere.
#[must_use]
pub fn mask_name(name: &str) -> String {
    name.trim().chars().next().map(|first| format!("{first}*")).unwrap_or_default()
}

/// Masks an identity number: stars and the last four characters.
#[must_use]
pub fn mask_id(number: &str) -> String {
    let length = number.trim().chars().count();
    if length <= 6 {
        return "*".repeat(length);
    }
    let end: String = number.trim().chars().skip(length - 4).collect();
    format!("{}{end}", "*".repeat(length - 4))
}

/// A text without the white space at its ends, of so many characters and without NUL.
///
/// # Errors
/// `invalid_field` at the pointer, with the numbers.
pub fn check_text(
    pointer: &str,
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
) -> Outcome<String> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if lengths.contains(&length) && !trimmed.contains('\0') {
        return Ok(trimmed.to_owned());
    }
    let detail = format!("{length} characters; {} to {}", lengths.start(), lengths.end());
    Err(Refusal::field(Code::InvalidField, pointer, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_is_folded() {
        assert_eq!(half_width("８８．５０"), "88.50");
        assert_eq!(half_width("面积（㎡）"), "面积(㎡)");
        assert_eq!(squeeze(" 合　 计 "), "合计");
    }

    #[test]
    fn a_text_is_trimmed_and_counted_in_characters() {
        assert_eq!(check_text("/x", " 张三 ", 2..=2), Ok("张三".to_owned()));
        assert!(
            check_text("/x", " 张三 ", 3..=9).is_err() && check_text("/x", "张三", 1..=1).is_err()
        );
        assert!(check_text("/x", "a\0b", 1..=9).is_err());
    }

    #[test]
    fn masks_hide_all_but_the_agreed_part() {
        assert_eq!(mask_name("张三丰"), "张*");
        assert_eq!(mask_name(""), "");
        assert_eq!(mask_id("990101197511194701"), "**************4701");
        assert_eq!(mask_id("123456"), "******");
    }
}
