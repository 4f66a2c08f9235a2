//! Rounds: opened on a fixed version of the plan; what was said of items that did not change goes on.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    facts::{current, get_review, set, tell},
    views::{CaseView, view},
};
use crate::joint_review::{
    model::{
        InvitationRow, InviteSource, InviteWish, Invited, ItemRow, OpinionRow, OpinionSource,
        PlanReference, ReviewCommand, ReviewRow, ReviewSettings, ReviewState, Round, RoundRow,
    },
    rules::{
        departments::{DATA, find},
        invite::{before, due_at, invited, must_be_known, position},
        rounds::carried,
        state::next_state,
    },
    store::{cases, opinions},
};
use crate::kernel::{
    Code, JointReviewId, Outcome, Refusal, ReviewInvitationId, ReviewItemId, ReviewOpinionId,
    ReviewRoundId, UtcTime,
};
use crate::platform::{auth::Reach, db::WriteTx, two_people::Person};
use crate::voting::work_calendar;

/// Opens the first round of a project's review, or the next one on another version of the plan; that
/// opens a closed case again.
///
/// # Errors
/// `already_exists` where this version has its round; `invalid_field` for an unknown department or
/// where nobody would be invited; `calendar_missing` for a deadline beyond the loaded years.
pub fn open_round(
    tx: &mut WriteTx<'_>,
    plan: &PlanReference,
    settings: &ReviewSettings,
) -> Outcome<CaseView> {
    if let Some(round) = cases::find_round_of_plan(tx.conn(), plan.plan_version_id)? {
        let refusal = Refusal::new(Code::AlreadyExists);
        return Err(refusal.with("review_id", round.review_id.to_string()));
    }
    let days = settings.days.unwrap_or(DATA.days);
    let due_at = due_at(tx.legal_now().local_date(), days, work_calendar()?)?;
    let known = cases::find_of_project(tx.conn(), plan.project_id)?;
    let last = match &known {
        Some(row) => Some(current(tx.conn(), row)?.1),
        None => None,
    };
    let earlier = last.as_ref().map(before).unwrap_or_default();
    let invited = invited((&plan.items, &DATA), settings, &earlier)?;
    if invited.is_empty() {
        let detail = "方案内容不涉及任何部门 · the content concerns no department; name one";
        return Err(Refusal::field(Code::InvalidField, "/invite", detail));
    }
    let review = kept_review(tx, (known, plan), due_at)?;
    let (round, items) = kept_round(tx, (&review, plan), days)?;
    let rows = invited.iter().map(|one| invitation(tx, (round.id, due_at), one));
    let rows = rows.collect::<Outcome<Vec<_>>>()?;
    cases::insert_invitations(tx.conn(), &rows)?;
    if let Some(last) = &last {
        let rows = carry(last, (round.id, &items));
        opinions::insert_opinions(tx.conn(), &rows)?;
    }
    let departments: Vec<&str> = invited.iter().map(|one| one.department.as_str()).collect();
    let payload = json!({ "round": round.number, "plan": plan.number, "sha256": plan.sha256,
        "project_id": plan.project_id, "departments": departments, "due_at": due_at });
    tell(tx, &review, ("round_opened", &payload));
    view(tx.conn(), review)
}

fn kept_review(
    tx: &mut WriteTx<'_>,
    (known, plan): (Option<ReviewRow>, &PlanReference),
    due_at: UtcTime,
) -> Outcome<ReviewRow> {
    if let Some(row) = known {
        let state = next_state(row.state, ReviewCommand::NextRound)?;
        let round = row.round + 1;
        return set(tx, ReviewRow { state, round, due_at: Some(due_at), ..row });
    }
    let row = ReviewRow {
        id: JointReviewId::new(),
        project_id: plan.project_id,
        division_code: plan.division_code.clone(),
        community_id: plan.community_id,
        title: plan.title.clone(),
        state: ReviewState::Open,
        round: 1,
        due_at: Some(due_at),
        version: 1,
    };
    cases::insert_review(tx.conn(), &row)?;
    Ok(row)
}

