//! What other slices answer that this one must not use: the gates of surveys.

use crate::{
    kernel::{CommunityId, Outcome, ReferenceId, UtcTime},
    platform::db::Conn,
    renovation::model::Gate,
};

/// What a survey says of its gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateAnswer {
    /// Its gate.
    pub gate: Gate,
    /// Where it was held.
    pub community_id: CommunityId,
    /// When it began to take answers.
    pub opened_at: Option<UtcTime>,
    /// Whether answers are taken no more; nothing is met before.
    pub is_closed: bool,
    /// Whether its own test was met and no later round took its place.
    pub holds: bool,
    /// Households that agree, were heard, or are satisfied, by the gate.
    pub agreeing: u64,
    /// Households whose valid answer counts.
    pub answered: u64,
    /// Households on the frozen roll.
    pub households: u64,
    /// SHA-256 of the plan that was asked about, if it was about one.
    pub plan_sha256: Option<String>,
    /// Where to look it up.
    pub link: String,
}

/// How often each option of a survey was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// Where it was held.
    pub community_id: CommunityId,
    /// Households whose valid answer counts.
    pub answered: u64,
    /// Households on the frozen roll.
    pub households: u64,
    /// Question, option and households that chose it.
    pub options: Vec<(String, String, u64)>,
}

/// Surveys as this slice asks for them. The application mounts an answer as
/// `web::Data<dyn SurveyGates>`; it is `app::survey_gates`.
pub trait SurveyGates: Send + Sync + 'static {
    /// What a closed survey of a community says of its options; `None` where there is no such one, where
    /// it is void, and where too few answered to tell.
    ///
    /// # Errors
    /// Of the database.
    fn find_choices(&self, conn: &mut Conn, id: ReferenceId) -> Outcome<Option<Choices>>;

    /// The gate of a survey; `None` where there is no such survey.
    ///
    /// # Errors
    /// Of the database.
    fn find_gate(&self, conn: &mut Conn, id: ReferenceId) -> Outcome<Option<GateAnswer>>;
}
