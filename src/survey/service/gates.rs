//! What other slices ask: how a survey's gate came out.

use crate::kernel::{BuildingId, CommunityId, Outcome, SurveyId, SurveyVersionId, UtcTime};
use crate::platform::db::Conn;
use crate::survey::{
    model::{GateVerdict, Purpose, SurveyState},
    store::surveys as store,
};

use super::{facts::verdict_of, views::buildings_of};

/// A survey's gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyGate {
    /// The survey.
    pub survey_id: SurveyId,
    /// Its community.
    pub community_id: CommunityId,
    /// These buildings of it; the whole community where empty.
    pub building_ids: Vec<BuildingId>,
    /// What it is for.
    pub purpose: Purpose,
    /// What it is about: what its maker wrote.
    pub subject: Option<String>,
    /// The questionnaire's version.
    pub version_id: SurveyVersionId,
    /// Which round.
    pub round: i32,
    /// The round after it, if any.
    pub next_id: Option<SurveyId>,
    /// When it began to take answers.
    pub opened_at: Option<UtcTime>,
    /// Where it stands; only a closed one decides anything.
    pub state: SurveyState,
    /// When it closes or closed.
    pub closes_at: UtcTime,
    /// The verdict with its numbers (`test`: have, need, total; `coverage`) and its clause
    /// (`rule.clause`); none before the close, and for a purpose without a gate.
    pub verdict: Option<GateVerdict>,
}

impl SurveyGate {
    /// Whether the survey is closed, not void, and its gate is met.
    #[must_use]
    pub fn is_met(&self) -> bool {
        let met = self.verdict.as_ref().is_some_and(|verdict| verdict.met);
        self.state == SurveyState::Closed && met
    }
}

/// How a survey's gate came out; one row is read.
///
/// # Errors
/// Of the database.
pub fn find_gate(conn: &mut Conn, id: SurveyId) -> Outcome<Option<SurveyGate>> {
    let Some(row) = store::find_survey(conn, id)? else { return Ok(None) };
    Ok(Some(SurveyGate {
        building_ids: buildings_of(&row)?,
        verdict: verdict_of(&row)?,
        next_id: store::find_next(conn, id)?,
        survey_id: row.id,
        community_id: row.community_id,
        purpose: row.purpose,
        subject: row.subject,
        version_id: row.version_id,
        round: row.round,
        opened_at: row.opened_at,
        state: row.state,
        closes_at: row.closes_at,
    }))
}

/// The open surveys of some communities, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_open(conn: &mut Conn, communities: &[CommunityId]) -> Outcome<Vec<(SurveyId, String)>> {
    Ok(store::list_open(conn, communities)?)
}
