//! Cases with their rounds, items, invitations, meetings and ends.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
    TextExpressionMethods, sql_types::Bool,
};

use crate::joint_review::model::{
    ClosureRow, InvitationRow, ItemRow, MeetingRow, ReviewFilter, ReviewRow, ReviewState, RoundRow,
};
use crate::kernel::{JointReviewId, PlanVersionId, ProjectId, ReviewRoundId, UtcTime};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend,
        schema::{
            joint_reviews, review_closures, review_invitations, review_items, review_meetings,
            review_rounds,
        },
    },
};

/// Keeps a new case.
pub fn insert_review(conn: &mut Conn, row: &ReviewRow) -> QueryResult<()> {
    diesel::insert_into(joint_reviews::table).values(row).execute(conn).map(|_| ())
}

/// A case.
pub fn find_review(conn: &mut Conn, id: JointReviewId) -> QueryResult<Option<ReviewRow>> {
    joint_reviews::table.find(id).select(ReviewRow::as_select()).first(conn).optional()
}

/// The case of a project.
pub fn find_of_project(conn: &mut Conn, id: ProjectId) -> QueryResult<Option<ReviewRow>> {
    joint_reviews::table
        .filter(joint_reviews::project_id.eq(id))
        .select(ReviewRow::as_select())
        .first(conn)
        .optional()
}

/// Moves a case that nobody moved since; whether it was so.
pub fn set_review(conn: &mut Conn, row: &ReviewRow) -> QueryResult<bool> {
    let seen = joint_reviews::table
        .filter(joint_reviews::id.eq(row.id))
        .filter(joint_reviews::version.eq(row.version));
    diesel::update(seen)
        .set((
            joint_reviews::state.eq(row.state),
            joint_reviews::round.eq(row.round),
            joint_reviews::due_at.eq(row.due_at),
            joint_reviews::version.eq(row.version + 1),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Open cases in which a deadline has passed, oldest first.
pub fn list_due(conn: &mut Conn, now: UtcTime, most: i64) -> QueryResult<Vec<ReviewRow>> {
    joint_reviews::table
        .filter(joint_reviews::due_at.le(now))
        .filter(joint_reviews::state.eq(ReviewState::Open))
        .order(joint_reviews::due_at)
        .limit(most)
        .select(ReviewRow::as_select())
        .load(conn)
}

/// Cases within the reach, newest first, after the cursor.
pub fn list_reviews(
    conn: &mut Conn,
    reach: &Reach,
    filter: &ReviewFilter,
    (after, limit): (Option<JointReviewId>, i64),
) -> QueryResult<Vec<ReviewRow>> {
    let mut query =
        joint_reviews::table.select(ReviewRow::as_select()).into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        query = query.filter(within(reach));
    }
    if let Some(id) = filter.project_id {
        query = query.filter(joint_reviews::project_id.eq(id));
    }
    if let Some(state) = filter.state {
        query = query.filter(joint_reviews::state.eq(state));
    }
    if let Some(department) = &filter.department {
        let invited = review_rounds::table
            .inner_join(
                review_invitations::table.on(review_invitations::round_id.eq(review_rounds::id)),
            )
            .filter(review_invitations::department.eq(department.clone()))
            .filter(review_rounds::number.eq(joint_reviews::round))
            .filter(review_rounds::review_id.eq(joint_reviews::id));
        query = query.filter(diesel::dsl::exists(invited));
    }
    if let Some(after) = after {
        query = query.filter(joint_reviews::id.lt(after));
    }
    query.order(joint_reviews::id.desc()).limit(limit).load(conn)
}

type Within = Box<dyn BoxableExpression<joint_reviews::table, MultiBackend, SqlType = Bool>>;

fn within(reach: &Reach) -> Within {
    let mut condition: Within = Box::new(joint_reviews::community_id.eq_any(reach.communities()));
    for division in reach.divisions() {
        // A division's code is digits: nothing in it needs an escape.
        let inside = joint_reviews::division_code.like(format!("{division}%")).escape('\\');
        condition = Box::new(condition.or(inside));
    }
    condition
}

/// Keeps a round with its items.
pub fn insert_round(conn: &mut Conn, row: &RoundRow, items: &[ItemRow]) -> QueryResult<()> {
    diesel::insert_into(review_rounds::table).values(row).execute(conn)?;
    crate::insert_many!(conn, review_items::table, items)
}

/// The rounds of a case, in order.
pub fn list_rounds(conn: &mut Conn, id: JointReviewId) -> QueryResult<Vec<RoundRow>> {
    review_rounds::table
        .filter(review_rounds::review_id.eq(id))
        .order(review_rounds::number)
        .select(RoundRow::as_select())
        .load(conn)
}

/// The round on a version of a plan.
pub fn find_round_of_plan(conn: &mut Conn, id: PlanVersionId) -> QueryResult<Option<RoundRow>> {
    review_rounds::table
        .filter(review_rounds::plan_version_id.eq(id))
        .select(RoundRow::as_select())
        .first(conn)
        .optional()
}

/// The items of a round, in order.
pub fn list_items(conn: &mut Conn, id: ReviewRoundId) -> QueryResult<Vec<ItemRow>> {
    review_items::table
        .filter(review_items::round_id.eq(id))
        .order(review_items::position)
        .select(ItemRow::as_select())
        .load(conn)
}

/// Keeps invitations.
pub fn insert_invitations(conn: &mut Conn, rows: &[InvitationRow]) -> QueryResult<()> {
    crate::insert_many!(conn, review_invitations::table, rows)
}

/// The invitations to a round, in order.
pub fn list_invitations(conn: &mut Conn, id: ReviewRoundId) -> QueryResult<Vec<InvitationRow>> {
    review_invitations::table
        .filter(review_invitations::round_id.eq(id))
        .order(review_invitations::id)
        .select(InvitationRow::as_select())
        .load(conn)
}

/// Keeps a meeting.
pub fn insert_meeting(conn: &mut Conn, row: &MeetingRow) -> QueryResult<()> {
    diesel::insert_into(review_meetings::table).values(row).execute(conn).map(|_| ())
}

/// The meetings of some rounds, in order.
pub fn list_meetings(conn: &mut Conn, rounds: &[ReviewRoundId]) -> QueryResult<Vec<MeetingRow>> {
    review_meetings::table
        .filter(review_meetings::round_id.eq_any(rounds.to_vec()))
        .order(review_meetings::id)
        .select(MeetingRow::as_select())
        .load(conn)
}

/// Keeps the end of a case.
pub fn insert_closure(conn: &mut Conn, row: &ClosureRow) -> QueryResult<()> {
    diesel::insert_into(review_closures::table).values(row).execute(conn).map(|_| ())
}

/// The ends of some rounds.
pub fn list_closures(conn: &mut Conn, rounds: &[ReviewRoundId]) -> QueryResult<Vec<ClosureRow>> {
    review_closures::table
        .filter(review_closures::round_id.eq_any(rounds.to_vec()))
        .order(review_closures::id)
        .select(ClosureRow::as_select())
        .load(conn)
}
