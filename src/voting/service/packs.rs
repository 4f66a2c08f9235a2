//! Rule packs: loaded, checked, never changed.

use std::sync::Arc;

use serde_json::json;

use super::facts::get_pack;
use crate::kernel::{Code, LocalDate, Outcome, Refusal, RulePackId};
use crate::platform::db::{Conn, WriteTx};
use crate::voting::{
    model::PackRow,
    rules::{
        pack::RulePack,
        pack_report::examine,
        pack_use::not_in_force,
        shipped::{SHIPPED, find_shipped},
    },
    store::packs,
};

/// Loads a district's pack as a new version; the same text again changes nothing. It is examined as
/// `jiugai pack check` does, against the pack that it names in `based_on`.
///
/// # Errors
/// `rule_pack_invalid` with every fault and its line; `rule_pack_in_use` where that version exists
/// with another text, or the name is one of the program's own packs.
pub fn load_pack(tx: &mut WriteTx<'_>, text: &str, tests: Option<&str>) -> Outcome<PackRow> {
    let base = toml::from_str::<RulePack>(text).ok().and_then(|pack| pack.based_on);
    let parent = match base.filter(|base| find_shipped(base).is_none()) {
        Some(base) => packs::find_newest_pack(tx.conn(), &base)?,
        None => None,
    };
    let parent = parent.map(|row| get_pack(tx.conn(), row.id)).transpose()?;
    let report = examine(text, tests, parent.as_deref())?;
    report.accept()?;
    if find_shipped(&report.id).is_some() {
        let detail = "the program's own pack; give yours another id · 系统自带规则包，请另取名称";
        return Err(Refusal::field(Code::RulePackInUse, "/id", detail));
    }
    let row = store_pack(tx, text)?;
    let after = json!({ "digest": row.digest, "cases": report.tests.len() });
    tx.audit("rule_pack.loaded", ("rule_pack", row.id), (None, Some(&after)));
    Ok(row)
}

/// Loads the packs that the program ships; run at every start, and nobody's act.
///
/// # Errors
/// As [`load_pack`].
pub fn load_shipped_packs(tx: &mut WriteTx<'_>) -> Outcome<()> {
    SHIPPED.iter().try_for_each(|shipped| store_pack(tx, shipped.text).map(|_| ()))
}

/// The newest version of a pack that is in force on a day.
///
/// # Errors
/// `invalid_field` for an unknown name; `rule_pack_not_in_force` where no version is in force.
pub fn find_pack_in_force(
    conn: &mut Conn,
    key: &str,
    day: LocalDate,
) -> Outcome<(PackRow, Arc<RulePack>)> {
    let mut newest = None;
    for row in packs::list_versions(conn, key)? {
        let pack = get_pack(conn, row.id)?;
        if pack.is_in_force(day) {
            return Ok((row, pack));
        }
        newest = newest.or(Some(pack));
    }
    let Some(newest) = newest else {
        let detail = "no rule pack has this name";
        return Err(Refusal::field(Code::InvalidField, "/rule_pack", detail));
    };
    let blocker = not_in_force(&newest, day).ok_or_else(|| Refusal::internal("in force"))?;
    Err(blocker.into())
}

fn store_pack(tx: &mut WriteTx<'_>, text: &str) -> Outcome<PackRow> {
    let pack = RulePack::from_toml(text)?;
    let (digest, body) = (pack.digest()?, pack.canonical()?);
    let version = i32::try_from(pack.version).map_err(Refusal::internal)?;
    if let Some(stored) = packs::find_pack(tx.conn(), &pack.id, version)? {
        if stored.digest == digest {
            return Ok(stored);
        }
        let refusal = Refusal::new(Code::RulePackInUse).with("version", version);
        return Err(refusal.with("stored_digest", stored.digest).with("given_digest", digest));
    }
    let row = PackRow {
        id: RulePackId::new(),
        pack_key: pack.id,
        pack_version: version,
        name: pack.name,
        effective_from: pack.effective_from,
        digest,
        body,
        created_at: tx.now(),
    };
    packs::insert_pack(tx.conn(), &row)?;
    Ok(row)
}
