//! Applications of every channel under one number; duplicates are merged, and both stay.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::json;

use super::facts::own_household;
use crate::consultation::{
    model::{ApplicationRow, Channel, MergeRow, NewApplication},
    rules::applications::{number_of, read, template},
    store::applications,
};
use crate::kernel::{
    ApplicationId, ApplicationMergeId, Code, CommunityId, LocalDate, Outcome, OwnerId, Page,
    PageQuery, Refusal, UtcTime,
};
use crate::platform::{
    auth::{Place, Reach},
    db::{Conn, WriteTx},
    two_people::Person,
};
use crate::registry::{find_place_of_community, require_standing_community};

/// A merge, undone or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ApplicationMergeView {
    /// The number of the duplicate.
    pub from: String,
    /// The number into which it went.
    pub into: String,
    /// Why.
    pub reason: String,
    /// Who merged.
    pub merged_by: String,
    /// When (legal time).
    pub merged_at: UtcTime,
    /// Why it was undone.
    pub undo_reason: Option<String>,
    /// Who undid it.
    pub undone_by: Option<String>,
    /// When.
    pub undone_at: Option<UtcTime>,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ApplicationView {
    /// The application.
    pub application_id: ApplicationId,
    /// Its number: division, year, sequence.
    pub number: String,
    /// The community.
    pub community_id: CommunityId,
    /// How it came.
    pub channel: Channel,
    /// Who applies.
    pub applicant: String,
    /// The unit's number.
    pub unit_code: Option<String>,
    /// What is asked for.
    pub text: String,
    /// The number that it has elsewhere.
    pub reference: Option<String>,
    /// The day.
    pub applied_on: LocalDate,
    /// Who entered it.
    pub recorded_by: String,
    /// When (legal time).
    pub recorded_at: UtcTime,
    /// The number of the application into which it is merged now.
    pub merged_into: Option<String>,
    /// Merges from it and into it, in order.
    pub merges: Vec<ApplicationMergeView>,
}

fn place_of(row: &ApplicationRow) -> Place {
    Place {
        division_code: row.division_code.clone(),
        community_id: Some(row.community_id),
        building_id: None,
    }
}

