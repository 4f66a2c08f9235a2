//! What is paid to contractors, audited, and matched: E8-E12.

use super::{
    claims::standing_of_project,
    plan::{Draft, Effect, Leg, Plan, leg},
    uses::{get, subject},
};
use crate::fund::{
    model::{ClaimRow, ClaimState, Operation, PaymentRow, Policy, ShareRow, UseRow, UseState},
    rules::{shares::next_parts, split, subsidy},
    store::{claims, uses},
};
use crate::kernel::{
    ClaimId, Code, Fen, FundOperationId, Outcome, PaymentId, Refusal, UnitId, UtcTime,
};
use crate::ledger::{AccountKey, AccountRow, BookRow, Event, References, Tier, list_accounts};
use crate::platform::db::WriteTx;

fn policy(text: &str) -> Outcome<Policy> {
    serde_json::from_str(text).map_err(Refusal::internal)
}

fn above(have: Fen, need: Fen) -> Refusal {
    Refusal::new(Code::FundAboveApproved)
        .with("have", have.to_string())
        .with("need", need.to_string())
}

/// The accounts of units by their ids.
fn unit_legs(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
) -> Outcome<std::collections::HashMap<UnitId, Leg>> {
    let leg = |account: AccountRow| {
        let (unit_id, building_id) = (account.unit_id?, account.building_id?);
        Some((unit_id, (AccountKey::Unit { unit_id, building_id }, account.title)))
    };
    Ok(list_accounts(tx.conn(), book.id)?.into_iter().filter_map(leg).collect())
}

fn lines_of(
    legs: &std::collections::HashMap<UnitId, Leg>,
    parts: &[(UnitId, Fen)],
    line: impl Fn(Leg, Fen) -> (Leg, Leg, Fen),
) -> Outcome<Vec<(Leg, Leg, Fen)>> {
    let positive = parts.iter().filter(|(_, fen)| *fen > Fen::ZERO);
    let one = |(unit, fen): &(UnitId, Fen)| {
        let leg = legs.get(unit).cloned();
        Ok(line(leg.ok_or_else(|| Refusal::internal("a unit without an account"))?, *fen))
    };
    positive.map(one).collect()
}

/// E8: of what is approved and open, to the contractor, against an invoice that was not paid before.
pub(super) fn pay(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (id, operation, at): (FundOperationId, &Operation, UtcTime),
) -> Outcome<Plan> {
    let Operation::Pay { use_id, amount, payee, invoice, acceptance, bank_serial } = operation
    else {
        return Err(Refusal::internal("not a payment"));
    };
    let row = get(tx, book, *use_id)?;
    if row.state != UseState::Reserved {
        return Err(Refusal::new(Code::FundStateConflict).with("state", row.state.as_str()));
    }
    if let Some(paid) = uses::find_invoice(tx.conn(), (payee, invoice))? {
        return Err(Refusal::new(Code::FundInvoicePaid)
            .with("invoice", invoice.clone())
            .with("use_id", paid.use_id.to_string())
            .with("paid", paid.amount_fen.to_string()));
    }
    let open = row.amount_fen.checked_sub(row.paid_fen).unwrap_or_default();
    let shares = uses::list_shares(tx.conn(), row.id)?;
    let left = |share: &ShareRow| {
        let left = share.fund_fen.0.saturating_sub(share.borne_fen.0);
        ((share.building.clone(), share.code.clone()), left)
    };
    let remaining: Vec<_> = shares.iter().map(left).collect();
    let parts = next_parts(&remaining, open, *amount).ok_or_else(|| above(open, *amount))?;
    let parts: Vec<(UnitId, Fen)> = shares.iter().map(|share| share.unit_id).zip(parts).collect();
    let overflow = || Refusal::internal("overflow");
    let fund = Fen::checked_sum(parts.iter().map(|(_, fen)| *fen)).ok_or_else(overflow)?;
    let legs = unit_legs(tx, book)?;
    let lines = lines_of(&legs, &parts, |unit, fen| (unit, leg(AccountKey::Bank), fen))?;
    let payment = PaymentRow {
        id: PaymentId::new(),
        use_id: row.id,
        operation_id: id,
        payee: payee.clone(),
        invoice: invoice.clone(),
        acceptance: acceptance.clone(),
        amount_fen: *amount,
        fund_fen: fund,
        at,
    };
    let draft = Draft {
        event: Event::ContractorPaid,
        narrative: format!("{} {payee}", row.title),
        lines,
        references: References {
            bank_serial: Some(bank_serial.clone()),
            document: Some(invoice.clone()),
            subject: Some(subject(row.id)),
            vote_id: Some(row.use_vote_id),
            project_id: Some(row.project_id),
            reservation: row.reservation_id,
            reverses: None,
        },
    };
    let row = UseRow {
        paid_fen: row.paid_fen.checked_add(*amount).ok_or_else(overflow)?,
        fund_paid_fen: row.fund_paid_fen.checked_add(fund).ok_or_else(overflow)?,
        ..row
    };
    // Where direct contributions alone pay the invoice, the books do not move.
    let drafts = if draft.lines.is_empty() { Vec::new() } else { vec![draft] };
    let effect = Effect::Use(Box::new(row), parts, Box::new(payment));
    Ok(Plan { amount: *amount, drafts, effect })
}

