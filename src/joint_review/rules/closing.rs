//! When a case may be closed: the one place where that is decided. Each department has to have said
//! something of each item that it was asked about, and everything that it asked for has to be
//! resolved: by its own pass, withdrawal or acceptance, or by a ruling above both. The designer's word
//! alone resolves nothing (ours; the text asks for 审查意见及时修改 and names no procedure).

use std::collections::BTreeMap;

use crate::{
    joint_review::model::{
        ItemRow, OpenPoint, OpinionRow, Resolution, ResponseKind, ResponseRow, Round,
        SilencePolicy, Verdict,
    },
    kernel::{Code, Outcome, Refusal, ReviewItemId, ReviewOpinionId, RuleBroken},
};

/// The latest opinion of each department on each item: what counts.
#[must_use]
pub fn latest(opinions: &[OpinionRow]) -> BTreeMap<(&str, ReviewItemId), &OpinionRow> {
    opinions.iter().map(|one| ((one.department.as_str(), one.item_id), one)).collect()
}

/// How an item stands with a department, by its latest opinion and the last response to that.
#[must_use]
pub fn resolution(
    opinion: Option<&OpinionRow>,
    last: Option<ResponseKind>,
    silence: SilencePolicy,
) -> Resolution {
    let Some(opinion) = opinion else { return Resolution::NoOpinion };
    match (opinion.verdict, last) {
        (Some(Verdict::Pass), _) => Resolution::Passed,
        (Some(Verdict::Withdrawn), _) => Resolution::Withdrawn,
        (_, Some(ResponseKind::RuledForPlan)) => Resolution::Ruled,
        (None, _) => match silence {
            SilencePolicy::CountsAsPass => Resolution::SilenceCounts,
            SilencePolicy::StaysOpen => Resolution::SilenceOpen,
        },
        (Some(Verdict::Revise | Verdict::Reject), None) => Resolution::Unanswered,
        (Some(Verdict::Revise | Verdict::Reject), Some(kind)) => match kind {
            ResponseKind::Adopted => Resolution::AdoptedNotReviewed,
            ResponseKind::Partly | ResponseKind::Rejected => Resolution::NotAccepted,
            ResponseKind::Accepted => Resolution::Accepted,
            ResponseKind::RuledForPlan => Resolution::Ruled,
            ResponseKind::RuledForDepartment => Resolution::MustFollow,
        },
    }
}

/// The last response to an opinion; what was carried is answered at its original.
#[must_use]
pub fn last_response(responses: &[ResponseRow], root: ReviewOpinionId) -> Option<ResponseKind> {
    responses.iter().rev().find(|one| one.opinion_id == root).map(|one| one.kind)
}

/// Each item with each department that was asked about it or spoke of it, and how it stands.
#[must_use]
pub fn standings(round: &Round) -> Vec<(&str, &ItemRow, Option<&OpinionRow>, Resolution)> {
    let latest = latest(&round.opinions);
    let mut found = Vec::new();
    for invitation in &round.invitations {
        let department = invitation.row.department.as_str();
        for item in &round.items {
            let opinion = latest.get(&(department, item.id)).copied();
            if opinion.is_none() && !invitation.asked.contains(&item.position) {
                continue;
            }
            let last = opinion.and_then(|one| last_response(&round.responses, one.root()));
            let resolution = resolution(opinion, last, invitation.row.silence);
            found.push((department, item, opinion, resolution));
        }
    }
    found
}

/// Everything that keeps the case from being closed.
#[must_use]
pub fn open_points(round: &Round) -> Vec<OpenPoint> {
    let open = standings(round).into_iter().filter(|(.., resolution)| !resolution.is_resolved());
    open.map(|(department, item, opinion, missing)| OpenPoint {
        department: department.to_owned(),
        item: item.position,
        title: item.title.clone(),
        missing,
        message: missing.todo().to_owned(),
        opinion_id: opinion.map(|one| one.id),
    })
    .collect()
}

/// Refuses to close with the whole list where anything is open.
///
/// # Errors
/// `review_unresolved`, whose `params.open_points` the caller adds.
pub fn must_be_resolved(points: &[OpenPoint]) -> Outcome<()> {
    let Some(first) = points.first() else { return Ok(()) };
    let list: Vec<String> = points
        .iter()
        .map(|point| {
            format!("{} {}. {}: {}", point.department, point.item, point.title, point.message)
        })
        .collect();
    let rule = RuleBroken {
        rule_id: "joint_review_closing".to_owned(),
        clause: "清单（第四批）武汉".to_owned(),
        have: format!("{} 项未落实 · open points", points.len()),
        need: first.missing.to_string(),
    };
    Err(Refusal::rule(Code::ReviewUnresolved, rule).detail(list.join("；")))
}

/// Whether a response fits an opinion that stands so.
#[must_use]
pub const fn may_respond(standing: Resolution, kind: ResponseKind) -> bool {
    use Resolution as Is;
    match kind {
        ResponseKind::Adopted => matches!(
            standing,
            Is::Unanswered | Is::AdoptedNotReviewed | Is::NotAccepted | Is::MustFollow
        ),
        ResponseKind::Partly | ResponseKind::Rejected => {
            matches!(standing, Is::Unanswered | Is::AdoptedNotReviewed | Is::NotAccepted)
        }
        ResponseKind::Accepted => matches!(standing, Is::AdoptedNotReviewed | Is::NotAccepted),
        ResponseKind::RuledForPlan => matches!(standing, Is::NotAccepted | Is::SilenceOpen),
        ResponseKind::RuledForDepartment => matches!(standing, Is::NotAccepted),
    }
}
