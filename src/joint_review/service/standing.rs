//! How a project's review stands, for whoever asks about its gate.

use super::facts::current;
use crate::joint_review::{
    model::{ReviewState, Standing},
    rules::closing::open_points,
    store::cases,
};
use crate::kernel::{Outcome, ProjectId};
use crate::platform::db::Conn;

/// The review of a project, if one was opened.
///
/// # Errors
/// Of the database.
pub fn find_standing(conn: &mut Conn, id: ProjectId) -> Outcome<Option<Standing>> {
    let Some(review) = cases::find_of_project(conn, id)? else { return Ok(None) };
    let (row, round) = current(conn, &review)?;
    let departments = round.invitations.iter().map(|one| one.row.department.clone());
    Ok(Some(Standing {
        id: review.id,
        round: review.round,
        is_closed: review.state == ReviewState::Closed,
        plan_sha256: row.plan_sha256,
        departments: departments.collect(),
        open_points: open_points(&round).len(),
        link: format!("/api/v1/joint-reviews/{}", review.id),
    }))
}
