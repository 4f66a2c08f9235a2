//! Changes of one unit: sale, correction, agreed voter. Each ends a period and begins another; what
//! was true before stays.

use serde_json::json;

use super::owners::OwnerInput;
use crate::{
    kernel::{
        Area, Code, LocalDate, Outcome, OwnerId, OwnershipId, Refusal, UnitFactId, UnitId,
        UnitVoterId,
    },
    platform::{auth::seal::Keys, db::WriteTx},
    registry::{
        model::{AreaSource, CoOwnership, UnitUse},
        store::{
            communities::raise_register_version,
            units::{self, Ownership, Unit, UnitFacts, UnitVoter},
        },
    },
};

/// A change of a unit: from when on and why.
#[derive(Debug, Clone)]
pub struct Change {
    /// The unit.
    pub unit_id: UnitId,
    /// The version that the caller saw, where the caller says so.
    pub version: Option<i32>,
    /// From which day on; today where nothing is said.
    pub on: Option<LocalDate>,
    /// Why, with the paper that shows it.
    pub reason: String,
}

/// New owners of a unit.
#[derive(Debug, Clone)]
pub struct NewHolder {
    /// An owner of the register, or somebody to be entered.
    pub owner: OwnerInput,
    /// 共有情况.
    pub co_ownership: Option<CoOwnership>,
}

/// What is corrected; the rest stays.
#[derive(Debug, Clone, Default)]
pub struct Correction {
    /// Another 用途.
    pub unit_use: Option<UnitUse>,
    /// Another 专有部分面积.
    pub area: Option<Area>,
    /// Another 面积来源.
    pub area_source: Option<AreaSource>,
    /// Another 已交付.
    pub delivered: Option<bool>,
    /// Another 建设单位.
    pub developer_id: Option<OwnerId>,
}

/// Sells a unit: from the day on it belongs to the new owners, wholly. An agreement on a voter ends
/// with the ownership that it came from.
///
/// # Errors
/// `invalid_field`, `stale_version`, `not_found`.
pub fn transfer(
    tx: &mut WriteTx<'_>,
    keys: &Keys,
    (change, holders): (&Change, &[NewHolder]),
) -> Outcome<Unit> {
    let (unit, day) = begin(tx, change)?;
    if holders.is_empty() {
        return Err(Refusal::field(Code::InvalidField, "/owners", "at least one · 至少一名业主"));
    }
    let mut rows: Vec<Ownership> = Vec::new();
    for holder in holders {
        let owner_id = super::owners::enter(tx, keys, &holder.owner)?;
        if rows.iter().any(|row| row.owner_id == owner_id) {
            return Err(Refusal::field(Code::InvalidField, "/owners", "an owner twice · 业主重复"));
        }
        rows.push(Ownership {
            id: OwnershipId::new(),
            unit_id: unit.id,
            owner_id,
            co_ownership: holder.co_ownership,
            valid_from: day,
            valid_to: None,
            reason: change.reason.clone(),
            import_id: None,
            ended_by_id: None,
            recorded_at: tx.now(),
        });
    }
    let before = units::list_open_ownerships(tx.conn(), unit.id)?;
    units::replace_ownerships(tx.conn(), (unit.id, day), &rows)?;
    units::replace_voter(tx.conn(), (unit.id, day), None)?;
    let owners = |rows: &[Ownership]| json!(rows.iter().map(|r| r.owner_id).collect::<Vec<_>>());
    tx.audit(
        "registry.unit_transferred",
        ("unit", unit.id),
        (Some(&owners(&before)), Some(&owners(&rows))),
    );
    tx.emit("registry.unit_transferred", unit.id, &json!({"on": day}));
    finish(tx, unit)
}

