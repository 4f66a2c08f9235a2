//! A plan is drafted, changed, fixed and compared. Its canonical JSON is what a vote decides: the
//! document is attached to the vote as it is, so that the material's SHA-256 is the plan's.

use serde::Serialize;
use serde_json::json;

use super::{
    drawings, menu,
    policies::{canonical, pinned},
};
use crate::kernel::{
    BuildingId, Code, EntranceId, Fen, LocalDate, Outcome, PlanItemId, PlanVersionId, ProjectId,
    Refusal, UtcTime,
};
use crate::platform::db::{Conn, WriteTx};
use crate::registry::{RegisterScope, find_scope_place};
use crate::renovation::{
    model::{
        Chosen, ContentClass, ManagementModel, NewPlanItem, PlanChange, PlanContent, PlanDrawing,
        PlanItemRow, PlanRow, PlanState, ProjectRow, Quantity, SurveyGates,
    },
    rules::{
        catalogue,
        change_order::{ChangeOrder, weigh},
        diff::diff,
        stage::check_open,
    },
    store::plans,
};

/// An item of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlanItemView {
    /// Its code in the catalogue.
    pub code: String,
    /// Its class.
    pub class: ContentClass,
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// How much.
    pub quantity: Quantity,
    /// Of what.
    pub unit: String,
    /// In this building; of the whole community where neither is named.
    pub building_id: Option<BuildingId>,
    /// At this entrance.
    pub entrance_id: Option<EntranceId>,
    /// The estimate, in yuan.
    pub cost: Fen,
    /// Whether it must be done.
    pub mandatory: bool,
    /// What else is to be said.
    pub note: String,
    /// By which vote or survey it was chosen, with the numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
}

/// A version of a plan; what of it is the plan's text stands in `document`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlanView {
    /// The version.
    pub id: PlanVersionId,
    /// Whether it may still change.
    pub state: PlanState,
    /// SHA-256 of the document, lower-case hex.
    pub sha256: String,
    /// Who drafted it.
    pub drafted_by: String,
    /// When.
    pub created_at: UtcTime,
    /// Who fixed it.
    pub fixed_by: Option<String>,
    /// When.
    pub fixed_at: Option<UtcTime>,
    /// Its text.
    pub document: PlanDocument,
}

/// What the owners decide: its canonical JSON (keys in order, no spaces) is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlanDocument {
    /// The project.
    pub project_id: ProjectId,
    /// Counts up from 1.
    pub number: i32,
    /// Who is to pay what.
    pub funding: String,
    /// How the community is managed afterwards.
    pub management_model: Option<ManagementModel>,
    /// When works are to begin.
    pub starts_on: Option<LocalDate>,
    /// When they are to end.
    pub ends_on: Option<LocalDate>,
    /// What else is to be said.
    pub note: String,
    /// The sum of the estimates, in yuan.
    pub cost: Fen,
    /// The items, in order.
    pub items: Vec<PlanItemView>,
    /// The drawings and pictures, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drawings: Vec<PlanDrawing>,
}

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlanDiff {
    /// The number of the earlier one.
    pub from: i32,
    /// The number of the later one.
    pub to: i32,
    /// The estimate of the earlier one.
    pub cost_from: Fen,
    /// The estimate of the later one.
    pub cost_to: Fen,
    /// Every change, in plain words.
    pub changes: Vec<PlanChange>,
    /// What the change comes to by the policy; absent where it knows no small changes.
    pub change_order: Option<ChangeOrder>,
}

fn item_view(item: &NewPlanItem) -> Outcome<PlanItemView> {
    let known = catalogue::find(&item.code);
    let known = known.ok_or_else(|| Refusal::internal(format!("{} is gone", item.code)))?;
    Ok(PlanItemView {
        code: item.code.clone(),
        class: known.class,
        title: known.zh.clone(),
        title_en: known.en.clone(),
        quantity: item.quantity,
        unit: known.unit.clone(),
        building_id: item.building_id,
        entrance_id: item.entrance_id,
        cost: item.cost,
        mandatory: item.mandatory,
        note: item.note.clone(),
        chosen: item.chosen.clone(),
    })
}

