//! Whom a round visits: the list, its pages, and the same as a table for paper.

use std::collections::HashMap;

use serde::Serialize;

use super::facts::{day_of, entries, entries_of, households};
use crate::consultation::{
    model::{ConsultationRow, Reason, Standing},
    rules::standing::{Entry, is_target, standings},
    store::assignments,
};
use crate::kernel::{BuildingId, Code, Outcome, Page, PageQuery, Refusal, UnitId, UtcTime};
use crate::platform::{db::Conn, files::sheet::formula_safe};
use crate::registry::{RegisterScope, find_scope_place};

/// A household that a round visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TargetView {
    /// The household's unit.
    pub unit_id: UnitId,
    /// Its number 房号.
    pub unit_code: String,
    /// Its building.
    pub building: String,
    /// Its entrance.
    pub entrance: Option<String>,
    /// Where it stood after the round before.
    pub before: Standing,
    /// Where it stands now.
    pub standing: Standing,
    /// The reason that was given last.
    pub reason: Option<Reason>,
    /// Entries of this round.
    pub visits: usize,
    /// The logins of the two who are to visit it.
    pub assigned_to: Vec<String>,
}

/// A round, and the building where only one is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// 1 to 3.
    pub round: i32,
    /// One building only.
    pub building_id: Option<BuildingId>,
}

/// The households that a round visits, by building and number.
///
/// # Errors
/// `invalid_field` for a building of another community and for no round.
pub fn targets(
    conn: &mut Conn,
    (row, now): (&ConsultationRow, UtcTime),
    asked: Asked,
) -> Outcome<Vec<TargetView>> {
    if !(1..=3).contains(&asked.round) {
        return Err(Refusal::new(Code::NotFound));
    }
    let scope = match asked.building_id {
        Some(id) => RegisterScope::Building(id),
        None => RegisterScope::Community(row.community_id),
    };
    let place = find_scope_place(conn, &scope)?;
    if place.is_none_or(|place| place.community_id != row.community_id) {
        let detail = "no building of this community · 不是本小区楼栋";
        return Err(Refusal::field(Code::InvalidField, "building_id", detail));
    }
    let units = households(conn, &scope, day_of(row, now))?;
    let entries = match asked.building_id {
        Some(_) => {
            let of: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
            entries_of(conn, row.id, &of)?
        }
        None => entries(conn, row.id)?,
    };
    let (before, after) = (standings(&entries, asked.round - 1), standings(&entries, 3));
    let reasons = last_reasons(&entries);
    let mut assigned = HashMap::new();
    for row in assignments::list_assignments(conn, (row.id, asked.round))? {
        assigned.insert(row.unit_id, vec![row.first_login, row.second_login]);
    }
    let mut visits: HashMap<UnitId, usize> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.round == asked.round) {
        *visits.entry(entry.unit_id).or_default() += 1;
    }
    let of = |found: &HashMap<UnitId, Standing>, id| {
        found.get(&id).copied().unwrap_or(Standing::NotVisited)
    };
    let mut found = Vec::new();
    for unit in units {
        let before = of(&before, unit.id);
        if is_target(asked.round, before) {
            found.push(TargetView {
                unit_id: unit.id,
                unit_code: unit.code,
                building: unit.building,
                entrance: unit.entrance,
                before,
                standing: of(&after, unit.id),
                reason: reasons.get(&unit.id).map(|(_, reason)| *reason),
                visits: visits.get(&unit.id).copied().unwrap_or(0),
                assigned_to: assigned.remove(&unit.id).unwrap_or_default(),
            });
        }
    }
    Ok(found)
}

fn last_reasons(entries: &[Entry]) -> HashMap<UnitId, (UtcTime, Reason)> {
    let mut last: HashMap<UnitId, (UtcTime, Reason)> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.counts_as().is_some()) {
        let Some(reason) = entry.reason else { continue };
        let known = last.entry(entry.unit_id).or_insert((entry.said_at, reason));
        if known.0 < entry.said_at {
            *known = (entry.said_at, reason);
        }
    }
    last
}

/// A page of a list that is in its order already; the cursor is the last household's unit.
///
/// # Errors
/// `invalid_cursor`.
pub fn page_of_units<T>(
    items: Vec<T>,
    page: &PageQuery,
    unit_of: impl Fn(&T) -> UnitId,
) -> Outcome<Page<T>> {
    let after: Option<UnitId> = page.cursor()?;
    let from = match after {
        None => 0,
        Some(id) => {
            let place = items.iter().position(|item| unit_of(item) == id);
            let text = id.to_string();
            place.ok_or_else(|| Refusal::field(Code::InvalidCursor, "cursor", text))? + 1
        }
    };
    let rest: Vec<T> = items.into_iter().skip(from).collect();
    Ok(Page::cut(rest, page.limit(), |item| unit_of(item).to_string()))
}

fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Support => "支持",
        Standing::Conditional => "有条件支持",
        Standing::Oppose => "反对",
        Standing::Unreached => "走访未遇",
        Standing::NotVisited => "未走访",
    }
}

fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Unreachable => "无法联系",
        Reason::TenantOnly => "仅租户在家",
        Reason::Cost => "费用",
        Reason::Noise => "噪声",
        Reason::LowFloorLight => "低层采光",
        Reason::IllegalStructure => "违法建设",
        Reason::Distrust => "不信任",
        Reason::ConstructionNuisance => "施工扰民",
        Reason::Other => "其他",
    }
}

/// The list as CSV with a BOM, for paper and spreadsheets; no name of a resident is on it.
///
/// # Errors
/// `internal` if it can't be written.
pub fn targets_csv(targets: &[TargetView]) -> Outcome<Vec<u8>> {
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let head = ["楼栋", "单元", "房号", "上轮态度", "当前态度", "原因", "本轮走访次数", "走访人员"];
    out.write_record(head).map_err(Refusal::internal)?;
    for target in targets {
        let cells = [
            target.building.clone(),
            target.entrance.clone().unwrap_or_default(),
            target.unit_code.clone(),
            standing_word(target.before).to_owned(),
            standing_word(target.standing).to_owned(),
            target.reason.map(reason_word).unwrap_or_default().to_owned(),
            target.visits.to_string(),
            target.assigned_to.join("、"),
        ];
        let row: Vec<_> = cells.iter().map(|cell| formula_safe(cell).into_owned()).collect();
        out.write_record(row).map_err(Refusal::internal)?;
    }
    out.into_inner().map_err(Refusal::internal)
}