/// Corrects what is true of a unit from a day on.
///
/// # Errors
/// `invalid_field`, `stale_version`, `not_found`.
pub fn correct(
    tx: &mut WriteTx<'_>,
    (change, correction): (&Change, &Correction),
) -> Outcome<Unit> {
    let (unit, day) = begin(tx, change)?;
    let old = units::find_open_facts(tx.conn(), unit.id)?.ok_or(Refusal::new(Code::NotFound))?;
    if correction.area.is_some_and(|area| area <= Area::ZERO) {
        let detail = "greater than zero · 必须大于零";
        return Err(Refusal::field(Code::InvalidField, "/area", detail));
    }
    if let Some(developer) = correction.developer_id {
        super::owners::require(tx, developer, "/developer_id")?;
    }
    let new = UnitFacts {
        id: UnitFactId::new(),
        unit_use: correction.unit_use.unwrap_or(old.unit_use),
        area: correction.area.or(old.area),
        area_source: correction.area_source.or(old.area_source),
        delivered: correction.delivered.unwrap_or(old.delivered),
        developer_id: correction.developer_id.or(old.developer_id),
        valid_from: day,
        valid_to: None,
        reason: change.reason.clone(),
        import_id: None,
        ended_by_id: None,
        recorded_at: tx.now(),
        unit_id: unit.id,
    };
    units::replace_facts(tx.conn(), &new)?;
    let shown = |facts: &UnitFacts| {
        json!([facts.unit_use, facts.area, facts.area_source, facts.delivered, facts.developer_id])
    };
    let both = (Some(&shown(&old)), Some(&shown(&new)));
    tx.audit("registry.unit_corrected", ("unit", unit.id), both);
    finish(tx, unit)
}

/// Notes whom the co-owners agreed on to vote, or that they agree on nobody any more.
///
/// # Errors
/// `invalid_field` where it is none of the owners; `stale_version`, `not_found`.
pub fn agree_voter(
    tx: &mut WriteTx<'_>,
    (change, voter): (&Change, Option<OwnerId>),
) -> Outcome<Unit> {
    let (unit, day) = begin(tx, change)?;
    let owners = units::list_open_ownerships(tx.conn(), unit.id)?;
    if voter.is_some_and(|voter| owners.iter().all(|row| row.owner_id != voter)) {
        let detail = "not an owner of the unit · 不是该专有部分的业主";
        return Err(Refusal::field(Code::InvalidField, "/owner_id", detail));
    }
    let before = units::find_open_voter(tx.conn(), unit.id)?.map(|row| json!(row.owner_id));
    let row = voter.map(|owner_id| UnitVoter {
        id: UnitVoterId::new(),
        unit_id: unit.id,
        owner_id,
        valid_from: day,
        valid_to: None,
        evidence: change.reason.clone(),
        recorded_at: tx.now(),
    });
    units::replace_voter(tx.conn(), (unit.id, day), row.as_ref())?;
    let after = voter.map(|voter| json!(voter));
    tx.audit("registry.voter_agreed", ("unit", unit.id), (before.as_ref(), after.as_ref()));
    finish(tx, unit)
}

/// The unit at the version that the caller saw, and a day on which it may be changed: not in the
/// future, and not before what was entered last.
fn begin(tx: &mut WriteTx<'_>, change: &Change) -> Outcome<(Unit, LocalDate)> {
    super::communities::require_text("/reason", &change.reason)?;
    let unit = units::find_unit(tx.conn(), change.unit_id)?.ok_or(Refusal::new(Code::NotFound))?;
    if change.version.is_some_and(|version| version != unit.version) {
        return Err(Refusal::new(Code::StaleVersion).with("have", unit.version));
    }
    let today = tx.legal_now().local_date();
    let day = change.on.unwrap_or(today);
    if day > today {
        let detail = format!("不能晚于今天 {today} (not after today)");
        return Err(Refusal::field(Code::InvalidField, "/on", detail));
    }
    let facts = units::find_open_facts(tx.conn(), unit.id)?.map(|row| row.valid_from);
    let owners = units::list_open_ownerships(tx.conn(), unit.id)?;
    let voter = units::find_open_voter(tx.conn(), unit.id)?.map(|row| row.valid_from);
    let owned = owners.iter().map(|row| row.valid_from);
    match owned.chain(facts).chain(voter).max() {
        Some(last) if day < last => {
            let detail = format!("不能早于最近一次变更 {last} (not before the latest change)");
            Err(Refusal::field(Code::InvalidField, "/on", detail))
        }
        _ => Ok((unit, day)),
    }
}

fn finish(tx: &mut WriteTx<'_>, mut unit: Unit) -> Outcome<Unit> {
    if units::touch_unit(tx.conn(), &unit)? != 1 {
        return Err(Refusal::new(Code::StaleVersion));
    }
    raise_register_version(tx.conn(), unit.community_id)?;
    unit.version += 1;
    Ok(unit)
}
