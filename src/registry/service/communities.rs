//! Divisions and communities.

use serde_json::json;

use super::boundaries::require_standing;
use crate::{
    kernel::{Code, CommunityId, Outcome, Refusal},
    platform::db::WriteTx,
    registry::store::communities::{self, Community, Division},
};

/// The divisions that come with the program: `code,name` lines.
const SHIPPED: &str = include_str!("../../../seed/reference/divisions.csv");

/// A division that comes with the program.
fn find_shipped(code: &str) -> Option<Division> {
    let line = SHIPPED.lines().find(|line| line.split(',').next() == Some(code))?;
    let (code, name) = line.split_once(',')?;
    Some(Division { code: code.to_owned(), name: name.trim().to_owned() })
}

/// Enters or renames a division.
///
/// # Errors
/// `invalid_field`.
pub fn keep_division(tx: &mut WriteTx<'_>, division: &Division) -> Outcome<()> {
    let code = &division.code;
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!(code.len(), 2 | 4 | 6 | 9 | 12) {
        let detail = "2, 4, 6, 9 or 12 digits · 区划代码为2、4、6、9或12位数字";
        return Err(Refusal::field(Code::InvalidField, "/code", detail));
    }
    require_text("/name", &division.name)?;
    communities::upsert_division(tx.conn(), division)?;
    let what = json!({"name": division.name});
    tx.audit("registry.division_kept", ("division", code), (None, Some(&what)));
    Ok(())
}

/// A name of 1 to 100 characters.
///
/// # Errors
/// `invalid_field`.
pub fn require_text(pointer: &str, text: &str) -> Outcome<()> {
    let length = text.trim().chars().count();
    if (1..=100).contains(&length) && !text.contains('\0') {
        return Ok(());
    }
    Err(Refusal::field(Code::InvalidField, pointer, "1 to 100 characters · 1至100个字"))
}

/// Enters a community.
///
/// # Errors
/// `invalid_field`, `already_exists`.
pub fn enter(tx: &mut WriteTx<'_>, mut row: Community) -> Outcome<Community> {
    require_text("/name", &row.name)?;
    check_year(row.built_year)?;
    if communities::find_division(tx.conn(), &row.division_code)?.is_none() {
        let shipped = find_shipped(&row.division_code).ok_or_else(|| {
            let detail = "no such division; enter it first · 区划代码不存在，请先录入";
            Refusal::field(Code::InvalidField, "/division_code", detail)
        })?;
        communities::upsert_division(tx.conn(), &shipped)?;
    }
    row.id = CommunityId::new();
    row.created_at = tx.now();
    communities::insert_community(tx.conn(), &row)?;
    let what = json!({"name": row.name, "division_code": row.division_code});
    tx.audit("registry.community_entered", ("community", row.id), (None, Some(&what)));
    Ok(row)
}

/// Enters a community of which only division and name are known yet.
///
/// # Errors
/// As [`enter`].
pub fn enter_named(tx: &mut WriteTx<'_>, division: &str, name: &str) -> Outcome<Community> {
    let row = Community {
        id: CommunityId::new(),
        division_code: division.to_owned(),
        name: name.to_owned(),
        address: None,
        built_year: None,
        structure: None,
        facilities: "[]".to_owned(),
        hazards: "[]".to_owned(),
        notes: None,
        register_version: 0,
        version: 1,
        created_at: tx.now(),
        ended_on: None,
    };
    enter(tx, row)
}

/// Writes a community's changed row.
///
/// # Errors
/// `invalid_field`, `stale_version`; `community_ended` for another name.
pub fn change(tx: &mut WriteTx<'_>, old: &Community, mut row: Community) -> Outcome<Community> {
    require_text("/name", &row.name)?;
    check_year(row.built_year)?;
    if row.name != old.name {
        // Results of then are told by the name of then.
        require_standing(tx.conn(), row.id)?;
    }
    if communities::set_community(tx.conn(), &row)? != 1 {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let shown = |row: &Community| {
        json!([
            row.name,
            row.address,
            row.built_year,
            row.structure,
            row.facilities,
            row.hazards,
            row.notes
        ])
    };
    let both = (Some(&shown(old)), Some(&shown(&row)));
    tx.audit("registry.community_changed", ("community", row.id), both);
    row.version += 1;
    Ok(row)
}

fn check_year(year: Option<i32>) -> Outcome<()> {
    match year {
        Some(year) if !(1900..=2100).contains(&year) => {
            Err(Refusal::field(Code::InvalidField, "/built_year", "1900 to 2100"))
        }
        _ => Ok(()),
    }
}