fn views(conn: &mut Conn, rows: Vec<ApplicationRow>) -> Outcome<Vec<ApplicationView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let merges = applications::list_merges(conn, &ids)?;
    let named: Vec<_> = merges.iter().flat_map(|row| [row.from_id, row.into_id]).collect();
    let numbers: HashMap<_, _> = applications::list_numbers(conn, &named)?.into_iter().collect();
    let number = |id: ApplicationId| numbers.get(&id).cloned().unwrap_or_default();
    let merge = |row: &MergeRow| ApplicationMergeView {
        from: number(row.from_id),
        into: number(row.into_id),
        reason: row.reason.clone(),
        merged_by: row.merger_name.clone(),
        merged_at: row.merged_at,
        undo_reason: row.undo_reason.clone(),
        undone_by: row.undoer_name.clone(),
        undone_at: row.undone_at,
    };
    let view = |row: ApplicationRow| {
        let own = merges.iter().filter(|merge| [merge.from_id, merge.into_id].contains(&row.id));
        let holds =
            merges.iter().find(|merge| merge.from_id == row.id && merge.undone_at.is_none());
        ApplicationView {
            merged_into: holds.map(|merge| number(merge.into_id)),
            merges: own.map(merge).collect(),
            application_id: row.id,
            number: row.number,
            community_id: row.community_id,
            channel: row.channel,
            applicant: row.applicant,
            unit_code: row.unit_code,
            text: row.text,
            reference: row.reference,
            applied_on: row.applied_on,
            recorded_by: row.recorder_name,
            recorded_at: row.recorded_at,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

fn one(conn: &mut Conn, row: ApplicationRow) -> Outcome<ApplicationView> {
    views(conn, vec![row])?.pop().ok_or_else(|| Refusal::internal("no view of one row"))
}

/// An application within the reach, or the owner's own.
///
/// # Errors
/// `not_found`.
pub fn get(conn: &mut Conn, id: ApplicationId, reach: &Reach) -> Outcome<ApplicationView> {
    let row = get_row(conn, id)?;
    let is_own = row.owner_id.is_some() && row.owner_id == reach.owner_id();
    if !is_own && !reach.covers(&place_of(&row)) {
        return Err(Refusal::new(Code::NotFound));
    }
    one(conn, row)
}

fn get_row(conn: &mut Conn, id: ApplicationId) -> Outcome<ApplicationRow> {
    let found = applications::find_application(conn, id)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Enters applications, each with the next number of its division and year.
fn enter(
    tx: &mut WriteTx<'_>,
    (place, community_id): (&Place, CommunityId),
    (channel, owner_id): (Channel, Option<OwnerId>),
    new: &[NewApplication],
) -> Outcome<Vec<ApplicationRow>> {
    require_standing_community(tx.conn(), community_id)?;
    let (person, now) = (Person::of(tx)?, tx.legal_now());
    let (today, division) = (now.local_date(), place.division_code.as_str());
    let year = today.year();
    let last = applications::last_sequence(tx.conn(), (division, year))?.unwrap_or(0);
    let row = |(sequence, new): (i32, &NewApplication)| ApplicationRow {
        id: ApplicationId::new(),
        division_code: division.to_owned(),
        year,
        sequence,
        number: number_of(division, year, sequence),
        community_id,
        channel,
        applicant: new.applicant.clone(),
        unit_code: new.unit_code.clone(),
        text: new.text.clone(),
        reference: new.reference.clone(),
        applied_on: new.applied_on.unwrap_or(today),
        owner_id,
        recorded_by: person.id,
        recorder_name: person.name.clone(),
        recorded_at: now,
    };
    let rows: Vec<_> = (last + 1..).zip(new).map(row).collect();
    applications::insert_applications(tx.conn(), &rows)?;
    for row in &rows {
        let after = json!({ "number": row.number, "channel": channel });
        tx.emit("application.entered", row.id, &after);
        tx.audit("application.entered", ("application", row.id), (None, Some(&after)));
    }
    Ok(rows)
}

fn community(conn: &mut Conn, id: CommunityId) -> Outcome<Place> {
    find_place_of_community(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Enters an application: an owner's own, or what came to the street's desk or the hotline.
///
/// # Errors
/// `not_found`; `invalid_field`; `community_ended`.
pub fn apply(
    tx: &mut WriteTx<'_>,
    (reach, community_id): (&Reach, CommunityId),
    (channel, new): (Channel, &NewApplication),
) -> Outcome<ApplicationView> {
    let place = community(tx.conn(), community_id)?;
    let today = tx.legal_now().local_date();
    if new.applied_on.is_some_and(|day| day > today) {
        let detail = "a day to come · 日期晚于今天";
        return Err(Refusal::field(Code::InvalidField, "/applied_on", detail));
    }
    let owner_id = if channel == Channel::Resident {
        let owner_id = reach.owner_id().ok_or_else(|| Refusal::new(Code::NotFound))?;
        // Whoever owns several households applies for the first; it is only to be known as an owner.
        match own_household(tx.conn(), (owner_id, community_id), (None, today)) {
            Ok(_) => {}
            Err(refusal) if refusal.code() == Code::InvalidField => {}
            Err(refusal) => return Err(refusal),
        }
        Some(owner_id)
    } else if reach.covers(&place) {
        None
    } else {
        return Err(Refusal::new(Code::NotFound));
    };
    let new = match owner_id {
        Some(_) => NewApplication { applicant: tx.actor().name.clone(), ..new.clone() },
        None => new.clone(),
    };
    let rows = enter(tx, (&place, community_id), (channel, owner_id), &[new])?;
    let row = rows.into_iter().next().ok_or_else(|| Refusal::internal("one row"))?;
    one(tx.conn(), row)
}

/// What an import entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ImportedApplications {
    /// The numbers, in the order of the file.
    pub numbers: Vec<String>,
}

/// Enters the rows of a file, all or none.
///
/// # Errors
/// `not_found`; `application_rows_faulty` with line and reason of every bad row.
pub fn import(
    tx: &mut WriteTx<'_>,
    (reach, community_id): (&Reach, CommunityId),
    text: &str,
) -> Outcome<ImportedApplications> {
    let place = community(tx.conn(), community_id)?;
    if !reach.covers(&place) {
        return Err(Refusal::new(Code::NotFound));
    }
    let known = applications::list_references(tx.conn(), community_id)?;
    let known = known.into_iter().flatten().collect();
    let today = tx.legal_now().local_date();
    let code = Code::ApplicationRowsFaulty;
    let new = read(text, (&known, today)).map_err(|faults| {
        faults.into_iter().fold(Refusal::new(code), |refusal, fault| {
            let pointer = format!("/csv/line/{}", fault.line);
            refusal.with_field(&pointer, code.as_str(), fault.reason)
        })
    })?;
    let rows = enter(tx, (&place, community_id), (Channel::Import, None), &new)?;
    Ok(ImportedApplications { numbers: rows.into_iter().map(|row| row.number).collect() })
}

/// The empty CSV template.
#[must_use]
pub fn import_template() -> String {
    template()
}

/// Merges a duplicate into another application of the community.
///
/// # Errors
/// `not_found`; `application_merged` where one of them is merged already; `invalid_field` for itself
/// and for another community.
pub fn merge(
    tx: &mut WriteTx<'_>,
    (id, reach): (ApplicationId, &Reach),
    (into_id, reason): (ApplicationId, &str),
) -> Outcome<ApplicationView> {
    let from = get_row(tx.conn(), id)?;
    let into = get_row(tx.conn(), into_id)?;
    if !reach.covers(&place_of(&from)) || !reach.covers(&place_of(&into)) {
        return Err(Refusal::new(Code::NotFound));
    }
    if id == into_id || from.community_id != into.community_id {
        let detail = "another application of the community · 须为本小区的另一申请";
        return Err(Refusal::field(Code::InvalidField, "/into", detail));
    }
    let merges = applications::list_merges(tx.conn(), &[id, into_id])?;
    let is_merged = |of: ApplicationId| {
        merges.iter().any(|merge| merge.from_id == of && merge.undone_at.is_none())
    };
    for row in [&from, &into] {
        if is_merged(row.id) {
            return Err(Refusal::new(Code::ApplicationMerged).with("number", row.number.as_str()));
        }
    }
    let person = Person::of(tx)?;
    let row = MergeRow {
        id: ApplicationMergeId::new(),
        from_id: id,
        into_id,
        reason: reason.to_owned(),
        merged_by: person.id,
        merger_name: person.name,
        merged_at: tx.legal_now(),
        undo_reason: None,
        undoer_name: None,
        undone_at: None,
    };
    applications::insert_merge(tx.conn(), &row)?;
    let after = json!({ "into": into.number, "reason": reason });
    tx.audit("application.merged", ("application", id), (None, Some(&after)));
    one(tx.conn(), from)
}

/// Undoes the merge of an application; the merge stays on record.
///
/// # Errors
/// `not_found` where it is not merged.
pub fn unmerge(
    tx: &mut WriteTx<'_>,
    (id, reach): (ApplicationId, &Reach),
    reason: &str,
) -> Outcome<ApplicationView> {
    let row = get_row(tx.conn(), id)?;
    if !reach.covers(&place_of(&row)) {
        return Err(Refusal::new(Code::NotFound));
    }
    let (name, now) = (tx.actor().name.clone(), tx.legal_now());
    if !applications::set_undone(tx.conn(), id, (reason, &name, now))? {
        return Err(Refusal::new(Code::NotFound));
    }
    let after = json!({ "reason": reason });
    tx.audit("application.unmerged", ("application", id), (None, Some(&after)));
    one(tx.conn(), row)
}

/// Applications within the reach, an owner's own among them; newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    (reach, community_id): (&Reach, Option<CommunityId>),
    page: &PageQuery,
) -> Outcome<Page<ApplicationView>> {
    let place = (page.cursor()?, page.fetch());
    let rows = applications::list_applications(conn, (reach, community_id), place)?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(Page { items: views(conn, items)?, next_cursor })
}