fn kept_round(
    tx: &mut WriteTx<'_>,
    (review, plan): (&ReviewRow, &PlanReference),
    days: u32,
) -> Outcome<(RoundRow, Vec<ItemRow>)> {
    let person = Person::of(tx)?;
    let row = RoundRow {
        id: ReviewRoundId::new(),
        review_id: review.id,
        number: review.round,
        plan_version_id: plan.plan_version_id,
        plan_number: plan.number,
        plan_sha256: plan.sha256.clone(),
        days: i32::try_from(days).map_err(Refusal::internal)?,
        opener_id: person.id,
        opener_name: person.name,
        opened_at: tx.legal_now(),
    };
    let item = |(index, item): (usize, &crate::joint_review::model::PlanItem)| ItemRow {
        id: ReviewItemId::new(),
        round_id: row.id,
        position: position(index),
        item_key: item.key.clone(),
        code: item.code.clone(),
        title: item.title.clone(),
        title_en: item.title_en.clone(),
        place: item.place.clone(),
        digest: item.digest.clone(),
    };
    let items: Vec<ItemRow> = plan.items.iter().enumerate().map(item).collect();
    cases::insert_round(tx.conn(), &row, &items)?;
    Ok((row, items))
}

fn invitation(
    tx: &WriteTx<'_>,
    (round_id, due_at): (ReviewRoundId, UtcTime),
    one: &Invited,
) -> Outcome<InvitationRow> {
    let department = find(&one.department);
    let department = department.ok_or_else(|| Refusal::internal("a department is gone"))?;
    Ok(InvitationRow {
        id: ReviewInvitationId::new(),
        round_id,
        department: one.department.clone(),
        source: one.source,
        reason: one.reason.clone(),
        asked: serde_json::to_string(&one.asked).map_err(Refusal::internal)?,
        silence: department.silence,
        due_at,
        inviter_name: tx.actor().name.clone(),
        invited_at: tx.legal_now(),
    })
}

fn carry(last: &Round, (round_id, items): (ReviewRoundId, &[ItemRow])) -> Vec<OpinionRow> {
    let ids: BTreeMap<&str, ReviewItemId> =
        items.iter().map(|item| (item.item_key.as_str(), item.id)).collect();
    let now: Vec<(&str, &str)> =
        items.iter().map(|item| (item.item_key.as_str(), item.digest.as_str())).collect();
    carried(last, &now)
        .into_iter()
        .filter_map(|(key, opinion)| {
            Some(OpinionRow {
                id: ReviewOpinionId::new(),
                round_id,
                item_id: *ids.get(key)?,
                source: OpinionSource::Carried,
                original_id: Some(opinion.root()),
                ..opinion.clone()
            })
        })
        .collect()
}

/// Invites another department to the round that stands: it is asked about everything, and has as many
/// days as the others had.
///
/// # Errors
/// `not_found`; `review_state_conflict`; `invalid_field`; `already_exists`; `calendar_missing`.
pub fn invite(
    tx: &mut WriteTx<'_>,
    (id, reach): (JointReviewId, &Reach),
    wish: &InviteWish,
) -> Outcome<CaseView> {
    let review = get_review(tx.conn(), id, reach)?;
    next_state(review.state, ReviewCommand::Invite)?;
    must_be_known(&DATA, &wish.department, "/department")?;
    let (row, round) = current(tx.conn(), &review)?;
    if round.invitations.iter().any(|known| known.row.department == wish.department) {
        return Err(Refusal::new(Code::AlreadyExists).with("department", wish.department.as_str()));
    }
    let days = u32::try_from(row.days).map_err(Refusal::internal)?;
    let due_at = due_at(tx.legal_now().local_date(), days, work_calendar()?)?;
    let one = Invited {
        department: wish.department.clone(),
        source: InviteSource::Desk,
        reason: wish.reason.clone(),
        asked: round.items.iter().map(|item| item.position).collect(),
    };
    let invitation = invitation(tx, (row.id, due_at), &one)?;
    cases::insert_invitations(tx.conn(), &[invitation])?;
    let next = review.due_at.map_or(due_at, |known| known.min(due_at));
    let review = set(tx, ReviewRow { due_at: Some(next), ..review })?;
    let payload = json!({ "round": row.number, "department": wish.department,
        "reason": wish.reason, "due_at": due_at });
    tell(tx, &review, ("invited", &payload));
    view(tx.conn(), review)
}
