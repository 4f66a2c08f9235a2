//! Votes, their items, materials and transitions.

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, NullableExpressionMethods,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper, TextExpressionMethods,
};

use crate::kernel::{CommunityId, LocalDate, MaterialId, UtcTime, VoteId};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend, escape_like,
        schema::{communities, head_owners, vote_items, vote_materials, vote_transitions, votes},
    },
};
use crate::voting::model::{
    ItemRow, MaterialRow, NewMaterial, TransitionRow, VoteChange, VoteFilter, VoteRow, VoteState,
};

/// A vote with its place.
pub type PlacedVote = (VoteRow, String);

/// The vote of that id with its division code.
pub fn find_vote(conn: &mut Conn, id: VoteId) -> QueryResult<Option<PlacedVote>> {
    votes::table
        .inner_join(communities::table)
        .filter(votes::id.eq(id))
        .select((VoteRow::as_select(), communities::division_code))
        .first(conn)
        .optional()
}

/// Votes within the reach, newest first, after the cursor.
pub fn list_votes(
    conn: &mut Conn,
    reach: &Reach,
    filter: &VoteFilter,
    (after, limit): (Option<VoteId>, i64),
) -> QueryResult<Vec<VoteRow>> {
    let mut query = votes::table
        .inner_join(communities::table)
        .select(VoteRow::as_select())
        .into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        let within = within(reach);
        query = query.filter(within);
    }
    if let Some(id) = filter.community_id {
        query = query.filter(votes::community_id.eq(id));
    }
    if let Some(state) = filter.state {
        query = query.filter(votes::state.eq(state));
    }
    if let Some(search) = &filter.search {
        query = query.filter(votes::title.like(format!("%{}%", escape_like(search))).escape('\\'));
    }
    if let Some(after) = after {
        query = query.filter(votes::id.lt(after));
    }
    query.order(votes::id.desc()).limit(limit).load(conn)
}

type Within = Box<
    dyn diesel::BoxableExpression<
            diesel::dsl::InnerJoinQuerySource<votes::table, communities::table>,
            MultiBackend,
            SqlType = diesel::sql_types::Nullable<diesel::sql_types::Bool>,
        >,
>;

/// The reach as a condition on votes joined with their communities.
fn within(reach: &Reach) -> Within {
    use diesel::NullableExpressionMethods;
    let mut condition: Within = Box::new(
        votes::community_id
            .eq_any(reach.communities())
            .nullable()
            .or(votes::building_id.eq_any(reach.buildings())),
    );
    for division in reach.divisions() {
        let prefix = format!("{}%", escape_like(&division));
        condition =
            Box::new(condition.or(communities::division_code.like(prefix).escape('\\').nullable()));
    }
    if let Some(owner_id) = reach.owner_id() {
        let own = head_owners::table
            .filter(head_owners::owner_id.eq(owner_id))
            .select(head_owners::vote_id);
        condition = Box::new(condition.or(votes::id.eq_any(own).nullable()));
    }
    condition
}

/// Votes whose announced time has come: noticed ones to open, open ones to close.
pub fn list_due_votes(
    conn: &mut Conn,
    (open_due, close_due): (UtcTime, UtcTime),
) -> QueryResult<Vec<VoteId>> {
    let to_open = votes::state.eq(VoteState::Noticed).and(votes::opens_at.le(open_due));
    let to_close = votes::state
        .eq_any([VoteState::Open, VoteState::Extended])
        .and(votes::closes_at.le(close_due));
    votes::table.filter(to_open.or(to_close)).select(votes::id).load(conn)
}

/// Votes whose log goes on: from the notice to the confirmation.
pub fn list_running_votes(conn: &mut Conn) -> QueryResult<Vec<VoteId>> {
    let running = [
        VoteState::Noticed,
        VoteState::Open,
        VoteState::Extended,
        VoteState::Closed,
        VoteState::Counted,
        VoteState::Published,
    ];
    votes::table.filter(votes::state.eq_any(running)).select(votes::id).load(conn)
}

/// The votes of communities whose roll is frozen and whose result is not final, or whose roll is of
/// that day or later; drafts and voided ones not.
pub fn list_in_the_way(
    conn: &mut Conn,
    communities: &[CommunityId],
    day: LocalDate,
) -> QueryResult<Vec<(VoteId, String, VoteState)>> {
    let ended = [VoteState::Draft, VoteState::Confirmed, VoteState::Voided];
    let is_later = votes::record_on.ge(day).and(votes::state.eq(VoteState::Confirmed).nullable());
    votes::table
        .filter(votes::community_id.eq_any(communities))
        .filter(votes::state.ne_all(ended).nullable().or(is_later))
        .order(votes::id)
        .select((votes::id, votes::title, votes::state))
        .load(conn)
}

/// Adds a vote.
pub fn insert_vote(conn: &mut Conn, row: &VoteRow) -> QueryResult<()> {
    diesel::insert_into(votes::table).values(row).execute(conn).map(|_| ())
}

/// Changes a vote if it still has that version; whether it had.
pub fn set_vote(
    conn: &mut Conn,
    (id, version): (VoteId, i32),
    change: &VoteChange,
) -> QueryResult<bool> {
    diesel::update(votes::table.filter(votes::id.eq(id)).filter(votes::version.eq(version)))
        .set((change, votes::version.eq(version + 1)))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The items of a vote, in order.
pub fn list_items(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<ItemRow>> {
    vote_items::table
        .filter(vote_items::vote_id.eq(vote_id))
        .order(vote_items::position)
        .select(ItemRow::as_select())
        .load(conn)
}

/// The materials of a vote, without their content.
pub fn list_materials(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<MaterialRow>> {
    vote_materials::table
        .filter(vote_materials::vote_id.eq(vote_id))
        .order(vote_materials::id)
        .select((
            vote_materials::id,
            vote_materials::file_name,
            vote_materials::media_type,
            vote_materials::size_bytes,
            vote_materials::digest,
        ))
        .load(conn)
}

/// A material's name, media type and content.
pub fn find_material(
    conn: &mut Conn,
    vote_id: VoteId,
    id: MaterialId,
) -> QueryResult<Option<(String, String, Vec<u8>)>> {
    vote_materials::table
        .filter(vote_materials::id.eq(id))
        .filter(vote_materials::vote_id.eq(vote_id))
        .select((vote_materials::file_name, vote_materials::media_type, vote_materials::content))
        .first(conn)
        .optional()
}

/// Attaches a material.
pub fn insert_material(conn: &mut Conn, row: &NewMaterial<'_>) -> QueryResult<()> {
    diesel::insert_into(vote_materials::table).values(row).execute(conn).map(|_| ())
}

/// Takes a material away; whether it was there.
pub fn delete_material(conn: &mut Conn, vote_id: VoteId, id: MaterialId) -> QueryResult<bool> {
    let material = vote_materials::table
        .filter(vote_materials::id.eq(id))
        .filter(vote_materials::vote_id.eq(vote_id));
    diesel::delete(material).execute(conn).map(|rows| rows == 1)
}

/// Keeps a step.
pub fn insert_transition(conn: &mut Conn, row: &TransitionRow) -> QueryResult<()> {
    diesel::insert_into(vote_transitions::table).values(row).execute(conn).map(|_| ())
}

/// The steps of a vote, in order.
pub fn list_transitions(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<TransitionRow>> {
    vote_transitions::table
        .filter(vote_transitions::vote_id.eq(vote_id))
        .order(vote_transitions::id)
        .load(conn)
}
