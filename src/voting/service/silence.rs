//! Silence in a real vote: which clause is in force and what the owners are told of it, whose delivery
//! is proved, and the list of it in the log. A unit counts by its record that another person checked,
//! brought before the close to whoever still stands for it (ours: after a sale or an amendment the
//! papers must be brought anew). Absent on purpose: what silence weighs (`rules::silence`).

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{count::totals, facts::Vote, log};
use crate::ballot_log::{self as leaf, DeliveredUnit, Delivery, Leaf, Share, SilenceTerms};
use crate::kernel::{HeadId, LocalDate, Outcome, Ratio, Refusal, UnitId, UtcTime, hex};
use crate::platform::db::{Conn, WriteTx};
use crate::voting::{
    model::{
        Choice, DeliveryRow, DeliveryStatus, HeadRow, ItemRow, Reliance, RollDifference,
        RollUnitRow, SilentRule, Totals,
    },
    rules::{
        delivery::status_of,
        explain::{Predicate, explain},
        pack::{ClassRule, RulePack},
        silence::{SilenceClause, SilenceOutcome},
    },
    store::{amendments, deliveries, rolls, transfers, votes},
};

/// The clause that covers an item. None covers an option of a question (ours): those who stay silent
/// would join what is against every option, or choose more than a ballot may.
pub(super) fn clause_of(pack: &RulePack, item: &ItemRow) -> Option<SilenceClause> {
    if item.question_id.is_some() {
        return None;
    }
    let matters: Vec<&str> = item.matter.split(',').collect();
    SilenceClause::of(pack, &matters)
}

/// What the owners are told of silence: which items, by which clause, with which consequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SilenceNotice {
    /// The kind of clause.
    pub rule: SilentRule,
    /// Document and clause.
    pub clause: String,
    /// When it was adopted.
    pub adopted_on: LocalDate,
    /// The recorded warning, word for word.
    pub warning: String,
    /// The items that it covers, by their numbers; on the others silence weighs nothing.
    pub items: Vec<u32>,
    /// The largest share of the scope that may object.
    pub objection_limit: Option<Ratio>,
    /// Which count the organiser rests the outcome on.
    pub relied_on: Reliance,
}

/// What the owners are told; nothing where the pack has no clause in force.
///
/// # Errors
/// Of the database.
pub fn silence_notice(conn: &mut Conn, vote: &Vote) -> Outcome<Option<SilenceNotice>> {
    let rule = vote.pack.switches.silent_rule.value;
    let silence = vote.pack.silence.as_ref();
    let adopted = silence.and_then(|silence| silence.adopted.as_ref());
    let (Some(silence), Some(adopted), false) = (silence, adopted, rule == SilentRule::None) else {
        return Ok(None);
    };
    let items = votes::list_items(conn, vote.row.id)?;
    let covered = items.iter().filter(|item| clause_of(&vote.pack, item).is_some());
    let limit = silence.objection_limit.as_ref().map(|limit| limit.value);
    Ok(Some(SilenceNotice {
        rule,
        clause: adopted.clause.clone(),
        adopted_on: adopted.adopted_on,
        warning: adopted.warning.clone(),
        items: covered.filter_map(|item| u32::try_from(item.position).ok()).collect(),
        objection_limit: limit.filter(|_| rule == SilentRule::Objection),
        relied_on: vote.row.reliance,
    }))
}

/// The terms that the log's manifest repeats.
pub(super) fn terms(conn: &mut Conn, vote: &Vote) -> Outcome<Option<SilenceTerms>> {
    let share = |ratio: Ratio| Share { num: ratio.num().into(), den: ratio.den().into() };
    Ok(silence_notice(conn, vote)?.map(|notice| SilenceTerms {
        clause: notice.clause,
        items: notice.items,
        limit: notice.objection_limit.map(share),
        relied: notice.relied_on.to_string(),
    }))
}

/// An item's count by the clause, beside the strict one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SilenceWorking {
    /// The kind of clause.
    pub rule: SilentRule,
    /// Which count the organiser rests the outcome on, as the notice said.
    pub relied_on: Reliance,
    /// Whether the item passes by the strict count, whose sums and tests stand beside.
    pub strict_passed: bool,
    /// Provably delivered and silent.
    pub silent: Totals,
    /// The count by the clause.
    pub with_clause: ClauseWorking,
    /// Both outcomes and the reliance, in Chinese and English.
    pub summary: String,
}

