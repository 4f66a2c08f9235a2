//! What travels over HTTP into elevator cases. What comes out are the views of the services.

use serde::Deserialize;

use crate::elevator::model::{
    CaseFilter, CaseState, Closing, Coefficient, CoefficientSource, Consent, NewClosing,
    NewMediation, NewObjection, NewPlan, NewRequest, NewSignature, NextWay, ObjectionKind,
    PrivateSpace, ShareBasis, SignatureState, Trial, UnitFloor,
};
use crate::kernel::{
    Code, CommunityId, EntranceId, Fen, LocalDate, Outcome, PageQuery, Refusal, VoteId,
    text::check_text,
};

const MOST_TEXT: usize = 5_000;
const MOST_NAME: usize = 200;
const MOST_UNITS: usize = 500;
const MOST_ALTERNATIVES: usize = 20;
const REFERENCE: &str = "reference";

fn check_optional(pointer: &str, text: Option<&String>, most: usize) -> Outcome<()> {
    text.map_or(Ok(()), |text| check_text(pointer, text, 1..=most).map(drop))
}

fn check_count(pointer: &str, count: usize, (least, most): (usize, usize)) -> Outcome<()> {
    if (least..=most).contains(&count) {
        return Ok(());
    }
    Err(Refusal::field(Code::InvalidField, pointer, format!("{count}; {least} to {most}")))
}

/// A household's request.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElevatorRequestIn {
    /// The entrance.
    pub entrance_id: EntranceId,
    /// The unit; staff must name it, an owner where there are several.
    #[serde(default)]
    #[schema(example = "1-1-601")]
    pub unit_code: Option<String>,
    /// What was said, 1 to 5,000 characters.
    #[serde(default)]
    #[schema(example = "家中有八十岁老人，上下楼困难")]
    pub note: Option<String>,
}

