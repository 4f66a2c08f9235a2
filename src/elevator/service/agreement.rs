//! Signatures under one version of the plan: by the owner's own account, or on paper, recorded by
//! one person and checked by another. With the last one the agreement is effective.
//!
//! One signature a unit: of the co-owners' voter where they named one, else of any owner of it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::facts::{ground_of, keep, named, own_units, units_of};
use crate::elevator::{
    model::{
        CaseCommand, CaseRow, CaseState, Consent, NewSignature, PlanRow, ShareRow,
        SignatureChannel, SignatureRow, SignatureState,
    },
    rules::{agreement::may_sign, state::next_state},
    store::agreements,
};
use crate::kernel::{
    AccountId, Code, ElevatorSignatureId, Fen, Outcome, OwnerId, Refusal, UtcTime,
};
use crate::platform::db::{Conn, WriteTx};
use crate::registry::ScopeUnit;

/// A unit that must sign, and whether it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignatoryView {
    /// 房号.
    pub unit_code: String,
    /// What it pays.
    pub share: Fen,
    /// Which private space of it is used.
    pub private_space: Option<String>,
    /// The signature, where there is one that was not rejected.
    pub signature: Option<SignatureView>,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignatureView {
    /// The signature.
    pub signature_id: ElevatorSignatureId,
    /// 房号.
    pub unit_code: String,
    /// How it was given.
    pub channel: SignatureChannel,
    /// Whether it counts.
    pub state: SignatureState,
    /// When it was given, or recorded (legal time).
    pub recorded_at: UtcTime,
    /// Who recorded it on paper.
    pub recorded_by: Option<String>,
    /// Who checked it.
    pub checked_by: Option<String>,
    /// The state of the case after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_state: Option<CaseState>,
}

impl From<SignatureRow> for SignatureView {
    fn from(row: SignatureRow) -> Self {
        let is_paper = row.channel == SignatureChannel::Paper;
        Self {
            signature_id: row.id,
            unit_code: row.unit_code,
            channel: row.channel,
            state: row.state,
            recorded_at: row.recorded_at,
            recorded_by: Some(row.recorded_name).filter(|_| is_paper),
            checked_by: row.checked_name,
            case_state: None,
        }
    }
}

/// Who must sign the newest plan, and who did.
///
/// # Errors
/// `not_found` where there is no plan.
pub fn signatories(conn: &mut Conn, case: &CaseRow) -> Outcome<Vec<SignatoryView>> {
    let plan = newest(conn, case)?;
    let signatures = agreements::list_signatures(conn, &[plan.id])?;
    let shares = agreements::list_shares(conn, &[plan.id])?;
    let view = |share: ShareRow| {
        let mut found = signatures.iter().filter(|row| row.share_id == share.id);
        let standing = found.find(|row| row.state != SignatureState::Rejected);
        SignatoryView {
            unit_code: share.unit_code,
            share: share.share_fen,
            private_space: share.private_space,
            signature: standing.cloned().map(SignatureView::from),
        }
    };
    Ok(shares.into_iter().filter(ShareRow::must_sign).map(view).collect())
}

fn newest(conn: &mut Conn, case: &CaseRow) -> Outcome<PlanRow> {
    let plan = agreements::find_plan(conn, case.id, None)?;
    plan.ok_or_else(|| Refusal::new(Code::NotFound).detail("there is no plan yet"))
}

/// The newest plan, where it may be signed and its text is what was read.
fn plan_to_sign(tx: &mut WriteTx<'_>, case: &CaseRow, digest: &str) -> Outcome<PlanRow> {
    next_state(case.state, CaseCommand::Sign)?;
    let plan = newest(tx.conn(), case)?;
    if plan.digest != digest {
        return Err(Refusal::new(Code::ElevatorDigestDiffers)
            .with("number", plan.number)
            .with("digest", plan.digest));
    }
    may_sign(ground_of(tx.conn(), case.id)?)?;
    Ok(plan)
}