/// Checks items against catalogue and register.
fn check_items(conn: &mut Conn, row: &ProjectRow, items: &[NewPlanItem]) -> Outcome<()> {
    for (index, item) in items.iter().enumerate() {
        let fault = |field: &str, detail: &str| {
            Err(Refusal::field(Code::InvalidField, &format!("/items/{index}/{field}"), detail))
        };
        if catalogue::find(&item.code).is_none() {
            return fault("code", "not in the catalogue · 目录中没有此项");
        }
        if item.quantity.0 <= 0 {
            return fault("quantity", "more than nothing · 须大于零");
        }
        if item.cost.0 < 0 {
            return fault("cost", "not below zero · 不得为负");
        }
        let (field, scope) = match (item.building_id, item.entrance_id) {
            (None, None) => continue,
            (Some(id), None) => ("building_id", RegisterScope::Building(id)),
            (None, Some(id)) => ("entrance_id", RegisterScope::Entrance(id)),
            (Some(_), Some(_)) => {
                return fault("entrance_id", "a building or an entrance · 二者择一");
            }
        };
        let place = find_scope_place(conn, &scope)?;
        if place.is_none_or(|place| place.community_id != row.community_id) {
            return fault(field, "not of this community · 不在本小区");
        }
    }
    Ok(())
}

fn rows_of(id: PlanVersionId, items: &[NewPlanItem]) -> Outcome<Vec<PlanItemRow>> {
    let row = |(index, item): (usize, &NewPlanItem)| {
        let chosen = item.chosen.as_ref().map(serde_json::to_string).transpose();
        Ok(PlanItemRow {
            id: PlanItemId::new(),
            plan_version_id: id,
            position: i32::try_from(index + 1).map_err(Refusal::internal)?,
            code: item.code.clone(),
            quantity: item.quantity.0,
            building_id: item.building_id,
            entrance_id: item.entrance_id,
            cost: item.cost,
            mandatory: item.mandatory,
            note: item.note.clone(),
            chosen: chosen.map_err(Refusal::internal)?,
        })
    };
    items.iter().enumerate().map(row).collect()
}

/// The content of a version as it was drafted.
///
/// # Errors
/// `internal` where a choice can't be read.
pub(super) fn content_of(conn: &mut Conn, row: &PlanRow) -> Outcome<PlanContent> {
    let item = |item: PlanItemRow| {
        let chosen = item.chosen.as_deref().map(serde_json::from_str).transpose();
        Ok(NewPlanItem {
            code: item.code,
            quantity: Quantity(item.quantity),
            building_id: item.building_id,
            entrance_id: item.entrance_id,
            cost: item.cost,
            mandatory: item.mandatory,
            note: item.note,
            chosen: chosen.map_err(Refusal::internal)?,
        })
    };
    let items = plans::list_items(conn, row.id)?;
    Ok(PlanContent {
        funding: row.funding.clone(),
        management_model: row.management_model,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        note: row.note.clone(),
        items: items.into_iter().map(item).collect::<Outcome<_>>()?,
        drawings: serde_json::from_str(&row.drawings).map_err(Refusal::internal)?,
    })
}

pub(super) fn document(
    (project_id, number): (ProjectId, i32),
    content: &PlanContent,
) -> Outcome<PlanDocument> {
    let cost = Fen::checked_sum(content.items.iter().map(|item| item.cost));
    let detail = "the estimates are too large together";
    Ok(PlanDocument {
        project_id,
        number,
        funding: content.funding.clone(),
        management_model: content.management_model,
        starts_on: content.starts_on,
        ends_on: content.ends_on,
        note: content.note.clone(),
        cost: cost.ok_or_else(|| Refusal::field(Code::InvalidField, "/items", detail))?,
        items: content.items.iter().map(item_view).collect::<Outcome<_>>()?,
        drawings: content.drawings.clone(),
    })
}

