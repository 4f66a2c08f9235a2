//! The household is told of each ballot that is recorded for it 告知: that is what finds a forged
//! signature; no cryptography does. The event is written with the ballot; the worker sends later, so
//! that a rush of ballots waits for no gateway. Absent on purpose: choices, and names.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use serde_json::json;

use super::{
    facts::{Vote, find_vote},
    notice_text::{News, Told, dispute_by, receipt_url, subject, text},
};
use crate::kernel::{
    BallotId, BallotNoticeId, Contact, DisputeId, HeadId, Outcome, OwnerId, UtcTime, VoteId,
};
use crate::platform::{
    auth::seal::Keys,
    db::{Actor, Conn, Db, WriteContext, WriteTx},
    messenger::{Message, Messenger},
    outbox,
};
use crate::registry::list_contacts;
use crate::voting::{
    model::{BallotRow, DisputeRow, DisputeState, NoticeOccasion, NoticeRow, NoticeState},
    store::{disputes, notices, rolls},
};

/// A ballot was recorded, on line or on paper.
const RECORDED: &str = "ballot.recorded";
/// A disputed ballot was ruled on.
const RULED: &str = "dispute.ruled";
/// Events that are handled together.
pub(super) const SET: i64 = 50;

/// Lets the worker tell the household of a ballot: an event with ids only.
pub(super) fn tell_household(tx: &mut WriteTx<'_>, ballot: &BallotRow) {
    let payload = json!({ "vote_id": ballot.vote_id, "ballot_id": ballot.id,
        "head_id": ballot.head_id, "channel": ballot.channel });
    tx.emit(RECORDED, ballot.id, &payload);
}

/// Lets the worker tell the household of a ruling.
pub(super) fn tell_ruling(tx: &mut WriteTx<'_>, dispute: &DisputeRow) {
    let payload = json!({ "vote_id": dispute.vote_id, "ballot_id": dispute.ballot_id });
    tx.emit(RULED, dispute.id, &payload);
}

/// What sending needs.
#[derive(Clone)]
pub struct Post {
    /// The database.
    pub db: Db,
    /// What opens contacts.
    pub keys: Keys,
    /// The way to people.
    pub messenger: Messenger,
    /// Where people reach the server.
    pub public_url: String,
}

/// An event as it asks for notices.
#[derive(Debug, Clone)]
struct Wanted {
    occasion: NoticeOccasion,
    /// The ballot's or the dispute's id.
    cause: String,
    ballot_id: BallotId,
    /// How its dispute was ruled.
    ruled: Option<DisputeState>,
}

/// A notice to be sent.
#[derive(Debug, Clone)]
struct Letter {
    id: BallotNoticeId,
    cause: String,
    contact: Contact,
    message: Message,
}

/// What a set of events leads to.
#[derive(Debug, Default)]
struct Plan {
    rows: Vec<NoticeRow>,
    letters: Vec<Letter>,
}

impl Post {
    /// Handles what waits, one set per topic; answers how many events there were.
    ///
    /// # Errors
    /// Those of the database; a message that no gateway takes is tried again later.
    pub async fn deliver(&self) -> Outcome<usize> {
        let recorded = outbox::run_set(&self.db, (RECORDED, SET), |events| {
            self.handle(NoticeOccasion::Recorded, events)
        });
        let recorded = recorded.await?;
        let ruled = outbox::run_set(&self.db, (RULED, SET), |events| {
            self.handle(NoticeOccasion::Ruled, events)
        });
        let reminded = self.remind().await?;
        Ok(recorded + ruled.await? + reminded + self.deliver_transfers().await?)
    }

    async fn handle(
        &self,
        occasion: NoticeOccasion,
        events: Vec<outbox::Event>,
    ) -> Outcome<Vec<Outcome<()>>> {
        let causes: Vec<String> = events.iter().map(|event| event.subject.clone()).collect();
        let plan = self.plan(occasion, events).await?;
        let context = WriteContext::of(Actor::system());
        let rows = plan.rows;
        self.db
            .write(&context, "notice.queue", move |tx| {
                Ok(notices::insert_notices(tx.conn(), &rows)?)
            })
            .await?;
        let (mut sent, mut failed) = (Vec::new(), Vec::new());
        for letter in plan.letters {
            let now = self.db.clock().now();
            match self.messenger.send(&letter.contact, (&letter.message, now)).await {
                Ok(()) => sent.push(letter.id),
                Err(refusal) => failed.push((letter.cause, letter.id, refusal)),
            }
        }
        let lost: Vec<_> = failed.iter().map(|(_, id, _)| *id).collect();
        self.db
            .write(&context, "notice.mark", move |tx| {
                let now = tx.legal_now();
                notices::set_notices(tx.conn(), &sent, (NoticeState::Sent, now))?;
                Ok(notices::set_notices(tx.conn(), &lost, (NoticeState::Failed, now))?)
            })
            .await?;
        let answer = |cause: &String| {
            let fault = failed.iter().find(|(failed, _, _)| failed == cause);
            fault.map_or(Ok(()), |(_, _, refusal)| Err(refusal.clone()))
        };
        Ok(causes.iter().map(answer).collect())
    }