/// The count of an item by the clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ClauseWorking {
    /// Whether the item passes by the clause.
    pub passed: bool,
    /// The choice that the silent joined; none where no choice leads by area and by heads.
    pub followed: Option<Choice>,
    /// Those who take part by it.
    pub participating: Totals,
    /// 同意.
    #[serde(rename = "for")]
    pub in_favour: Totals,
    /// 反对.
    pub against: Totals,
    /// 弃权.
    pub abstain: Totals,
    /// Objectors with those who have no proof of delivery, under the objection rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objecting: Option<Totals>,
    /// Each test of the class by this count; none under the objection rule.
    pub predicates: Vec<Predicate>,
}

impl SilenceWorking {
    /// Nothing where no clause covers the item.
    pub(super) fn of(outcome: &SilenceOutcome, class: &ClassRule) -> Outcome<Option<Self>> {
        let Some(clause) = &outcome.with_clause else { return Ok(None) };
        let count = &clause.count;
        let is_objection = clause.rule == SilentRule::Objection;
        let predicates =
            if is_objection { Vec::new() } else { explain(count, class, count.judge(class)?) };
        let strict_passed = outcome.strict_verdict.passed();
        Ok(Some(Self {
            rule: clause.rule,
            relied_on: outcome.relied_on,
            strict_passed,
            silent: totals(outcome.strict.silent),
            summary: summary((strict_passed, clause.passed), outcome.relied_on),
            with_clause: ClauseWorking {
                passed: clause.passed,
                followed: clause.followed,
                participating: totals(count.participating),
                in_favour: totals(count.in_favour),
                against: totals(count.against),
                abstain: totals(count.abstain),
                objecting: is_objection.then(|| totals(clause.objecting)),
                predicates,
            },
        }))
    }
}

fn summary((strict, clause): (bool, bool), relied_on: Reliance) -> String {
    let zh = |passed: bool| if passed { "通过" } else { "未通过" };
    let en = |passed: bool| if passed { "passed" } else { "not passed" };
    let (relied_zh, relied_en) = match relied_on {
        Reliance::Strict => ("严格计票", "the strict count"),
        Reliance::WithClause => ("条款计票", "the count by the clause"),
    };
    format!(
        "严格计票：{}；按条款计票：{}；组织者依据{relied_zh} · strict: {}; by the clause: {}; the \
         organiser relies on {relied_en}",
        zh(strict),
        zh(clause),
        en(strict),
        en(clause)
    )
}

/// A unit of the roll with the record that proves its delivery.
struct Proof {
    unit: RollUnitRow,
    record: DeliveryRow,
}

/// Since when others stand for a unit than those who were there at the notice.
fn moved_units(conn: &mut Conn, vote: &Vote) -> Outcome<HashMap<UnitId, UtcTime>> {
    let mut moved: HashMap<UnitId, UtcTime> = HashMap::new();
    let mut note = |unit: UnitId, at: UtcTime| {
        let known = moved.entry(unit).or_insert(at);
        *known = at.max(*known);
    };
    for row in transfers::list_transfers(conn, vote.row.id)? {
        if let Some(at) = row.confirmed_at {
            note(row.unit_id, at);
        }
    }
    for row in amendments::list_amendments(conn, vote.row.id)? {
        let Some(at) = row.confirmed_at else { continue };
        let difference: RollDifference =
            serde_json::from_str(&row.difference).map_err(Refusal::internal)?;
        difference.units.iter().for_each(|unit| note(unit.unit_id, at));
    }
    Ok(moved)
}

