//! Delivery records and their photos.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{AccountId, DeliveryId, DeliveryPhotoId, UtcTime, VoteId};
use crate::platform::db::{
    CHUNK, Conn, MultiBackend,
    schema::{delivery_photos, unit_deliveries},
};
use crate::voting::model::{DeliveryPhotoRow, DeliveryRow, NewDeliveryPhoto};

/// Keeps records.
pub fn insert_deliveries(conn: &mut Conn, rows: &[DeliveryRow]) -> QueryResult<()> {
    crate::insert_many!(conn, unit_deliveries::table, rows)
}

/// Every record of a vote in its order, replaced ones too.
pub fn list_deliveries(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<DeliveryRow>> {
    list_deliveries_of(conn, vote_id, None, (None, i64::MAX))
}

/// Records of a vote, of one unit or of all, after the cursor.
pub fn list_deliveries_of(
    conn: &mut Conn,
    vote_id: VoteId,
    unit_code: Option<&str>,
    (after, limit): (Option<DeliveryId>, i64),
) -> QueryResult<Vec<DeliveryRow>> {
    let mut query = unit_deliveries::table
        .filter(unit_deliveries::vote_id.eq(vote_id))
        .select(DeliveryRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(code) = unit_code {
        query = query.filter(unit_deliveries::unit_code.eq(code.to_owned()));
    }
    if let Some(after) = after {
        query = query.filter(unit_deliveries::id.gt(after));
    }
    query.order(unit_deliveries::id).limit(limit).load(conn)
}

/// Which of these records were replaced, each with the record that did.
pub fn list_replacements(
    conn: &mut Conn,
    ids: &[DeliveryId],
) -> QueryResult<Vec<(DeliveryId, DeliveryId)>> {
    let mut found: Vec<(Option<DeliveryId>, DeliveryId)> = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let some = unit_deliveries::table.filter(unit_deliveries::replaces_id.eq_any(chunk));
        let pairs = some.select((unit_deliveries::replaces_id, unit_deliveries::id));
        found.extend(pairs.load::<(Option<DeliveryId>, DeliveryId)>(conn)?);
    }
    Ok(found.into_iter().filter_map(|(replaced, by)| Some((replaced?, by))).collect())
}

/// Some records of a vote.
pub fn list_some(
    conn: &mut Conn,
    vote_id: VoteId,
    ids: &[DeliveryId],
) -> QueryResult<Vec<DeliveryRow>> {
    unit_deliveries::table
        .filter(unit_deliveries::vote_id.eq(vote_id))
        .filter(unit_deliveries::id.eq_any(ids))
        .select(DeliveryRow::as_select())
        .load(conn)
}

/// The second person's check of some records.
pub fn set_checked(
    conn: &mut Conn,
    ids: &[DeliveryId],
    (by, name, at): (AccountId, &str, UtcTime),
) -> QueryResult<()> {
    diesel::update(unit_deliveries::table.filter(unit_deliveries::id.eq_any(ids)))
        .set((
            unit_deliveries::checked_by.eq(by),
            unit_deliveries::checker_name.eq(name),
            unit_deliveries::checked_at.eq(at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Keeps a photo.
pub fn insert_photo(conn: &mut Conn, row: &NewDeliveryPhoto<'_>) -> QueryResult<()> {
    diesel::insert_into(delivery_photos::table).values(row).execute(conn).map(|_| ())
}

/// The photo of a vote with this digest.
pub fn find_photo_by_digest(
    conn: &mut Conn,
    vote_id: VoteId,
    digest: &str,
) -> QueryResult<Option<DeliveryPhotoRow>> {
    delivery_photos::table
        .filter(delivery_photos::vote_id.eq(vote_id))
        .filter(delivery_photos::digest.eq(digest))
        .select(DeliveryPhotoRow::as_select())
        .first(conn)
        .optional()
}

/// A photo of a vote with its content.
pub fn find_photo(
    conn: &mut Conn,
    vote_id: VoteId,
    id: DeliveryPhotoId,
) -> QueryResult<Option<(DeliveryPhotoRow, Vec<u8>)>> {
    delivery_photos::table
        .filter(delivery_photos::vote_id.eq(vote_id))
        .filter(delivery_photos::id.eq(id))
        .select((DeliveryPhotoRow::as_select(), delivery_photos::content))
        .first(conn)
        .optional()
}

/// The photos of a vote, each with its digest.
pub fn list_photo_digests(
    conn: &mut Conn,
    vote_id: VoteId,
) -> QueryResult<Vec<(DeliveryPhotoId, String)>> {
    delivery_photos::table
        .filter(delivery_photos::vote_id.eq(vote_id))
        .select((delivery_photos::id, delivery_photos::digest))
        .load(conn)
}

/// The photos of a vote, by id only.
pub fn list_photo_ids(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<DeliveryPhotoId>> {
    delivery_photos::table
        .filter(delivery_photos::vote_id.eq(vote_id))
        .select(delivery_photos::id)
        .load(conn)
}
