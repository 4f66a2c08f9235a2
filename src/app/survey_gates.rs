//! What surveys answer where a stage of a renovation project needs one: neither slice knows the other.

use crate::{
    kernel::{Outcome, ReferenceId, SurveyId},
    platform::db::Conn,
    renovation::{Choices, Gate, GateAnswer, SurveyGates},
    survey::{Purpose, SurveyState, find_gate, public_result},
};

/// The surveys of this server.
#[derive(Debug, Clone, Copy)]
pub struct Surveys;

impl SurveyGates for Surveys {
    fn find_choices(&self, conn: &mut Conn, id: ReferenceId) -> Outcome<Option<Choices>> {
        let id = SurveyId::from_uuid(id.uuid());
        let Some(found) = find_gate(conn, id)?.filter(|one| one.state == SurveyState::Closed)
        else {
            return Ok(None);
        };
        let result = public_result(conn, id)?;
        let Some(questions) = result.questions else { return Ok(None) };
        let options = questions.into_iter().flat_map(|question| {
            let key = question.key;
            question.options.into_iter().map(move |one| (key.clone(), one.key, one.count))
        });
        Ok(Some(Choices {
            community_id: found.community_id,
            answered: result.answered,
            households: result.households,
            options: options.collect(),
        }))
    }

    fn find_gate(&self, conn: &mut Conn, id: ReferenceId) -> Outcome<Option<GateAnswer>> {
        let Some(found) = find_gate(conn, SurveyId::from_uuid(id.uuid()))? else {
            return Ok(None);
        };
        let gate = match found.purpose {
            Purpose::Include => Gate::Include,
            Purpose::Consult => Gate::Consult,
            Purpose::Adopt => Gate::Adopt,
            Purpose::Accept => Gate::Accept,
            Purpose::Wishes | Purpose::PlanOpinions => return Ok(None),
        };
        // Some buildings are not the community.
        if !found.building_ids.is_empty() || found.state == SurveyState::Void {
            return Ok(None);
        }
        let is_digest =
            |text: &String| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let verdict = found.verdict.as_ref();
        Ok(Some(GateAnswer {
            gate,
            community_id: found.community_id,
            opened_at: found.opened_at,
            is_closed: found.state == SurveyState::Closed,
            holds: verdict.is_some_and(|verdict| verdict.met) && found.next_id.is_none(),
            agreeing: verdict.map_or(0, |verdict| verdict.test.have),
            answered: verdict.map_or(0, |verdict| verdict.answered),
            households: verdict.map_or(0, |verdict| verdict.households),
            plan_sha256: found.subject.filter(is_digest),
            link: format!("/api/v1/surveys/{}", found.survey_id),
        }))
    }
}
