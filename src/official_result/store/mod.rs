//! Official results, their items and their evidence.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    NullableExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl,
    SelectableHelper, TextExpressionMethods,
    sql_types::{Bool, Nullable},
};

use crate::kernel::{CommunityId, OfficialFileId, OfficialResultId};
use crate::official_result::model::{
    NewOfficialFile, OfficialFileRow, OfficialFilter, OfficialItemRow, OfficialRow, OfficialState,
};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend, escape_like,
        schema::{official_result_files, official_result_items, official_results},
    },
};

/// Keeps a result with its items.
pub fn insert_result(
    conn: &mut Conn,
    row: &OfficialRow,
    items: &[OfficialItemRow],
) -> QueryResult<()> {
    diesel::insert_into(official_results::table).values(row).execute(conn)?;
    crate::insert_many!(conn, official_result_items::table, items)
}

/// A result.
pub fn find_result(conn: &mut Conn, id: OfficialResultId) -> QueryResult<Option<OfficialRow>> {
    official_results::table.find(id).select(OfficialRow::as_select()).first(conn).optional()
}

/// Moves a result that still stands in that state; whether it did.
pub fn set_result(conn: &mut Conn, before: OfficialState, row: &OfficialRow) -> QueryResult<bool> {
    let seen = official_results::table
        .filter(official_results::id.eq(row.id))
        .filter(official_results::state.eq(before));
    diesel::update(seen)
        .set((
            official_results::state.eq(row.state),
            official_results::confirmed_by.eq(row.confirmed_by),
            official_results::confirmer_name.eq(&row.confirmer_name),
            official_results::confirmed_at.eq(row.confirmed_at),
            official_results::withdrawn_name.eq(&row.withdrawn_name),
            official_results::withdrawn_at.eq(row.withdrawn_at),
            official_results::withdrawal_reason.eq(&row.withdrawal_reason),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The results of a platform's vote that wait or hold.
pub fn list_of_reference(
    conn: &mut Conn,
    (platform, reference): (&str, &str),
) -> QueryResult<Vec<OfficialRow>> {
    official_results::table
        .filter(official_results::platform.eq(platform.to_owned()))
        .filter(official_results::reference.eq(reference.to_owned()))
        .filter(official_results::state.eq_any([OfficialState::Proposed, OfficialState::Confirmed]))
        .select(OfficialRow::as_select())
        .load(conn)
}

/// The confirmed results that took the place of these, each with the one that it replaces.
pub fn list_replacements(
    conn: &mut Conn,
    ids: &[OfficialResultId],
) -> QueryResult<Vec<(OfficialResultId, OfficialResultId)>> {
    let found: Vec<(Option<OfficialResultId>, OfficialResultId)> = official_results::table
        .filter(official_results::replaces_id.eq_any(ids))
        .filter(official_results::confirmed_at.is_not_null())
        .select((official_results::replaces_id, official_results::id))
        .load(conn)?;
    Ok(found.into_iter().filter_map(|(old, by)| Some((old?, by))).collect())
}

/// Results within the reach, newest first, after the cursor.
pub fn list_results(
    conn: &mut Conn,
    reach: &Reach,
    filter: &OfficialFilter,
    (after, limit): (Option<OfficialResultId>, i64),
) -> QueryResult<Vec<OfficialRow>> {
    let mut query =
        official_results::table.select(OfficialRow::as_select()).into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        query = query.filter(within(reach));
    }
    if let Some(id) = filter.community_id {
        query = query.filter(official_results::community_id.eq(id));
    }
    if !filter.states.is_empty() {
        query = query.filter(official_results::state.eq_any(filter.states.clone()));
    }
    if let Some(search) = &filter.search {
        let part = format!("%{}%", escape_like(search));
        let of_platform = official_results::platform.like(part.clone()).escape('\\');
        query = query.filter(of_platform.or(official_results::reference.like(part).escape('\\')));
    }
    if let Some(after) = after {
        query = query.filter(official_results::id.lt(after));
    }
    query.order(official_results::id.desc()).limit(limit).load(conn)
}

/// What everybody may see of a community: what was confirmed, superseded ones too; newest first.
pub fn list_public(
    conn: &mut Conn,
    id: CommunityId,
    (after, limit): (Option<OfficialResultId>, i64),
) -> QueryResult<Vec<OfficialRow>> {
    let states = vec![OfficialState::Confirmed, OfficialState::Superseded];
    let filter = OfficialFilter { community_id: Some(id), states, search: None };
    list_results(conn, &Reach::everything(), &filter, (after, limit))
}

type Within =
    Box<dyn BoxableExpression<official_results::table, MultiBackend, SqlType = Nullable<Bool>>>;

fn within(reach: &Reach) -> Within {
    let mut condition: Within = Box::new(
        official_results::community_id
            .eq_any(reach.communities())
            .nullable()
            .or(official_results::building_id.eq_any(reach.buildings())),
    );
    for division in reach.divisions() {
        let prefix = format!("{}%", escape_like(&division));
        let inside = official_results::division_code.like(prefix).escape('\\');
        condition = Box::new(condition.or(inside.nullable()));
    }
    condition
}

/// The items of some results, in their order.
pub fn list_items(conn: &mut Conn, ids: &[OfficialResultId]) -> QueryResult<Vec<OfficialItemRow>> {
    official_result_items::table
        .filter(official_result_items::result_id.eq_any(ids))
        .order((official_result_items::result_id, official_result_items::position))
        .select(OfficialItemRow::as_select())
        .load(conn)
}

/// Keeps a file.
pub fn insert_file(conn: &mut Conn, row: &NewOfficialFile<'_>) -> QueryResult<()> {
    diesel::insert_into(official_result_files::table).values(row).execute(conn).map(|_| ())
}

/// The files of a result, without their content.
pub fn list_files(conn: &mut Conn, ids: &[OfficialResultId]) -> QueryResult<Vec<OfficialFileRow>> {
    official_result_files::table
        .filter(official_result_files::result_id.eq_any(ids))
        .order(official_result_files::id)
        .select(OfficialFileRow::as_select())
        .load(conn)
}

/// A file of a result with its content.
pub fn find_file(
    conn: &mut Conn,
    result_id: OfficialResultId,
    id: OfficialFileId,
) -> QueryResult<Option<(OfficialFileRow, Vec<u8>)>> {
    official_result_files::table
        .filter(official_result_files::result_id.eq(result_id))
        .filter(official_result_files::id.eq(id))
        .select((OfficialFileRow::as_select(), official_result_files::content))
        .first(conn)
        .optional()
}
