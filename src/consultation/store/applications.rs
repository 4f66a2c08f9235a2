//! Applications and their merges.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    NullableExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl,
    SelectableHelper, TextExpressionMethods,
    dsl::max,
    sql_types::{Bool, Nullable},
};

use crate::consultation::model::{ApplicationRow, MergeRow};
use crate::kernel::{ApplicationId, CommunityId, UtcTime};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend,
        schema::{consultation_applications, consultation_merges},
    },
};

/// The last sequence of a division in a year.
pub fn last_sequence(
    conn: &mut Conn,
    (division_code, year): (&str, i32),
) -> QueryResult<Option<i32>> {
    consultation_applications::table
        .filter(consultation_applications::division_code.eq(division_code.to_owned()))
        .filter(consultation_applications::year.eq(year))
        .select(max(consultation_applications::sequence))
        .first(conn)
}

/// Keeps applications.
pub fn insert_applications(conn: &mut Conn, rows: &[ApplicationRow]) -> QueryResult<()> {
    crate::insert_many!(conn, consultation_applications::table, rows)
}

/// An application.
pub fn find_application(conn: &mut Conn, id: ApplicationId) -> QueryResult<Option<ApplicationRow>> {
    consultation_applications::table
        .find(id)
        .select(ApplicationRow::as_select())
        .first(conn)
        .optional()
}

/// The references that are entered of a community.
pub fn list_references(
    conn: &mut Conn,
    community_id: CommunityId,
) -> QueryResult<Vec<Option<String>>> {
    consultation_applications::table
        .filter(consultation_applications::community_id.eq(community_id))
        .filter(consultation_applications::reference.is_not_null())
        .select(consultation_applications::reference)
        .load(conn)
}

type Within = Box<
    dyn BoxableExpression<consultation_applications::table, MultiBackend, SqlType = Nullable<Bool>>,
>;

/// Applications within the reach, an owner's own among them; newest first, after the cursor.
pub fn list_applications(
    conn: &mut Conn,
    (reach, community_id): (&Reach, Option<CommunityId>),
    (after, limit): (Option<ApplicationId>, i64),
) -> QueryResult<Vec<ApplicationRow>> {
    let mut query = consultation_applications::table
        .select(ApplicationRow::as_select())
        .into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        let owners: Vec<_> = reach.owner_id().into_iter().collect();
        let of_communities = consultation_applications::community_id.eq_any(reach.communities());
        let mut condition: Within = Box::new(
            of_communities.nullable().or(consultation_applications::owner_id.eq_any(owners)),
        );
        for division in reach.divisions() {
            let inside =
                consultation_applications::division_code.like(format!("{division}%")).escape('\\');
            condition = Box::new(condition.or(inside.nullable()));
        }
        query = query.filter(condition);
    }
    if let Some(id) = community_id {
        query = query.filter(consultation_applications::community_id.eq(id));
    }
    if let Some(after) = after {
        query = query.filter(consultation_applications::id.lt(after));
    }
    query.order(consultation_applications::id.desc()).limit(limit).load(conn)
}

/// The numbers of some applications.
pub fn list_numbers(
    conn: &mut Conn,
    ids: &[ApplicationId],
) -> QueryResult<Vec<(ApplicationId, String)>> {
    consultation_applications::table
        .filter(consultation_applications::id.eq_any(ids.to_vec()))
        .select((consultation_applications::id, consultation_applications::number))
        .load(conn)
}

/// Keeps a merge.
pub fn insert_merge(conn: &mut Conn, row: &MergeRow) -> QueryResult<()> {
    diesel::insert_into(consultation_merges::table).values(row).execute(conn).map(|_| ())
}

/// Merges from or into some applications, in order, undone ones too.
pub fn list_merges(conn: &mut Conn, ids: &[ApplicationId]) -> QueryResult<Vec<MergeRow>> {
    consultation_merges::table
        .filter(
            consultation_merges::from_id
                .eq_any(ids.to_vec())
                .or(consultation_merges::into_id.eq_any(ids.to_vec())),
        )
        .order(consultation_merges::id)
        .select(MergeRow::as_select())
        .load(conn)
}

/// Undoes the merge of an application that holds; whether there was one.
pub fn set_undone(
    conn: &mut Conn,
    from_id: ApplicationId,
    (reason, name, at): (&str, &str, UtcTime),
) -> QueryResult<bool> {
    let holds = consultation_merges::table
        .filter(consultation_merges::from_id.eq(from_id))
        .filter(consultation_merges::undone_at.is_null());
    diesel::update(holds)
        .set((
            consultation_merges::undo_reason.eq(reason.to_owned()),
            consultation_merges::undoer_name.eq(name.to_owned()),
            consultation_merges::undone_at.eq(at),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}
