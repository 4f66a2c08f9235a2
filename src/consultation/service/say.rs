//! An owner says what the own household says.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    facts::{get_for_anyone, own_household},
    views::{StanceView, stance_view},
};
use crate::consultation::{
    model::{ConsultationCommand, NewStatement, StanceRow, StanceSource},
    rules::{
        state::{last_round, next_state},
        visit::check_words,
    },
    store::stances,
};
use crate::kernel::{Code, ConsultationId, Outcome, Refusal, StanceId, hex};
use crate::platform::{auth::Reach, db::WriteTx, two_people::Person};

/// Records what an owner says of the own household: at any time until the end, and as often as it
/// changes. Nothing of other households is read, nor of its own history: many speak at once.
///
/// # Errors
/// `not_found` for whoever owns no household there; `consultation_state_conflict` after the end;
/// `invalid_field`.
pub fn say(
    tx: &mut WriteTx<'_>,
    (id, reach): (ConsultationId, &Reach),
    new: &NewStatement,
) -> Outcome<StanceView> {
    let now = tx.legal_now();
    let today = now.local_date();
    let owner_id = reach.owner_id().ok_or_else(|| Refusal::new(Code::NotFound))?;
    let row = get_for_anyone(tx.conn(), (id, today), reach)?;
    next_state(row.state, ConsultationCommand::Say)?;
    check_words((new.stance, new.reason, new.note.as_deref()))?;
    let whose = (owner_id, row.community_id);
    let unit_id = own_household(tx.conn(), whose, (new.unit_id, today))?;
    let person = Person::of(tx)?;
    let content = json!({ "stance": new.stance, "reason": new.reason, "note": new.note });
    let stance = StanceRow {
        id: StanceId::new(),
        consultation_id: id,
        unit_id,
        round: last_round(row.state),
        source: StanceSource::Household,
        stance: new.stance,
        reason: new.reason,
        note: new.note.clone(),
        said_at: now,
        place: None,
        first_visitor: None,
        first_role: None,
        second_visitor: None,
        second_role: None,
        confirmation: None,
        clash: false,
        client_key: None,
        digest: hex::encode(&Sha256::digest(content.to_string().as_bytes())),
        recorded_by: person.id,
        recorder_name: person.name,
        recorded_at: now,
    };
    stances::insert_stances(tx.conn(), std::slice::from_ref(&stance))?;
    let after = json!({ "stance": stance.id, "digest": stance.digest });
    tx.audit("consultation.said", ("consultation", id), (None, Some(&after)));
    Ok(stance_view(stance, Vec::new()))
}
