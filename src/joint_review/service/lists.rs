//! Lists of cases, a department's inbox among them, and what moved between two rounds.

use std::collections::BTreeSet;

use serde::Serialize;

use super::facts::{current, get_round, load};
use crate::joint_review::{
    model::{ItemMove, Resolution, ReviewFilter, ReviewRow, ReviewState},
    rules::{closing::standings, invite::before, rounds::moves},
    store::cases,
};
use crate::kernel::{CommunityId, JointReviewId, Outcome, Page, PageQuery, ProjectId, UtcTime};
use crate::platform::{auth::Reach, db::Conn};

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReviewSummary {
    /// The case.
    pub id: JointReviewId,
    /// The project.
    pub project_id: ProjectId,
    /// Its community.
    pub community_id: CommunityId,
    /// The project's name.
    pub title: String,
    /// Whether it is closed.
    pub state: ReviewState,
    /// The number of the round that stands.
    pub round: i32,
    /// The number of the plan version that it reviews.
    pub plan_number: i32,
    /// The deadline: the department's own where one was asked for, else the next of all.
    pub due_at: Option<UtcTime>,
    /// Items of which nothing was said yet, by the department where one was asked for.
    pub waiting: usize,
    /// Items that are not resolved, those included.
    pub unresolved: usize,
}

fn summary(conn: &mut Conn, row: ReviewRow, department: Option<&str>) -> Outcome<ReviewSummary> {
    let (round_row, round) = current(conn, &row)?;
    let is_wanted = |name: &str| department.is_none_or(|wanted| wanted == name);
    let states: Vec<Resolution> = standings(&round)
        .into_iter()
        .filter(|(name, ..)| is_wanted(name))
        .map(|(.., state)| state)
        .collect();
    let own = department.and_then(|wanted| {
        round.invitations.iter().find(|one| one.row.department == wanted).map(|one| one.row.due_at)
    });
    Ok(ReviewSummary {
        id: row.id,
        project_id: row.project_id,
        community_id: row.community_id,
        title: row.title,
        state: row.state,
        round: row.round,
        plan_number: round_row.plan_number,
        due_at: own.or(row.due_at),
        waiting: states.iter().filter(|state| **state == Resolution::NoOpinion).count(),
        unresolved: states.iter().filter(|state| !state.is_resolved()).count(),
    })
}

/// Cases within the reach, newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    (filter, page): (&ReviewFilter, &PageQuery),
) -> Outcome<Page<ReviewSummary>> {
    let rows = cases::list_reviews(conn, reach, filter, (page.cursor()?, page.fetch()))?;
    let page = Page::cut(rows, page.limit(), |row| row.id.to_string());
    let department = filter.department.as_deref();
    let items = page.items.into_iter().map(|row| summary(conn, row, department));
    Ok(Page { items: items.collect::<Outcome<_>>()?, next_cursor: page.next_cursor })
}

/// What became of the items between two rounds; of a department, only of those that concern it in
/// either.
///
/// # Errors
/// `not_found` for a round that is not there.
pub fn moved(
    conn: &mut Conn,
    row: &ReviewRow,
    ((from, to), department): ((i32, i32), Option<&str>),
) -> Outcome<Vec<ItemMove>> {
    let (old, new) = (get_round(conn, row.id, from)?, get_round(conn, row.id, to)?);
    let (old, new) = (load(conn, &old)?, load(conn, &new)?);
    let concern = department.map(|wanted| -> BTreeSet<String> {
        let both = before(&old).into_iter().chain(before(&new));
        both.filter(|one| one.department == wanted).flat_map(|one| one.keys).collect()
    });
    Ok(moves(&old.items, &new.items, concern.as_ref()))
}
