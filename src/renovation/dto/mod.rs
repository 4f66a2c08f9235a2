//! What travels over HTTP into renovation projects. What comes out are the views of the services.

mod reviews;

pub use reviews::ReviewRoundIn;

use serde::Deserialize;

use crate::kernel::{
    BuildingId, Code, CommunityId, EntranceId, Fen, ItemId, LocalDate, Outcome, PageQuery,
    PlanDrawingId, PlanVersionId, ProjectId, ReferenceId, Refusal, VoteId, text::check_text,
};
use crate::renovation::model::{
    Chosen, ChosenBy, DocumentProof, ManagementModel, ModelProof, NewPlanItem, NewProject,
    NewProof, PlanContent, PlanDrawing, ProjectFilter, Quantity, Stage,
};

const MOST_NAME: usize = 200;
const MOST_TEXT: usize = 20_000;
const MOST_ITEMS: usize = 200;
const MOST_DRAWINGS: usize = 50;

fn check_sha256(pointer: &str, text: &str) -> Outcome<String> {
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() == 64 && text.bytes().all(is_hex) {
        return Ok(text.to_owned());
    }
    Err(Refusal::field(Code::InvalidField, pointer, "SHA-256 as 64 lower-case hex digits"))
}

/// A project to be created.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectIn {
    /// The community.
    pub community_id: CommunityId,
    /// The key of the policy pack; the project pins the version that is in force today.
    #[schema(example = "hebei")]
    pub policy: String,
    /// The name, 1 to 200 characters.
    #[schema(example = "幸福里小区 2026 年改造")]
    pub name: String,
}

impl ProjectIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewProject> {
        let name = check_text("/name", &self.name, 1..=MOST_NAME)?;
        Ok(NewProject { community_id: self.community_id, policy: self.policy, name })
    }
}

/// A reason.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectReasonIn {
    /// Why, 1 to 5,000 characters.
    #[schema(example = "业主要求暂缓")]
    pub reason: String,
}

impl ProjectReasonIn {
    /// The reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/reason", &self.reason, 1..=5_000)
    }
}

/// Which project takes the place.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubstituteIn {
    /// A project of the library.
    pub substitute_id: ProjectId,
    /// Why, 1 to 5,000 characters.
    pub reason: String,
}

impl SubstituteIn {
    /// The reason and the project.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(String, ProjectId)> {
        Ok((check_text("/reason", &self.reason, 1..=5_000)?, self.substitute_id))
    }
}

/// An item of a plan.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanItemIn {
    /// Its code in the catalogue.
    #[schema(example = "B01")]
    pub code: String,
    /// How much, in the catalogue's unit; up to three decimals.
    pub quantity: Quantity,
    /// In this building only.
    #[serde(default)]
    pub building_id: Option<BuildingId>,
    /// At this entrance only.
    #[serde(default)]
    pub entrance_id: Option<EntranceId>,
    /// The estimate, in yuan.
    pub cost: Fen,
    /// Whether it must be done.
    #[serde(default)]
    pub mandatory: bool,
    /// What else is to be said, at most 2,000 characters.
    #[serde(default)]
    pub note: String,
    /// By which vote or survey it was chosen; the numbers are looked up.
    #[serde(default)]
    pub chosen_by: Option<ChosenBy>,
}

/// The content of a plan's version.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanIn {
    /// Who is to pay what, 1 to 20,000 characters.
    #[schema(example = "财政补助 70%，业主分摊 30%")]
    pub funding: String,
    /// How the community is managed afterwards.
    #[serde(default)]
    pub management_model: Option<ManagementModel>,
    /// When works are to begin.
    #[serde(default)]
    pub starts_on: Option<LocalDate>,
    /// When they are to end.
    #[serde(default)]
    pub ends_on: Option<LocalDate>,
    /// What else is to be said.
    #[serde(default)]
    pub note: String,
    /// 1 to 200 items.
    pub items: Vec<PlanItemIn>,
    /// Drawings and pictures of the project, at most 50.
    #[serde(default)]
    pub drawing_ids: Vec<PlanDrawingId>,
}

impl PlanIn {
    /// The content.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<PlanContent> {
        let fault = |pointer: &str, detail: String| {
            Err(Refusal::field(Code::InvalidField, pointer, detail))
        };
        if !(1..=MOST_ITEMS).contains(&self.items.len()) {
            return fault("/items", format!("{} items; 1 to {MOST_ITEMS}", self.items.len()));
        }
        if self.starts_on.zip(self.ends_on).is_some_and(|(from, to)| to < from) {
            return fault("/ends_on", "not before the start · 不得早于开工".to_owned());
        }
        if self.drawing_ids.len() > MOST_DRAWINGS {
            let detail = format!("{} drawings; at most {MOST_DRAWINGS}", self.drawing_ids.len());
            return fault("/drawing_ids", detail);
        }
        // Names and digests are looked up.
        let drawing = |drawing_id: PlanDrawingId| PlanDrawing {
            drawing_id,
            file_name: String::new(),
            sha256: String::new(),
        };
        let item = |(index, item): (usize, PlanItemIn)| {
            let pointer = format!("/items/{index}/note");
            Ok(NewPlanItem {
                note: check_text(&pointer, &item.note, 0..=2_000)?,
                code: item.code,
                quantity: item.quantity,
                building_id: item.building_id,
                entrance_id: item.entrance_id,
                cost: item.cost,
                mandatory: item.mandatory,
                chosen: item.chosen_by.map(|by| Chosen { by, in_favour: 0, of: 0 }),
            })
        };
        Ok(PlanContent {
            funding: check_text("/funding", &self.funding, 1..=MOST_TEXT)?,
            management_model: self.management_model,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            note: check_text("/note", &self.note, 0..=MOST_TEXT)?,
            items: self.items.into_iter().enumerate().map(item).collect::<Outcome<_>>()?,
            drawings: self.drawing_ids.into_iter().map(drawing).collect(),
        })
    }
}

