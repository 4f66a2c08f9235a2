//! Rule packs: loaded, checked, never changed.

use serde_json::json;

use crate::kernel::{Code, Outcome, Refusal, RulePackId};
use crate::platform::db::WriteTx;
use crate::voting::{
    model::PackRow,
    rules::pack::{NATIONAL, RulePack},
    store::packs,
};

/// Loads a pack's text as a new version; the same text again changes nothing.
///
/// # Errors
/// `rule_pack_invalid` with every fault; `rule_pack_in_use` where that version exists with another
/// text.
pub fn load_pack(tx: &mut WriteTx<'_>, text: &str) -> Outcome<PackRow> {
    let row = store_pack(tx, text)?;
    let after = json!({ "digest": row.digest });
    tx.audit("rule_pack.loaded", ("rule_pack", row.id), (None, Some(&after)));
    Ok(row)
}

/// Loads the packs that the program ships; run at every start, and nobody's act.
///
/// # Errors
/// As [`load_pack`].
pub fn load_shipped_packs(tx: &mut WriteTx<'_>) -> Outcome<()> {
    store_pack(tx, NATIONAL).map(|_| ())
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
