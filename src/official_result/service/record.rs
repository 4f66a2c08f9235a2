//! A result is recorded with its numbers, and its evidence is attached.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    settle::get_result,
    views::{EvidenceView, OfficialResultView, view},
};
use crate::kernel::{
    Code, OfficialFileId, OfficialItemId, OfficialResultId, Outcome, Refusal, RuleBroken, hex,
};
use crate::official_result::{
    model::{
        NewEvidence, NewOfficialFile, NewOfficialItem, NewOfficialResult, OfficialItemRow,
        OfficialRow, OfficialState,
    },
    rules::{evidence, sums},
    store,
};
use crate::platform::{
    auth::{Place, Reach},
    db::WriteTx,
};
use crate::registry::{RegisterScope, find_scope_place};
use crate::voting::{RulePack, find_pack_in_force};

/// Bytes of a file at the most.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Files of a result at the most.
pub const MOST_FILES: usize = 20;

/// Records a result. It has no effect until another person confirms it.
///
/// # Errors
/// `not_found` outside the reach; `rule_pack_not_in_force` on the day of the opening;
/// `official_result_has_faults` with every sum that can't be right; `already_exists` where the
/// platform's vote is recorded already and this is no correction of it;
/// `official_result_state_conflict` where the one to be corrected is not confirmed.
pub fn record(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    new: &NewOfficialResult,
) -> Outcome<OfficialResultView> {
    let place = match &new.replaces {
        // The scope of then: its buildings may belong to another community today.
        Some((id, _)) => super::settle::place_of(&get_result(tx.conn(), *id, reach)?),
        None => place_of(tx, reach, new)?,
    };
    let actor = tx.actor().clone();
    let recorded_by = actor.account_id.ok_or_else(|| Refusal::new(Code::Forbidden))?;
    let now = tx.legal_now();
    if new.closes_at > now {
        let detail = "the vote is not over · 表决尚未截止";
        return Err(Refusal::field(Code::InvalidField, "/closes_at", detail));
    }
    let (pack, rules) = find_pack_in_force(tx.conn(), &new.rule_pack, new.opens_at.local_date())?;
    let replaces = corrected(tx, reach, new)?;
    let row = OfficialRow {
        id: OfficialResultId::new(),
        division_code: place.division_code,
        community_id: new.community_id,
        building_id: new.building_id,
        entrance_id: new.entrance_id,
        rule_pack_id: pack.id,
        platform: new.platform.clone(),
        reference: new.reference.clone(),
        opens_at: new.opens_at,
        closes_at: new.closes_at,
        total_area: new.total.area,
        total_heads: heads(new.total.heads)?,
        state: OfficialState::Proposed,
        replaces_id: replaces,
        correction_reason: new.replaces.as_ref().map(|(_, reason)| reason.clone()),
        recorded_by,
        recorder_name: actor.name,
        recorded_at: now,
        confirmed_by: None,
        confirmer_name: None,
        confirmed_at: None,
        withdrawn_name: None,
        withdrawn_at: None,
        withdrawal_reason: None,
    };
    let items = item_rows(&row, new, &rules)?;
    store::insert_result(tx.conn(), &row, &items)?;
    let after = json!({ "platform": row.platform, "reference": row.reference,
        "items": items.len(), "replaces": replaces });
    tx.audit("official_result.recorded", ("official_result", row.id), (None, Some(&after)));
    view(tx.conn(), row)
}

fn heads(heads: u64) -> Outcome<i64> {
    let detail = "too many heads";
    i64::try_from(heads).map_err(|_| Refusal::field(Code::InvalidField, "/items", detail))
}

fn place_of(tx: &mut WriteTx<'_>, reach: &Reach, new: &NewOfficialResult) -> Outcome<Place> {
    let scope = match (new.entrance_id, new.building_id) {
        (Some(id), _) => RegisterScope::Entrance(id),
        (None, Some(id)) => RegisterScope::Building(id),
        (None, None) => RegisterScope::Community(new.community_id),
    };
    let place = find_scope_place(tx.conn(), &scope)?
        .filter(|place| place.community_id == new.community_id)
        .filter(|place| new.building_id.is_none() || place.building_id == new.building_id)
        .ok_or_else(|| Refusal::new(Code::NotFound))?;
    let place = Place::from(place);
    if reach.covers(&place) { Ok(place) } else { Err(Refusal::new(Code::NotFound)) }
}

/// The result that this one corrects; another record of the same platform's vote is refused.
fn corrected(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    new: &NewOfficialResult,
) -> Outcome<Option<OfficialResultId>> {
    let replaces = new.replaces.as_ref().map(|(id, _)| *id);
    if let Some(id) = replaces {
        let old = get_result(tx.conn(), id, reach)?;
        if old.state != OfficialState::Confirmed {
            let refusal = Refusal::new(Code::OfficialResultStateConflict);
            return Err(refusal.with("state", old.state.as_str()));
        }
        let scope = (old.community_id, old.building_id, old.entrance_id);
        if scope != (new.community_id, new.building_id, new.entrance_id) {
            let detail = "a correction is of the same scope · 更正须为同一表决范围";
            return Err(Refusal::field(Code::InvalidField, "/replaces", detail));
        }
    }
    let known = store::list_of_reference(tx.conn(), (&new.platform, &new.reference))?;
    match known.into_iter().find(|known| Some(known.id) != replaces) {
        None => Ok(replaces),
        Some(known) if reach.covers(&super::settle::place_of(&known)) => {
            Err(Refusal::new(Code::AlreadyExists).with("official_result_id", known.id.to_string()))
        }
        Some(_) => Err(Refusal::new(Code::AlreadyExists)),
    }
}

