//! Seek pagination: a page of items and the cursor of the next one.

use serde::{Deserialize, Serialize};

use crate::kernel::{Code, Refusal};

/// How many items a page holds when the caller does not say.
pub const DEFAULT_LIMIT: u32 = 50;
/// How many items a page holds at the most.
pub const MAX_LIMIT: u32 = 200;

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Give this back as `cursor` to read on; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts `rows`, read with a limit of one more than `limit`, to a page.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, limit: usize, cursor_of: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(cursor_of) } else { None };
        Self { items: rows, next_cursor }
    }

    /// The same page with each item turned into another type.
    #[must_use]
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next_cursor: self.next_cursor }
    }
}

/// The paging part of a list's query string.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The limit within its bounds.
    #[must_use]
    pub fn limit(&self) -> usize {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
        usize::try_from(limit).unwrap_or(usize::MAX)
    }

    /// One more than the limit, as SQL wants it: the extra row tells whether a next page exists.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)) + 1
    }

    /// The cursor, parsed.
    ///
    /// # Errors
    /// `invalid_cursor` where it is not one of ours.
    pub fn cursor<C: std::str::FromStr>(&self) -> Result<Option<C>, Refusal> {
        self.cursor
            .as_deref()
            .map(|text| {
                text.parse().map_err(|_| Refusal::field(Code::InvalidCursor, "cursor", text))
            })
            .transpose()
    }
}
