//! Composite decisions, their places and member votes; votes cloned from others.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    NullableExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl,
    SelectableHelper, TextExpressionMethods, sql_types::Bool,
};

use crate::kernel::{CompositeId, CompositeMemberId, OwnerId, RulePackId, UtcTime, VoteId};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend, escape_like,
        schema::{
            composite_decisions, composite_members, composite_places, composites, head_owners,
            item_results, vote_clones, vote_items, votes,
        },
    },
};
use crate::voting::model::{
    AuthorityRow, CompositeRow, ItemRow, MemberRow, MemberVote, PlaceRow, ResultRow,
};

/// Adds a composite decision with its places.
pub fn insert_composite(
    conn: &mut Conn,
    row: &CompositeRow,
    places: &[PlaceRow],
) -> QueryResult<()> {
    diesel::insert_into(composites::table).values(row).execute(conn)?;
    crate::insert_many!(conn, composite_places::table, places)
}

/// The composite decision of that id.
pub fn find_composite(conn: &mut Conn, id: CompositeId) -> QueryResult<Option<CompositeRow>> {
    let found = composites::table.find(id).select(CompositeRow::as_select()).first(conn);
    found.optional()
}

/// Composite decisions with a place within the reach, or with a vote on whose roll the owner stands;
/// newest first, after the cursor.
pub fn list_composites(
    conn: &mut Conn,
    reach: &Reach,
    search: Option<&str>,
    (after, limit): (Option<CompositeId>, i64),
) -> QueryResult<Vec<CompositeRow>> {
    let mut query =
        composites::table.select(CompositeRow::as_select()).into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        query = query.filter(within(reach));
    }
    if let Some(search) = search {
        let part = format!("%{}%", escape_like(search));
        query = query.filter(composites::title.like(part).escape('\\'));
    }
    if let Some(after) = after {
        query = query.filter(composites::id.lt(after));
    }
    query.order(composites::id.desc()).limit(limit).load(conn)
}

type Within = Box<dyn BoxableExpression<composites::table, MultiBackend, SqlType = Bool>>;

/// The reach as a condition: a place within it, or a vote on whose roll the owner stands.
fn within(reach: &Reach) -> Within {
    let named = composite_places::table
        .filter(
            composite_places::community_id
                .eq_any(reach.communities())
                .nullable()
                .or(composite_places::building_id.eq_any(reach.buildings())),
        )
        .select(composite_places::composite_id);
    let mut condition: Within = Box::new(composites::id.eq_any(named));
    for division in reach.divisions() {
        let prefix = format!("{}%", escape_like(&division));
        let there = composite_places::table
            .filter(composite_places::division_code.like(prefix).escape('\\'))
            .select(composite_places::composite_id);
        condition = Box::new(condition.or(composites::id.eq_any(there)));
    }
    if let Some(owner_id) = reach.owner_id() {
        let own = head_owners::table
            .filter(head_owners::owner_id.eq(owner_id))
            .select(head_owners::vote_id);
        let own = composite_members::table
            .filter(composite_members::vote_id.eq_any(own))
            .select(composite_members::composite_id);
        condition = Box::new(condition.or(composites::id.eq_any(own)));
    }
    condition
}

/// The places of a composite decision, in order.
pub fn list_places(conn: &mut Conn, id: CompositeId) -> QueryResult<Vec<PlaceRow>> {
    composite_places::table
        .filter(composite_places::composite_id.eq(id))
        .order(composite_places::position)
        .select(PlaceRow::as_select())
        .load(conn)
}

/// Every vote that is or was a member, in the order in which they were added.
pub fn list_members(conn: &mut Conn, id: CompositeId) -> QueryResult<Vec<MemberVote>> {
    composite_members::table
        .inner_join(votes::table)
        .filter(composite_members::composite_id.eq(id))
        .order(composite_members::id)
        .select((MemberRow::as_select(), votes::title, votes::state))
        .load(conn)
}