/// The units whose delivery is proved, in the order of the roll.
fn proofs(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<Proof>> {
    let rows = deliveries::list_deliveries(conn, vote.row.id)?;
    let replaced: HashSet<_> = rows.iter().filter_map(|row| row.replaces_id).collect();
    let moved = moved_units(conn, vote)?;
    let closes_at = vote.row.closes_at;
    let proves = |row: &DeliveryRow| {
        status_of((row.method, row.outcome), row.checked_at) == DeliveryStatus::Checked
            && !replaced.contains(&row.id)
            && closes_at.is_some_and(|closes_at| row.delivered_at < closes_at)
            && moved.get(&row.unit_id).is_none_or(|moved| row.delivered_at >= *moved)
    };
    let mut proved: HashMap<UnitId, DeliveryRow> =
        rows.into_iter().filter(proves).map(|row| (row.unit_id, row)).collect();
    let units = rolls::list_whole_roll(conn, vote.row.id)?.into_iter();
    let units = units.filter(|unit| unit.head_id.is_some());
    let proof = |unit: RollUnitRow| {
        let record = proved.remove(&unit.unit_id)?;
        Some(Proof { unit, record })
    };
    Ok(units.filter_map(proof).collect())
}

/// The places of the heads whose delivery is proved for each of their units; none without a clause.
pub(super) fn delivered_heads(
    conn: &mut Conn,
    vote: &Vote,
    heads: &[HeadRow],
) -> Outcome<BTreeSet<usize>> {
    if vote.pack.switches.silent_rule.value == SilentRule::None {
        return Ok(BTreeSet::new());
    }
    let proved: HashSet<UnitId> =
        proofs(conn, vote)?.into_iter().map(|proof| proof.unit.unit_id).collect();
    let units = rolls::list_whole_roll(conn, vote.row.id)?;
    let missed = units.iter().filter(|unit| !proved.contains(&unit.unit_id));
    let missed: HashSet<HeadId> = missed.filter_map(|unit| unit.head_id).collect();
    let is_delivered = |(_, head): &(usize, &HeadRow)| !missed.contains(&head.id);
    Ok(heads.iter().enumerate().filter(is_delivered).map(|(place, _)| place).collect())
}

/// Writes the units whose delivery is proved into the log, right after the close; nothing without a
/// clause. Later records are refused, so the list is the one that counts.
///
/// # Errors
/// Of the log and of the database.
pub(super) fn log_deliveries(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    if vote.pack.switches.silent_rule.value == SilentRule::None {
        return Ok(());
    }
    let (proofs, at) = (proofs(tx.conn(), vote)?, tx.legal_now().micros());
    let photos: HashMap<_, _> =
        deliveries::list_photo_digests(tx.conn(), vote.row.id)?.into_iter().collect();
    let parts: Vec<&[Proof]> = match proofs.chunks(Delivery::MOST).collect::<Vec<_>>() {
        parts if parts.is_empty() => vec![&[]],
        parts => parts,
    };
    let count = u64::try_from(parts.len()).map_err(Refusal::internal)?;
    let mut entries = Vec::new();
    for (part, proofs) in (1..).zip(parts) {
        let mut by: Vec<String> = Vec::new();
        let units = proofs
            .iter()
            .map(|proof| {
                let photo = proof.record.photo_id.and_then(|id| photos.get(&id));
                delivered_unit(proof, photo, &mut by)
            })
            .collect::<Outcome<_>>()?;
        entries.push(Leaf::Delivery(Delivery { at, part, parts: count, by, units }).into());
    }
    log::append(tx, vote.row.id, entries).map(|_| ())
}

fn delivered_unit(
    Proof { unit, record }: &Proof,
    photo: Option<&String>,
    by: &mut Vec<String>,
) -> Outcome<DeliveredUnit> {
    let mut place = |account: String| {
        let known = by.iter().position(|one| *one == account);
        let place = known.unwrap_or(by.len());
        if known.is_none() {
            by.push(account);
        }
        u64::try_from(place).map_err(Refusal::internal)
    };
    // The record's id is known to the desk only: nobody guesses a receiver from the digest.
    let evidence = json!({ "id": record.id, "unit": unit.code, "manner": record.method,
        "at": record.delivered_at.micros(), "receiver": record.receiver, "note": record.note,
        "photo": photo });
    let evidence = Sha256::digest(leaf::canonical(&evidence)?);
    let checker = record.checked_by.map(|id| id.to_string()).unwrap_or_default();
    Ok(DeliveredUnit {
        unit: unit.code.clone(),
        building: unit.building.clone(),
        manner: record.method.to_string(),
        at: record.delivered_at.micros(),
        evidence: hex::encode(&evidence),
        recorder: place(record.recorded_by.to_string())?,
        checker: place(checker)?,
    })
}
