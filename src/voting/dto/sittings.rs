//! Sittings over HTTP.

use serde::Deserialize;

use super::check_text;
use crate::kernel::{Code, Outcome, OwnerId, ProxyId, Refusal, UtcTime};
use crate::voting::model::{Comer, NewSitting};

/// A sitting to be announced.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SittingIn {
    /// Where; 1 to 200 characters.
    #[schema(example = "小区活动室")]
    pub place: String,
    /// From when: after now, not before the vote opens.
    pub starts_at: UtcTime,
    /// Until when: not after the close.
    pub ends_at: UtcTime,
}

impl SittingIn {
    /// The sitting, with its text checked.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewSitting> {
        check_text("/place", &self.place, 1..=200)?;
        let place = self.place.trim().to_owned();
        Ok(NewSitting { place, starts_at: self.starts_at, ends_at: self.ends_at })
    }
}

/// Why a sitting is cancelled, or what was wrong with a sign-in.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SittingReasonIn {
    /// 1 to 200 characters.
    #[schema(example = "登错房号")]
    pub reason: String,
}

impl SittingReasonIn {
    /// The reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/reason", &self.reason, 1..=200)?;
        Ok(self.reason.trim().to_owned())
    }
}

/// Who came.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SittingSignInIn)]
pub struct SignInIn {
    /// A unit of the head.
    #[schema(example = "1-301")]
    pub unit_code: String,
    /// Who came; needed where several owners may vote for the head.
    #[serde(default)]
    pub owner_id: Option<OwnerId>,
    /// The power of an agent who came in the owner's place.
    #[serde(default)]
    pub proxy_id: Option<ProxyId>,
}

impl SignInIn {
    /// The unit and who came.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(String, Comer)> {
        check_text("/unit_code", &self.unit_code, 1..=200)?;
        let comer = match (self.owner_id, self.proxy_id) {
            (None, None) => Comer::OnlyVoter,
            (Some(owner_id), None) => Comer::Owner(owner_id),
            (None, Some(proxy_id)) => Comer::Agent(proxy_id),
            (Some(_), Some(_)) => {
                let detail = "an owner or an agent came, not both · 业主本人或代理人，二者择一";
                return Err(Refusal::field(Code::InvalidField, "/proxy_id", detail));
            }
        };
        Ok((self.unit_code.trim().to_owned(), comer))
    }
}
