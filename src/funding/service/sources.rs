//! Sources: recorded from a document, superseded by another one, returned to their channel.

use std::collections::BTreeMap;

use super::{
    facts::{divisions, get_own_source, not_found, record},
    views::{FundingPurposeView, FundingSourceDetail, FundingSourceView},
};
use crate::funding::{
    model::{
        AmountWithReason, FundingTag, NewSource, PlanLines, PurposeRow, ReturnRow, SourceFilter,
        SourceRow,
    },
    rules::{
        fit::short,
        purposes::{TAGS, expand},
    },
    store::sources,
};
use crate::kernel::{
    Code, Fen, FundingReturnId, FundingSourceId, Outcome, Page, PageQuery, Refusal,
};
use crate::platform::{
    auth::{Place, Reach},
    db::{Conn, WriteTx},
};

/// The named programmes with the items that their money may pay.
#[must_use]
pub fn tags() -> &'static [FundingTag] {
    &TAGS
}

/// Sources as they are shown, in their order.
pub(super) fn shown(conn: &mut Conn, rows: Vec<SourceRow>) -> Outcome<Vec<FundingSourceView>> {
    let ids: Vec<FundingSourceId> = rows.iter().map(|row| row.id).collect();
    let mut purposes: BTreeMap<FundingSourceId, Vec<FundingPurposeView>> = BTreeMap::new();
    for row in sources::list_purposes(conn, &ids)? {
        let view = FundingPurposeView { purpose: row.purpose, tag: row.tag };
        purposes.entry(row.source_id).or_default().push(view);
    }
    let view = |row: SourceRow| {
        let purposes = purposes.remove(&row.id).unwrap_or_default();
        FundingSourceView::of(row, purposes)
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A source with what became of it.
///
/// # Errors
/// Of the database.
pub fn detail(conn: &mut Conn, row: SourceRow) -> Outcome<FundingSourceDetail> {
    let id = row.id;
    let returns = sources::list_returns(conn, id)?.into_iter().map(Into::into).collect();
    let superseded_by = sources::find_successor(conn, id)?;
    let source = shown(conn, vec![row])?.pop().ok_or_else(not_found)?;
    Ok(FundingSourceDetail { source, superseded_by, returns })
}

/// Sources that concern the reach, newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    (filter, page): (&SourceFilter, &PageQuery),
) -> Outcome<Page<FundingSourceView>> {
    let divisions = divisions(conn, reach)?;
    let place = (page.cursor()?, page.fetch());
    let rows = sources::list(conn, divisions.as_deref(), filter, place)?;
    let page = Page::cut(rows, page.limit(), |row| row.id.to_string());
    let items = shown(conn, page.items)?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

fn keep(
    tx: &mut WriteTx<'_>,
    (new, supersedes_id): (&NewSource, Option<FundingSourceId>),
    plans: &dyn PlanLines,
) -> Outcome<SourceRow> {
    let row = SourceRow {
        id: FundingSourceId::new(),
        channel: new.channel,
        name: new.name.clone(),
        document: new.document.clone(),
        region: new.region.clone(),
        valid_from: new.valid_from,
        valid_until: new.valid_until,
        programme_only: new.programme_only,
        fund_reference: new.fund_reference.clone(),
        amount_fen: new.amount,
        allocated_fen: Fen::ZERO,
        returned_fen: Fen::ZERO,
        carried_fen: Fen::ZERO,
        supersedes_id,
        closed_at: None,
        recorder_name: tx.actor().name.clone(),
        recorded_at: tx.legal_now(),
    };
    let purposes = expand(&new.purposes, &plans.catalogue())?;
    let purpose = |(purpose, tag)| PurposeRow { source_id: row.id, purpose, tag };
    let purposes: Vec<PurposeRow> = purposes.into_iter().map(purpose).collect();
    sources::insert(tx.conn(), &row, &purposes)?;
    Ok(row)
}

/// Records what a document gives.
///
/// # Errors
/// `not_found` for a region outside the reach; `invalid_field` for a purpose that is none;
/// `already_exists` where channel, document and name are recorded.
pub fn create(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    (new, plans): (&NewSource, &dyn PlanLines),
) -> Outcome<FundingSourceDetail> {
    let place = Place { division_code: new.region.clone(), ..Place::default() };
    if !reach.covers(&place) {
        return Err(not_found());
    }
    let row = keep(tx, (new, None), plans)?;
    let view = detail(tx.conn(), row)?;
    record(tx, "funding.record_source", ("funding_source", view.source.id), &view)?;
    Ok(view)
}

/// Another document takes a source's place: it carries on what is left, for its own purposes, region
/// and dates. What was allocated stays under the old document.
///
/// # Errors
/// As [`create`]; `funding_source_closed`; `funding_source_exceeded` where nothing is left;
/// `invalid_field` where channel, or amount and what is left, differ; `stale_version`.
pub fn supersede(
    tx: &mut WriteTx<'_>,
    (id, reach): (FundingSourceId, &Reach),
    (new, plans): (&NewSource, &dyn PlanLines),
) -> Outcome<FundingSourceDetail> {
    let old = get_own_source(tx.conn(), id, reach)?;
    if old.closed_at.is_some() {
        return Err(Refusal::new(Code::FundingSourceClosed).with("document", old.document));
    }
    if old.rest() == Fen::ZERO {
        return Err(short(Code::FundingSourceExceeded, Fen::ZERO, new.amount));
    }
    if new.channel != old.channel {
        let detail = format!("{}: 渠道不变 · the channel stays", old.channel);
        return Err(Refusal::field(Code::InvalidField, "/channel", detail));
    }
    if new.amount != old.rest() {
        let detail = format!("{}: 等于余额 · what is left", old.rest());
        return Err(Refusal::field(Code::InvalidField, "/amount", detail));
    }
    if new.document == old.document {
        let detail = "改变用途须有新文件 · a change takes a new document";
        return Err(Refusal::field(Code::InvalidField, "/document", detail));
    }
    let place = Place { division_code: new.region.clone(), ..Place::default() };
    if !reach.covers(&place) {
        return Err(not_found());
    }
    let now = tx.legal_now();
    if !sources::close(tx.conn(), (id, new.amount), now)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let row = keep(tx, (new, Some(id)), plans)?;
    let view = detail(tx.conn(), row)?;
    record(tx, "funding.supersede_source", ("funding_source", id), &view)?;
    Ok(view)
}

/// Returns money to its channel.
///
/// # Errors
/// `not_found`; `funding_source_exceeded` with what is left.
pub fn send_back(
    tx: &mut WriteTx<'_>,
    (id, reach): (FundingSourceId, &Reach),
    (new, document): (&AmountWithReason, &str),
) -> Outcome<FundingSourceDetail> {
    let row = get_own_source(tx.conn(), id, reach)?;
    let returned = ReturnRow {
        id: FundingReturnId::new(),
        source_id: id,
        amount_fen: new.amount,
        document: document.to_owned(),
        reason: new.reason.clone(),
        recorder_name: tx.actor().name.clone(),
        recorded_at: tx.legal_now(),
    };
    if !sources::send_back(tx.conn(), &returned)? {
        return Err(short(Code::FundingSourceExceeded, row.rest(), new.amount));
    }
    let row = get_own_source(tx.conn(), id, reach)?;
    let view = detail(tx.conn(), row)?;
    record(tx, "funding.return", ("funding_source", id), &view)?;
    Ok(view)
}
