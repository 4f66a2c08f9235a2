//! The count: from the standing choices of a closed vote to a stored result with its working.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use serde_json::Value;

use super::{
    agenda::Agenda,
    facts::{Vote, find_vote},
    log,
    questions::{counts_of, stored_counts},
    silence::{ClauseWorking, SilenceWorking, clause_of, delivered_heads},
    standing::Rulings,
    steps::{Step, add_facts, take_step},
};
use crate::ballot_log::{self as leaf, Leaf};
use crate::kernel::{Area, ItemId, ItemResultId, Outcome, Refusal, VoteId};
use crate::platform::db::{Conn, WriteTx};
use crate::voting::{
    model::{Choice, Command, HeadRow, ItemClass, ItemRow, ResultRow, Totals, VoteChange},
    rules::{
        count::{InvalidBallots, Standing, Weight},
        explain::{Predicate, explain},
        flip::{Flip, flip},
        silence::{SilenceRules, judge_with_silence},
        state::decide,
    },
    store::{ballots, disputes, results, rolls, votes},
};

/// A weight of the rules, as people read it.
pub(super) fn totals(weight: Weight) -> Totals {
    Totals { area: weight.area_value(), heads: weight.heads }
}

/// The working of one item: everything that its outcome rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ItemWorking {
    /// The item.
    pub item_id: ItemId,
    /// Its number on the ballot.
    pub position: i32,
    /// What was asked.
    pub title: String,
    /// Which thresholds it needs.
    pub class: ItemClass,
    /// Whether it passed: by the strict count, or by the clause on silence where the organiser relies
    /// on it.
    pub passed: bool,
    /// The whole roll.
    pub total: Totals,
    /// Those who took part.
    pub participating: Totals,
    /// 同意.
    #[serde(rename = "for")]
    pub in_favour: Totals,
    /// 反对.
    pub against: Totals,
    /// 弃权.
    pub abstain: Totals,
    /// 无效.
    pub invalid: Totals,
    /// Each test of the strict count with its numbers, margin and clause.
    pub predicates: Vec<Predicate>,
    /// The fewest heads whose ballots, if void, would change the outcome of the strict count.
    pub flip: Flip,
    /// The count by the clause on silence beside the strict one; there where a clause covers the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence: Option<SilenceWorking>,
}

impl ItemWorking {
    /// Whether it passed by the strict count.
    #[must_use]
    pub fn passed_strictly(&self) -> bool {
        self.silence.as_ref().map_or(self.passed, |silence| silence.strict_passed)
    }
}

