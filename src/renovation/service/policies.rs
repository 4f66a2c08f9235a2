//! Policy packs: shown, and pinned by a project.

use std::sync::{Arc, LazyLock};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::kernel::{Code, LocalDate, Outcome, PolicyPackId, Refusal, hex};
use crate::platform::db::{Conn, WriteTx};
use crate::renovation::{
    model::{ContentClass, ContentItem, PolicyPack, PolicyRow},
    rules::{
        catalogue,
        policy::{SHIPPED, find_shipped, is_in_force, is_of_division},
    },
    store::projects as store,
};

static DIGESTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let digest = |pack: &Arc<PolicyPack>| canonical(pack).map(|(_, digest)| digest);
    SHIPPED.iter().filter_map(|pack| digest(pack).ok()).collect()
});

/// A pack with the digest that a project pins.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PolicyView {
    /// SHA-256 of the canonical JSON.
    pub digest: String,
    /// The pack.
    #[serde(flatten)]
    pub pack: PolicyPack,
}

/// Canonical JSON, keys in order and no spaces, with its SHA-256 in lower-case hex.
pub(super) fn canonical(value: &impl Serialize) -> Outcome<(String, String)> {
    let text = serde_json::to_value(value).map_err(Refusal::internal)?.to_string();
    let digest = hex::encode(&Sha256::digest(text.as_bytes()));
    Ok((text, digest))
}

/// The shipped packs.
///
/// # Errors
/// `internal` if one can't be written.
pub fn list() -> Outcome<Vec<PolicyView>> {
    SHIPPED.iter().map(view).collect()
}

fn view(pack: &Arc<PolicyPack>) -> Outcome<PolicyView> {
    Ok(PolicyView { digest: canonical(pack.as_ref())?.1, pack: pack.as_ref().clone() })
}

/// A shipped pack.
///
/// # Errors
/// `not_found`.
pub fn find(key: &str) -> Outcome<PolicyView> {
    view(find_shipped(key).ok_or_else(|| Refusal::new(Code::NotFound))?)
}

/// The items that a plan may hold, of one class and with a part of code or name where these are named.
#[must_use]
pub fn find_content_items(
    class: Option<ContentClass>,
    search: Option<&str>,
) -> Vec<&'static ContentItem> {
    let part = search.map(|search| search.trim().to_lowercase()).unwrap_or_default();
    let has = |text: &String| text.to_lowercase().contains(&part);
    let fits = |item: &&ContentItem| {
        class.is_none_or(|class| item.class == class)
            && [&item.code, &item.zh, &item.en].into_iter().any(has)
    };
    catalogue::ITEMS.iter().filter(fits).collect()
}

/// Pins a pack that is in force: its text is kept, whatever the program ships later.
///
/// # Errors
/// `invalid_field` for an unknown key; `policy_elsewhere` for one of another division;
/// `policy_not_in_force`.
pub(super) fn pin(
    tx: &mut WriteTx<'_>,
    (key, division_code): (&str, &str),
    today: LocalDate,
) -> Outcome<PolicyRow> {
    let pack = find_shipped(key).ok_or_else(|| {
        let known: Vec<&str> = SHIPPED.iter().map(|pack| pack.id.as_str()).collect();
        let detail = format!("{key} is not one of {}", known.join(", "));
        Refusal::field(Code::InvalidField, "/policy", detail)
    })?;
    if !is_of_division(pack, division_code) {
        let refusal = Refusal::new(Code::PolicyElsewhere).with("division_code", division_code);
        return Err(refusal.with("divisions", pack.divisions.join(", ")));
    }
    if !is_in_force(pack, today) {
        let refusal = Refusal::new(Code::PolicyNotInForce);
        return Err(refusal.with("effective_from", pack.effective_from.to_string()));
    }
    let version = i32::try_from(pack.version).map_err(Refusal::internal)?;
    let (body, digest) = canonical(pack.as_ref())?;
    if let Some(row) = store::find_policy_of(tx.conn(), key, version)? {
        let is_same = row.digest == digest;
        let fault = || Refusal::internal(format!("{key} v{version}: its text was changed"));
        return if is_same { Ok(row) } else { Err(fault()) };
    }
    let created_at = tx.now();
    let row = PolicyRow {
        id: PolicyPackId::new(),
        pack_key: key.to_owned(),
        pack_version: version,
        digest,
        body,
        created_at,
    };
    store::insert_policy(tx.conn(), &row)?;
    Ok(row)
}

/// A pinned pack.
///
/// # Errors
/// `internal` where it is not there or can't be read.
pub(super) fn pinned(conn: &mut Conn, id: PolicyPackId) -> Outcome<(PolicyRow, Arc<PolicyPack>)> {
    let row = store::find_policy(conn, id)?;
    let row = row.ok_or_else(|| Refusal::internal("a project without its policy"))?;
    let shipped = DIGESTS.iter().zip(SHIPPED.iter()).find(|(digest, _)| **digest == row.digest);
    let pack = match shipped {
        Some((_, pack)) => Arc::clone(pack),
        None => Arc::new(serde_json::from_str(&row.body).map_err(Refusal::internal)?),
    };
    Ok((row, pack))
}