/// The share of a unit that must sign, with the consent that it needs.
fn share_of(
    conn: &mut Conn,
    (plan, unit): (&PlanRow, &ScopeUnit),
    consent: Consent,
) -> Outcome<ShareRow> {
    let shares = agreements::list_shares(conn, &[plan.id])?;
    let mut signing = shares.into_iter().filter(ShareRow::must_sign);
    let Some(share) = signing.find(|share| share.unit_id == unit.id) else {
        let detail = format!("{} neither pays nor gives private space", unit.code);
        return Err(Refusal::field(Code::InvalidField, "/unit_code", detail));
    };
    match &share.private_space {
        Some(what) if consent == Consent::Silent => {
            Err(Refusal::new(Code::ElevatorConsentMissing).with("private_space", what.as_str()))
        }
        _ => Ok(share),
    }
}

/// An owner signs from the own account.
///
/// # Errors
/// `elevator_state_conflict`, `elevator_digest_differs`, `elevator_vote_missing`,
/// `elevator_objections_open`, `elevator_consent_missing`, `not_representative`, `invalid_field`,
/// `already_exists`, `not_found`.
pub fn sign(
    tx: &mut WriteTx<'_>,
    (case, owner_id): (&CaseRow, OwnerId),
    new: &NewSignature,
) -> Outcome<SignatureView> {
    let plan = plan_to_sign(tx, case, &new.digest)?;
    let today = tx.legal_now().local_date();
    let units = units_of(tx.conn(), case, today)?;
    let own = own_units(&units, owner_id);
    let unit = match (own.as_slice(), new.unit_code.as_deref()) {
        ([], _) => return Err(Refusal::new(Code::NotFound)),
        ([unit], None) => unit,
        (_, None) => {
            let detail = "several units are yours: name one";
            return Err(Refusal::field(Code::InvalidField, "/unit_code", detail));
        }
        (own, Some(code)) => {
            own.iter().find(|unit| unit.code == code).ok_or_else(|| Refusal::new(Code::NotFound))?
        }
    };
    if unit.voter_id.is_some_and(|voter| voter != owner_id) {
        return Err(Refusal::new(Code::NotRepresentative));
    }
    let share = share_of(tx.conn(), (&plan, unit), new.private_space_consent)?;
    let signer_name = tx.actor().name.clone();
    let row = SignatureRow {
        state: SignatureState::Valid,
        channel: SignatureChannel::Online,
        owner_id: Some(owner_id),
        ..signature(tx, (&share, signer_name))?
    };
    insert(tx, (case, &plan), row)
}

/// Staff record a signature on paper; it waits for a second person.
///
/// # Errors
/// As [`sign`].
pub fn record_paper(
    tx: &mut WriteTx<'_>,
    case: &CaseRow,
    new: &NewSignature,
) -> Outcome<SignatureView> {
    let plan = plan_to_sign(tx, case, &new.digest)?;
    let today = tx.legal_now().local_date();
    let units = units_of(tx.conn(), case, today)?;
    let unit = named(&units, new.unit_code.as_deref().unwrap_or_default())?;
    let share = share_of(tx.conn(), (&plan, unit), new.private_space_consent)?;
    let row = signature(tx, (&share, new.signer_name.clone().unwrap_or_default()))?;
    insert(tx, (case, &plan), row)
}

/// A signature on paper that waits.
fn signature(tx: &WriteTx<'_>, (share, signer_name): (&ShareRow, String)) -> Outcome<SignatureRow> {
    Ok(SignatureRow {
        id: ElevatorSignatureId::new(),
        plan_id: share.plan_id,
        share_id: share.id,
        owner_id: None,
        unit_code: share.unit_code.clone(),
        channel: SignatureChannel::Paper,
        state: SignatureState::Waiting,
        signer_name,
        recorded_by: account(tx)?,
        recorded_name: tx.actor().name.clone(),
        recorded_at: tx.legal_now(),
        checked_by: None,
        checked_name: None,
        checked_at: None,
    })
}

