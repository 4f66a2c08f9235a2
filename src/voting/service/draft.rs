//! A vote is drafted: scope, rule pack, items, materials. All of it is locked by the notice.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::facts::{self, Vote};
use crate::kernel::{Code, ItemId, MaterialId, Outcome, Refusal, VoteId, hex};
use crate::platform::{
    auth::{Place, Reach},
    db::WriteTx,
};
use crate::registry::{RegisterScope, find_scope_place};
use crate::voting::{
    model::{
        Command, DuplicatePolicy, ItemRow, NewFile, NewItem, NewMaterial, NewVote, VoteChange,
        VoteEdit, VoteRow, VoteState,
    },
    rules::{pack::RulePack, state::decide},
    store::{packs, votes},
};

/// Items of a vote at the most: what fits one ballot that people can read.
pub const MOST_ITEMS: usize = 20;
/// Bytes of a material at the most.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// Drafts a vote.
///
/// # Errors
/// `not_found` outside the reach; `invalid_field` for an unknown pack, matter or a scope that does
/// not hang together.
pub fn draft_vote(tx: &mut WriteTx<'_>, reach: &Reach, new: &NewVote) -> Outcome<VoteRow> {
    check_scope(tx, reach, new)?;
    let pack = packs::find_newest_pack(tx.conn(), &new.rule_pack)?.ok_or_else(|| {
        Refusal::field(Code::InvalidField, "/rule_pack", "no rule pack has this name")
    })?;
    if pack.effective_from > tx.legal_now().local_date() {
        let detail = format!("in force from {}", pack.effective_from);
        return Err(Refusal::field(Code::InvalidField, "/rule_pack", detail));
    }
    let rules = facts::get_pack(tx.conn(), pack.id)?;
    check_policy(&rules)?;
    let row = VoteRow {
        id: VoteId::new(),
        community_id: new.community_id,
        building_id: new.building_id,
        entrance_id: new.entrance_id,
        rule_pack_id: pack.id,
        title: new.title.clone(),
        description: new.description.clone(),
        state: VoteState::Draft,
        record_on: None,
        roll_area: None,
        roll_heads: None,
        agenda_digest: None,
        noticed_at: None,
        opens_at: None,
        closes_at: None,
        extensions: 0,
        closed_at: None,
        counted_at: None,
        published_at: None,
        objections_until: None,
        confirmed_at: None,
        certificate: None,
        created_by: tx.actor().account_id,
        created_at: tx.now(),
        version: 1,
    };
    let items = item_rows(row.id, &rules, &new.items)?;
    votes::insert_vote(tx.conn(), &row)?;
    votes::replace_items(tx.conn(), row.id, &items)?;
    tx.audit("vote.drafted", ("vote", row.id), (None, Some(&json!({ "title": row.title }))));
    Ok(row)
}

fn check_scope(tx: &mut WriteTx<'_>, reach: &Reach, new: &NewVote) -> Outcome<()> {
    let scope = match (new.entrance_id, new.building_id) {
        (Some(id), _) => RegisterScope::Entrance(id),
        (None, Some(id)) => RegisterScope::Building(id),
        (None, None) => RegisterScope::Community(new.community_id),
    };
    let place = find_scope_place(tx.conn(), scope)?
        .filter(|place| place.community_id == new.community_id)
        .filter(|place| new.building_id.is_none() || place.building_id == new.building_id)
        .ok_or_else(|| Refusal::new(Code::NotFound))?;
    let place = Place {
        division_code: place.division_code,
        community_id: Some(place.community_id),
        building_id: place.building_id,
    };
    if reach.covers(&place) { Ok(()) } else { Err(Refusal::new(Code::NotFound)) }
}

/// The database keeps the first valid choice; packs with another precedence can't be run yet.
fn check_policy(pack: &RulePack) -> Outcome<()> {
    let switches = &pack.switches;
    let first = switches.duplicate_policy.value == DuplicatePolicy::FirstValid;
    if first && switches.max_changes.value == 0 {
        return Ok(());
    }
    let detail = "only first_valid without changes can be run on line";
    Err(Refusal::field(Code::InvalidField, "/rule_pack", detail))
}

