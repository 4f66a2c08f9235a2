//! A way to reach somebody: a mobile number or an e-mail address, in the one form under which the
//! register stores it and sign-in looks it up. Absent on purpose: land lines (no code reaches them).

use std::{fmt, str::FromStr};

use crate::kernel::text::half_width;

crate::text_enum! {
    /// The kind of a contact.
    pub enum ContactKind {
        /// A mobile number of mainland China.
        Phone = "phone",
        /// An e-mail address.
        Email = "email",
    }
}

/// A mobile number (11 digits) or an e-mail address (lower case).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Contact {
    kind: ContactKind,
    value: String,
}

impl Contact {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> ContactKind {
        self.kind
    }

    /// The normal form: `13812345678` or `somebody@example.org`.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What people may see of it: `138****5678` or `s***@example.org`.
    #[must_use]
    pub fn masked(&self) -> String {
        match self.kind {
            ContactKind::Phone => {
                let head = self.value.get(..3).unwrap_or_default();
                let tail = self.value.get(7..).unwrap_or_default();
                format!("{head}****{tail}")
            }
            ContactKind::Email => {
                let (name, domain) = self.value.split_once('@').unwrap_or_default();
                let first = name.chars().next().unwrap_or('*');
                format!("{first}***@{domain}")
            }
        }
    }
}

/// Masked: a contact is personal data and must not reach a log by accident.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl FromStr for Contact {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = half_width(text).trim().to_owned();
        if text.contains('@') { parse_email(&text) } else { parse_phone(&text) }
    }
}

fn parse_phone(text: &str) -> Result<Contact, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits = ["+86", "0086", "86"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix).filter(|rest| rest.len() == 11))
        .unwrap_or(&digits);
    let good = digits.len() == 11
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.starts_with('1')
        && !digits.starts_with("10")
        && !digits.starts_with("11")
        && !digits.starts_with("12");
    if good {
        Ok(Contact { kind: ContactKind::Phone, value: digits.to_owned() })
    } else {
        Err("not a mobile number of 11 digits and not an e-mail address".to_owned())
    }
}

fn parse_email(text: &str) -> Result<Contact, String> {
    let value = text.to_lowercase();
    let good = value.len() <= 254
        && value.split_once('@').is_some_and(|(name, domain)| {
            (1..=64).contains(&name.len())
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty())
        })
        && !value
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c));
    if good {
        Ok(Contact { kind: ContactKind::Email, value })
    } else {
        Err("not an e-mail address such as name@example.org".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_has_one_form() {
        for text in ["13812345678", "+86 138-1234-5678", "86 13812345678", "１３８１２３４５６７８"]
        {
            let contact: Contact = text.parse().unwrap();
            assert_eq!((contact.kind(), contact.value()), (ContactKind::Phone, "13812345678"));
            assert_eq!(contact.masked(), "138****5678");
            assert_eq!(format!("{contact:?}"), "138****5678");
        }
    }

    #[test]
    fn an_email_has_one_form() {
        let contact: Contact = " Zhang.San@Example.ORG ".parse().unwrap();
        assert_eq!(
            (contact.kind(), contact.value()),
            (ContactKind::Email, "zhang.san@example.org")
        );
        assert_eq!(contact.masked(), "z***@example.org");
    }

    #[test]
    fn what_no_code_can_reach_is_refused() {
        for text in [
            "",
            "010-62345678",
            "12345678901",
            "1381234567",
            "138123456789",
            "@a.b",
            "a@b",
            "a@b.c@d.e",
            "a b@c.de",
            "a@c..de",
            "x@y.z\r\nBcc: q@r.s",
            "1381234567x",
        ] {
            assert!(text.parse::<Contact>().is_err(), "{text}");
        }
    }
}