    /// Which rows are missing and which messages are still to be sent, read before anything is
    /// written. An event that comes again finds its rows, and sends only what was not sent.
    async fn plan(&self, occasion: NoticeOccasion, events: Vec<outbox::Event>) -> Outcome<Plan> {
        let (keys, url, now) =
            (self.keys.clone(), self.public_url.clone(), self.db.clock().legal_now());
        self.db
            .read(move |conn| {
                let wanted = wanted(conn, occasion, &events)?;
                plan(conn, (&keys, &url, now), &wanted)
            })
            .await
    }
}

/// What the events ask for; one whose ballot is not there asks for nothing.
fn wanted(
    conn: &mut Conn,
    occasion: NoticeOccasion,
    events: &[outbox::Event],
) -> Outcome<Vec<Wanted>> {
    match occasion {
        NoticeOccasion::Recorded => Ok(events
            .iter()
            .filter_map(|event| {
                let ballot_id = event.subject.parse().ok()?;
                Some(Wanted { occasion, cause: event.subject.clone(), ballot_id, ruled: None })
            })
            .collect()),
        NoticeOccasion::Ruled => {
            let ids: Vec<DisputeId> =
                events.iter().filter_map(|event| event.subject.parse().ok()).collect();
            let rows = disputes::list_disputes_by_id(conn, &ids)?;
            Ok(rows
                .into_iter()
                .map(|row| Wanted {
                    occasion,
                    cause: row.id.to_string(),
                    ballot_id: row.ballot_id,
                    ruled: Some(row.state()),
                })
                .collect())
        }
    }
}

/// What the ballots of a set have in common.
struct Known {
    ballots: HashMap<BallotId, BallotRow>,
    votes: HashMap<VoteId, (Vote, UtcTime)>,
    units: HashMap<HeadId, Vec<String>>,
    contacts: HashMap<HeadId, Vec<(OwnerId, Contact)>>,
}

fn plan(
    conn: &mut Conn,
    (keys, url, now): (&Keys, &str, UtcTime),
    wanted: &[Wanted],
) -> Outcome<Plan> {
    let ids: Vec<BallotId> = wanted.iter().map(|one| one.ballot_id).collect();
    let known = Known::load(conn, keys, &ids, now)?;
    let causes: Vec<String> = wanted.iter().map(|one| one.cause.clone()).collect();
    let earlier: HashMap<(String, String), NoticeRow> = notices::list_notices_of(conn, &causes)?
        .into_iter()
        .map(|row| ((row.cause.clone(), row.recipient.clone()), row))
        .collect();
    let mut plan = Plan::default();
    for one in wanted {
        let Some(ballot) = known.ballots.get(&one.ballot_id) else { continue };
        let contacts = known.contacts.get(&ballot.head_id).map(Vec::as_slice).unwrap_or_default();
        if contacts.is_empty() {
            let row = row_of(one, ballot, None, now);
            if !earlier.contains_key(&(row.cause.clone(), row.recipient.clone())) {
                plan.rows.push(row);
            }
        }
        for contact in contacts {
            let row = row_of(one, ballot, Some(contact), now);
            let id = match earlier.get(&(row.cause.clone(), row.recipient.clone())) {
                Some(kept) if is_over(kept.state) => continue,
                Some(kept) => kept.id,
                None => row.id,
            };
            let message = known.message((one, ballot), (id, url));
            let (cause, contact) = (one.cause.clone(), contact.1.clone());
            plan.letters.push(Letter { id, cause, contact, message });
            if id == row.id {
                plan.rows.push(row);
            }
        }
    }
    Ok(plan)
}

const fn is_over(state: NoticeState) -> bool {
    match state {
        NoticeState::Queued | NoticeState::Failed => false,
        NoticeState::Sent | NoticeState::NoContact | NoticeState::Delivered => true,
    }
}