fn item_rows(
    row: &OfficialRow,
    new: &NewOfficialResult,
    pack: &RulePack,
) -> Outcome<Vec<OfficialItemRow>> {
    let invalid = pack.switches.invalid_participates.value;
    let (mut rows, mut found) = (Vec::new(), 0_usize);
    let mut refusal = Refusal::new(Code::OfficialResultHasFaults);
    for (index, item) in new.items.iter().enumerate() {
        let mut faults: Vec<String> =
            sums::faults(new.total, item, invalid).into_iter().map(str::to_owned).collect();
        let keys: Vec<&str> = item.matters.iter().map(String::as_str).collect();
        let class = pack.strictest(&keys).filter(|_| !keys.is_empty());
        if class.is_none() {
            let known: Vec<_> = pack.matters.iter().map(|matter| matter.key.as_str()).collect();
            let known = known.join(", ");
            faults.push(format!("事项代码应为下列之一 · its matters are of: {known}"));
        }
        for fault in &faults {
            let pointer = format!("/items/{index}");
            let code = Code::OfficialResultHasFaults.as_str();
            refusal = refusal.with_field(&pointer, code, fault);
        }
        found += faults.len();
        if let Some(class) = class.filter(|_| faults.is_empty()) {
            rows.push(item_row((row, index), item, class)?);
        }
    }
    if found == 0 { Ok(rows) } else { Err(refusal) }
}

fn item_row(
    (row, index): (&OfficialRow, usize),
    item: &NewOfficialItem,
    class: crate::voting::ItemClass,
) -> Outcome<OfficialItemRow> {
    Ok(OfficialItemRow {
        id: OfficialItemId::new(),
        result_id: row.id,
        position: i32::try_from(index + 1).map_err(Refusal::internal)?,
        title: item.title.clone(),
        matters: item.matters.join(","),
        class,
        participating_area: item.participating.area,
        participating_heads: heads(item.participating.heads)?,
        for_area: item.in_favour.area,
        for_heads: heads(item.in_favour.heads)?,
        against_area: item.against.area,
        against_heads: heads(item.against.heads)?,
        abstain_area: item.abstain.area,
        abstain_heads: heads(item.abstain.heads)?,
        invalid_area: item.invalid.area,
        invalid_heads: heads(item.invalid.heads)?,
        passed: item.passed,
    })
}

/// Attaches a file of evidence while the result waits; the same content is kept once.
///
/// # Errors
/// `not_found`; `official_result_state_conflict`; `payload_too_large`; `unsupported_media_type`;
/// `invalid_field` beyond 20 files.
pub fn attach(
    tx: &mut WriteTx<'_>,
    (id, reach): (OfficialResultId, &Reach),
    file: &NewEvidence,
) -> Outcome<EvidenceView> {
    let row = get_result(tx.conn(), id, reach)?;
    if row.state != OfficialState::Proposed {
        let refusal = Refusal::new(Code::OfficialResultStateConflict);
        return Err(refusal.with("state", row.state.as_str()));
    }
    if file.content.len() > MOST_BYTES {
        return Err(Refusal::new(Code::PayloadTooLarge).with("limit_bytes", MOST_BYTES));
    }
    let media_type = evidence::media_type(&file.content, &file.file_name)
        .ok_or_else(|| Refusal::new(Code::UnsupportedMediaType).detail("PDF, PNG, JPEG, CSV"))?;
    let digest = hex::encode(&Sha256::digest(&file.content));
    let files = store::list_files(tx.conn(), &[id])?;
    if let Some(known) = files.iter().find(|known| known.digest == digest) {
        return Ok(known.clone().into());
    }
    if files.len() >= MOST_FILES {
        let detail = format!("at most {MOST_FILES} files");
        return Err(Refusal::field(Code::InvalidField, "/file", detail));
    }
    let (actor, now) = (tx.actor().clone(), tx.legal_now());
    let uploaded_by = actor.account_id.ok_or_else(|| Refusal::new(Code::Forbidden))?;
    let kept = NewOfficialFile {
        id: OfficialFileId::new(),
        result_id: id,
        file_name: &file.file_name,
        media_type,
        size_bytes: i64::try_from(file.content.len()).map_err(Refusal::internal)?,
        digest: &digest,
        content: &file.content,
        uploaded_at: now,
        uploaded_by,
        uploader_name: &actor.name,
    };
    store::insert_file(tx.conn(), &kept)?;
    let after = json!({ "file_id": kept.id, "sha256": digest });
    tx.audit("official_result.evidence", ("official_result", id), (None, Some(&after)));
    let kept_id = kept.id;
    let files = store::list_files(tx.conn(), &[id])?;
    let kept = files.into_iter().find(|known| known.id == kept_id);
    kept.map(Into::into).ok_or_else(|| Refusal::internal("the file was not kept"))
}

/// The rule that a platform's verdict breaks.
pub(super) fn differs(have: &str, need: &str, clause: &str) -> RuleBroken {
    RuleBroken {
        rule_id: "official_verdict".to_owned(),
        clause: clause.to_owned(),
        have: have.to_owned(),
        need: need.to_owned(),
    }
}