/// Whether an owner stands on the roll of a member vote.
pub fn is_on_a_roll(conn: &mut Conn, id: CompositeId, owner_id: OwnerId) -> QueryResult<bool> {
    let of_composite = composite_members::table
        .filter(composite_members::composite_id.eq(id))
        .select(composite_members::vote_id);
    let own = head_owners::table
        .filter(head_owners::owner_id.eq(owner_id))
        .filter(head_owners::vote_id.eq_any(of_composite));
    Ok(own.count().get_result::<i64>(conn)? > 0)
}

/// The items of several votes, in order.
pub fn list_items_of(conn: &mut Conn, ids: &[VoteId]) -> QueryResult<Vec<ItemRow>> {
    vote_items::table
        .filter(vote_items::vote_id.eq_any(ids))
        .order((vote_items::vote_id, vote_items::position))
        .select(ItemRow::as_select())
        .load(conn)
}

/// The counts of several votes, the newest of an item last.
pub fn list_results_of(conn: &mut Conn, ids: &[VoteId]) -> QueryResult<Vec<ResultRow>> {
    item_results::table
        .filter(item_results::vote_id.eq_any(ids))
        .order(item_results::log_seq)
        .load(conn)
}

/// Adds a member.
pub fn insert_member(conn: &mut Conn, row: &MemberRow) -> QueryResult<()> {
    diesel::insert_into(composite_members::table).values(row).execute(conn).map(|_| ())
}

/// Whether a vote is, or was, a member of any composite decision.
pub fn is_member(conn: &mut Conn, vote_id: VoteId) -> QueryResult<bool> {
    let found = composite_members::table.filter(composite_members::vote_id.eq(vote_id));
    Ok(found.count().get_result::<i64>(conn)? > 0)
}

/// A member gives way to a re-vote.
pub fn set_replaced(conn: &mut Conn, id: CompositeMemberId, at: UtcTime) -> QueryResult<()> {
    diesel::update(composite_members::table.filter(composite_members::id.eq(id)))
        .set(composite_members::replaced_at.eq(at))
        .execute(conn)
        .map(|_| ())
}

/// Counts the version up if it is still this one; whether it was.
pub fn set_version(conn: &mut Conn, (id, version): (CompositeId, i32)) -> QueryResult<bool> {
    let row = composites::table.filter(composites::id.eq(id));
    diesel::update(row.filter(composites::version.eq(version)))
        .set(composites::version.eq(version + 1))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The authority's decision.
pub fn find_authority(conn: &mut Conn, id: CompositeId) -> QueryResult<Option<AuthorityRow>> {
    composite_decisions::table.find(id).first(conn).optional()
}

/// Keeps the authority's decision.
pub fn insert_authority(conn: &mut Conn, row: &AuthorityRow) -> QueryResult<()> {
    diesel::insert_into(composite_decisions::table).values(row).execute(conn).map(|_| ())
}

/// Keeps where a draft came from.
pub fn insert_clone(conn: &mut Conn, (id, source): (VoteId, VoteId)) -> QueryResult<()> {
    diesel::insert_into(vote_clones::table)
        .values((vote_clones::vote_id.eq(id), vote_clones::source_id.eq(source)))
        .execute(conn)
        .map(|_| ())
}

/// The vote that a draft was cloned from, with the rule pack version of that one.
pub fn find_source(conn: &mut Conn, id: VoteId) -> QueryResult<Option<(VoteId, RulePackId)>> {
    vote_clones::table
        .inner_join(votes::table)
        .filter(vote_clones::vote_id.eq(id))
        .select((vote_clones::source_id, votes::rule_pack_id))
        .first(conn)
        .optional()
}

/// The votes that were cloned from this one, oldest first.
pub fn list_clones(conn: &mut Conn, id: VoteId) -> QueryResult<Vec<VoteId>> {
    vote_clones::table
        .filter(vote_clones::source_id.eq(id))
        .order(vote_clones::vote_id)
        .select(vote_clones::vote_id)
        .load(conn)
}
