//! A consultation begins, its rounds open and close in order, it ends.

use serde_json::json;

use super::{
    facts::get_consultation,
    views::{ConsultationView, view},
};
use crate::consultation::{
    model::{ConsultationCommand, ConsultationRow, ConsultationState, RoundRow},
    rules::state::{last_round, next_state},
    store::consultations,
};
use crate::kernel::{Code, CommunityId, ConsultationId, ConsultationRoundId, Outcome, Refusal};
use crate::platform::{auth::Reach, db::WriteTx, two_people::Person};
use crate::registry::{find_place_of_community, require_standing_community};

/// Prepares a consultation of a community.
///
/// # Errors
/// `not_found` outside the reach; `community_ended`.
pub fn create(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    (community_id, title, target_percent): (CommunityId, &str, i32),
) -> Outcome<ConsultationView> {
    let found = find_place_of_community(tx.conn(), community_id)?;
    let place = found.filter(|place| reach.covers(place));
    let place = place.ok_or_else(|| Refusal::new(Code::NotFound))?;
    require_standing_community(tx.conn(), community_id)?;
    let (person, now) = (Person::of(tx)?, tx.legal_now());
    let row = ConsultationRow {
        id: ConsultationId::new(),
        division_code: place.division_code,
        community_id,
        title: title.to_owned(),
        target_percent,
        state: ConsultationState::Prepared,
        created_by: person.id,
        creator_name: person.name,
        created_at: now,
        concluded_at: None,
    };
    consultations::insert_consultation(tx.conn(), &row)?;
    let after = json!({ "title": title, "target_percent": target_percent });
    tx.audit("consultation.prepared", ("consultation", row.id), (None, Some(&after)));
    view(tx.conn(), &row, now)
}

/// Opens the next round, closes the open one, or ends the consultation.
///
/// # Errors
/// `not_found`; `consultation_state_conflict`; `community_ended` where a round would open.
pub fn advance(
    tx: &mut WriteTx<'_>,
    (id, reach): (ConsultationId, &Reach),
    command: ConsultationCommand,
) -> Outcome<ConsultationView> {
    let before = get_consultation(tx.conn(), id, reach)?;
    let state = next_state(before.state, command)?;
    if command == ConsultationCommand::Open {
        require_standing_community(tx.conn(), before.community_id)?;
    }
    let (name, now) = (tx.actor().name.clone(), tx.legal_now());
    let concluded_at = (state == ConsultationState::Concluded).then_some(now);
    let row = ConsultationRow { state, concluded_at, ..before.clone() };
    if !consultations::set_state(tx.conn(), (before.state, &row))? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    match command {
        ConsultationCommand::Open => {
            let round = RoundRow {
                id: ConsultationRoundId::new(),
                consultation_id: id,
                number: last_round(state),
                opened_at: now,
                opener_name: name,
                closed_at: None,
                closer_name: None,
            };
            consultations::insert_round(tx.conn(), &round)?;
        }
        ConsultationCommand::Close => {
            let number = last_round(state);
            consultations::set_round_closed(tx.conn(), (id, number), (now, &name))?;
        }
        ConsultationCommand::Conclude
        | ConsultationCommand::Say
        | ConsultationCommand::Visit
        | ConsultationCommand::Correct => {}
    }
    let (was, is) = (json!({ "state": before.state }), json!({ "state": state }));
    let action = format!("consultation.{command}");
    tx.emit(&action, id, &is);
    tx.audit(&action, ("consultation", id), (Some(&was), Some(&is)));
    view(tx.conn(), &row, now)
}
