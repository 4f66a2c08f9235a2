//! The desk's lists of notices 告知: who was reached, and to whom somebody must go.

use std::collections::HashSet;

use serde_json::json;

use super::{facts::Vote, notices::units_of};
use crate::kernel::{BallotNoticeId, Code, HeadId, Outcome, Page, PageQuery, Refusal};
use crate::platform::db::{Conn, WriteTx};
use crate::voting::{
    model::{NoticeState, NoticeView},
    store::notices,
};

/// The notices of a vote, oldest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_notices(
    conn: &mut Conn,
    vote: &Vote,
    (state, page): (Option<NoticeState>, &PageQuery),
) -> Outcome<Page<NoticeView>> {
    let place = (page.cursor()?, page.fetch());
    let rows = notices::list_notices(conn, vote.row.id, state, place)?;
    let page = Page::cut(rows, page.limit(), |(row, _, _)| row.id.to_string());
    let next_cursor = page.next_cursor;
    Ok(Page { items: views(conn, page.items)?, next_cursor })
}

/// Every notice of a vote in a state, for a list to walk with.
///
/// # Errors
/// Of the database.
pub fn list_all_notices(
    conn: &mut Conn,
    vote: &Vote,
    state: Option<NoticeState>,
) -> Outcome<Vec<NoticeView>> {
    let rows = notices::list_notices(conn, vote.row.id, state, (None, i64::MAX))?;
    views(conn, rows)
}

fn views(conn: &mut Conn, rows: Vec<notices::NoticeOfBallot>) -> Outcome<Vec<NoticeView>> {
    let heads: HashSet<HeadId> = rows.iter().map(|(row, _, _)| row.head_id).collect();
    let units = units_of(conn, &Vec::from_iter(heads))?;
    let view = |(row, receipt, channel): notices::NoticeOfBallot| NoticeView {
        notice_id: row.id,
        ballot_id: row.ballot_id,
        receipt,
        channel,
        units: units.get(&row.head_id).cloned().unwrap_or_default(),
        occasion: row.occasion,
        contact_kind: row.contact_kind,
        masked_contact: row.masked_contact,
        state: row.state,
        at: row.at,
        delivered_by: row.delivered_by,
        delivery_note: row.delivery_note,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Keeps that somebody brought a notice to a household that no message reached.
///
/// # Errors
/// `not_found`; `notice_state_conflict` where a message was sent or somebody was there before.
pub fn mark_delivered(
    tx: &mut WriteTx<'_>,
    (vote, id): (&Vote, BallotNoticeId),
    note: &str,
) -> Outcome<NoticeView> {
    let (now, name) = (tx.legal_now(), tx.actor().name.clone());
    let found = notices::find_notice(tx.conn(), vote.row.id, id)?;
    let (row, _, _) = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if !notices::set_delivered(tx.conn(), id, (&name, note, now))? {
        let refusal = Refusal::new(Code::NoticeStateConflict).with("have", row.state.as_str());
        return Err(refusal.with("need", "no_contact | failed"));
    }
    let after = json!({ "note": note });
    tx.audit("notice.delivered", ("ballot_notice", id), (None, Some(&after)));
    let found = notices::find_notice(tx.conn(), vote.row.id, id)?;
    let view = views(tx.conn(), found.into_iter().collect())?.pop();
    view.ok_or_else(|| Refusal::new(Code::NotFound))
}
