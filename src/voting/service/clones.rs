//! A vote that has ended is drafted anew: the same scope, items and materials.

use serde_json::json;

use super::{agenda::Agenda, draft, facts::Vote, scope::same_part};
use crate::kernel::{Code, Outcome, Refusal, VoteId};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};
use crate::voting::{
    model::{ClonedFrom, NewFile, NewVote, VoteState},
    store::{composites, questions, votes},
};

/// Drafts a vote anew from one that is confirmed or voided, under the version of its rule pack that
/// is in force today. Its roll is made anew, too: the old one stays with the old vote.
///
/// # Errors
/// `wrong_state` while the vote has not ended, and for a run-off, which is opened again from its
/// question; as [`draft::draft_vote`].
pub fn clone_vote(tx: &mut WriteTx<'_>, reach: &Reach, vote: &Vote) -> Outcome<VoteId> {
    if !matches!(vote.row.state, VoteState::Confirmed | VoteState::Voided) {
        let refusal = Refusal::new(Code::WrongState).with("state", vote.row.state.as_str());
        return Err(refusal.detail("only a vote that has ended is cloned · 表决结束后方可复制"));
    }
    let source = vote.row.id;
    if questions::find_run_off_of(tx.conn(), source)?.is_some() {
        let detail = "open the run-off anew from its question · 请从原议题重新开启第二轮";
        return Err(Refusal::new(Code::WrongState).detail(detail));
    }
    let items = Agenda::load(tx.conn(), source)?.again();
    let new = NewVote {
        title: vote.row.title.clone(),
        description: vote.row.description.clone(),
        community_id: vote.row.community_id,
        part: same_part(vote),
        rule_pack: vote.pack.id.clone(),
        items,
        reliance: vote.row.reliance,
    };
    let row = draft::draft_vote(tx, reach, &new)?;
    composites::insert_clone(tx.conn(), (row.id, source))?;
    let copy = super::facts::get_vote(tx.conn(), row.id, reach)?;
    for material in votes::list_materials(tx.conn(), source)? {
        let found = votes::find_material(tx.conn(), source, material.id)?;
        let (file_name, media_type, content) = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
        draft::attach_material(tx, &copy, &NewFile { file_name, media_type, content })?;
    }
    tx.audit("vote.cloned", ("vote", row.id), (None, Some(&json!({ "cloned_from": source }))));
    Ok(row.id)
}

/// The vote that this one was cloned from, and those cloned from it.
///
/// # Errors
/// Of the database.
pub fn find_relatives(conn: &mut Conn, vote: &Vote) -> Outcome<(Option<ClonedFrom>, Vec<VoteId>)> {
    let found = composites::find_source(conn, vote.row.id)?;
    let source = found.map(|(vote_id, rule_pack_id)| ClonedFrom {
        vote_id,
        rule_pack_changed: rule_pack_id != vote.row.rule_pack_id,
    });
    Ok((source, composites::list_clones(conn, vote.row.id)?))
}
