//! Versions of the cost plan, and the calculator that commits nobody.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::facts::{keep, units_of};
use crate::elevator::{
    model::{
        CaseCommand, CaseRow, Coefficient, CoefficientSource, Cost, NewPlan, PlanRow, PrivateSpace,
        Share, ShareBasis, ShareRow, SharingUnit, Trial, UnitFloor,
    },
    rules::{
        agreement::agreement_text,
        shares::{FLOORS, coefficients, share_out},
        state::next_state,
    },
    store::agreements,
};
use crate::kernel::{
    Code, ElevatorPlanId, ElevatorShareId, Fen, LocalDate, Outcome, Refusal, UtcTime, hex,
};
use crate::platform::db::{Conn, WriteTx};
use crate::registry::ScopeUnit;

/// A version of a cost plan with the text that is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ElevatorPlanView)]
pub struct PlanView {
    /// Its number; a signature under an older one does not count.
    pub number: i32,
    /// Community, building and entrance.
    pub name: String,
    /// The whole cost.
    pub cost: Fen,
    /// What is deducted first.
    pub subsidy: Fen,
    /// What the owners pay together: the sum of the shares.
    pub shared: Fen,
    /// By area or not.
    pub basis: ShareBasis,
    /// The coefficient of each floor.
    pub coefficients: Vec<Coefficient>,
    /// What each unit pays.
    pub shares: Vec<Share>,
    /// Upkeep, electricity, whatever else is agreed.
    pub terms: String,
    /// The text of the agreement.
    pub text: String,
    /// SHA-256 of the text (UTF-8), in hex.
    pub digest: String,
    /// Who made it.
    pub made_by: String,
    /// When (legal time).
    pub made_at: UtcTime,
}

/// Makes a new version of the plan. Signatures under the versions before it count no more.
///
/// # Errors
/// `elevator_state_conflict`; those of `rules::shares`; `invalid_field` for a unit of another place.
pub fn make_plan(tx: &mut WriteTx<'_>, case: &CaseRow, new: &NewPlan) -> Outcome<PlanView> {
    next_state(case.state, CaseCommand::Plan)?;
    let today = tx.legal_now().local_date();
    let units = units_of(tx.conn(), case, today)?;
    let sharing = sharing_units(&units, &new.floors)?;
    let cost = Cost {
        cost: new.cost,
        subsidy: new.subsidy,
        basis: new.basis,
        coefficients: coefficients(&new.coefficients, &sharing)?,
    };
    let mut shares = share_out(&cost, &sharing)?;
    mark_private(&mut shares, &new.private_space)?;
    let last = agreements::find_plan(tx.conn(), case.id, None)?.map_or(0, |plan| plan.number);
    let number = last + 1;
    let body = agreement_text((&case.name, number), (&cost, &shares), &new.terms);
    let plan = PlanRow {
        id: ElevatorPlanId::new(),
        case_id: case.id,
        number,
        cost_fen: cost.cost,
        subsidy_fen: cost.subsidy,
        basis: cost.basis,
        coefficients: serde_json::to_string(&cost.coefficients).map_err(Refusal::internal)?,
        terms: new.terms.clone(),
        digest: hex::encode(&Sha256::digest(body.as_bytes())),
        body,
        made_by: tx.actor().name.clone(),
        made_at: tx.legal_now(),
    };
    // Units and shares stand in one order.
    let rows: Vec<ShareRow> = units
        .iter()
        .zip(&shares)
        .map(|(unit, share)| ShareRow {
            id: ElevatorShareId::new(),
            plan_id: plan.id,
            unit_id: unit.id,
            unit_code: share.unit_code.clone(),
            floor: share.floor,
            area: share.area,
            coefficient: share.per_mille,
            share_fen: share.share,
            private_space: share.private_space.clone(),
        })
        .collect();
    agreements::insert_plan(tx.conn(), &plan, &rows)?;
    let reason = format!("{number} {}", plan.digest);
    keep(tx, (case, case.clone()), (CaseCommand::Plan, Some(&reason)))?;
    plan_view(case, plan, rows)
}

/// A version of a case's plan, the newest where none is named.
///
/// # Errors
/// `not_found`.
pub fn get_plan(conn: &mut Conn, case: &CaseRow, number: Option<i32>) -> Outcome<PlanView> {
    let found = agreements::find_plan(conn, case.id, number)?;
    let plan = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let shares = agreements::list_shares(conn, &[plan.id])?;
    plan_view(case, plan, shares)
}

