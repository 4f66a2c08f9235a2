//! Departments say what they think, of many items at once; nothing that was said is replaced.

use serde_json::json;

use super::{
    delegates::speaker,
    facts::{current, get_review, tell},
    views::{CaseView, view},
};
use crate::joint_review::{
    model::{NewOpinion, OpinionRow, OpinionSource, ReviewCommand, Round, RoundRow, Verdict},
    rules::{closing::latest, state::next_state},
    store::opinions,
};
use crate::kernel::{Code, JointReviewId, Outcome, Refusal, ReviewItemId, ReviewOpinionId};
use crate::platform::{
    auth::Reach,
    db::WriteTx,
    two_people::{Person, must_be_another},
};

/// Keeps the opinions of a department that the caller speaks for. After the deadline they are taken
/// and marked late until the case is closed, even where silence was recorded: what a department says
/// is worth more than that it was slow (ours).
///
/// # Errors
/// `not_found`; `review_state_conflict`; `review_not_delegate`; `same_clerk` for whoever opened the
/// round; `review_not_invited`; `invalid_field` for an item that is not there;
/// `review_opinion_conflict` for a withdrawal of nothing.
pub fn give(
    tx: &mut WriteTx<'_>,
    (id, reach): (JointReviewId, &Reach),
    (department, given): (&str, &[NewOpinion]),
) -> Outcome<CaseView> {
    let review = get_review(tx.conn(), id, reach)?;
    next_state(review.state, ReviewCommand::Opine)?;
    let person = Person::of(tx)?;
    let delegate = speaker(tx.conn(), (person.id, department), &review.place())?;
    let (row, round) = current(tx.conn(), &review)?;
    must_be_another(row.opener_id, &person)?;
    let invitation = round.invitations.iter().find(|one| one.row.department == department);
    let invitation = invitation
        .ok_or_else(|| Refusal::new(Code::ReviewNotInvited).with("department", department))?;
    let late = tx.legal_now() >= invitation.row.due_at;
    let mut rows = Vec::new();
    for (index, one) in given.iter().enumerate() {
        let item_id = item_of((&row, &round), (index, one))?;
        must_be_withdrawable(&round, (department, item_id), one)?;
        rows.push(OpinionRow {
            id: ReviewOpinionId::new(),
            round_id: row.id,
            item_id,
            department: department.to_owned(),
            source: OpinionSource::Given,
            verdict: Some(one.verdict),
            wants: one.wants,
            text: one.text.clone(),
            late,
            original_id: None,
            author_id: Some(person.id),
            author_login: delegate.login.clone(),
            author_name: person.name.clone(),
            at: tx.legal_now(),
        });
    }
    opinions::insert_opinions(tx.conn(), &rows)?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let payload = json!({ "round": row.number, "department": department, "late": late,
        "opinions": ids });
    tell(tx, &review, ("opinions_given", &payload));
    view(tx.conn(), review)
}

fn item_of(
    (row, round): (&RoundRow, &Round),
    (index, one): (usize, &NewOpinion),
) -> Outcome<ReviewItemId> {
    let found = round.items.iter().find(|item| item.position == one.item);
    found.map(|item| item.id).ok_or_else(|| {
        let detail = format!("round {} has the items 1 to {}", row.number, round.items.len());
        Refusal::field(Code::InvalidField, &format!("/opinions/{index}/item"), detail)
    })
}

fn must_be_withdrawable(round: &Round, key: (&str, ReviewItemId), one: &NewOpinion) -> Outcome<()> {
    if one.verdict != Verdict::Withdrawn {
        return Ok(());
    }
    let standing = latest(&round.opinions).get(&key).and_then(|opinion| opinion.verdict);
    match standing {
        Some(Verdict::Revise | Verdict::Reject) => Ok(()),
        Some(Verdict::Pass | Verdict::Withdrawn) | None => {
            let have = standing.map_or("-", |verdict| verdict.as_str());
            Err(Refusal::new(Code::ReviewOpinionConflict).with("have", have).with("item", one.item))
        }
    }
}
