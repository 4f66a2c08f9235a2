//! One cell: its text and what the file says it is.

/// What a file says about a cell. A CSV file only knows text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Nothing in it.
    Empty,
    /// Text.
    Text,
    /// A number of a spreadsheet: exact to 15 digits only, so never an identity number.
    Number,
    /// TRUE or FALSE of a spreadsheet.
    Boolean,
    /// A date or time of a spreadsheet (it makes `1-1-101` one).
    Date,
    /// A formula without a stored value; formulas are never executed.
    Formula,
    /// An error value such as `#N/A`.
    Error,
}

/// What a spreadsheet would take for a formula begins with one of these (ASVS 1.2.10).
pub const FORMULA_STARTS: &[char] =
    &['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text, trimmed; a number in its shortest decimal form.
    pub text: String,
    /// What the file says it is.
    pub kind: CellKind,
}

impl Cell {
    /// A cell with nothing in it.
    pub const EMPTY: Self = Self { text: String::new(), kind: CellKind::Empty };

    /// A text cell; blank text is an empty cell. The apostrophe that our exports put before what a
    /// spreadsheet would take for a formula is taken away.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let text = text
            .strip_prefix('\'')
            .filter(|rest| rest.trim_start_matches('\'').starts_with(FORMULA_STARTS))
            .unwrap_or(text);
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() { Self::EMPTY } else { Self::new(CellKind::Text, text) }
    }

    /// A cell of a kind.
    #[must_use]
    pub fn new(kind: CellKind, text: impl ToString) -> Self {
        Self { text: text.to_string(), kind }
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind == CellKind::Empty
    }
}
