//! Deliveries 送达 are recorded in lists, checked by another person, and corrected by a further record;
//! a list with a bad row is refused as a whole, every bad row named. Open from the notice until the
//! close: what was not on record by then proves nothing. Absent on purpose: what a record must say
//! (`rules::delivery`), totals and lists of units (`delivery_book`).

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::facts::Vote;
use crate::kernel::{
    Code, DeliveryId, DeliveryPhotoId, Outcome, Page, PageQuery, Refusal, UnitId, UtcTime,
};
use crate::platform::{
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another},
};
use crate::voting::{
    model::{Command, DeliveryMethod, DeliveryOutcome, DeliveryRow, NewDelivery},
    rules::{delivery::check_record, state::decide},
    store::{deliveries, rolls},
};

/// A delivery record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryView {
    /// The record.
    pub delivery_id: DeliveryId,
    /// The unit.
    pub unit_id: UnitId,
    /// Its number 房号.
    pub unit_code: String,
    /// How.
    pub method: DeliveryMethod,
    /// Whether it succeeded.
    pub outcome: DeliveryOutcome,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// When it was brought.
    pub delivered_at: UtcTime,
    /// Who took it, or how it was signed for.
    pub receiver: Option<String>,
    /// The number of the parcel or message; anything else.
    pub note: Option<String>,
    /// The photo or scan.
    pub photo_id: Option<DeliveryPhotoId>,
    /// The record that this one corrects.
    pub replaces: Option<DeliveryId>,
    /// Why it was corrected.
    pub correction_reason: Option<String>,
    /// The record that corrects this one; this one counts no more.
    pub replaced_by: Option<DeliveryId>,
    /// When it was recorded (legal time).
    pub recorded_at: UtcTime,
    /// Who recorded it.
    pub recorded_by: String,
    /// When another person checked it.
    pub checked_at: Option<UtcTime>,
    /// Who checked it.
    pub checked_by: Option<String>,
}

impl DeliveryView {
    pub(super) fn new(row: DeliveryRow, replaced_by: Option<DeliveryId>) -> Self {
        Self {
            delivery_id: row.id,
            unit_id: row.unit_id,
            unit_code: row.unit_code,
            method: row.method,
            outcome: row.outcome,
            failure_reason: row.failure_reason,
            delivered_at: row.delivered_at,
            receiver: row.receiver,
            note: row.note,
            photo_id: row.photo_id,
            replaces: row.replaces_id,
            correction_reason: row.correction_reason,
            replaced_by,
            recorded_at: row.recorded_at,
            recorded_by: row.recorder_name,
            checked_at: row.checked_at,
            checked_by: row.checker_name,
        }
    }
}

fn decide_delivery(tx: &WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    decide(vote.row.state, Command::Deliver, &vote.facts(tx.legal_now())?).map(|_| ())
}

/// What records of a vote are judged by.
struct Desk {
    units: HashMap<String, UnitId>,
    photos: HashSet<DeliveryPhotoId>,
    times: (UtcTime, UtcTime),
    person: Person,
}

impl Desk {
    fn open(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<Self> {
        decide_delivery(tx, vote)?;
        let (id, now, person) = (vote.row.id, tx.legal_now(), Person::of(tx)?);
        let units = rolls::list_whole_roll(tx.conn(), id)?;
        let counted = units.into_iter().filter(|unit| unit.head_id.is_some());
        let units = counted.map(|unit| (unit.code, unit.unit_id)).collect();
        let photos = deliveries::list_photo_ids(tx.conn(), id)?.into_iter().collect();
        Ok(Self { units, photos, times: (vote.row.noticed_at.unwrap_or(now), now), person })
    }

    fn judge(&self, vote: &Vote, new: &NewDelivery) -> Outcome<DeliveryRow> {
        let unit = self.units.get(&new.unit_code);
        let unit_id = *unit.ok_or_else(|| {
            Refusal::field(Code::NotOnRoll, "unit_code", "no such unit on the roll · 名册无此房号")
        })?;
        check_record(new, self.times)?;
        if new.photo_id.is_some_and(|id| !self.photos.contains(&id)) {
            let detail = "no such photo of this vote · 本次表决无此照片";
            return Err(Refusal::field(Code::InvalidField, "photo_id", detail));
        }
        Ok(DeliveryRow {
            id: DeliveryId::new(),
            vote_id: vote.row.id,
            unit_id,
            unit_code: new.unit_code.clone(),
            method: new.method,
            outcome: new.outcome,
            failure_reason: new.failure_reason.clone(),
            delivered_at: new.delivered_at,
            receiver: new.receiver.clone(),
            note: new.note.clone(),
            photo_id: new.photo_id,
            replaces_id: None,
            correction_reason: None,
            recorded_at: self.times.1,
            recorded_by: self.person.id,
            recorder_name: self.person.name.clone(),
            checked_at: None,
            checked_by: None,
            checker_name: None,
        })
    }
}

/// The refusal of a list with every fault that was found in it.
struct Faults {
    refusal: Refusal,
    found: usize,
}

impl Faults {
    fn none() -> Self {
        Self { refusal: Refusal::new(Code::DeliveryHasFaults), found: 0 }
    }

    fn add(&mut self, row: &str, fault: &Refusal) {
        self.found += 1;
        let add = |refusal: Refusal, pointer: &str, detail: &str| {
            refusal.with_field(pointer, fault.code().as_str(), detail)
        };
        let mut refusal = self.refusal.clone();
        if fault.errors().is_empty() {
            refusal = add(refusal, row, fault.detail_text().unwrap_or_default());
        }
        for error in fault.errors() {
            refusal = add(refusal, &format!("{row}/{}", error.pointer), &error.detail);
        }
        self.refusal = refusal;
    }

