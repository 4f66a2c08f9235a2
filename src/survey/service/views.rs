//! A survey as staff sees it.

use serde::{Deserialize, Serialize};

use super::facts::{rule_of, verdict_of};
use crate::kernel::{
    BuildingId, CommunityId, Outcome, Page, PageQuery, Refusal, SurveyId, SurveyVersionId, UtcTime,
};
use crate::platform::{auth::Reach, db::Conn};
use crate::survey::{
    model::{GateRule, GateVerdict, Purpose, SurveyFilter, SurveyRow, SurveyState},
    store::surveys as store,
};

/// A survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SurveyView {
    /// The survey.
    pub survey_id: SurveyId,
    /// The community.
    pub community_id: CommunityId,
    /// These buildings of it; the whole community where empty.
    pub building_ids: Vec<BuildingId>,
    /// The questionnaire's version.
    pub version_id: SurveyVersionId,
    /// What it is for.
    pub purpose: Purpose,
    /// Its title.
    pub title: String,
    /// What it is about: a plan's version, a project.
    pub subject: Option<String>,
    /// The gate that it is counted for; none for wishes and opinions.
    pub gate: Option<GateRule>,
    /// Which round it is, from 1.
    pub round: i32,
    /// The round before.
    pub previous_id: Option<SurveyId>,
    /// The round after.
    pub next_id: Option<SurveyId>,
    /// Where it stands.
    pub state: SurveyState,
    /// When it opened and the roll was frozen (legal time, as all of these).
    pub opened_at: Option<UtcTime>,
    /// When it closes.
    pub closes_at: UtcTime,
    /// Until when staff may enter what was given before the close; the count waits for it.
    pub entry_until: Option<UtcTime>,
    /// When it was counted.
    pub closed_at: Option<UtcTime>,
    /// Households of the frozen roll.
    pub households: Option<i64>,
    /// The gate's verdict with its working, after the close.
    pub verdict: Option<GateVerdict>,
    /// When it was voided.
    pub voided_at: Option<UtcTime>,
    /// By whom.
    pub voided_by: Option<String>,
    /// Why.
    pub void_reason: Option<String>,
    /// Who made it.
    pub created_by: String,
}

/// The buildings of a survey.
///
/// # Errors
/// `internal` where they can't be read.
pub fn buildings_of(row: &SurveyRow) -> Outcome<Vec<BuildingId>> {
    serde_json::from_str(&row.buildings).map_err(Refusal::internal)
}

/// A survey in full.
///
/// # Errors
/// Of the database.
pub fn view(conn: &mut Conn, row: SurveyRow) -> Outcome<SurveyView> {
    Ok(SurveyView {
        building_ids: buildings_of(&row)?,
        gate: rule_of(&row)?,
        verdict: verdict_of(&row)?,
        next_id: store::find_next(conn, row.id)?,
        survey_id: row.id,
        community_id: row.community_id,
        version_id: row.version_id,
        purpose: row.purpose,
        title: row.title,
        subject: row.subject,
        round: row.round,
        previous_id: row.previous_id,
        state: row.state,
        opened_at: row.opened_at,
        closes_at: row.closes_at,
        entry_until: row.entry_until,
        closed_at: row.closed_at,
        households: row.households,
        voided_at: row.voided_at,
        voided_by: row.voider_name,
        void_reason: row.void_reason,
        created_by: row.creator_name,
    })
}

/// Surveys within the reach, newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    (filter, page): (&SurveyFilter, &PageQuery),
) -> Outcome<Page<SurveyView>> {
    let rows = store::list_surveys(conn, reach, filter, (page.cursor()?, page.fetch()))?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.id.to_string());
    let items = items.into_iter().map(|row| view(conn, row)).collect::<Outcome<_>>()?;
    Ok(Page { items, next_cursor })
}
