//! What travels over HTTP into consultations. What comes out are the views of the services.

mod cases;

pub use cases::*;

use serde::Deserialize;

use crate::consultation::model::{
    Confirmation, NewAssignment, NewCorrection, NewStatement, NewVisit, Reason, Stance, Visitor,
};
use crate::kernel::{
    BuildingId, Code, CommunityId, Outcome, PageQuery, Refusal, UnitId, UtcTime, VisitKey,
    text::check_text,
};
use crate::platform::http::{ReadItem, read_items};

const MOST_NAME: usize = 200;
const MOST_TEXT: usize = 2_000;
/// Visits of a batch at the most.
pub const MOST_VISITS: usize = 500;

/// The same where it may be absent.
fn check_note(pointer: &str, text: Option<&str>) -> Outcome<Option<String>> {
    text.map(|text| check_text(pointer, text, 1..=MOST_TEXT)).transpose()
}

/// A consultation to be prepared.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationIn {
    /// The community.
    pub community_id: CommunityId,
    /// What it is about, 1 to 200 characters.
    #[schema(example = "幸福里小区改造意愿征询")]
    pub title: String,
    /// The aim in percent of the households, 1 to 100; 100 when absent. It bars nothing.
    #[serde(default)]
    pub target_percent: Option<u8>,
}

impl ConsultationIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(CommunityId, String, i32)> {
        let percent = self.target_percent.unwrap_or(100);
        if !(1..=100).contains(&percent) {
            let detail = format!("{percent}; 1 to 100");
            return Err(Refusal::field(Code::InvalidField, "/target_percent", detail));
        }
        let title = check_text("/title", &self.title, 1..=MOST_NAME)?;
        Ok((self.community_id, title, i32::from(percent)))
    }
}

/// A visit, as the phone kept it.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitIn {
    /// A UUID that the phone makes: the same visit sent again has no second effect.
    pub client_id: VisitKey,
    /// The household's unit.
    pub unit_id: UnitId,
    /// The round in which it took place, 1 to 3.
    pub round: i32,
    /// The two visitors.
    pub visitors: Vec<Visitor>,
    /// When, within the round.
    pub visited_at: UtcTime,
    /// Where, 1 to 200 characters.
    #[schema(example = "住户家中")]
    pub place: String,
    /// What the household said.
    pub stance: Stance,
    /// Why; needed unless it supports.
    #[serde(default)]
    pub reason: Option<Reason>,
    /// A condition, or what was conceded; 1 to 2,000 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// How the household confirmed it; needed unless nobody was reached.
    #[serde(default)]
    pub confirmation: Option<Confirmation>,
}

impl VisitIn {
    fn into_command(self) -> Outcome<NewVisit> {
        let count = self.visitors.len();
        let Ok([first, second]) = <[Visitor; 2]>::try_from(self.visitors) else {
            let detail = format!("{count} visitors; two · 须为两人");
            return Err(Refusal::field(Code::InvalidField, "/visitors", detail));
        };
        let named = |pointer: &str, visitor: Visitor| {
            check_text(pointer, &visitor.name, 1..=50).map(|name| Visitor { name, ..visitor })
        };
        Ok(NewVisit {
            client_id: self.client_id,
            unit_id: self.unit_id,
            round: self.round,
            first: named("/visitors/0/name", first)?,
            second: named("/visitors/1/name", second)?,
            visited_at: self.visited_at,
            place: check_text("/place", &self.place, 1..=MOST_NAME)?,
            stance: self.stance,
            reason: self.reason,
            note: check_note("/note", self.note.as_deref())?,
            confirmation: self.confirmation,
        })
    }
}

/// Visits from one phone.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitsIn {
    /// 1 to 500 visits, 256 KiB together at the most; each is answered by itself.
    #[schema(value_type = Vec<VisitIn>)]
    pub visits: Vec<serde_json::Value>,
}

impl VisitsIn {
    /// The visits; one that can't be read stops none of the others.
    ///
    /// # Errors
    /// `invalid_field` for none and for more than 500.
    pub fn into_command(self) -> Outcome<Vec<ReadItem<NewVisit>>> {
        read_items(("/visits", MOST_VISITS), self.visits, VisitIn::into_command)
    }
}

/// What an owner says for the own household.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementIn {
    /// The household's unit; needed where several are yours.
    #[serde(default)]
    pub unit_id: Option<UnitId>,
    /// `support`, `conditional` or `oppose`.
    pub stance: Stance,
    /// Why; needed unless it supports.
    #[serde(default)]
    pub reason: Option<Reason>,
    /// A condition; 1 to 2,000 characters.
    #[serde(default)]
    pub note: Option<String>,
}

impl StatementIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewStatement> {
        if self.stance == Stance::Unreached {
            let detail = "support, conditional or oppose · 支持、有条件支持或反对";
            return Err(Refusal::field(Code::InvalidField, "/stance", detail));
        }
        let note = check_note("/note", self.note.as_deref())?;
        Ok(NewStatement { unit_id: self.unit_id, stance: self.stance, reason: self.reason, note })
    }
}

/// A correction of a wrong entry.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StanceCorrectionIn {
    /// What should stand there; `null` strikes the entry.
    pub stance: Option<Stance>,
    /// How the household confirmed it; needed for `support`, `conditional` and `oppose`.
    #[serde(default)]
    pub confirmation: Option<Confirmation>,
    /// Why, 1 to 2,000 characters.
    #[schema(example = "走访表第3行误录到602室")]
    pub why: String,
}

impl StanceCorrectionIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewCorrection> {
        Ok(NewCorrection {
            stance: self.stance,
            confirmation: self.confirmation,
            why: check_text("/why", &self.why, 1..=MOST_TEXT)?,
        })
    }
}

/// Who is to visit the targets of a building.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentIn {
    /// The building.
    pub building_id: BuildingId,
    /// The logins of two accounts.
    #[schema(example = json!(["wang", "li"]))]
    pub visitors: Vec<String>,
}

impl AssignmentIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewAssignment> {
        let count = self.visitors.len();
        let Ok([first, second]) = <[String; 2]>::try_from(self.visitors) else {
            let detail = format!("{count} logins; two · 须为两人");
            return Err(Refusal::field(Code::InvalidField, "/visitors", detail));
        };
        Ok(NewAssignment { building_id: self.building_id, first, second })
    }
}

/// What a list of consultations is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConsultationQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One community only.
    pub community_id: Option<CommunityId>,
}

impl ConsultationQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (Option<CommunityId>, PageQuery) {
        (self.community_id, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}

/// What a list of targets is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TargetQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One building only.
    pub building_id: Option<BuildingId>,
}

impl TargetQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (Option<BuildingId>, PageQuery) {
        (self.building_id, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}