/// E9, E12: what the audit report allows. Below what was paid the difference comes back to the units, and of
/// what was matched before, what the match would not have been is owed back.
pub(super) fn audit(tx: &mut WriteTx<'_>, book: &BookRow, operation: &Operation) -> Outcome<Plan> {
    let Operation::Audit { use_id, audited, report, bank_serial } = operation else {
        return Err(Refusal::internal("not an audit"));
    };
    let row = get(tx, book, *use_id)?;
    let limit = row.audited_fen.unwrap_or(row.paid_fen);
    if row.state == UseState::Released || row.paid_fen == Fen::ZERO {
        return Err(Refusal::new(Code::FundStateConflict).with("state", row.state.as_str()));
    }
    if *audited > limit || audited.0 < 0 {
        return Err(above(limit, *audited));
    }
    let shares = uses::list_shares(tx.conn(), row.id)?;
    let weight = |share: &ShareRow| ((share.building.clone(), share.code.clone()), share.area.0);
    let weights: Vec<_> = shares.iter().map(weight).collect();
    let allowed = split(*audited, &weights).ok_or_else(|| Refusal::new(Code::EmptyScope))?;
    let mut borne = Vec::with_capacity(shares.len());
    let mut back = Vec::new();
    // What was paid in full needs no second look: rounding of payments in parts stays.
    let is_lower = *audited < limit;
    for (share, allowed) in shares.iter().zip(allowed) {
        let now = if is_lower { share.borne_fen.min(allowed) } else { share.borne_fen };
        borne.push((share.unit_id, now));
        back.push((share.unit_id, share.borne_fen.checked_sub(now).unwrap_or_default()));
    }
    let recovered = Fen::checked_sum(back.iter().map(|(_, fen)| *fen)).unwrap_or_default();
    if recovered > Fen::ZERO && bank_serial.is_none() {
        let detail = "of what came back · 须填写收回款项的银行流水号";
        return Err(Refusal::field(Code::InvalidField, "/operation/bank_serial", detail)
            .with("recovered", recovered.to_string()));
    }
    let drafts =
        audit_drafts(tx, (book, &row), ((&back, recovered), &borne), (report, bank_serial))?;
    let release = row.reservation_id.filter(|_| row.fund_paid_fen < row.fund_fen);
    let release = release.filter(|_| row.state == UseState::Reserved);
    let row = UseRow {
        audited_fen: Some(*audited),
        audit_report: Some(report.clone()),
        state: UseState::Audited,
        ..row
    };
    Ok(Plan { amount: *audited, drafts, effect: Effect::Audited(Box::new(row), borne, release) })
}

