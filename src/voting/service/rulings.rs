//! Rulings 裁决 on disputed ballots: one person proposes, another confirms and rules the same. Neither
//! filed the dispute, is an owner of the head or entered the sheet; the database keeps that too. An
//! upheld dispute voids the ballot; an upheld misreading corrects it.

use serde_json::json;

use super::{
    agenda::Agenda,
    disputes::DisputeView,
    facts::Vote,
    log::{self, Entry},
    notices::{tell_ruling, units_of},
    paper_log::what_of,
    paper_views::{read_choices, written},
    standing::{Rulings, settle_head},
};
use crate::ballot_log::{self as leaf, Leaf, Opening, Openings};
use crate::kernel::{ChoiceId, Code, DisputeId, ItemId, Outcome, Refusal, UtcTime};
use crate::platform::db::WriteTx;
use crate::voting::{
    model::{
        BallotRow, ChoiceRow, Clerk, Command, Confirmation, DisputeReason, DisputeRow, Proposal,
        Ruling,
    },
    rules::{
        sheet::{Blank, Reading},
        state::decide,
    },
    store::{ballots, disputes, rolls, sheets},
};

/// Proposes a ruling, or another one in the place of a proposal that nobody has confirmed.
///
/// # Errors
/// `not_found`; `dispute_state_conflict` once it is ruled; `same_clerk`; `invalid_field`,
/// `ballot_incomplete` for a reading that is none.
pub fn propose(
    tx: &mut WriteTx<'_>,
    (vote, id, clerk): (&Vote, DisputeId, &Clerk),
    (ruling, text): (&Ruling, &str),
) -> Outcome<DisputeView> {
    let (row, ballot) = find(tx, (vote, id, clerk))?;
    let reading = reading(tx, (vote, &row), ruling)?;
    let proposal = Proposal {
        upheld: Some(ruling.upheld),
        ruling: Some(text.to_owned()),
        choices: reading.as_ref().map(written).transpose()?,
        invalid_reason: reading.and_then(|reading| reading.invalid_reason),
        proposed_by: Some(clerk.account_id),
        proposed_name: Some(clerk.name.clone()),
        proposed_at: Some(tx.legal_now()),
    };
    if !disputes::set_proposal(tx.conn(), (id, row.version), &proposal)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    // Not even a digest of the choices: there are so few that it could be guessed.
    let after = json!({ "upheld": ruling.upheld });
    tx.audit("dispute.proposed", ("dispute", id), (None, Some(&after)));
    let row = DisputeRow {
        upheld: proposal.upheld,
        ruling: proposal.ruling,
        choices: proposal.choices,
        invalid_reason: proposal.invalid_reason,
        proposed_by: proposal.proposed_by,
        proposed_name: proposal.proposed_name,
        proposed_at: proposal.proposed_at,
        version: row.version + 1,
        ..row
    };
    view(tx, row, &ballot)
}

/// Confirms the proposal of a version by ruling the same: leaf, effect and notice in one.
///
/// # Errors
/// As [`propose`]; `dispute_state_conflict` without a proposal; `stale_version` for another one;
/// `same_clerk` for whoever proposed it; `ruling_differs`.
pub fn confirm(
    tx: &mut WriteTx<'_>,
    (vote, id, clerk): (&Vote, DisputeId, &Clerk),
    (ruling, version): (&Ruling, i32),
) -> Outcome<DisputeView> {
    let (row, ballot) = find(tx, (vote, id, clerk))?;
    let Some(proposed_by) = row.proposed_by else {
        return Err(conflict(&row, "nobody has proposed a ruling"));
    };
    if proposed_by == clerk.account_id {
        return Err(same_clerk("nobody confirms an own proposal"));
    }
    if version != row.version {
        return Err(Refusal::new(Code::StaleVersion).with("version", row.version));
    }
    let reading = reading(tx, (vote, &row), ruling)?;
    let proposed = row.choices.as_deref().map(read_choices).transpose()?;
    let proposed = proposed.map(|choices| Reading { choices, invalid_reason: row.invalid_reason });
    if row.upheld != Some(ruling.upheld) || proposed != reading {
        return Err(Refusal::new(Code::RulingDiffers));
    }
    let by = [proposed_by, clerk.account_id].map(|account| account.to_string());
    let entry = entry((&row, tx.legal_now()), (ruling.upheld, reading.as_ref()), by.to_vec())?;
    let seq = log::append(tx, vote.row.id, vec![entry])?;
    let confirmation = Confirmation {
        confirmed_by: clerk.account_id,
        confirmed_name: clerk.name.clone(),
        confirmed_at: tx.legal_now(),
        ruling_seq: i64::try_from(seq).map_err(Refusal::internal)?,
    };
    if !disputes::set_confirmation(tx.conn(), (id, version), &confirmation)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    if ruling.upheld {
        let now = tx.legal_now();
        match (&reading, ballot.sheet_id) {
            (Some(reading), _) => correct(tx, (vote, &ballot), reading)?,
            (None, Some(sheet_id)) => sheets::set_ballot_void(tx.conn(), sheet_id, now)?,
            (None, None) => {}
        }
        settle_head(tx.conn(), vote, ballot.head_id)?;
    }
    tell_ruling(tx, &row);
    let after = json!({ "upheld": ruling.upheld });
    tx.audit("dispute.ruled", ("dispute", id), (None, Some(&after)));
    let row = DisputeRow {
        confirmed_by: Some(confirmation.confirmed_by),
        confirmed_name: Some(confirmation.confirmed_name),
        confirmed_at: Some(confirmation.confirmed_at),
        ruling_seq: Some(confirmation.ruling_seq),
        version: row.version + 1,
        ..row
    };
    view(tx, row, &ballot)
}