    fn into_outcome(self) -> Outcome<()> {
        if self.found == 0 { Ok(()) } else { Err(self.refusal) }
    }
}

/// Records deliveries: a list, for a building perhaps.
///
/// # Errors
/// `wrong_state` before the notice; `too_late` after the close; `delivery_has_faults` with every bad
/// row, and nothing recorded.
pub fn record_deliveries(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    list: &[NewDelivery],
) -> Outcome<Vec<DeliveryView>> {
    let desk = Desk::open(tx, vote)?;
    let (mut faults, mut rows, mut seen) = (Faults::none(), Vec::new(), HashSet::new());
    for (index, new) in list.iter().enumerate() {
        let place = format!("/records/{index}");
        if !seen.insert(&new.unit_code) {
            let twice = "the unit stands in the list twice · 同一房号重复";
            faults.add(&place, &Refusal::field(Code::AlreadyExists, "unit_code", twice));
            continue;
        }
        match desk.judge(vote, new) {
            Ok(row) => rows.push(row),
            Err(fault) => faults.add(&place, &fault),
        }
    }
    faults.into_outcome()?;
    deliveries::insert_deliveries(tx.conn(), &rows)?;
    let ids: Vec<_> = rows.iter().map(|row| (row.id, &row.unit_code)).collect();
    let after = json!({ "records": ids });
    tx.audit("delivery.recorded", ("vote", vote.row.id), (None, Some(&after)));
    Ok(rows.into_iter().map(|row| DeliveryView::new(row, None)).collect())
}

/// Checks records, as another person than the one who recorded each.
///
/// # Errors
/// `wrong_state`, `too_late`; `delivery_has_faults` with every record that can't be checked: not
/// found, own, corrected or checked already; then none is.
pub fn check_deliveries(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    ids: &[DeliveryId],
) -> Outcome<Vec<DeliveryView>> {
    decide_delivery(tx, vote)?;
    let (now, person) = (tx.legal_now(), Person::of(tx)?);
    let rows = deliveries::list_some(tx.conn(), vote.row.id, ids)?;
    let rows: HashMap<DeliveryId, DeliveryRow> =
        rows.into_iter().map(|row| (row.id, row)).collect();
    let replaced: HashMap<_, _> =
        deliveries::list_replacements(tx.conn(), ids)?.into_iter().collect();
    let mut faults = Faults::none();
    for (index, id) in ids.iter().enumerate() {
        if let Err(fault) = may_check(rows.get(id), &replaced, &person) {
            faults.add(&format!("/delivery_ids/{index}"), &fault);
        }
    }
    faults.into_outcome()?;
    deliveries::set_checked(tx.conn(), ids, (person.id, &person.name, now))?;
    let after = json!({ "records": ids });
    tx.audit("delivery.checked", ("vote", vote.row.id), (None, Some(&after)));
    let checked = deliveries::list_some(tx.conn(), vote.row.id, ids)?;
    Ok(checked.into_iter().map(|row| DeliveryView::new(row, None)).collect())
}

fn may_check(
    row: Option<&DeliveryRow>,
    replaced: &HashMap<DeliveryId, DeliveryId>,
    person: &Person,
) -> Outcome<()> {
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if replaced.contains_key(&row.id) {
        return Err(Refusal::new(Code::DeliveryStateConflict).detail("corrected · 已更正"));
    }
    if row.checked_at.is_some() {
        return Err(Refusal::new(Code::DeliveryStateConflict).detail("checked already · 已复核"));
    }
    must_be_another(row.recorded_by, person)
}

/// Corrects a record: another one takes its place, which must be checked in turn. Both stay.
///
/// # Errors
/// `not_found`; `delivery_state_conflict` for one that was corrected already; `invalid_field`, also
/// for another unit; as [`record_deliveries`].
pub fn correct_delivery(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (id, new, reason): (DeliveryId, &NewDelivery, &str),
) -> Outcome<DeliveryView> {
    let desk = Desk::open(tx, vote)?;
    let found = deliveries::list_some(tx.conn(), vote.row.id, &[id])?.pop();
    let old = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if !deliveries::list_replacements(tx.conn(), &[id])?.is_empty() {
        return Err(Refusal::new(Code::DeliveryStateConflict).detail("corrected · 已更正"));
    }
    let row = desk.judge(vote, new)?;
    if row.unit_id != old.unit_id {
        let detail = "another unit: record that one, and correct this one to failed";
        return Err(Refusal::field(Code::InvalidField, "/unit_code", detail));
    }
    let row =
        DeliveryRow { replaces_id: Some(id), correction_reason: Some(reason.to_owned()), ..row };
    deliveries::insert_deliveries(tx.conn(), std::slice::from_ref(&row))?;
    let after = json!({ "replaces": id, "reason": reason });
    tx.audit("delivery.corrected", ("delivery", row.id), (None, Some(&after)));
    Ok(DeliveryView::new(row, None))
}

/// The records of a vote or of one unit in their order, corrected ones too.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_deliveries(
    conn: &mut Conn,
    vote: &Vote,
    (unit_code, page): (Option<&str>, &PageQuery),
) -> Outcome<Page<DeliveryView>> {
    let place = (page.cursor()?, page.fetch());
    let rows = deliveries::list_deliveries_of(conn, vote.row.id, unit_code, place)?;
    let ids: Vec<DeliveryId> = rows.iter().map(|row| row.id).collect();
    let replaced: HashMap<_, _> = deliveries::list_replacements(conn, &ids)?.into_iter().collect();
    let page = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(page.map(|row| {
        let by = replaced.get(&row.id).copied();
        DeliveryView::new(row, by)
    }))
}