fn view(conn: &mut Conn, row: PlanRow) -> Outcome<PlanView> {
    let content = content_of(conn, &row)?;
    Ok(PlanView {
        document: document((row.project_id, row.number), &content)?,
        id: row.id,
        state: row.state,
        sha256: row.digest,
        drafted_by: row.author_name,
        created_at: row.created_at,
        fixed_by: row.fixer_name,
        fixed_at: row.fixed_at,
    })
}

fn filled(row: PlanRow, content: &PlanContent) -> Outcome<PlanRow> {
    let document = document((row.project_id, row.number), content)?;
    let (canonical, digest) = canonical(&document)?;
    Ok(PlanRow {
        funding: content.funding.clone(),
        management_model: content.management_model,
        starts_on: content.starts_on,
        ends_on: content.ends_on,
        note: content.note.clone(),
        cost: document.cost,
        digest,
        canonical,
        drawings: serde_json::to_string(&content.drawings).map_err(Refusal::internal)?,
        ..row
    })
}

/// Drafts the next version.
///
/// # Errors
/// `project_state_conflict` after the end; `already_exists` where a draft waits; `invalid_field`, also
/// for a choice that nobody made.
pub fn draft(
    tx: &mut WriteTx<'_>,
    (project, gates): (&ProjectRow, &dyn SurveyGates),
    content: &PlanContent,
) -> Outcome<PlanView> {
    check_open(project.stage)?;
    let content = &looked_up(tx.conn(), (project, gates), content)?;
    check_items(tx.conn(), project, &content.items)?;
    let known = plans::list_plans(tx.conn(), project.id)?;
    if let Some(draft) = known.iter().find(|row| row.state == PlanState::Draft) {
        return Err(Refusal::new(Code::AlreadyExists).with("plan_id", draft.id.to_string()));
    }
    let number = known.last().map_or(1, |row| row.number + 1);
    let row = PlanRow {
        id: PlanVersionId::new(),
        project_id: project.id,
        number,
        state: PlanState::Draft,
        funding: String::new(),
        management_model: None,
        starts_on: None,
        ends_on: None,
        note: String::new(),
        cost: Fen::ZERO,
        digest: String::new(),
        canonical: String::new(),
        author_name: tx.actor().name.clone(),
        created_at: tx.legal_now(),
        fixer_name: None,
        fixed_at: None,
        drawings: String::new(),
    };
    let row = filled(row, content)?;
    plans::insert_plan(tx.conn(), &row, &rows_of(row.id, &content.items)?)?;
    let after = json!({ "plan_id": row.id, "number": number, "sha256": row.digest });
    tx.audit("project.plan_drafted", ("project", project.id), (None, Some(&after)));
    view(tx.conn(), row)
}

/// Puts another content into a draft.
///
/// # Errors
/// `not_found`; `plan_fixed`; as [`draft`].
pub fn replace(
    tx: &mut WriteTx<'_>,
    (project, gates, id): (&ProjectRow, &dyn SurveyGates, PlanVersionId),
    content: &PlanContent,
) -> Outcome<PlanView> {
    check_open(project.stage)?;
    let row = get_plan(tx.conn(), (project.id, id))?;
    must_be_draft(&row)?;
    let content = &looked_up(tx.conn(), (project, gates), content)?;
    check_items(tx.conn(), project, &content.items)?;
    let was = json!({ "sha256": row.digest });
    let row = filled(row, content)?;
    if !plans::replace_draft(tx.conn(), &row, &rows_of(row.id, &content.items)?)? {
        return Err(Refusal::new(Code::PlanFixed));
    }
    let after = json!({ "plan_id": row.id, "sha256": row.digest });
    tx.audit("project.plan_changed", ("project", project.id), (Some(&was), Some(&after)));
    view(tx.conn(), row)
}

