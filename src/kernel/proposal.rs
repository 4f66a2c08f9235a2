//! What one person proposes and another confirms.

use super::UtcTime;

crate::text_enum! {
    /// Where a proposal stands.
    pub enum ProposalState {
        /// 待复核: it has no effect until another person confirms it.
        Proposed = "proposed",
        /// 已确认: it took effect.
        Confirmed = "confirmed",
        /// 已撤回.
        Withdrawn = "withdrawn",
    }
}

impl ProposalState {
    /// By when it was confirmed, and when withdrawn.
    #[must_use]
    pub const fn of(confirmed_at: Option<UtcTime>, withdrawn_at: Option<UtcTime>) -> Self {
        match (confirmed_at, withdrawn_at) {
            (Some(_), _) => Self::Confirmed,
            (None, Some(_)) => Self::Withdrawn,
            (None, None) => Self::Proposed,
        }
    }
}
