//! The joint review of a plan: `joint_review` runs it, this slice hands it a version and asks how the
//! case stands.

use sha2::{Digest, Sha256};

use super::{facts::newest_plan, plans, policies::pinned};
use crate::joint_review::{
    CaseView, InviteWish, PlanItem, PlanReference, ReviewSettings, find_standing, open_round,
};
use crate::kernel::{Code, Outcome, PlanVersionId, Refusal, hex};
use crate::platform::db::{Conn, WriteTx};
use crate::registry::{list_building_names, list_entrance_places};
use crate::renovation::{
    model::{Need, PlanState, ProjectRow, ReviewFacts},
    rules::{policy, stage::check_open},
};

/// Opens the first round of the review on a fixed version of the plan, or the next one. The
/// departments that the pinned policy names are invited in any case.
///
/// # Errors
/// `project_state_conflict` after the end; `not_found`; `plan_not_fixed` for a draft; `stale_version`
/// for a version before the newest fixed one; as [`open_round`].
pub fn open(
    tx: &mut WriteTx<'_>,
    (project, plan_id): (&ProjectRow, PlanVersionId),
    (days, wishes): (Option<u32>, &[InviteWish]),
) -> Outcome<CaseView> {
    check_open(project.stage)?;
    let plan = plans::find(tx.conn(), (project.id, plan_id))?;
    if plan.state == PlanState::Draft {
        return Err(Refusal::new(Code::PlanNotFixed));
    }
    if let Some(current) = newest_plan(tx.conn(), project.id)?.filter(|known| known.id != plan_id) {
        let refusal = Refusal::new(Code::StaleVersion).with("sha256", current.sha256);
        return Err(refusal.detail("a newer version is fixed · 已有更新的固定版本"));
    }
    let (_, pack) = pinned(tx.conn(), project.policy_pack_id)?;
    let named = policy::requirements(&pack).filter_map(|(_, one)| match &one.need {
        Need::JointReview { departments } => Some(departments.clone()),
        _ => None,
    });
    let settings =
        ReviewSettings { days, policy: named.flatten().collect(), wishes: wishes.to_vec() };
    let reference = PlanReference {
        project_id: project.id,
        division_code: project.division_code.clone(),
        community_id: project.community_id,
        title: project.name.clone(),
        plan_version_id: plan.id,
        number: plan.document.number,
        sha256: plan.sha256.clone(),
        items: items_of(tx.conn(), project, &plan.document)?,
    };
    open_round(tx, &reference, &settings)
}

/// The items as departments see them. An item is the same in another version where code and place are;
/// of several with the same code and place, the first is the first.
fn items_of(
    conn: &mut Conn,
    project: &ProjectRow,
    document: &plans::PlanDocument,
) -> Outcome<Vec<PlanItem>> {
    let entrances = list_entrance_places(conn, project.community_id)?;
    let mut found: Vec<PlanItem> = Vec::new();
    for item in &document.items {
        let (mark, place) = match (item.building_id, item.entrance_id) {
            (Some(id), _) => (id.to_string(), list_building_names(conn, &[id])?.join("、")),
            (None, Some(id)) => {
                let known = entrances.iter().find(|known| known.id == id);
                let name = known.map(|known| format!("{} {}", known.building, known.name));
                (id.to_string(), name.unwrap_or_default())
            }
            (None, None) => (String::new(), "小区 · community".to_owned()),
        };
        let base = format!("{}@{mark}", item.code);
        let same = found.iter().filter(|known| known.key.starts_with(&format!("{base}#"))).count();
        let text = serde_json::to_value(item).map_err(Refusal::internal)?.to_string();
        found.push(PlanItem {
            key: format!("{base}#{}", same + 1),
            code: item.code.clone(),
            title: item.title.clone(),
            title_en: item.title_en.clone(),
            place,
            digest: hex::encode(&Sha256::digest(text.as_bytes())),
        });
    }
    Ok(found)
}

/// How the project's review stands.
///
/// # Errors
/// Of the database.
pub(super) fn facts(conn: &mut Conn, project: &ProjectRow) -> Outcome<Option<ReviewFacts>> {
    let found = find_standing(conn, project.id)?;
    Ok(found.map(|standing| ReviewFacts {
        round: standing.round,
        is_closed: standing.is_closed,
        plan_sha256: standing.plan_sha256,
        departments: standing.departments,
        open_points: standing.open_points,
        link: standing.link,
    }))
}
