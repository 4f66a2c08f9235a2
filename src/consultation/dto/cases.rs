//! What travels into objections, applications and pledges.

use serde::Deserialize;

use super::{MOST_NAME, MOST_TEXT, check_note, check_text};
use crate::consultation::model::{
    Channel, NewApplication, NewConsultationObjection, NewObjectionStep, NewPledge,
    ObjectionCommand, PledgeKind, PledgeState, Reason,
};
use crate::kernel::{ApplicationId, Code, CommunityId, LocalDate, Outcome, Refusal, UnitId};

const MOST_UNITS: usize = 100;

fn optional_name(pointer: &str, text: Option<&str>) -> Outcome<Option<String>> {
    text.map(|text| check_text(pointer, text, 1..=MOST_NAME)).transpose()
}

/// An objection to be filed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationObjectionIn {
    /// The households, 100 at the most. An owner may leave it out for the only one.
    #[serde(default)]
    pub unit_ids: Vec<UnitId>,
    /// Why, by the list.
    pub reason: Reason,
    /// Why, in words; 1 to 2,000 characters. It is not published.
    #[schema(example = "南侧停车位离一楼窗户太近")]
    pub text: String,
}

impl ConsultationObjectionIn {
    /// The command; a unit that is named twice counts once.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewConsultationObjection> {
        let count = self.unit_ids.len();
        if count > MOST_UNITS {
            let detail = format!("{count} units; at most {MOST_UNITS}");
            return Err(Refusal::field(Code::InvalidField, "/unit_ids", detail));
        }
        let mut unit_ids = self.unit_ids;
        unit_ids.sort();
        unit_ids.dedup();
        let text = check_text("/text", &self.text, 1..=MOST_TEXT)?;
        Ok(NewConsultationObjection { unit_ids, reason: self.reason, text })
    }
}

/// An answer to an objection.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswerIn {
    /// The answer to the objector, 1 to 2,000 characters.
    pub text: String,
    /// Its wording for everybody, 1 to 2,000 characters; it names nobody.
    #[schema(example = "停车位移至北侧，距窗户八米以上")]
    pub public_text: String,
    /// The version of the plan that answers it, by number or digest; needed where it was changed.
    #[serde(default)]
    pub plan_version: Option<String>,
    /// Whether the plan was changed by it.
    #[serde(default)]
    pub plan_changed: bool,
}

impl ObjectionAnswerIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewObjectionStep> {
        let plan_version = optional_name("/plan_version", self.plan_version.as_deref())?;
        if self.plan_changed && plan_version.is_none() {
            let detail = "by which version was it changed? · 须注明方案版本";
            return Err(Refusal::field(Code::InvalidField, "/plan_version", detail));
        }
        Ok(NewObjectionStep {
            command: ObjectionCommand::Answer,
            text: check_text("/text", &self.text, 1..=MOST_TEXT)?,
            public_text: Some(check_text("/public_text", &self.public_text, 1..=MOST_TEXT)?),
            plan_version,
            plan_changed: self.plan_changed,
        })
    }
}

/// The objector's own word on an answer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionResponseIn {
    /// `confirm`, `refuse` or `withdraw`.
    pub response: ObjectionCommand,
    /// In words, 1 to 2,000 characters; where staff records it, how it is on record.
    #[schema(example = "同意移至北侧")]
    pub text: String,
}

impl ObjectionResponseIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewObjectionStep> {
        if self.response == ObjectionCommand::Answer {
            let detail = "confirm, refuse or withdraw";
            return Err(Refusal::field(Code::InvalidField, "/response", detail));
        }
        Ok(NewObjectionStep {
            command: self.response,
            text: check_text("/text", &self.text, 1..=MOST_TEXT)?,
            public_text: None,
            plan_version: None,
            plan_changed: false,
        })
    }
}

/// An application.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationIn {
    /// The community.
    pub community_id: CommunityId,
    /// `resident` for an owner's own, `street_desk` or `hotline` for what came there.
    pub channel: Channel,
    /// Who applies, 1 to 50 characters; an owner's own bears the owner's name.
    #[serde(default)]
    pub applicant: Option<String>,
    /// The unit's number, 1 to 200 characters.
    #[serde(default)]
    pub unit_code: Option<String>,
    /// What is asked for, 1 to 2,000 characters.
    #[schema(example = "屋面渗漏、管网老化，申请纳入改造计划")]
    pub text: String,
    /// The number that it has elsewhere, of the hotline for instance; 1 to 200 characters.
    #[serde(default)]
    pub reference: Option<String>,
    /// The day on which it came; today when absent.
    #[serde(default)]
    pub applied_on: Option<LocalDate>,
}

impl ApplicationIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(CommunityId, Channel, NewApplication)> {
        let applicant = match self.channel {
            Channel::Resident => String::new(),
            Channel::StreetDesk | Channel::Hotline => {
                check_text("/applicant", &self.applicant.unwrap_or_default(), 1..=50)?
            }
            Channel::Import => {
                let detail = "resident, street_desk or hotline; a file has its own way";
                return Err(Refusal::field(Code::InvalidField, "/channel", detail));
            }
        };
        let new = NewApplication {
            applicant,
            unit_code: optional_name("/unit_code", self.unit_code.as_deref())?,
            text: check_text("/text", &self.text, 1..=MOST_TEXT)?,
            reference: optional_name("/reference", self.reference.as_deref())?,
            applied_on: self.applied_on,
        };
        Ok((self.community_id, self.channel, new))
    }
}

/// Applications as a file.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationsIn {
    /// The community.
    pub community_id: CommunityId,
    /// The filled-in template, 1,000 rows at the most.
    pub csv: String,
}

/// Into which application a duplicate goes.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationMergeIn {
    /// The application that stays.
    pub into: ApplicationId,
    /// Why, 1 to 2,000 characters.
    #[schema(example = "同一住户先后通过热线和窗口申请")]
    pub reason: String,
}

impl ApplicationMergeIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(ApplicationId, String)> {
        Ok((self.into, check_text("/reason", &self.reason, 1..=MOST_TEXT)?))
    }
}

/// Why a merge is undone.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationUnmergeIn {
    /// Why, 1 to 2,000 characters.
    #[schema(example = "两户不同，误并")]
    pub reason: String,
}

impl ApplicationUnmergeIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/reason", &self.reason, 1..=MOST_TEXT)
    }
}

/// A change of a pledge.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PledgeIn {
    /// The household's unit. An owner may leave it out for the only one.
    #[serde(default)]
    pub unit_id: Option<UnitId>,
    /// What is promised.
    pub kind: PledgeKind,
    /// Where it stands from now.
    pub state: PledgeState,
    /// The paper's number, the receipt's, the photo's; staff needs one. 1 to 2,000 characters.
    #[serde(default)]
    #[schema(example = "承诺书 CN-2026-0031")]
    pub proof: Option<String>,
}

impl PledgeIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewPledge> {
        let proof = check_note("/proof", self.proof.as_deref())?;
        Ok(NewPledge { unit_id: self.unit_id, kind: self.kind, state: self.state, proof })
    }
}
