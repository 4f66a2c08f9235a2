//! Sends reminders 催办: whoever voted since the reminder was asked for gets none. An event that comes
//! again finds what is on record, and sends only what was not sent.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{
    facts::{Vote, find_vote},
    notice_text::{REMINDER, reminder},
    notices::{Post, SET, contacts_of, units_of},
    reminders::{REMIND, waiting_heads},
};
use crate::kernel::{
    Contact, HeadId, Outcome, OwnerId, ReminderId, ReminderMessageId, UtcTime, VoteId,
};
use crate::platform::{
    auth::seal::Keys,
    db::{Actor, Conn, WriteContext},
    messenger::Message,
    outbox,
};
use crate::voting::{
    model::{ReminderMessageRow, ReminderState, VoteState},
    store::reminders,
};

/// An event's facts.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Wanted {
    vote_id: VoteId,
    reminder_id: ReminderId,
    head_id: HeadId,
}

struct Letter {
    id: ReminderMessageId,
    event: usize,
    contact: Contact,
    message: Message,
}

#[derive(Default)]
struct Plan {
    rows: Vec<ReminderMessageRow>,
    letters: Vec<Letter>,
}

impl Post {
    /// Handles a set of the reminders that wait; answers how many there were.
    pub(super) async fn remind(&self) -> Outcome<usize> {
        outbox::run_set(&self.db, (REMIND, SET), |events| self.send_reminders(events)).await
    }

    async fn send_reminders(&self, events: Vec<outbox::Event>) -> Outcome<Vec<Outcome<()>>> {
        let wanted: Vec<Option<Wanted>> =
            events.iter().map(|event| serde_json::from_value(event.payload.clone()).ok()).collect();
        let mut answers: Vec<Outcome<()>> = wanted.iter().map(|_| Ok(())).collect();
        let (keys, url, now) =
            (self.keys.clone(), self.public_url.clone(), self.db.clock().legal_now());
        let plan = self.db.read(move |conn| plan(conn, (&keys, &url, now), &wanted)).await?;
        let (context, rows) = (WriteContext::of(Actor::system()), plan.rows);
        self.db
            .write(&context, "reminder.queue", move |tx| {
                Ok(reminders::insert_messages(tx.conn(), &rows)?)
            })
            .await?;
        let (mut sent, mut lost) = (Vec::new(), Vec::new());
        for letter in plan.letters {
            let now = self.db.clock().now();
            match self.messenger.send(&letter.contact, (&letter.message, now)).await {
                Ok(()) => sent.push(letter.id),
                Err(refusal) => {
                    lost.push(letter.id);
                    if let Some(answer) = answers.get_mut(letter.event) {
                        *answer = Err(refusal);
                    }
                }
            }
        }
        self.db
            .write(&context, "reminder.mark", move |tx| {
                let now = tx.legal_now();
                reminders::set_messages(tx.conn(), &sent, (ReminderState::Sent, now))?;
                Ok(reminders::set_messages(tx.conn(), &lost, (ReminderState::Failed, now))?)
            })
            .await?;
        Ok(answers)
    }
}

/// What the households of a set have in common.
struct Known {
    /// Votes that still take ballots, with the heads that have not voted.
    votes: HashMap<VoteId, (Vote, HashSet<HeadId>)>,
    contacts: HashMap<HeadId, Vec<(OwnerId, Contact)>>,
    units: HashMap<HeadId, Vec<String>>,
    earlier: HashMap<(ReminderId, HeadId, String), ReminderMessageRow>,
}

impl Known {
    fn load(conn: &mut Conn, keys: &Keys, (wanted, now): (&[Wanted], UtcTime)) -> Outcome<Self> {
        let heads: Vec<HeadId> = wanted.iter().map(|one| one.head_id).collect();
        let mut votes = HashMap::new();
        for id in wanted.iter().map(|one| one.vote_id).collect::<HashSet<_>>() {
            let vote = find_vote(conn, id)?;
            let is_open = matches!(vote.row.state, VoteState::Open | VoteState::Extended);
            if is_open && vote.row.closes_at.is_some_and(|closes_at| now < closes_at) {
                let waiting = waiting_heads(conn, id)?.into_iter().collect();
                votes.insert(id, (vote, waiting));
            }
        }
        let mut earlier = HashMap::new();
        for id in wanted.iter().map(|one| one.reminder_id).collect::<HashSet<_>>() {
            for row in reminders::list_messages(conn, id, &heads)? {
                earlier.insert((id, row.head_id, row.recipient.clone()), row);
            }
        }
        let (contacts, units) = (contacts_of(conn, keys, &heads)?, units_of(conn, &heads)?);
        Ok(Self { votes, contacts, units, earlier })
    }

    /// The vote of a household that has still not voted.
    fn waiting(&self, one: Wanted) -> Option<&Vote> {
        let (vote, waiting) = self.votes.get(&one.vote_id)?;
        waiting.contains(&one.head_id).then_some(vote)
    }

    fn kept(&self, row: &ReminderMessageRow) -> Option<&ReminderMessageRow> {
        self.earlier.get(&(row.reminder_id, row.head_id, row.recipient.clone()))
    }
}

fn plan(
    conn: &mut Conn,
    (keys, url, now): (&Keys, &str, UtcTime),
    wanted: &[Option<Wanted>],
) -> Outcome<Plan> {
    let all: Vec<Wanted> = wanted.iter().copied().flatten().collect();
    let known = Known::load(conn, keys, (&all, now))?;
    let mut plan = Plan::default();
    for (event, one) in wanted.iter().enumerate() {
        let Some(one) = *one else { continue };
        let contacts = known.contacts.get(&one.head_id).map(Vec::as_slice).unwrap_or_default();
        let (Some(vote), false) = (known.waiting(one), contacts.is_empty()) else {
            let state = match known.waiting(one) {
                Some(_) => ReminderState::NoContact,
                None => ReminderState::Skipped,
            };
            let row = row_of(one, None, (state, now));
            if known.kept(&row).is_none() {
                plan.rows.push(row);
            }
            continue;
        };
        let units = known.units.get(&one.head_id).map(Vec::as_slice).unwrap_or_default();
        let closes_at = vote.row.closes_at.unwrap_or(now);
        for contact in contacts {
            let row = row_of(one, Some(contact), (ReminderState::Queued, now));
            let id = match known.kept(&row) {
                Some(kept) if kept.state == ReminderState::Sent => continue,
                Some(kept) => kept.id,
                None => row.id,
            };
            let text = reminder((&vote.row.title, closes_at), units, url);
            let message = Message { id: id.to_string(), subject: REMINDER.to_owned(), text };
            plan.letters.push(Letter { id, event, contact: contact.1.clone(), message });
            if id == row.id {
                plan.rows.push(row);
            }
        }
    }
    Ok(plan)
}

fn row_of(
    one: Wanted,
    contact: Option<&(OwnerId, Contact)>,
    (state, at): (ReminderState, UtcTime),
) -> ReminderMessageRow {
    ReminderMessageRow {
        id: ReminderMessageId::new(),
        reminder_id: one.reminder_id,
        head_id: one.head_id,
        owner_id: contact.map(|(owner_id, _)| *owner_id),
        recipient: contact.map_or_else(
            || "none".to_owned(),
            |(owner_id, contact)| format!("{owner_id}:{}", contact.kind()),
        ),
        masked_contact: contact.map(|(_, contact)| contact.masked()),
        state,
        at,
    }
}
