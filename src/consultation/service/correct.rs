//! A wrong entry is corrected beside the original: one person proposes, another confirms. They do not make
//! a household say something that it did not confirm, and after the end they change nothing.

use serde_json::json;

use super::{
    facts::{day_of, get_consultation, get_stance},
    views::{HouseholdView, household},
};
use crate::consultation::{
    model::{
        ConsultationCommand, ConsultationRow, CorrectionRow, NewCorrection, StanceRow, StanceSource,
    },
    rules::{state::next_state, visit::check_correction},
    store::stances,
};
use crate::kernel::{
    Code, ConsultationId, Outcome, ProposalState, Refusal, StanceCorrectionId, StanceId,
};
use crate::platform::{
    auth::Reach,
    db::WriteTx,
    two_people::{Person, must_be_another, must_wait},
};

/// Proposes what should stand in the place of a wrong entry.
///
/// # Errors
/// `not_found`; `consultation_state_conflict` after the end; `households_own_word` for what the household
/// said itself; `consultation_confirmation_missing` for a word without its confirmation;
/// `correction_waiting`; `invalid_field` where it says what stands there.
pub fn propose(
    tx: &mut WriteTx<'_>,
    (id, reach, stance_id): (ConsultationId, &Reach, StanceId),
    new: &NewCorrection,
) -> Outcome<HouseholdView> {
    let consultation = get_consultation(tx.conn(), id, reach)?;
    let stance = get_stance(tx.conn(), (&consultation, stance_id))?;
    if stance.source == StanceSource::Household {
        return Err(Refusal::new(Code::HouseholdsOwnWord));
    }
    next_state(consultation.state, ConsultationCommand::Correct)?;
    check_correction(new.stance, new.confirmation)?;
    let known = stances::list_corrections(tx.conn(), id, Some(stance_id))?;
    if let Some(waiting) = known.iter().find(|row| row.state == ProposalState::Proposed) {
        let refusal = Refusal::new(Code::CorrectionWaiting);
        return Err(refusal.with("correction_id", waiting.id.to_string()));
    }
    let confirmed = known.iter().rfind(|row| row.state == ProposalState::Confirmed);
    let stands = match confirmed {
        Some(row) => row.stance,
        None if stance.clash => None,
        None => Some(stance.stance),
    };
    if stands == new.stance {
        let detail = "that stands there already · 与现有记录相同";
        return Err(Refusal::field(Code::InvalidField, "/stance", detail));
    }
    let person = Person::of(tx)?;
    let row = CorrectionRow {
        id: StanceCorrectionId::new(),
        stance_id,
        stance: new.stance,
        why: new.why.clone(),
        state: ProposalState::Proposed,
        proposed_by: person.id,
        proposer_name: person.name,
        proposed_at: tx.legal_now(),
        settled_by: None,
        settler_name: None,
        settled_at: None,
        confirmation: new.confirmation,
    };
    stances::insert_correction(tx.conn(), &row)?;
    let after = json!({ "correction": row.id, "stance": row.stance, "why": row.why,
        "confirmation": row.confirmation });
    tx.audit("consultation.correction", ("consultation_stance", stance_id), (None, Some(&after)));
    answer(tx, (&consultation, &stance))
}

/// Confirms a correction, as another person than the one who proposed it; or withdraws it.
///
/// # Errors
/// `not_found`; `correction_settled`; `same_clerk`; as [`propose`].
pub fn settle(
    tx: &mut WriteTx<'_>,
    (reach, id): (&Reach, StanceCorrectionId),
    (consultation_id, state): (ConsultationId, ProposalState),
) -> Outcome<HouseholdView> {
    let consultation = get_consultation(tx.conn(), consultation_id, reach)?;
    let found = stances::find_correction(tx.conn(), id)?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let stance = get_stance(tx.conn(), (&consultation, row.stance_id))?;
    must_wait(row.state, Code::CorrectionSettled)?;
    let person = Person::of(tx)?;
    if state == ProposalState::Confirmed {
        must_be_another(row.proposed_by, &person)?;
        next_state(consultation.state, ConsultationCommand::Correct)?;
        check_correction(row.stance, row.confirmation)?;
    }
    let row = CorrectionRow {
        state,
        settled_by: Some(person.id),
        settler_name: Some(person.name),
        settled_at: Some(tx.legal_now()),
        ..row
    };
    if !stances::set_settled(tx.conn(), &row)? {
        return Err(Refusal::new(Code::CorrectionSettled));
    }
    let after = json!({ "correction": id, "state": state });
    let object = ("consultation_stance", row.stance_id);
    tx.audit("consultation.correction_settled", object, (None, Some(&after)));
    answer(tx, (&consultation, &stance))
}

fn answer(
    tx: &mut WriteTx<'_>,
    (consultation, stance): (&ConsultationRow, &StanceRow),
) -> Outcome<HouseholdView> {
    let day = day_of(consultation, tx.legal_now());
    household(tx.conn(), (consultation, stance.unit_id), day)
}