/// The content with the numbers behind its choices and the digests of its drawings.
fn looked_up(
    conn: &mut Conn,
    (project, gates): (&ProjectRow, &dyn SurveyGates),
    content: &PlanContent,
) -> Outcome<PlanContent> {
    let drawings = drawings::named(conn, project, &content.drawings)?;
    let content = menu::with_numbers(conn, (project, gates), content)?;
    Ok(PlanContent { drawings, ..content })
}

fn must_be_draft(row: &PlanRow) -> Outcome<()> {
    match row.state {
        PlanState::Draft => Ok(()),
        PlanState::Fixed => Err(Refusal::new(Code::PlanFixed).with("number", row.number)),
    }
}

fn get_plan(conn: &mut Conn, (project_id, id): (ProjectId, PlanVersionId)) -> Outcome<PlanRow> {
    let found = plans::find_plan(conn, project_id, id)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Fixes the draft that was read: from now on it is the project's plan, and never changes.
///
/// # Errors
/// `not_found`; `plan_fixed`; `stale_version` where the draft is another by now.
pub fn fix(
    tx: &mut WriteTx<'_>,
    (project, id): (&ProjectRow, PlanVersionId),
    sha256: &str,
) -> Outcome<PlanView> {
    check_open(project.stage)?;
    let row = get_plan(tx.conn(), (project.id, id))?;
    must_be_draft(&row)?;
    if row.digest != sha256 {
        return Err(Refusal::new(Code::StaleVersion).with("sha256", row.digest));
    }
    let row = PlanRow {
        state: PlanState::Fixed,
        fixer_name: Some(tx.actor().name.clone()),
        fixed_at: Some(tx.legal_now()),
        ..row
    };
    if !plans::fix_plan(tx.conn(), &row)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let after = json!({ "plan_id": row.id, "number": row.number, "sha256": row.digest });
    tx.emit("project.plan_fixed", project.id, &after);
    tx.audit("project.plan_fixed", ("project", project.id), (None, Some(&after)));
    view(tx.conn(), row)
}

/// All versions, in order.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, project_id: ProjectId) -> Outcome<Vec<PlanView>> {
    let rows = plans::list_plans(conn, project_id)?;
    rows.into_iter().map(|row| view(conn, row)).collect()
}

/// One version.
///
/// # Errors
/// `not_found`.
pub fn find(conn: &mut Conn, ids: (ProjectId, PlanVersionId)) -> Outcome<PlanView> {
    let row = get_plan(conn, ids)?;
    view(conn, row)
}

/// The bytes that are hashed, with their number.
///
/// # Errors
/// `not_found`.
pub fn canonical_text(conn: &mut Conn, ids: (ProjectId, PlanVersionId)) -> Outcome<(i32, String)> {
    let row = get_plan(conn, ids)?;
    Ok((row.number, row.canonical))
}

/// What a version changes against an earlier one.
///
/// # Errors
/// `not_found`.
pub fn compare(
    conn: &mut Conn,
    project: &ProjectRow,
    (from, to): (PlanVersionId, PlanVersionId),
) -> Outcome<PlanDiff> {
    let (old, new) = (get_plan(conn, (project.id, from))?, get_plan(conn, (project.id, to))?);
    let (_, pack) = pinned(conn, project.policy_pack_id)?;
    let limit = pack.change_orders.as_ref().map(|orders| orders.cost);
    let (before, after) = (content_of(conn, &old)?, content_of(conn, &new)?);
    Ok(PlanDiff {
        from: old.number,
        to: new.number,
        cost_from: old.cost,
        cost_to: new.cost,
        changes: diff(&before, &after),
        change_order: limit.map(|limit| weigh(&before, &after, limit)),
    })
}