/// A dispute that this person may rule on now.
fn find(
    tx: &mut WriteTx<'_>,
    (vote, id, clerk): (&Vote, DisputeId, &Clerk),
) -> Outcome<(DisputeRow, BallotRow)> {
    let found = disputes::find_dispute(tx.conn(), vote.row.id, id)?;
    let (row, ballot) = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let now = tx.legal_now();
    decide(vote.row.state, Command::RuleDispute, &vote.facts(now)?)?;
    if row.confirmed_at.is_some() {
        return Err(conflict(&row, "it is ruled"));
    }
    if row.filer == Some(clerk.account_id) {
        return Err(same_clerk("nobody rules on an own dispute"));
    }
    if let Some(owner_id) = clerk.owner_id {
        let own = rolls::list_heads_of_owner(tx.conn(), vote.row.id, owner_id)?;
        if own.iter().any(|(head, _)| head.id == ballot.head_id) {
            return Err(same_clerk("nobody rules on a ballot of an own unit"));
        }
    }
    if let Some(sheet_id) = ballot.sheet_id {
        let entries = sheets::list_entries(tx.conn(), sheet_id)?;
        if entries.iter().any(|entry| entry.clerk_id == clerk.account_id) {
            return Err(same_clerk("nobody rules on a sheet that he entered"));
        }
    }
    Ok((row, ballot))
}

/// What was read on a misread sheet; nothing in any other case.
fn reading(
    tx: &mut WriteTx<'_>,
    (vote, row): (&Vote, &DisputeRow),
    ruling: &Ruling,
) -> Outcome<Option<Reading>> {
    let corrects = ruling.upheld && row.reason == DisputeReason::Misread;
    let choices = match (&ruling.choices, corrects) {
        (Some(choices), true) => choices,
        (None, false) => return Ok(None),
        (None, true) => {
            return Err(Refusal::field(
                Code::InvalidField,
                "/choices",
                "what stands on the sheet?",
            ));
        }
        (Some(_), false) => {
            let detail = "only an upheld misreading corrects a ballot";
            return Err(Refusal::field(Code::InvalidField, "/choices", detail));
        }
    };
    let agenda = Agenda::load(tx.conn(), vote.row.id)?;
    let questions = agenda.rules(&vote.pack);
    let items: Vec<ItemId> = agenda.items.into_iter().map(|item| item.id).collect();
    let blank = Blank::from(&*vote.pack);
    Reading::complete(choices, ruling.invalid_reason, (&items, &questions, blank)).map(Some)
}

/// The leaf, with the opening of a corrected reading.
fn entry(
    (row, at): (&DisputeRow, UtcTime),
    (upheld, reading): (bool, Option<&Reading>),
    by: Vec<String>,
) -> Outcome<Entry> {
    let what = reading.map(what_of).transpose()?;
    let ruling = leaf::Ruling {
        at: at.micros(),
        challenge: u64::try_from(row.log_seq).map_err(Refusal::internal)?,
        upheld,
        by,
        what: what.as_ref().map(Opening::commitment),
    };
    Ok(Entry { leaf: Leaf::Ruling(ruling), openings: Openings { what, ..Openings::default() } })
}

/// The ballot says this from now on; what it said before stays beside it.
fn correct(
    tx: &mut WriteTx<'_>,
    (vote, ballot): (&Vote, &BallotRow),
    reading: &Reading,
) -> Outcome<()> {
    let number = Rulings::load(tx.conn(), vote.row.id)?.reading_of(ballot.id);
    let choice = |&(item_id, choice): &(ItemId, _)| ChoiceRow {
        id: ChoiceId::new(),
        ballot_id: ballot.id,
        item_id,
        head_id: ballot.head_id,
        choice,
        standing: false,
        reading: number,
    };
    let rows: Vec<_> = reading.choices.iter().map(choice).collect();
    Ok(ballots::insert_ballots(tx.conn(), &[], &rows, &[])?)
}

fn view(tx: &mut WriteTx<'_>, row: DisputeRow, ballot: &BallotRow) -> Outcome<DisputeView> {
    let units = units_of(tx.conn(), &[ballot.head_id])?.remove(&ballot.head_id);
    Ok(DisputeView::of(row, ballot, units.unwrap_or_default()))
}

fn conflict(row: &DisputeRow, detail: &str) -> Refusal {
    Refusal::new(Code::DisputeStateConflict).with("have", row.state().as_str()).detail(detail)
}

fn same_clerk(detail: &str) -> Refusal {
    Refusal::new(Code::SameClerk).detail(detail)
}