/// What falls on each unit.
type Parts = [(UnitId, Fen)];

/// What is booked for an audit: what came back, then what is owed back of the match.
fn audit_drafts(
    tx: &mut WriteTx<'_>,
    (book, row): (&BookRow, &UseRow),
    ((back, recovered), borne): ((&Parts, Fen), &Parts),
    (report, bank_serial): (&str, &Option<String>),
) -> Outcome<Vec<Draft>> {
    let legs = unit_legs(tx, book)?;
    let references = References {
        document: Some(report.to_owned()),
        subject: Some(subject(row.id)),
        vote_id: Some(row.use_vote_id),
        project_id: Some(row.project_id),
        ..References::default()
    };
    let mut drafts = Vec::new();
    if recovered > Fen::ZERO {
        drafts.push(Draft {
            event: Event::SettlementRecovered,
            narrative: format!("{} 审定核减", row.title),
            lines: lines_of(&legs, back, |unit, fen| (leg(AccountKey::Bank), unit, fen))?,
            references: References { bank_serial: bank_serial.clone(), ..references.clone() },
        });
    }
    let owed = claw_back(tx, book, (row, borne))?;
    if owed.iter().any(|(_, fen)| *fen > Fen::ZERO) {
        let to = || leg(AccountKey::SubsidyRepayable);
        drafts.push(Draft {
            event: Event::ClawbackDue,
            narrative: format!("{} 应退补助", row.title),
            lines: lines_of(&legs, &owed, |unit, fen| (unit, to(), fen))?,
            references,
        });
    }
    Ok(drafts)
}

/// What each unit owes back of the project's match, were the use audited so.
fn claw_back(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (row, borne): (&UseRow, &[(UnitId, Fen)]),
) -> Outcome<Vec<(UnitId, Fen)>> {
    let standing = standing_of_project(tx.conn(), book, row.project_id, Some((row.id, borne)))?;
    let waits = |claim: &ClaimRow| claim.state != ClaimState::Credited;
    if standing.granted <= standing.entitled {
        return Ok(Vec::new());
    }
    if standing.claims.iter().any(waits) {
        return Err(Refusal::new(Code::FundStateConflict)
            .detail("a claim on this use is under way · 该使用额的补助正在申请"));
    }
    let keys: Vec<(UnitId, (String, String))> = standing.units.keys().cloned().collect();
    let used: Vec<(&(String, String), i64)> = keys
        .iter()
        .map(|(unit, code)| {
            let used = standing.units.get(&(*unit, code.clone())).map_or(0, |one| one.countable.0);
            (code, used)
        })
        .collect();
    let credited: Vec<Fen> = standing.units.values().map(|one| one.credited).collect();
    let back = subsidy::claw_back(&credited, (standing.entitled, &used));
    let mut back = back.ok_or_else(|| Refusal::internal("overflow"))?;
    let sum = Fen::checked_sum(back.iter().copied()).unwrap_or_default();
    let due = standing.granted.checked_sub(standing.entitled).unwrap_or_default();
    if sum != due {
        // Rounding of several claims: what is owed is split by what was credited.
        let weights: Vec<(&(String, String), i64)> =
            keys.iter().map(|(_, code)| code).zip(credited.iter().map(|fen| fen.0)).collect();
        back = split(due, &weights).ok_or_else(|| Refusal::internal("overflow"))?;
    }
    Ok(keys.into_iter().map(|(unit, _)| unit).zip(back).collect())
}