fn item_rows(vote_id: VoteId, pack: &RulePack, items: &[NewItem]) -> Outcome<Vec<ItemRow>> {
    if items.len() > MOST_ITEMS {
        let detail = format!("{} items; at most {MOST_ITEMS}", items.len());
        return Err(Refusal::field(Code::InvalidField, "/items", detail));
    }
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let keys: Vec<&str> = item.matters.iter().map(String::as_str).collect();
            let class = pack.strictest(&keys).ok_or_else(|| {
                let known: Vec<_> = pack.matters.iter().map(|m| m.key.as_str()).collect();
                let detail = format!("one or more of {}", known.join(", "));
                Refusal::field(Code::InvalidField, &format!("/items/{index}/matters"), detail)
            })?;
            Ok(ItemRow {
                id: ItemId::new(),
                vote_id,
                position: i32::try_from(index + 1).map_err(Refusal::internal)?,
                title: item.title.clone(),
                description: item.description.clone(),
                matter: item.matters.join(","),
                class,
            })
        })
        .collect()
}

/// Changes a vote before its notice.
///
/// # Errors
/// `wrong_state` after the notice; as [`draft_vote`].
pub fn edit_vote(tx: &mut WriteTx<'_>, vote: &Vote, edit: &VoteEdit) -> Outcome<()> {
    let now = tx.legal_now();
    decide(vote.row.state, Command::EditAgenda, &vote.facts(now)?)?;
    if let Some(items) = &edit.items {
        let rows = item_rows(vote.row.id, &vote.pack, items)?;
        votes::replace_items(tx.conn(), vote.row.id, &rows)?;
    }
    let change = VoteChange {
        title: edit.title.clone(),
        description: edit.description.clone(),
        state: Some(vote.row.state),
        ..VoteChange::default()
    };
    set_vote(tx, &vote.row, &change)?;
    tx.audit("vote.edited", ("vote", vote.row.id), (None, None));
    Ok(())
}

/// Changes the row if it is still the one that was read.
///
/// # Errors
/// `stale_version`.
pub fn set_vote(tx: &mut WriteTx<'_>, row: &VoteRow, change: &VoteChange) -> Outcome<()> {
    if votes::set_vote(tx.conn(), (row.id, row.version), change)? {
        return Ok(());
    }
    Err(Refusal::new(Code::StaleVersion).with("version", row.version))
}

/// Attaches a material before the notice; its SHA-256 is kept and enters the agenda's digest.
///
/// # Errors
/// `wrong_state` after the notice; `payload_too_large`.
pub fn attach_material(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    file: &NewFile,
) -> Outcome<(MaterialId, String)> {
    let legal_now = tx.legal_now();
    decide(vote.row.state, Command::EditAgenda, &vote.facts(legal_now)?)?;
    if file.content.len() > MOST_BYTES {
        return Err(Refusal::new(Code::PayloadTooLarge).with("limit_bytes", MOST_BYTES));
    }
    let digest = hex::encode(&Sha256::digest(&file.content));
    let id = MaterialId::new();
    let now = tx.now();
    let row = NewMaterial {
        id,
        vote_id: vote.row.id,
        file_name: &file.file_name,
        media_type: &file.media_type,
        size_bytes: i64::try_from(file.content.len()).map_err(Refusal::internal)?,
        digest: &digest,
        content: &file.content,
        created_at: now,
    };
    votes::insert_material(tx.conn(), &row)?;
    let after = json!({ "digest": digest });
    tx.audit("vote.material_attached", ("vote", vote.row.id), (None, Some(&after)));
    Ok((id, digest))
}

/// Takes a material away before the notice.
///
/// # Errors
/// `wrong_state` after the notice; `not_found`.
pub fn remove_material(tx: &mut WriteTx<'_>, vote: &Vote, id: MaterialId) -> Outcome<()> {
    let now = tx.legal_now();
    decide(vote.row.state, Command::EditAgenda, &vote.facts(now)?)?;
    if !votes::delete_material(tx.conn(), vote.row.id, id)? {
        return Err(Refusal::new(Code::NotFound));
    }
    tx.audit("vote.material_removed", ("vote", vote.row.id), (None, None));
    Ok(())
}
