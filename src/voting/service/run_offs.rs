//! 第二轮表决: a draft between the leading options of a question that a vote left open. It may be opened
//! once the result is confirmed: before, a ruling on a ballot may still change who leads.

use serde_json::json;

use super::{
    agenda::Agenda,
    draft,
    facts::Vote,
    questions::{QuestionView, views},
    scope::same_part,
};
use crate::kernel::{Code, Outcome, QuestionId, Refusal, VoteId};
use crate::platform::{auth::Reach, db::WriteTx};
use crate::voting::{
    model::{NewItem, NewOptions, NewVote, Reliance, RunOffRow, VoteState},
    store::questions as store,
};

/// Characters of a title at the most.
const MOST_TITLE: usize = 200;

/// Drafts the run-off of a question: its leading options, for the places that are open, under the
/// version of the rule pack that is in force today.
///
/// # Errors
/// `wrong_state` before the confirmation; `not_found`; `question_decided`; `already_exists` while there
/// is another run-off that is not voided; `not_ready` where one option alone is left; as
/// [`draft::draft_vote`].
pub fn draft_run_off(
    tx: &mut WriteTx<'_>,
    (vote, reach): (&Vote, &Reach),
    question_id: QuestionId,
) -> Outcome<VoteId> {
    if vote.row.state != VoteState::Confirmed {
        let refusal = Refusal::new(Code::WrongState).with("state", vote.row.state.as_str());
        return Err(refusal.detail("a run-off follows a confirmed result"));
    }
    let found = views(tx.conn(), vote)?.into_iter().find(|view| view.question_id == question_id);
    let view = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if view.decided {
        return Err(Refusal::new(Code::QuestionDecided).with("chosen", view.chosen));
    }
    if let Some(run_off) = view.run_off {
        return Err(Refusal::new(Code::AlreadyExists).with("vote_id", run_off.to_string()));
    }
    if view.leading.len() < 2 {
        let detail = "one option alone is left: put it to a vote as an item of its own";
        return Err(Refusal::new(Code::NotReady).detail(detail));
    }
    let agenda = Agenda::load(tx.conn(), vote.row.id)?;
    let item = item(&agenda, &view)?;
    let suffix = "（第二轮）";
    let most = MOST_TITLE - suffix.chars().count();
    let title: String = format!("{}：{}", vote.row.title, view.title).chars().take(most).collect();
    let new = NewVote {
        title: title + suffix,
        description: view.zh,
        community_id: vote.row.community_id,
        part: same_part(vote),
        rule_pack: vote.pack.id.clone(),
        items: vec![item],
        reliance: Reliance::Strict,
    };
    let row = draft::draft_vote(tx, reach, &new)?;
    store::insert_run_off(tx.conn(), &RunOffRow { vote_id: row.id, question_id })?;
    let after = json!({ "run_off_of": vote.row.id, "question_id": question_id });
    tx.audit("vote.run_off_drafted", ("vote", row.id), (None, Some(&after)));
    Ok(row.id)
}

/// The question with its leading options, for the places that are open.
fn item(agenda: &Agenda, view: &QuestionView) -> Outcome<NewItem> {
    let leading = agenda.items.iter().filter(|item| view.leading.contains(&item.position));
    let matters = leading.clone().next().map(|item| item.matter.clone()).unwrap_or_default();
    let options: Vec<_> =
        leading.map(|item| (item.title.clone(), item.description.clone())).collect();
    let seats = u32::try_from(view.open.min(options.len())).map_err(Refusal::internal)?;
    let row = agenda.questions.iter().find(|row| row.id == view.question_id);
    Ok(NewItem {
        title: view.title.clone(),
        description: row.map(|row| row.description.clone()).unwrap_or_default(),
        matters: matters.split(',').map(str::to_owned).collect(),
        options: Some(NewOptions { kind: view.kind, choose_at_most: seats, seats, options }),
    })
}