impl ElevatorRequestIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field` with the pointer; so for all.
    pub fn into_command(self) -> Outcome<NewRequest> {
        check_optional("/unit_code", self.unit_code.as_ref(), MOST_NAME)?;
        check_optional("/note", self.note.as_ref(), MOST_TEXT)?;
        let Self { entrance_id, unit_code, note } = self;
        Ok(NewRequest { entrance_id, unit_code, note })
    }
}

/// The committee's answer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElevatorAnswerIn {
    /// What is answered, 1 to 5,000 characters.
    #[schema(example = "已受理，本周六上午在楼下组织征询")]
    pub answer: String,
}

impl ElevatorAnswerIn {
    /// The answer.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/answer", &self.answer, 1..=MOST_TEXT)?;
        Ok(self.answer)
    }
}

/// Why something is done.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElevatorReasonIn {
    /// The reason, 1 to 5,000 characters.
    #[schema(example = "二楼两户暂不同意，先预留基坑")]
    pub reason: String,
}

impl ElevatorReasonIn {
    /// The reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/reason", &self.reason, 1..=MOST_TEXT)?;
        Ok(self.reason)
    }
}

/// The votes that the agreement rests on.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElevatorVotesIn {
    /// 1 to 20 votes; all must pass. They replace those named before.
    pub vote_ids: Vec<VoteId>,
}

impl ElevatorVotesIn {
    /// The votes, each once.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(mut self) -> Outcome<Vec<VoteId>> {
        check_count("/vote_ids", self.vote_ids.len(), (1, 20))?;
        self.vote_ids.sort_unstable();
        self.vote_ids.dedup();
        Ok(self.vote_ids)
    }
}

fn source(
    (scheme, coefficients): (Option<String>, Option<Vec<Coefficient>>),
) -> Outcome<CoefficientSource> {
    match (scheme, coefficients) {
        (Some(_), Some(_)) => {
            let detail = "a scheme or coefficients, not both";
            Err(Refusal::field(Code::InvalidField, "/scheme", detail))
        }
        (_, Some(table)) => Ok(CoefficientSource::Table(table)),
        (scheme, None) => {
            Ok(CoefficientSource::Scheme(scheme.unwrap_or_else(|| REFERENCE.to_owned())))
        }
    }
}

/// A new version of a cost plan.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElevatorPlanIn {
    /// The whole cost in yuan.
    pub cost: Fen,
    /// What is deducted first, in yuan.
    pub subsidy: Fen,
    /// By area when absent.
    #[serde(default)]
    pub basis: Option<ShareBasis>,
    /// A shipped scheme; `reference` when absent.
    #[serde(default)]
    #[schema(example = "reference")]
    pub scheme: Option<String>,
    /// A table of its own, in place of a scheme.
    #[serde(default)]
    pub coefficients: Option<Vec<Coefficient>>,
    /// The floor of every unit of the entrance: the register has none.
    pub floors: Vec<UnitFloor>,
    /// Private space that is used; its owners sign too, and say so.
    #[serde(default)]
    pub private_space: Vec<PrivateSpace>,
    /// Upkeep, electricity, whatever else is agreed; 1 to 5,000 characters.
    #[schema(example = "运行电费与维护费由三层及以上住户按系数分摊")]
    pub terms: String,
}

impl ElevatorPlanIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewPlan> {
        check_text("/terms", &self.terms, 1..=MOST_TEXT)?;
        check_count("/floors", self.floors.len(), (0, MOST_UNITS))?;
        for (at, space) in self.private_space.iter().enumerate() {
            check_text(&format!("/private_space/{at}/what"), &space.what, 1..=500)?;
        }
        Ok(NewPlan {
            cost: self.cost,
            subsidy: self.subsidy,
            basis: self.basis.unwrap_or(ShareBasis::Area),
            coefficients: source((self.scheme, self.coefficients))?,
            floors: self.floors,
            private_space: self.private_space,
            terms: self.terms,
        })
    }
}

/// An alternative for the calculator.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlternativeIn {
    /// Its name, 1 to 200 characters.
    #[schema(example = "参考方案")]
    pub name: String,
    /// By area when absent.
    #[serde(default)]
    pub basis: Option<ShareBasis>,
    /// A shipped scheme; `reference` when absent.
    #[serde(default)]
    pub scheme: Option<String>,
    /// A table of its own, in place of a scheme.
    #[serde(default)]
    pub coefficients: Option<Vec<Coefficient>>,
}

/// What may be tried without commitment.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElevatorTrialIn {
    /// The whole cost in yuan.
    pub cost: Fen,
    /// What is deducted first, in yuan.
    pub subsidy: Fen,
    /// The floor of every unit; those of the newest plan when absent.
    #[serde(default)]
    pub floors: Vec<UnitFloor>,
    /// 1 to 20 alternatives.
    pub alternatives: Vec<AlternativeIn>,
}

impl ElevatorTrialIn {
    /// The trial.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<Trial> {
        check_count("/floors", self.floors.len(), (0, MOST_UNITS))?;
        check_count("/alternatives", self.alternatives.len(), (1, MOST_ALTERNATIVES))?;
        let alternative = |(at, one): (usize, AlternativeIn)| {
            check_text(&format!("/alternatives/{at}/name"), &one.name, 1..=MOST_NAME)?;
            let basis = one.basis.unwrap_or(ShareBasis::Area);
            Ok((one.name, basis, source((one.scheme, one.coefficients))?))
        };
        let alternatives = self.alternatives.into_iter().enumerate().map(alternative);
        Ok(Trial {
            cost: self.cost,
            subsidy: self.subsidy,
            floors: self.floors,
            alternatives: alternatives.collect::<Outcome<_>>()?,
        })
    }
}

/// An objection to be filed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElevatorObjectionIn {
    /// What for.
    pub kind: ObjectionKind,
    /// The unit; staff must name it, an owner where there are several.
    #[serde(default)]
    pub unit_code: Option<String>,
    /// What is objected to, and why; 1 to 5,000 characters.
    #[schema(example = "电梯井道距本户北窗不足两米，影响采光")]
    pub text: String,
}

impl ElevatorObjectionIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewObjection> {
        check_text("/text", &self.text, 1..=MOST_TEXT)?;
        check_optional("/unit_code", self.unit_code.as_ref(), MOST_NAME)?;
        Ok(NewObjection { kind: self.kind, unit_code: self.unit_code, text: self.text })
    }
}

/// A mediation to be recorded.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MediationIn {
    /// When it was held.
    pub held_on: LocalDate,
    /// Who mediated, and who took part; 1 to 500 characters.
    #[schema(example = "社区人民调解委员会，一楼与六楼住户")]
    pub mediators: String,
    /// What came of it, 1 to 5,000 characters.
    #[schema(example = "井道改用透明玻璃，补偿一楼住户 5000 元")]
    pub outcome: String,
    /// Where the signed note is kept, 1 to 500 characters.
    #[serde(default)]
    #[schema(example = "调解书〔2026〕3 号，社区档案柜 2")]
    pub signed_note: Option<String>,
}

impl MediationIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewMediation> {
        check_text("/mediators", &self.mediators, 1..=500)?;
        check_text("/outcome", &self.outcome, 1..=MOST_TEXT)?;
        check_optional("/signed_note", self.signed_note.as_ref(), 500)?;
        let Self { held_on, mediators, outcome, signed_note } = self;
        Ok(NewMediation { held_on, mediators, outcome, signed_note })
    }
}

/// The end of an objection.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionClosingIn {
    /// How it ended.
    pub closing: Closing,
    /// Why, 1 to 5,000 characters.
    pub reason: String,
    /// The next legal way; exactly where it was not settled.
    #[serde(default)]
    pub next_way: Option<NextWay>,
}

impl ObjectionClosingIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewClosing> {
        check_text("/reason", &self.reason, 1..=MOST_TEXT)?;
        if (self.closing == Closing::Unsettled) != self.next_way.is_some() {
            let detail = "the next legal way, exactly where it was not settled";
            return Err(Refusal::field(Code::InvalidField, "/next_way", detail));
        }
        Ok(NewClosing { closing: self.closing, reason: self.reason, next_way: self.next_way })
    }
}

const fn consent(is_given: bool) -> Consent {
    if is_given { Consent::Given } else { Consent::Silent }
}

/// An owner's signature.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElevatorSignatureIn {
    /// SHA-256 of the agreement that was read.
    pub digest: String,
    /// Must be true: the owner has read the agreement.
    pub has_read: bool,
    /// The unit, where there are several.
    #[serde(default)]
    pub unit_code: Option<String>,
    /// Must be true where the unit's private space is used.
    #[serde(default)]
    pub private_space_consent: bool,
}

impl ElevatorSignatureIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewSignature> {
        check_text("/digest", &self.digest, 1..=MOST_NAME)?;
        check_optional("/unit_code", self.unit_code.as_ref(), MOST_NAME)?;
        if !self.has_read {
            let detail = "read the agreement first";
            return Err(Refusal::field(Code::InvalidField, "/has_read", detail));
        }
        Ok(NewSignature {
            digest: self.digest,
            unit_code: self.unit_code,
            private_space_consent: consent(self.private_space_consent),
            signer_name: None,
        })
    }
}

/// A signature on paper.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperSignatureIn {
    /// The digest printed on the agreement that was signed.
    pub digest: String,
    /// The unit.
    pub unit_code: String,
    /// Who signed, as on the paper; 1 to 200 characters.
    pub signer_name: String,
    /// Whether the paper says that the unit's private space may be used.
    #[serde(default)]
    pub private_space_consent: bool,
}

impl PaperSignatureIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewSignature> {
        check_text("/digest", &self.digest, 1..=MOST_NAME)?;
        check_text("/unit_code", &self.unit_code, 1..=MOST_NAME)?;
        check_text("/signer_name", &self.signer_name, 1..=MOST_NAME)?;
        Ok(NewSignature {
            digest: self.digest,
            unit_code: Some(self.unit_code),
            private_space_consent: consent(self.private_space_consent),
            signer_name: Some(self.signer_name),
        })
    }
}

/// What a second person found on the paper.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureCheckIn {
    /// The digest printed on the paper.
    pub digest: String,
    /// Whether the signature is right.
    pub is_valid: bool,
}

impl SignatureCheckIn {
    /// The digest and the verdict.
    #[must_use]
    pub fn into_command(self) -> (String, SignatureState) {
        let verdict = if self.is_valid { SignatureState::Valid } else { SignatureState::Rejected };
        (self.digest, verdict)
    }
}

/// What a list of cases is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ElevatorQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One state only.
    pub state: Option<CaseState>,
    /// Only those whose answer is overdue, or only the others.
    pub overdue: Option<bool>,
    /// A part of community, building and entrance.
    pub search: Option<String>,
}

impl ElevatorQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (CaseFilter, PageQuery) {
        let filter = CaseFilter {
            community_id: self.community_id,
            state: self.state,
            overdue: self.overdue,
            search: self.search,
            now: None,
        };
        (filter, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}

/// What a list of objections is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ElevatorObjectionQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Open ones only, or closed ones only.
    pub open: Option<bool>,
}

impl ElevatorObjectionQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (Option<bool>, PageQuery) {
        (self.open, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}
