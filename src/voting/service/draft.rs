//! A vote is drafted: scope, rule pack, items, materials. All of it is locked by the notice.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    agenda::Agenda,
    facts::Vote,
    packs::find_pack_in_force,
    scope::{check_scope, name_scope, scope_kind},
    silence::clause_of,
};
use crate::kernel::{Code, MaterialId, Outcome, Refusal, VoteId, hex};
use crate::platform::{auth::Reach, db::WriteTx};
use crate::registry::require_standing_community;
use crate::voting::{
    model::{
        Command, ItemRow, NewFile, NewItem, NewMaterial, NewVote, Reliance, VoteChange, VoteEdit,
        VoteRow, VoteScope, VoteState,
    },
    rules::{pack::RulePack, state::decide},
    store::{questions, scopes, votes},
};

/// Items and options of a vote at the most: what fits one ballot that people can read.
pub const MOST_ITEMS: usize = 20;
/// Bytes of a material at the most.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// Drafts a vote.
///
/// # Errors
/// `not_found` outside the reach; `invalid_field` for an unknown pack, matter or a scope that does
/// not hang together, or a reliance on a clause that covers no item; `rule_pack_not_in_force`;
/// `community_ended`.
pub fn draft_vote(tx: &mut WriteTx<'_>, reach: &Reach, new: &NewVote) -> Outcome<VoteRow> {
    let scope = check_scope(tx.conn(), reach, new)?;
    require_standing_community(tx.conn(), new.community_id)?;
    let scope_name = name_scope(tx.conn(), (new, &scope))?;
    let today = tx.legal_now().local_date();
    let (pack, rules) = find_pack_in_force(tx.conn(), &new.rule_pack, today)?;
    let row = VoteRow {
        id: VoteId::new(),
        community_id: new.community_id,
        building_id: new.part.building_id,
        entrance_id: new.part.entrance_id,
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
        reliance: new.reliance,
        created_by: tx.actor().account_id,
        created_at: tx.now(),
        version: 1,
        scope_name,
    };
    let agenda = agenda((row.id, scope_kind(&scope)), &rules, &new.items)?;
    check_reliance(row.reliance, &rules, &agenda.items)?;
    votes::insert_vote(tx.conn(), &row)?;
    scopes::insert_parts(tx.conn(), row.id, &scope)?;
    questions::replace_agenda(tx.conn(), row.id, (&agenda.questions, &agenda.items))?;
    tx.audit("vote.drafted", ("vote", row.id), (None, Some(&json!({ "title": row.title }))));
    Ok(row)
}

/// A matter that the pack gives to another scope is not theirs to decide.
fn check_matter_scopes(
    pack: &RulePack,
    (index, keys): (usize, &[&str]),
    scope: VoteScope,
) -> Outcome<()> {
    let known = keys.iter().filter_map(|key| pack.matter(key));
    let Some(matter) = known.into_iter().find(|matter| !matter.allows(scope)) else {
        return Ok(());
    };
    let scopes: Vec<_> = matter.scopes.iter().map(|scope| scope.as_str()).collect();
    let (key, clause) = (&matter.key, &matter.clause);
    let detail = format!("{key} is decided by {}, not {scope} ({clause})", scopes.join(", "));
    Err(Refusal::field(Code::InvalidField, &format!("/items/{index}/matters"), detail))
}

fn agenda(
    (vote_id, scope): (VoteId, VoteScope),
    pack: &RulePack,
    items: &[NewItem],
) -> Outcome<Agenda> {
    let mut agenda = Agenda::default();
    for (index, item) in items.iter().enumerate() {
        let pointer = format!("/items/{index}");
        let keys: Vec<&str> = item.matters.iter().map(String::as_str).collect();
        let class = pack.strictest(&keys).ok_or_else(|| {
            let known: Vec<_> = pack.matters.iter().map(|m| m.key.as_str()).collect();
            let detail = format!("one or more of {}", known.join(", "));
            Refusal::field(Code::InvalidField, &format!("{pointer}/matters"), detail)
        })?;
        check_matter_scopes(pack, (index, &keys), scope)?;
        agenda.add((vote_id, &pointer), (item, class))?;
    }
    if agenda.items.len() > MOST_ITEMS {
        let detail = format!("{} items and options; at most {MOST_ITEMS}", agenda.items.len());
        return Err(Refusal::field(Code::InvalidField, "/items", detail));
    }
    Ok(agenda)
}

/// Nobody relies on a clause that covers nothing.
fn check_reliance(reliance: Reliance, pack: &RulePack, items: &[ItemRow]) -> Outcome<()> {
    if reliance == Reliance::Strict || items.iter().any(|item| clause_of(pack, item).is_some()) {
        return Ok(());
    }
    let detail =
        "no clause on silence of the pack covers an item · 规则包没有适用于这些事项的未表决条款";
    Err(Refusal::field(Code::InvalidField, "/reliance", detail))
}

/// Changes a vote before its notice.
///
/// # Errors
/// `wrong_state` after the notice; `invalid_field` for the items of a run-off; as [`draft_vote`].
pub fn edit_vote(tx: &mut WriteTx<'_>, vote: &Vote, edit: &VoteEdit) -> Outcome<()> {
    let now = tx.legal_now();
    decide(vote.row.state, Command::EditAgenda, &vote.facts(now)?)?;
    if let Some(items) = &edit.items {
        if questions::find_run_off_of(tx.conn(), vote.row.id)?.is_some() {
            let detail =
                "the options of a run-off come from the vote before · 第二轮的选项由前一次表决决定";
            return Err(Refusal::field(Code::InvalidField, "/items", detail));
        }
        let agenda = agenda((vote.row.id, scope_kind(&vote.scope)), &vote.pack, items)?;
        questions::replace_agenda(tx.conn(), vote.row.id, (&agenda.questions, &agenda.items))?;
    }
    let items = votes::list_items(tx.conn(), vote.row.id)?;
    check_reliance(edit.reliance.unwrap_or(vote.row.reliance), &vote.pack, &items)?;
    let change = VoteChange {
        title: edit.title.clone(),
        description: edit.description.clone(),
        state: Some(vote.row.state),
        reliance: edit.reliance,
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
