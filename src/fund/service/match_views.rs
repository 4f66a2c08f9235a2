//! What is seen of matches: claims with their lists of units, budgets, how a project stands.

use serde::Serialize;

use super::claims::standing_of_project;
use crate::fund::{
    model::{BudgetRow, ClaimRow, ClaimState},
    store::claims,
};
use crate::kernel::{BudgetId, ClaimId, Code, Fen, Outcome, ProjectId, Refusal, UnitId};
use crate::ledger::{BookRow, Tier};
use crate::platform::db::Conn;

/// A unit's part of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ClaimUnitView {
    /// The unit.
    pub unit_id: UnitId,
    /// Building.
    pub building: String,
    /// Its number.
    pub code: String,
    /// Own money that it used since the claim before.
    pub used: Fen,
    /// Its part of the match.
    pub amount: Fen,
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ClaimView {
    /// The claim.
    pub id: ClaimId,
    /// The project.
    pub project_id: ProjectId,
    /// Its number within the project, from 1.
    pub number: i32,
    /// Own money that was used, audited, until then.
    pub used: Fen,
    /// The match of it.
    pub entitled: Fen,
    /// What is claimed now.
    pub amount: Fen,
    /// What the city pays.
    pub city: Fen,
    /// What the district pays.
    pub district: Fen,
    /// What the city paid.
    pub city_received: Fen,
    /// What the district paid.
    pub district_received: Fen,
    /// How it stands; `queued` where a budget is exhausted.
    pub state: ClaimState,
    /// 分户清单; absent in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<ClaimUnitView>,
}

impl From<ClaimRow> for ClaimView {
    fn from(row: ClaimRow) -> Self {
        Self {
            id: row.id,
            project_id: row.project_id,
            number: row.number,
            used: row.used_fen,
            entitled: row.entitled_fen,
            amount: row.amount_fen,
            city: row.city_fen,
            district: row.district_fen,
            city_received: row.city_received_fen,
            district_received: row.district_received_fen,
            state: row.state,
            units: Vec::new(),
        }
    }
}

/// A claim of the books with its list of units.
///
/// # Errors
/// `not_found`.
pub fn claim_view(conn: &mut Conn, book: &BookRow, id: ClaimId) -> Outcome<ClaimView> {
    let row = claims::find_claim(conn, id)?.filter(|row| row.book_id == book.id);
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let units = claims::list_units(conn, &[id])?.into_iter().map(|unit| ClaimUnitView {
        unit_id: unit.unit_id,
        building: unit.building,
        code: unit.code,
        used: unit.used_fen,
        amount: unit.amount_fen,
    });
    Ok(ClaimView { units: units.collect(), ..row.into() })
}

/// The claims of the books, in order.
///
/// # Errors
/// Of the database.
pub fn list_claims(conn: &mut Conn, book: &BookRow) -> Outcome<Vec<ClaimView>> {
    Ok(claims::list_claims(conn, book.id)?.into_iter().map(Into::into).collect())
}

/// What a tier has for matches in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BudgetView {
    /// The budget.
    pub id: BudgetId,
    /// Where it applies.
    pub division_code: String,
    /// Which government.
    pub tier: Tier,
    /// The year.
    pub year: i32,
    /// The document.
    pub document: String,
    /// How much.
    pub amount: Fen,
    /// What of it claims have taken.
    pub committed: Fen,
}

impl From<BudgetRow> for BudgetView {
    fn from(row: BudgetRow) -> Self {
        Self {
            id: row.id,
            division_code: row.division_code,
            tier: row.tier,
            year: row.year,
            document: row.document,
            amount: row.amount_fen,
            committed: row.committed_fen,
        }
    }
}

/// How a project's match stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MatchView {
    /// The project.
    pub project_id: ProjectId,
    /// Own money that was used, audited.
    pub used: Fen,
    /// The match of it.
    pub entitled: Fen,
    /// What was claimed, less what was clawed back.
    pub granted: Fen,
    /// What can be claimed now.
    pub claimable: Fen,
    /// The claims, in order.
    pub claims: Vec<ClaimView>,
}

/// How the match of a project stands.
///
/// # Errors
/// Of the database.
pub fn match_view(conn: &mut Conn, book: &BookRow, project_id: ProjectId) -> Outcome<MatchView> {
    let standing = standing_of_project(conn, book, project_id, None)?;
    let claimable = standing.entitled.checked_sub(standing.granted).unwrap_or_default();
    Ok(MatchView {
        project_id,
        used: standing.countable,
        entitled: standing.entitled,
        granted: standing.granted,
        claimable: claimable.max(Fen::ZERO),
        claims: standing.claims.into_iter().map(Into::into).collect(),
    })
}
