//! What each authority gets to see of its own money, in its own columns, as CSV.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{facts::not_found, gaps::region_of, matrix::paid_of};
use crate::funding::{
    model::{AllocationRow, FundingReport, LineRow, PlanLines, ReportField, SourceRow},
    rules::reports::REPORTS,
    store::{allocations, sources},
};
use crate::kernel::{
    CommunityId, Fen, FundingAllocationId, FundingSourceId, Outcome, ProjectId, Refusal,
};
use crate::platform::{auth::Reach, db::Conn, files::sheet::formula_safe};
use crate::registry::{RegisterScope, find_scope_place};

/// The reports with their columns.
#[must_use]
pub fn reports() -> &'static [FundingReport] {
    &REPORTS
}

/// What the rows of a report look up.
#[derive(Default)]
struct Names {
    sources: BTreeMap<FundingSourceId, SourceRow>,
    communities: BTreeMap<CommunityId, String>,
    projects: BTreeMap<ProjectId, String>,
    paid: BTreeMap<FundingAllocationId, Fen>,
}

fn names(
    conn: &mut Conn,
    rows: &[(AllocationRow, LineRow)],
    plans: &dyn PlanLines,
) -> Outcome<Names> {
    let ids: Vec<FundingAllocationId> = rows.iter().map(|(row, _)| row.id).collect();
    let mut names = Names { paid: paid_of(conn, &ids)?, ..Names::default() };
    for (row, line) in rows {
        if !names.sources.contains_key(&row.source_id) {
            let source = sources::find(conn, row.source_id)?.ok_or_else(not_found)?;
            names.sources.insert(source.id, source);
        }
        if let Entry::Vacant(slot) = names.communities.entry(line.community_id) {
            let place = find_scope_place(conn, &RegisterScope::Community(line.community_id))?;
            let name = place.map(|place| place.community).unwrap_or_default();
            slot.insert(name);
        }
        if let Entry::Vacant(slot) = names.projects.entry(line.project_id) {
            let name = plans.find(conn, line.project_id)?.map(|found| found.name);
            slot.insert(name.unwrap_or_default());
        }
    }
    Ok(names)
}

fn class_word(class: &str) -> &str {
    match class {
        "basic" => "基础类",
        "improvement" => "完善类",
        "upgrade" => "提升类",
        other => other,
    }
}

fn cell(
    field: ReportField,
    (row, line, source): (&AllocationRow, &LineRow, &SourceRow),
    (names, number): (&Names, usize),
) -> String {
    let paid = names.paid.get(&row.id).copied().unwrap_or_default();
    match field {
        ReportField::Number => number.to_string(),
        ReportField::Document => source.document.clone(),
        ReportField::Source => source.name.clone(),
        ReportField::Channel => source.channel.zh().to_owned(),
        ReportField::Division => row.division_code.clone(),
        ReportField::Community => {
            names.communities.get(&line.community_id).cloned().unwrap_or_default()
        }
        ReportField::Project => names.projects.get(&line.project_id).cloned().unwrap_or_default(),
        ReportField::ItemCode => line.code.clone(),
        ReportField::Item => line.name.clone(),
        ReportField::Class => class_word(&line.class).to_owned(),
        ReportField::Purpose => class_word(&row.purpose).to_owned(),
        ReportField::AllocatedOn => row.allocated_on.to_string(),
        ReportField::Cost => line.cost_fen.to_string(),
        ReportField::Allocated => row.standing().to_string(),
        ReportField::Committed => row.committed_fen.to_string(),
        ReportField::Paid => paid.to_string(),
        ReportField::Unpaid => Fen(row.standing().0.saturating_sub(paid.0)).to_string(),
        ReportField::Note => row.note.clone(),
    }
}

/// A report on a division as CSV with a BOM: a line for each allocation that stands.
///
/// # Errors
/// `not_found` for no such report, or a division outside the reach; `invalid_field` where the reach is
/// not one division.
pub fn csv_of(
    conn: &mut Conn,
    (reach, plans): (&Reach, &dyn PlanLines),
    (name, region): (&str, Option<&str>),
) -> Outcome<Vec<u8>> {
    let report = REPORTS.iter().find(|report| report.name == name).ok_or_else(not_found)?;
    let region = region_of(reach, region)?;
    let mut rows = allocations::list_of_channels(conn, &report.channels, &region)?;
    rows.retain(|(row, _)| row.standing() > Fen::ZERO);
    let names = names(conn, &rows, plans)?;
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let head = report.columns.iter().map(|column| column.label.as_str());
    out.write_record(head).map_err(Refusal::internal)?;
    for (number, (row, line)) in (1..).zip(&rows) {
        let Some(source) = names.sources.get(&row.source_id) else { continue };
        let cells = report.columns.iter().map(|column| {
            let text = cell(column.field, (row, line, source), (&names, number));
            formula_safe(&text).into_owned()
        });
        out.write_record(cells).map_err(Refusal::internal)?;
    }
    out.into_inner().map_err(Refusal::internal)
}
