//! The columns a slice asks for, and how the header row of a file names them.

use crate::kernel::text::squeeze;

/// One column that a table may have.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in English, as in the API: `unit_code`.
    pub name: &'static str,
    /// Its name in Chinese, as in the template: `房号`.
    pub label: &'static str,
    /// Other names under which offices keep it.
    pub aliases: &'static [&'static str],
    /// Whether a file without it can't be read.
    pub required: bool,
}

impl Column {
    pub(super) fn is_named(&self, key: &str) -> bool {
        [self.name, self.label].iter().chain(self.aliases).any(|name| header_key(name) == key)
    }
}

/// What is compared of a header: half width, lower case, without spaces, underscores, stars, and
/// units or hints in brackets. `专有部分面积（㎡）*` → `专有部分面积`, `Unit Code` → `unitcode`.
#[must_use]
pub fn header_key(header: &str) -> String {
    let mut depth = 0u32;
    let mut key = String::new();
    for c in squeeze(header).chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            '_' | '-' | '*' | ':' | '/' | '.' => {}
            _ if depth == 0 => key.extend(c.to_lowercase()),
            _ => {}
        }
    }
    for unit in ["㎡", "平方米", "m²", "m2"] {
        if let Some(bare) = key.strip_suffix(unit).filter(|bare| !bare.is_empty()) {
            return bare.to_owned();
        }
    }
    key
}
