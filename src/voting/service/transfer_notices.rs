//! Both households are told of a transfer 过户告知, by every contact that the register has. The event is
//! written with the transfer; the worker sends later. Absent on purpose: names.

use std::collections::HashMap;

use serde_json::json;

use super::{
    facts::find_vote,
    notice_text::{deadline, shorten},
    notices::{Post, units_of},
    transfer::read_owners,
};
use crate::kernel::{Contact, Outcome, OwnerId, TransferNoticeId, UtcTime, VoteTransferId};
use crate::platform::{
    auth::seal::Keys,
    db::{Actor, Conn, WriteContext, WriteTx},
    messenger::Message,
    outbox,
};
use crate::registry::list_contacts;
use crate::voting::{
    model::{NoticeState, TransferNoticeRow, TransferSide},
    store::transfers,
};

/// A buyer stands for a head.
const CONFIRMED: &str = "transfer.confirmed";
/// Events that are handled together.
const SET: i64 = 20;

/// Lets the worker tell both households: an event with the id only.
pub(super) fn tell_households(tx: &mut WriteTx<'_>, id: VoteTransferId) {
    tx.emit(CONFIRMED, id, &json!({ "transfer_id": id }));
}

/// What one transfer leads to: rows that are missing, and messages that were not sent.
#[derive(Debug, Default)]
struct Plan {
    rows: Vec<TransferNoticeRow>,
    letters: Vec<(TransferNoticeId, Contact, Message)>,
}

impl Post {
    /// Tells the households of the transfers that wait; answers how many there were.
    ///
    /// # Errors
    /// Those of the database; a message that no gateway takes is tried again later.
    pub(super) async fn deliver_transfers(&self) -> Outcome<usize> {
        outbox::run_set(&self.db, (CONFIRMED, SET), |events| async move {
            let mut answers = Vec::with_capacity(events.len());
            for event in events {
                answers.push(match event.subject.parse() {
                    Ok(id) => self.tell(id).await,
                    Err(_) => Ok(()),
                });
            }
            Ok(answers)
        })
        .await
    }

    async fn tell(&self, id: VoteTransferId) -> Outcome<()> {
        let (keys, now) = (self.keys.clone(), self.db.clock().legal_now());
        let plan = self.db.read(move |conn| plan(conn, (&keys, now), id)).await?;
        let context = WriteContext::of(Actor::system());
        let rows = plan.rows;
        self.db
            .write(&context, "transfer_notice.queue", move |tx| {
                Ok(transfers::insert_transfer_notices(tx.conn(), &rows)?)
            })
            .await?;
        let (mut states, mut answer) = (Vec::new(), Ok(()));
        for (id, contact, message) in plan.letters {
            let sent = self.messenger.send(&contact, (&message, self.db.clock().now())).await;
            let state = if sent.is_ok() { NoticeState::Sent } else { NoticeState::Failed };
            states.push((id, state));
            answer = answer.and(sent);
        }
        self.db
            .write(&context, "transfer_notice.mark", move |tx| {
                let now = tx.legal_now();
                for (id, state) in &states {
                    transfers::set_transfer_notice(tx.conn(), *id, (*state, now))?;
                }
                Ok(())
            })
            .await?;
        answer
    }
}

fn plan(conn: &mut Conn, (keys, now): (&Keys, UtcTime), id: VoteTransferId) -> Outcome<Plan> {
    let Some(row) = transfers::find_transfer(conn, id)? else { return Ok(Plan::default()) };
    let vote = find_vote(conn, row.vote_id)?;
    let units = units_of(conn, &[row.head_id])?.remove(&row.head_id).unwrap_or_default().join(" ");
    let until = vote.row.closes_at.unwrap_or(now);
    let earlier: HashMap<String, TransferNoticeRow> =
        transfers::list_transfer_notices(conn, &[id])?
            .into_iter()
            .map(|row| (row.recipient.clone(), row))
            .collect();
    let mut plan = Plan::default();
    let sides = [(TransferSide::Seller, &row.sellers), (TransferSide::Buyer, &row.buyers)];
    for (side, owners) in sides {
        let owners = read_owners(owners)?;
        let contacts = list_contacts(conn, keys, &owners)?;
        let text = text(side, (&vote.row.title, &units), until);
        let unreached = owners.iter().filter(|owner| contacts.iter().all(|(of, _)| of != *owner));
        for owner in unreached {
            let row = notice((id, *owner, side), None, now);
            if !earlier.contains_key(&row.recipient) {
                plan.rows.push(row);
            }
        }
        for (owner, contact) in contacts {
            let row = notice((id, owner, side), Some(&contact), now);
            let kept = earlier.get(&row.recipient);
            if kept.is_some_and(|kept| kept.state == NoticeState::Sent) {
                continue;
            }
            let notice_id = kept.map_or(row.id, |kept| kept.id);
            let subject = "表决期间过户告知 · A sale during the vote".to_owned();
            let message = Message { id: notice_id.to_string(), subject, text: text.clone() };
            plan.letters.push((notice_id, contact, message));
            if kept.is_none() {
                plan.rows.push(row);
            }
        }
    }
    Ok(plan)
}

fn notice(
    (transfer_id, owner_id, side): (VoteTransferId, OwnerId, TransferSide),
    contact: Option<&Contact>,
    at: UtcTime,
) -> TransferNoticeRow {
    let kind = contact.map_or_else(|| "none".to_owned(), |contact| contact.kind().to_string());
    TransferNoticeRow {
        id: TransferNoticeId::new(),
        transfer_id,
        owner_id,
        side,
        recipient: format!("{owner_id}:{kind}"),
        masked_contact: contact.map(Contact::masked),
        state: if contact.is_some() { NoticeState::Queued } else { NoticeState::NoContact },
        at,
    }
}

fn text(side: TransferSide, (title, units): (&str, &str), until: UtcTime) -> String {
    let (title, until) = (shorten(title), deadline(until));
    match side {
        TransferSide::Seller => format!(
            "【旧改】您原有的房屋 {units} 已过户，“{title}”中该户由新业主表决。如有异议请即联系社区。 \
             Unit {units} was sold; its buyer votes now. If that is wrong, tell the community."
        ),
        TransferSide::Buyer => format!(
            "【旧改】您受让的房屋 {units} 在“{title}”中尚未表决，您可于 {until} 前表决。 \
             Unit {units}, which you bought, has not voted yet: you may until {until}."
        ),
    }
}