fn plan_view(case: &CaseRow, plan: PlanRow, shares: Vec<ShareRow>) -> Outcome<PlanView> {
    let share = |row: ShareRow| Share {
        unit_code: row.unit_code,
        floor: row.floor,
        area: row.area,
        per_mille: row.coefficient,
        share: row.share_fen,
        private_space: row.private_space,
    };
    Ok(PlanView {
        number: plan.number,
        name: case.name.clone(),
        cost: plan.cost_fen,
        subsidy: plan.subsidy_fen,
        shared: Fen(plan.cost_fen.0 - plan.subsidy_fen.0),
        basis: plan.basis,
        coefficients: serde_json::from_str(&plan.coefficients).map_err(Refusal::internal)?,
        shares: shares.into_iter().map(share).collect(),
        terms: plan.terms,
        text: plan.body,
        digest: plan.digest,
        made_by: plan.made_by,
        made_at: plan.made_at,
    })
}

/// Units of the register with the floors that somebody entered.
fn sharing_units(units: &[ScopeUnit], floors: &[UnitFloor]) -> Outcome<Vec<SharingUnit>> {
    for (at, UnitFloor { unit_code, floor }) in floors.iter().enumerate() {
        let twice = floors.iter().take(at).any(|other| other.unit_code == *unit_code);
        let is_known = units.iter().any(|unit| unit.code == *unit_code);
        if !is_known || twice || !FLOORS.contains(floor) {
            let detail = format!("{unit_code}, floor {floor}: once each unit, floors 1 to 99");
            return Err(Refusal::field(Code::InvalidField, &format!("/floors/{at}"), detail));
        }
    }
    let floor_of = |code: &str| {
        let found = floors.iter().find(|entry| entry.unit_code == code);
        found.map(|entry| entry.floor)
    };
    let unit = |unit: &ScopeUnit| SharingUnit {
        code: unit.code.clone(),
        floor: floor_of(&unit.code),
        area: unit.area,
    };
    Ok(units.iter().map(unit).collect())
}

fn mark_private(shares: &mut [Share], spaces: &[PrivateSpace]) -> Outcome<()> {
    for (at, space) in spaces.iter().enumerate() {
        let found = shares.iter_mut().find(|share| share.unit_code == space.unit_code);
        match found.filter(|share| share.private_space.is_none()) {
            Some(share) => share.private_space = Some(space.what.trim().to_owned()),
            None => {
                let detail = format!("{}: once each unit of this entrance", space.unit_code);
                let pointer = format!("/private_space/{at}");
                return Err(Refusal::field(Code::InvalidField, &pointer, detail));
            }
        }
    }
    Ok(())
}

/// An alternative of the calculator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AlternativeView {
    /// Its name.
    pub name: String,
    /// By area or not.
    pub basis: ShareBasis,
    /// The coefficient of each floor.
    pub coefficients: Vec<Coefficient>,
    /// What each unit would pay.
    pub shares: Vec<Share>,
}

/// What each unit would pay under each alternative; nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TrialView {
    /// What the owners would pay together.
    pub shared: Fen,
    /// Side by side, in the order of the request.
    pub alternatives: Vec<AlternativeView>,
}

/// Shares under alternative tables, with the areas of the register; keeps nothing.
///
/// # Errors
/// Those of `rules::shares`.
pub fn calculate(
    conn: &mut Conn,
    (case, today): (&CaseRow, LocalDate),
    trial: &Trial,
) -> Outcome<TrialView> {
    let units = units_of(conn, case, today)?;
    let mut floors = trial.floors.clone();
    if floors.is_empty()
        && let Some(plan) = agreements::find_plan(conn, case.id, None)?
    {
        let shares = agreements::list_shares(conn, &[plan.id])?;
        let known = shares
            .into_iter()
            .filter(|share| units.iter().any(|unit| unit.code == share.unit_code));
        floors =
            known.map(|row| UnitFloor { unit_code: row.unit_code, floor: row.floor }).collect();
    }
    let sharing = sharing_units(&units, &floors)?;
    let alternative = |(name, basis, source): &(String, ShareBasis, CoefficientSource)| {
        let table = coefficients(source, &sharing)?;
        let cost =
            Cost { cost: trial.cost, subsidy: trial.subsidy, basis: *basis, coefficients: table };
        let shares = share_out(&cost, &sharing)?;
        let (name, coefficients) = (name.clone(), cost.coefficients);
        Ok(AlternativeView { name, basis: *basis, coefficients, shares })
    };
    let alternatives = trial.alternatives.iter().map(alternative).collect::<Outcome<Vec<_>>>()?;
    Ok(TrialView { shared: Fen(trial.cost.0 - trial.subsidy.0), alternatives })
}
