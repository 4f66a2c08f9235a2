//! What a round of a joint review is opened with.

use serde::Deserialize;

use crate::joint_review::InviteWish;
use crate::kernel::{Code, Outcome, Refusal, text::check_text};

/// A department that the desk wants in.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewWishIn {
    /// The department, as `GET /review-departments` names it.
    #[schema(example = "园林")]
    pub department: String,
    /// Why, 1 to 5,000 characters.
    #[schema(example = "涉及古树名木")]
    pub reason: String,
}

/// A round to be opened.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewRoundIn {
    /// Working days to answer in, 1 to 60; the data's number when absent.
    #[serde(default)]
    pub days: Option<u32>,
    /// Departments besides those that the content and the policy invite; at most 50.
    #[serde(default)]
    pub invite: Vec<ReviewWishIn>,
}

impl ReviewRoundIn {
    /// The days and the wishes.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(Option<u32>, Vec<InviteWish>)> {
        if self.days.is_some_and(|days| !(1..=60).contains(&days)) {
            return Err(Refusal::field(Code::InvalidField, "/days", "1 to 60 working days"));
        }
        if self.invite.len() > 50 {
            return Err(Refusal::field(Code::InvalidField, "/invite", "at most 50"));
        }
        let wish = |(index, wish): (usize, ReviewWishIn)| {
            let pointer = format!("/invite/{index}/reason");
            let reason = check_text(&pointer, &wish.reason, 1..=5_000)?;
            Ok(InviteWish { department: wish.department, reason })
        };
        let wishes = self.invite.into_iter().enumerate().map(wish).collect::<Outcome<_>>()?;
        Ok((self.days, wishes))
    }
}
