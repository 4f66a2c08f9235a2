//! Items that nobody pays for yet, each with the sources that may and have something left.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::funding::{
    model::{Channel, PlanLine, PlanLines, Planned, SourceRow},
    rules::fit::purpose_for,
    store::{allocations, sources},
};
use crate::kernel::{
    Code, CommunityId, Fen, FundingSourceId, LocalDate, Outcome, Page, PageQuery, ProjectId,
    Refusal,
};
use crate::platform::{
    auth::{Place, Reach},
    db::Conn,
};

/// A source that may pay for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FittingSource {
    /// The source.
    pub source_id: FundingSourceId,
    /// Its channel.
    pub channel: Channel,
    /// Its name.
    pub name: String,
    /// 文号.
    pub document: String,
    /// The purpose that covers the item.
    pub purpose: String,
    /// What is left.
    pub rest: Fen,
}

/// An item that is not covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingGapItem {
    /// What it is known by.
    pub key: String,
    /// Its code in the catalogue.
    pub code: String,
    /// Its class.
    pub class: String,
    /// Its name.
    pub name: String,
    /// What it costs.
    pub cost: Fen,
    /// What nobody gives yet.
    pub uncovered: Fen,
    /// Who may, the one with the most left first.
    pub sources: Vec<FittingSource>,
}

/// A project with items that are not covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingGap {
    /// The project.
    pub project_id: ProjectId,
    /// Its community.
    pub community_id: CommunityId,
    /// Its name.
    pub name: String,
    /// What nobody gives yet.
    pub uncovered: Fen,
    /// The items.
    pub items: Vec<FundingGapItem>,
}

/// The division that is asked about: the named one within the reach, or all of the reach.
///
/// # Errors
/// `not_found` outside the reach; `invalid_field` where the reach is not one division.
pub(super) fn region_of(reach: &Reach, region: Option<&str>) -> Outcome<String> {
    if let Some(region) = region {
        let place = Place { division_code: region.to_owned(), ..Place::default() };
        let is_within = reach.covers(&place);
        return if is_within { Ok(region.to_owned()) } else { Err(Refusal::new(Code::NotFound)) };
    }
    match reach.divisions().as_slice() {
        _ if reach.is_everything() => Ok(String::new()),
        [only] => Ok(only.clone()),
        _ => {
            let detail = "须指明区划代码 · name a division";
            Err(Refusal::field(Code::InvalidField, "region", detail))
        }
    }
}

fn fitting(
    usable: &[(SourceRow, Vec<String>)],
    (project, line): (&Planned, &PlanLine),
    today: LocalDate,
) -> Vec<FittingSource> {
    let fit = |(row, words): &(SourceRow, Vec<String>)| {
        let purpose = purpose_for((row, words), (project, line), today).ok()?;
        Some(FittingSource {
            source_id: row.id,
            channel: row.channel,
            name: row.name.clone(),
            document: row.document.clone(),
            purpose,
            rest: row.rest(),
        })
    };
    let mut found: Vec<FittingSource> = usable.iter().filter_map(fit).collect();
    found.sort_by_key(|one| (std::cmp::Reverse(one.rest), one.source_id));
    found
}

fn gap(
    project: &Planned,
    covered: &BTreeMap<(ProjectId, String), Fen>,
    (usable, today): (&[(SourceRow, Vec<String>)], LocalDate),
) -> Option<FundingGap> {
    let item = |line: &PlanLine| {
        let got = covered.get(&(project.id, line.key.clone())).copied().unwrap_or_default();
        let uncovered = Fen(line.cost.0.saturating_sub(got.0));
        (uncovered > Fen::ZERO).then(|| FundingGapItem {
            key: line.key.clone(),
            code: line.code.clone(),
            class: line.class.clone(),
            name: line.name.clone(),
            cost: line.cost,
            uncovered,
            sources: fitting(usable, (project, line), today),
        })
    };
    let items: Vec<FundingGapItem> = project.lines.iter().flatten().filter_map(item).collect();
    (!items.is_empty()).then(|| FundingGap {
        project_id: project.id,
        community_id: project.community_id,
        name: project.name.clone(),
        uncovered: Fen::checked_sum(items.iter().map(|item| item.uncovered))
            .unwrap_or(Fen(i64::MAX)),
        items,
    })
}

/// The uncovered items of a division, by project, oldest first. A page may hold fewer projects than
/// its limit: those without a gap are left out of it.
///
/// # Errors
/// Those of [`region_of`]; `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    (reach, plans): (&Reach, &dyn PlanLines),
    (region, page): (Option<&str>, &PageQuery),
    today: LocalDate,
) -> Outcome<Page<FundingGap>> {
    let region = region_of(reach, region)?;
    let projects = plans.list(conn, &region, (page.cursor()?, page.fetch()))?;
    let page = Page::cut(projects, page.limit(), |project| project.id.to_string());
    let ids: Vec<ProjectId> = page.items.iter().map(|project| project.id).collect();
    let lines = allocations::list_lines(conn, &ids)?;
    let covered: BTreeMap<(ProjectId, String), Fen> =
        lines.into_iter().map(|row| ((row.project_id, row.item_key), row.allocated_fen)).collect();
    let mut codes: Vec<String> =
        page.items.iter().map(|project| project.division_code.clone()).collect();
    codes.sort_unstable();
    codes.dedup();
    let rows = sources::list_usable(conn, &codes)?;
    let ids: Vec<FundingSourceId> = rows.iter().map(|row| row.id).collect();
    let mut words: BTreeMap<FundingSourceId, Vec<String>> = BTreeMap::new();
    for row in sources::list_purposes(conn, &ids)? {
        words.entry(row.source_id).or_default().push(row.purpose);
    }
    let usable: Vec<(SourceRow, Vec<String>)> = rows
        .into_iter()
        .map(|row| {
            let words = words.remove(&row.id).unwrap_or_default();
            (row, words)
        })
        .collect();
    let gaps = page.items.iter().filter_map(|project| gap(project, &covered, (&usable, today)));
    Ok(Page { items: gaps.collect(), next_cursor: page.next_cursor })
}