fn row_of(
    wanted: &Wanted,
    ballot: &BallotRow,
    contact: Option<&(OwnerId, Contact)>,
    now: UtcTime,
) -> NoticeRow {
    let recipient = contact.map_or_else(
        || "none".to_owned(),
        |(owner_id, contact)| format!("{owner_id}:{}", contact.kind()),
    );
    NoticeRow {
        id: BallotNoticeId::new(),
        vote_id: ballot.vote_id,
        ballot_id: ballot.id,
        head_id: ballot.head_id,
        owner_id: contact.map(|(owner_id, _)| *owner_id),
        occasion: wanted.occasion,
        cause: wanted.cause.clone(),
        recipient,
        contact_kind: contact.map(|(_, contact)| contact.kind()),
        masked_contact: contact.map(|(_, contact)| contact.masked()),
        state: if contact.is_some() { NoticeState::Queued } else { NoticeState::NoContact },
        at: now,
        created_at: now,
        delivered_by: None,
        delivery_note: None,
    }
}

impl Known {
    fn load(conn: &mut Conn, keys: &Keys, ids: &[BallotId], now: UtcTime) -> Outcome<Self> {
        let ballots: HashMap<_, _> =
            notices::list_ballots_by_id(conn, ids)?.into_iter().map(|row| (row.id, row)).collect();
        let heads: HashSet<HeadId> = ballots.values().map(|row| row.head_id).collect();
        let heads = Vec::from_iter(heads);
        let mut votes = HashMap::new();
        for ballot in ballots.values() {
            if let Entry::Vacant(place) = votes.entry(ballot.vote_id) {
                let vote = find_vote(conn, ballot.vote_id)?;
                let until = dispute_by(&vote)?.unwrap_or(now);
                place.insert((vote, until));
            }
        }
        let units = units_of(conn, &heads)?;
        let contacts = contacts_of(conn, keys, &heads)?;
        Ok(Self { ballots, votes, units, contacts })
    }

    fn message(
        &self,
        (wanted, ballot): (&Wanted, &BallotRow),
        (id, public_url): (BallotNoticeId, &str),
    ) -> Message {
        let vote = self.votes.get(&ballot.vote_id);
        let title = vote.map_or("", |(vote, _)| vote.row.title.as_str());
        let until = vote.map_or(ballot.cast_at, |(_, until)| *until);
        let news = match wanted.ruled {
            Some(state) => News::Ruled { state },
            None => News::Recorded { until },
        };
        let units = self.units.get(&ballot.head_id).map(Vec::as_slice).unwrap_or_default();
        let url = receipt_url(public_url, &ballot.receipt);
        let (receipt, cast_at) = (ballot.receipt.as_str(), ballot.cast_at);
        let told = Told { title, receipt, channel: ballot.channel, cast_at };
        Message {
            id: id.to_string(),
            subject: subject(news).to_owned(),
            text: text(told, units, (news, &url)),
        }
    }
}

/// How the owners of some heads can be reached.
pub(super) fn contacts_of(
    conn: &mut Conn,
    keys: &Keys,
    heads: &[HeadId],
) -> Outcome<HashMap<HeadId, Vec<(OwnerId, Contact)>>> {
    let owners = notices::list_owners_of_heads(conn, heads)?;
    let owner_ids: HashSet<OwnerId> = owners.iter().map(|(_, owner)| *owner).collect();
    let mut by_owner: HashMap<OwnerId, Vec<Contact>> = HashMap::new();
    for (owner, contact) in list_contacts(conn, keys, &Vec::from_iter(owner_ids))? {
        by_owner.entry(owner).or_default().push(contact);
    }
    let mut contacts: HashMap<HeadId, Vec<(OwnerId, Contact)>> = HashMap::new();
    for (head, owner) in owners {
        let of_head = contacts.entry(head).or_default();
        for contact in by_owner.get(&owner).into_iter().flatten() {
            // Co-owners with one phone get one message.
            if !of_head.iter().any(|(_, other)| other == contact) {
                of_head.push((owner, contact.clone()));
            }
        }
    }
    Ok(contacts)
}

/// The numbers of the units of some heads.
pub(super) fn units_of(conn: &mut Conn, heads: &[HeadId]) -> Outcome<HashMap<HeadId, Vec<String>>> {
    let mut units: HashMap<HeadId, Vec<String>> = HashMap::new();
    for unit in rolls::list_units_of_heads(conn, heads)? {
        if let Some(head_id) = unit.head_id {
            units.entry(head_id).or_default().push(unit.code);
        }
    }
    Ok(units)
}
