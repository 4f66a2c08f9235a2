//! What follows an opinion that asks for something: the designer's answer, the department's
//! acceptance, a ruling from above.

use serde_json::json;

use super::{
    delegates::speaker,
    facts::{current, get_review, tell},
    views::{CaseView, view},
};
use crate::joint_review::{
    model::{
        NewResponse, OpinionRow, Resolution, ResponseKind, ResponseRow, ReviewCommand, ReviewRow,
        Round, RoundRow,
    },
    rules::{
        closing::{may_respond, standings},
        state::next_state,
    },
    store::opinions,
};
use crate::kernel::{Code, JointReviewId, Outcome, Refusal, ReviewOpinionId, ReviewResponseId};
use crate::platform::{
    auth::Reach,
    db::WriteTx,
    two_people::{Person, must_be_another},
};

/// The opinion that stands under this id, with how it stands.
fn standing_of(round: &Round, id: ReviewOpinionId) -> Outcome<(OpinionRow, Resolution)> {
    if round.opinions.iter().all(|one| one.id != id) {
        return Err(Refusal::new(Code::NotFound));
    }
    let found = standings(round).into_iter().find_map(|(_, _, opinion, resolution)| {
        opinion.filter(|one| one.id == id).map(|one| (one.clone(), resolution))
    });
    let replaced = || Refusal::new(Code::ReviewOpinionConflict).with("have", "replaced");
    found.ok_or_else(replaced)
}

/// Records an answer, an acceptance or a ruling. Nobody signs twice: whoever answered neither accepts
/// nor records the ruling, and whoever opened the round does not rule.
///
/// # Errors
/// `not_found`; `review_state_conflict`; `review_opinion_conflict` where the opinion stands otherwise;
/// `review_not_delegate` for an acceptance in another department's name; `same_clerk`;
/// `invalid_field` for a plan version before the one that is reviewed.
pub fn respond(
    tx: &mut WriteTx<'_>,
    (id, reach): (JointReviewId, &Reach),
    (opinion_id, new): (ReviewOpinionId, &NewResponse),
) -> Outcome<CaseView> {
    let review = get_review(tx.conn(), id, reach)?;
    next_state(review.state, ReviewCommand::Respond)?;
    let (row, round) = current(tx.conn(), &review)?;
    let (opinion, standing) = standing_of(&round, opinion_id)?;
    if !may_respond(standing, new.kind) {
        let refusal = Refusal::new(Code::ReviewOpinionConflict).with("have", standing.as_str());
        return Err(refusal.with("kind", new.kind.as_str()));
    }
    let person = Person::of(tx)?;
    may_sign(tx, (&review, &row), (&opinion, &round), (&person, new.kind))?;
    if new.plan_number.is_some_and(|number| number < row.plan_number) {
        let detail = format!("version {} or a later one · 不得早于被审版本", row.plan_number);
        return Err(Refusal::field(Code::InvalidField, "/plan_number", detail));
    }
    let (authority, document_sha256) = new.ruling.clone().unzip();
    let response = ResponseRow {
        id: ReviewResponseId::new(),
        opinion_id: opinion.root(),
        kind: new.kind,
        reason: new.reason.clone(),
        plan_number: new.plan_number,
        authority,
        document_sha256,
        author_id: person.id,
        author_name: person.name,
        at: tx.legal_now(),
    };
    opinions::insert_response(tx.conn(), &response)?;
    let payload = json!({ "round": row.number, "opinion_id": opinion.root(),
        "department": opinion.department, "kind": new.kind, "sha256": response.document_sha256 });
    tell(tx, &review, ("responded", &payload));
    view(tx.conn(), review)
}

fn may_sign(
    tx: &mut WriteTx<'_>,
    (review, row): (&ReviewRow, &RoundRow),
    (opinion, round): (&OpinionRow, &Round),
    (person, kind): (&Person, ResponseKind),
) -> Outcome<()> {
    let last = round.responses.iter().rev().find(|one| one.opinion_id == opinion.root());
    match kind {
        ResponseKind::Adopted | ResponseKind::Partly | ResponseKind::Rejected => return Ok(()),
        ResponseKind::Accepted => {
            speaker(tx.conn(), (person.id, &opinion.department), &review.place())?;
        }
        ResponseKind::RuledForPlan | ResponseKind::RuledForDepartment => {
            must_be_another(row.opener_id, person)?;
        }
    }
    match last {
        Some(answer) => must_be_another(answer.author_id, person),
        None => Ok(()),
    }
}