/// The draft that is fixed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFixIn {
    /// SHA-256 of the draft that was read.
    pub sha256: String,
}

impl PlanFixIn {
    /// The digest.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_sha256("/sha256", &self.sha256)
    }
}

/// A document by its SHA-256.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentIn {
    /// Its title, 1 to 200 characters.
    #[schema(example = "竣工验收意见")]
    pub title: String,
    /// Its number 文号.
    #[serde(default)]
    pub number: Option<String>,
    /// SHA-256 of the file, 64 lower-case hex digits.
    pub sha256: String,
}

impl DocumentIn {
    fn into_proof(self) -> Outcome<DocumentProof> {
        let number = self.number.map(|text| check_text("/proof/number", &text, 1..=MOST_NAME));
        Ok(DocumentProof {
            title: check_text("/proof/title", &self.title, 1..=MOST_NAME)?,
            number: number.transpose()?,
            sha256: check_sha256("/proof/sha256", &self.sha256)?,
        })
    }
}

/// What is shown for a requirement, by its kind.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProofIn {
    /// A survey.
    Survey {
        /// The survey.
        survey_id: ReferenceId,
    },
    /// A vote.
    Vote {
        /// The vote.
        vote_id: VoteId,
        /// The item that decides; needed where several fit.
        #[serde(default)]
        item_id: Option<ItemId>,
    },
    /// A publicity.
    Publicity {
        /// Its first day, which is not counted; today or later.
        starts_on: LocalDate,
        /// Where it hangs, 1 to 200 characters.
        place: String,
    },
    /// A document.
    Document {
        /// The document.
        document: DocumentIn,
    },
    /// A management model, decided by a vote or on paper: name one of the two.
    ManagementModel {
        /// The model.
        model: ManagementModel,
        /// The vote.
        #[serde(default)]
        vote_id: Option<VoteId>,
        /// The item that decides; needed where several fit.
        #[serde(default)]
        item_id: Option<ItemId>,
        /// The decision.
        #[serde(default)]
        document: Option<DocumentIn>,
    },
}

/// Evidence for a requirement.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceIn {
    /// The requirement's key in the policy pack.
    #[schema(example = "plan_vote")]
    pub requirement: String,
    /// What is shown.
    pub proof: ProofIn,
}

impl EvidenceIn {
    /// The key and the proof.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(String, NewProof)> {
        let proof = match self.proof {
            ProofIn::Survey { survey_id } => NewProof::Survey(survey_id),
            ProofIn::Vote { vote_id, item_id } => NewProof::Vote(vote_id, item_id),
            ProofIn::Publicity { starts_on, place } => {
                let place = check_text("/proof/place", &place, 1..=MOST_NAME)?;
                NewProof::Publicity(starts_on, place)
            }
            ProofIn::Document { document } => NewProof::Document(document.into_proof()?),
            ProofIn::ManagementModel { model, vote_id, item_id, document } => {
                let by = match (vote_id, document) {
                    (Some(id), None) => ModelProof::Vote(id, item_id),
                    (None, Some(document)) => ModelProof::Document(document.into_proof()?),
                    _ => {
                        let detail = "a vote or a document · 二者择一";
                        return Err(Refusal::field(Code::InvalidField, "/proof/vote_id", detail));
                    }
                };
                NewProof::Model(model, by)
            }
        };
        Ok((self.requirement, proof))
    }
}

/// What a list is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProjectQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One stage only.
    pub stage: Option<Stage>,
    /// A part of the name.
    pub search: Option<String>,
}

impl ProjectQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (ProjectFilter, PageQuery) {
        let filter = ProjectFilter {
            community_id: self.community_id,
            stage: self.stage,
            search: self.search,
        };
        (filter, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}

/// The day of a timeline.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TimelineQuery {
    /// The day on which everything that can is published; today or later.
    pub publish_on: LocalDate,
}

/// Which version to compare with.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DiffQuery {
    /// The earlier version.
    pub from: PlanVersionId,
}

/// Whose answers a menu shows.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MenuQuery {
    /// A closed survey of the community; an option whose key is an item's code in small letters counts.
    pub survey_id: ReferenceId,
}