/// Counts a vote from its rows: pure apart from the loading. Also the recount of `verify`.
///
/// # Errors
/// `empty_scope`; of the database.
pub fn work_out(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<ItemWorking>> {
    let heads = rolls::list_heads(conn, vote.row.id)?;
    let areas: Vec<u64> =
        heads.iter().map(|head| u64::try_from(head.area.0).unwrap_or(0)).collect();
    let items = votes::list_items(conn, vote.row.id)?;
    let mut standings = standings_by_item(conn, vote, (&items, &heads))?;
    let delivered = delivered_heads(conn, vote, &heads)?;
    items
        .iter()
        .map(|item| {
            let standings = standings.remove(&item.id).unwrap_or_default();
            work_out_item(vote, item, (&areas, &standings, &delivered))
        })
        .collect()
}

fn standings_by_item(
    conn: &mut Conn,
    vote: &Vote,
    (items, heads): (&[ItemRow], &[HeadRow]),
) -> Outcome<HashMap<ItemId, Vec<Standing>>> {
    let mut standings: HashMap<ItemId, Vec<Standing>> =
        items.iter().map(|item| (item.id, vec![Standing::Absent; heads.len()])).collect();
    let index_of: HashMap<i32, usize> =
        heads.iter().enumerate().map(|(index, head)| (head.position, index)).collect();
    let rulings = Rulings::load(conn, vote.row.id)?;
    for (position, item_id, choice, said_by) in ballots::list_choices(conn, vote.row.id)? {
        if !rulings.holds(said_by) {
            continue;
        }
        let index = index_of.get(&position).copied();
        let place = standings.get_mut(&item_id).zip(index);
        let place = place.and_then(|(item, index)| item.get_mut(index));
        if let Some(place) = place
            && (choice != Choice::Invalid || *place == Standing::Absent)
        {
            *place = Standing::Cast(choice);
        }
    }
    Ok(standings)
}

fn work_out_item(
    vote: &Vote,
    item: &ItemRow,
    (areas, standings, delivered): (&[u64], &[Standing], &BTreeSet<usize>),
) -> Outcome<ItemWorking> {
    let invalid = InvalidBallots::from(&*vote.pack);
    let class = vote.pack.class(item.class);
    let clause = clause_of(&vote.pack, item).map(|clause| (clause, vote.row.reliance));
    let rules = SilenceRules { class, invalid, clause };
    let outcome = judge_with_silence(areas, standings, delivered, rules)?;
    let (count, verdict) = (outcome.strict, outcome.strict_verdict);
    Ok(ItemWorking {
        item_id: item.id,
        position: item.position,
        title: item.title.clone(),
        class: item.class,
        passed: outcome.passed(),
        total: totals(count.total),
        participating: totals(count.participating),
        in_favour: totals(count.in_favour),
        against: totals(count.against),
        abstain: totals(count.abstain),
        invalid: totals(count.invalid),
        predicates: explain(&count, class, verdict),
        flip: flip(areas, standings, invalid, class)?,
        silence: SilenceWorking::of(&outcome, class)?,
    })
}

/// Counts a closed vote and keeps the result; after a ruling counts a counted one again, and keeps
/// both. Where the outcome of an item changes after it was published, it waits to be published anew.
///
/// # Errors
/// `wrong_state`, for a counted vote without a ruling since, too; `not_ready` while registered sheets
/// are not settled.
pub fn count_vote(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    let now = tx.legal_now();
    let facts = add_facts(tx.conn(), vote, vote.facts(now)?)?;
    let again = facts.rulings_uncounted > 0;
    let mut command = if again { Command::Recount } else { Command::Count };
    let mut decision = decide(vote.row.state, command, &facts)?;
    let workings = work_out(tx.conn(), vote)?;
    let mut change = VoteChange { counted_at: Some(now), ..VoteChange::default() };
    if again && is_overturned(tx.conn(), vote, &workings)? {
        command = Command::Overturn;
        decision = decide(vote.row.state, command, &facts)?;
        (change.published_at, change.objections_until) = (Some(None), Some(None));
    }
    let items = workings.iter().map(item_tally).collect::<Outcome<_>>()?;
    let tally = leaf::Tally { at: now.micros(), items };
    let log_seq = log::append(tx, vote.row.id, vec![Leaf::Tally(tally).into()])?;
    let log_seq = i64::try_from(log_seq).map_err(Refusal::internal)?;
    let rows = workings
        .iter()
        .map(|working| {
            Ok(ResultRow {
                id: ItemResultId::new(),
                vote_id: vote.row.id,
                item_id: working.item_id,
                passed: working.passed,
                working: serde_json::to_string(working).map_err(Refusal::internal)?,
                counted_at: now,
                log_seq,
            })
        })
        .collect::<Outcome<Vec<_>>>()?;
    results::insert_results(tx.conn(), &rows)?;
    let reason = again.then(|| "异议裁决后重新计票 · counted again after a ruling".to_owned());
    take_step(tx, vote, Step { command, decision, reason }, change)
}

/// Whether the outcome of an item, or of a question, is another than at the last count.
fn is_overturned(conn: &mut Conn, vote: &Vote, workings: &[ItemWorking]) -> Outcome<bool> {
    let stored = results::list_results(conn, vote.row.id)?;
    let before: HashMap<ItemId, bool> =
        stored.into_iter().map(|row| (row.item_id, row.passed)).collect();
    if workings.iter().any(|working| before.get(&working.item_id) != Some(&working.passed)) {
        return Ok(true);
    }
    let (old, new) = (stored_counts(&stored_workings(conn, vote)?)?, counts_of(workings));
    let questions = Agenda::load(conn, vote.row.id)?.rules(&vote.pack);
    Ok(questions.iter().any(|question| question.settle(&old) != question.settle(&new)))
}

fn sum(totals: Totals) -> Outcome<leaf::Sum> {
    let area = u64::try_from(totals.area.0).map_err(Refusal::internal)?;
    Ok(leaf::Sum { area, heads: totals.heads })
}

fn clause_tally(clause: &ClauseWorking) -> Outcome<leaf::ClauseTally> {
    Ok(leaf::ClauseTally {
        participating: sum(clause.participating)?,
        in_favour: sum(clause.in_favour)?,
        against: sum(clause.against)?,
        abstain: sum(clause.abstain)?,
        objecting: clause.objecting.map(sum).transpose()?,
        passed: clause.passed,
    })
}

fn item_tally(working: &ItemWorking) -> Outcome<leaf::ItemTally> {
    Ok(leaf::ItemTally {
        position: u32::try_from(working.position).map_err(Refusal::internal)?,
        total: sum(working.total)?,
        participating: sum(working.participating)?,
        in_favour: sum(working.in_favour)?,
        against: sum(working.against)?,
        abstain: sum(working.abstain)?,
        invalid: sum(working.invalid)?,
        silent: working.silence.as_ref().map(|silence| sum(silence.silent)).transpose()?,
        with_clause: working
            .silence
            .as_ref()
            .map(|of| clause_tally(&of.with_clause))
            .transpose()?,
        passed: working.passed_strictly(),
    })
}

/// The stored workings of a counted vote, in the order of the ballot.
///
/// # Errors
/// `internal` if a stored working can't be read.
pub fn stored_workings(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<Value>> {
    let mut workings = results::list_results(conn, vote.row.id)?
        .into_iter()
        .map(|row| serde_json::from_str::<Value>(&row.working).map_err(Refusal::internal))
        .collect::<Outcome<Vec<_>>>()?;
    workings.sort_by_key(|working| working.get("position").and_then(Value::as_i64));
    Ok(workings)
}

/// Rulings of a counted vote that no count has taken in yet.
pub(super) fn rulings_uncounted(conn: &mut Conn, vote_id: VoteId) -> Outcome<u64> {
    let Some(counted) = results::find_tally_seq(conn, vote_id)? else { return Ok(0) };
    let rulings = disputes::count_rulings_after(conn, vote_id, counted)?;
    u64::try_from(rulings).map_err(Refusal::internal)
}

/// What counting every stored result again found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recount {
    /// Votes that were counted again.
    pub votes: usize,
    /// A sentence per vote whose stored result differs from its rows.
    pub faults: Vec<String>,
}

/// Counts every counted vote again from its roll and ballots, and compares with what was stored.
///
/// # Errors
/// Of the database.
pub fn recount(conn: &mut Conn) -> Outcome<Recount> {
    let mut found = Recount::default();
    for id in results::list_counted_votes(conn)? {
        let vote = find_vote(conn, id)?;
        found.votes += 1;
        let stored = stored_workings(conn, &vote)?;
        let again = work_out(conn, &vote)?
            .iter()
            .map(|working| serde_json::to_value(working).map_err(Refusal::internal))
            .collect::<Outcome<Vec<_>>>()?;
        let heads = rolls::list_heads(conn, id)?;
        let area = Area::checked_sum(heads.iter().map(|head| head.area));
        let noticed = (vote.row.roll_heads, vote.row.roll_area);
        if noticed != (i64::try_from(heads.len()).ok(), area) {
            found.faults.push(format!("vote {id}: the roll is not the one that was announced"));
        }
        // After a ruling the stored result waits for another count.
        let is_current = rulings_uncounted(conn, id)? == 0;
        if is_current && stored != again {
            found.faults.push(format!("vote {id}: the stored result differs from its ballots"));
        }
    }
    Ok(found)
}
