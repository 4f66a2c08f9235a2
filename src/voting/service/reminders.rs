//! Reminders 催办: the households whose heads have neither voted on line nor brought a sheet are told
//! that the vote is open, once a day at the most. Who has voted is never told. An event per household
//! is written with the reminder; the worker sends later (`reminder_post`).

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{facts::Vote, notices::contacts_of, standing::Rulings};
use crate::kernel::{Code, HeadId, LocalDate, Outcome, Refusal, ReminderId, UtcTime, VoteId};
use crate::platform::{
    auth::seal::Keys,
    db::{Conn, WriteTx},
    two_people::Person,
};
use crate::voting::{
    model::{Command, ReminderRow, ReminderState, SheetState},
    rules::state::decide,
    store::{ballots, reminders, rolls, sheet_ledger},
};

/// A household is to be reminded.
pub(super) const REMIND: &str = "vote.reminded";

/// Whom a reminder would reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReminderPreview {
    /// Heads that have not voted.
    pub heads: u64,
    /// Those of them with a phone or an e-mail address on the register.
    pub reachable: u64,
    /// Those to whom somebody must go.
    pub without_contact: u64,
    /// The last day on which they were reminded.
    pub last_on: Option<LocalDate>,
    /// Whether they may be reminded today.
    pub may_send: bool,
}

/// A reminder and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReminderView {
    /// The reminder.
    pub reminder_id: ReminderId,
    /// The legal day.
    pub day: LocalDate,
    /// Heads that had not voted.
    pub heads: i32,
    /// When (legal time).
    pub asked_at: UtcTime,
    /// Who asked for it.
    pub asked_by: String,
    /// Messages that a gateway took.
    pub sent: i64,
    /// Messages that no gateway took so far.
    pub failed: i64,
    /// Households without a contact.
    pub without_contact: i64,
    /// Households that needed none any more when it was their turn.
    pub skipped: i64,
}

impl ReminderView {
    fn new(row: ReminderRow, counts: &HashMap<(ReminderId, ReminderState), i64>) -> Self {
        let count = |state| counts.get(&(row.id, state)).copied().unwrap_or(0);
        Self {
            reminder_id: row.id,
            day: row.day,
            heads: row.heads,
            asked_at: row.asked_at,
            sent: count(ReminderState::Sent),
            failed: count(ReminderState::Failed),
            without_contact: count(ReminderState::NoContact),
            skipped: count(ReminderState::Skipped),
            asked_by: row.asker_name,
        }
    }
}

/// The heads of a roll without any ballot that holds and without a sheet that came back, in the order
/// of the roll.
pub(super) fn waiting_heads(conn: &mut Conn, vote_id: VoteId) -> Outcome<Vec<HeadId>> {
    let rulings = Rulings::load(conn, vote_id)?;
    let cast = ballots::list_ballots(conn, vote_id)?.into_iter();
    let mut came: HashSet<HeadId> =
        cast.filter(|ballot| !rulings.is_void(ballot.id)).map(|ballot| ballot.head_id).collect();
    let back = [SheetState::Registered, SheetState::EnteredOnce, SheetState::Differing];
    let sheets = sheet_ledger::list_in_states(conn, vote_id, &back)?;
    came.extend(sheets.into_iter().map(|sheet| sheet.head_id));
    let heads = rolls::list_heads(conn, vote_id)?.into_iter().map(|head| head.id);
    Ok(heads.filter(|head| !came.contains(head)).collect())
}

/// Whom a reminder would reach now.
///
/// # Errors
/// `wrong_state`, `too_early`, `too_late` outside of the window.
pub fn preview(
    conn: &mut Conn,
    (vote, keys): (&Vote, &Keys),
    now: UtcTime,
) -> Outcome<ReminderPreview> {
    decide(vote.row.state, Command::Remind, &vote.facts(now)?)?;
    let waiting = waiting_heads(conn, vote.row.id)?;
    let contacts = contacts_of(conn, keys, &waiting)?;
    let has_contact = |head: &&HeadId| contacts.get(head).is_some_and(|all| !all.is_empty());
    let reachable = waiting.iter().filter(has_contact).count();
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let last_on = reminders::list_reminders(conn, vote.row.id)?.last().map(|row| row.day);
    Ok(ReminderPreview {
        heads: number(waiting.len()),
        reachable: number(reachable),
        without_contact: number(waiting.len().saturating_sub(reachable)),
        last_on,
        may_send: !waiting.is_empty() && last_on != Some(now.local_date()),
    })
}

/// Reminds the households that have not voted.
///
/// # Errors
/// `wrong_state`, `too_early`, `too_late` outside of the window; `reminder_too_soon` on a day on which
/// they were reminded; `not_ready` where nobody is left.
pub fn remind(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<ReminderView> {
    let (id, now, person) = (vote.row.id, tx.legal_now(), Person::of(tx)?);
    decide(vote.row.state, Command::Remind, &vote.facts(now)?)?;
    let day = now.local_date();
    if reminders::find_reminder_of_day(tx.conn(), id, day)?.is_some() {
        return Err(Refusal::new(Code::ReminderTooSoon).with("last_on", day.to_string()));
    }
    let waiting = waiting_heads(tx.conn(), id)?;
    if waiting.is_empty() {
        let detail = "everybody has voted · 均已表决";
        return Err(Refusal::new(Code::NotReady).detail(detail));
    }
    let row = ReminderRow {
        id: ReminderId::new(),
        vote_id: id,
        day,
        heads: i32::try_from(waiting.len()).map_err(Refusal::internal)?,
        asked_at: now,
        asked_by: person.id,
        asker_name: person.name,
    };
    reminders::insert_reminder(tx.conn(), &row)?;
    for head in waiting {
        let payload = json!({ "vote_id": id, "reminder_id": row.id, "head_id": head });
        tx.emit(REMIND, head, &payload);
    }
    let after = json!({ "reminder": row.id, "heads": row.heads });
    tx.audit("vote.reminded", ("vote", id), (None, Some(&after)));
    Ok(ReminderView::new(row, &HashMap::new()))
}

/// The reminders of a vote, oldest first.
///
/// # Errors
/// Of the database.
pub fn list_reminders(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<ReminderView>> {
    let counts = reminders::count_messages(conn, vote.row.id)?.into_iter();
    let counts = counts.map(|(id, state, count)| ((id, state), count)).collect();
    let rows = reminders::list_reminders(conn, vote.row.id)?;
    Ok(rows.into_iter().map(|row| ReminderView::new(row, &counts)).collect())
}