fn account(tx: &WriteTx<'_>) -> Outcome<AccountId> {
    tx.actor().account_id.ok_or_else(|| Refusal::new(Code::Forbidden))
}

fn insert(
    tx: &mut WriteTx<'_>,
    (case, plan): (&CaseRow, &PlanRow),
    row: SignatureRow,
) -> Outcome<SignatureView> {
    let signed = agreements::list_signatures(tx.conn(), &[plan.id])?;
    let is_standing = |one: &&SignatureRow| one.state != SignatureState::Rejected;
    if signed.iter().filter(is_standing).any(|one| one.share_id == row.share_id) {
        return Err(Refusal::new(Code::AlreadyExists).with("unit_code", row.unit_code.as_str()));
    }
    agreements::insert_signature(tx.conn(), &row)?;
    let after =
        json!({ "unit_code": row.unit_code, "digest": plan.digest, "channel": row.channel });
    tx.emit("elevator.signed", row.id, &json!({ "case_id": case.id, "channel": row.channel }));
    tx.audit("elevator.signed", ("elevator_signature", row.id), (None, Some(&after)));
    let state = conclude(tx, case, plan)?;
    Ok(SignatureView { case_state: Some(state), ..row.into() })
}

/// A second person looks at the paper: the signature counts, or is rejected.
///
/// # Errors
/// `not_found`; `same_clerk`; `already_exists` where it was checked; as [`sign`], where it is to
/// count.
pub fn check(
    tx: &mut WriteTx<'_>,
    (case, id): (&CaseRow, ElevatorSignatureId),
    (digest, verdict): (&str, SignatureState),
) -> Outcome<SignatureView> {
    let found = agreements::find_signature(tx.conn(), id)?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let plan = plan_to_sign(tx, case, digest)?;
    if row.plan_id != plan.id {
        return Err(Refusal::new(Code::NotFound).detail("not under the newest plan"));
    }
    if row.state != SignatureState::Waiting {
        return Err(Refusal::new(Code::AlreadyExists).detail("the signature was checked"));
    }
    let checker = account(tx)?;
    if checker == row.recorded_by {
        return Err(Refusal::new(Code::SameClerk).detail("whoever recorded it does not check it"));
    }
    let row = SignatureRow {
        state: verdict,
        checked_by: Some(checker),
        checked_name: Some(tx.actor().name.clone()),
        checked_at: Some(tx.legal_now()),
        ..row
    };
    if !agreements::set_checked(tx.conn(), &row)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let after = json!({ "unit_code": row.unit_code, "state": row.state });
    tx.audit("elevator.signature_checked", ("elevator_signature", id), (None, Some(&after)));
    let state = conclude(tx, case, &plan)?;
    Ok(SignatureView { case_state: Some(state), ..row.into() })
}

/// The agreement is effective once everybody who must sign did.
fn conclude(tx: &mut WriteTx<'_>, case: &CaseRow, plan: &PlanRow) -> Outcome<CaseState> {
    let shares = agreements::list_shares(tx.conn(), &[plan.id])?;
    let signatures = agreements::list_signatures(tx.conn(), &[plan.id])?;
    let has_signed = |share: &ShareRow| {
        let mut valid = signatures.iter().filter(|row| row.state == SignatureState::Valid);
        valid.any(|row| row.share_id == share.id)
    };
    if !shares.iter().filter(|share| share.must_sign()).all(has_signed) {
        return Ok(case.state);
    }
    let row = CaseRow { agreed_at: Some(tx.legal_now()), ..case.clone() };
    let reason = plan.digest.clone();
    Ok(keep(tx, (case, row), (CaseCommand::Conclude, Some(&reason)))?.state)
}