fn get_claim(tx: &mut WriteTx<'_>, book: &BookRow, id: ClaimId) -> Outcome<ClaimRow> {
    let found = claims::find_claim(tx.conn(), id)?.filter(|row| row.book_id == book.id);
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// E10: a tier pays its part of a claim.
pub(super) fn receive_subsidy(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    operation: &Operation,
) -> Outcome<Plan> {
    let Operation::ReceiveSubsidy { claim_id, tier, amount, bank_serial } = operation else {
        return Err(Refusal::internal("not a subsidy"));
    };
    let row = get_claim(tx, book, *claim_id)?;
    if row.state != ClaimState::Submitted {
        return Err(Refusal::new(Code::FundStateConflict).with("state", row.state.as_str()));
    }
    let (part, received) = match tier {
        Tier::City => (row.city_fen, row.city_received_fen),
        Tier::District => (row.district_fen, row.district_received_fen),
    };
    let sum = received.checked_add(*amount).filter(|sum| *sum <= part);
    let open = part.checked_sub(received).unwrap_or_default();
    let sum = sum.ok_or_else(|| above(open, *amount))?;
    let draft = Draft {
        event: Event::SubsidyReceived,
        narrative: format!("补助到账 {tier}"),
        lines: vec![(
            leg(AccountKey::Bank),
            leg(AccountKey::Subsidy(*tier, row.project_id)),
            *amount,
        )],
        references: References {
            bank_serial: Some(bank_serial.clone()),
            subject: Some(format!("claim:{}", row.id)),
            project_id: Some(row.project_id),
            ..References::default()
        },
    };
    let mut row = match tier {
        Tier::City => ClaimRow { city_received_fen: sum, ..row },
        Tier::District => ClaimRow { district_received_fen: sum, ..row },
    };
    if row.city_received_fen == row.city_fen && row.district_received_fen == row.district_fen {
        row.state = ClaimState::Received;
    }
    Plan::one(draft, Effect::Claim(Box::new(row)))
}

/// E11: the match goes to the sub-accounts by the claim's list, or to the project.
pub(super) fn credit_subsidy(tx: &mut WriteTx<'_>, book: &BookRow, id: ClaimId) -> Outcome<Plan> {
    let row = get_claim(tx, book, id)?;
    if row.state != ClaimState::Received {
        return Err(Refusal::new(Code::FundStateConflict).with("state", row.state.as_str()));
    }
    let from = |tier| leg(AccountKey::Subsidy(tier, row.project_id));
    let to_project = policy(&row.policy)?.destination == subsidy::Destination::Project;
    let (event, lines) = if to_project {
        let parts = [(Tier::City, row.city_fen), (Tier::District, row.district_fen)];
        let lines = parts.into_iter().filter(|(_, fen)| *fen > Fen::ZERO);
        let line = |(tier, fen)| (from(tier), leg(AccountKey::Bank), fen);
        (Event::SubsidyToProject, lines.map(line).collect())
    } else {
        let legs = unit_legs(tx, book)?;
        (Event::SubsidyCredited, credit_lines(tx, (&row, &legs), from)?)
    };
    let draft = Draft {
        event,
        narrative: "补助入户".to_owned(),
        lines,
        references: References {
            subject: Some(format!("claim:{}", row.id)),
            project_id: Some(row.project_id),
            ..References::default()
        },
    };
    let row = ClaimRow { state: ClaimState::Credited, ..row };
    Plan::one(draft, Effect::Claim(Box::new(row)))
}

/// The city's money first, then the district's, unit by unit: no tier is netted with the other.
fn credit_lines(
    tx: &mut WriteTx<'_>,
    (row, legs): (&ClaimRow, &std::collections::HashMap<UnitId, Leg>),
    from: impl Fn(Tier) -> Leg,
) -> Outcome<Vec<(Leg, Leg, Fen)>> {
    let mut lines = Vec::new();
    let mut city = row.city_fen;
    for unit in claims::list_units(tx.conn(), &[row.id])? {
        let to = legs.get(&unit.unit_id).cloned();
        let to = to.ok_or_else(|| Refusal::internal("a unit without an account"))?;
        let first = unit.amount_fen.min(city);
        let second = unit.amount_fen.checked_sub(first).unwrap_or_default();
        city = city.checked_sub(first).unwrap_or_default();
        for (tier, fen) in [(Tier::City, first), (Tier::District, second)] {
            if fen > Fen::ZERO {
                lines.push((from(tier), to.clone(), fen));
            }
        }
    }
    Ok(lines)
}
