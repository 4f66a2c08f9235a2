//! Casting on line, in batches: the ballots that wait are judged together with a few set-based
//! statements and one commit. A ballot that can't be taken is refused alone, and kept as an attempt.

use std::collections::{BTreeMap, HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::{
    facts::{Vote, find_vote},
    notices::tell_household,
};
use crate::kernel::{
    Area, AttemptId, BallotId, ChoiceId, Code, HeadId, ItemId, Outcome, OwnerId, Refusal, UtcTime,
    VoteId, hex,
};
use crate::platform::db::{Batch, Conn, Db, KeptAnswer, WriteTx, find_answers, insert_answers};
use crate::voting::{
    model::{
        AttemptRow, BallotRow, Cast, Channel, Choice, ChoiceRow, Command, HeadOwnerRow, ItemRow,
        Receipt, Taken,
    },
    rules::state::{Facts, decide},
    store::{ballots, rolls, votes},
};

/// The queue of ballots.
pub type CastQueue = Batch<Cast, Taken>;

/// Starts the queue of ballots.
///
/// # Errors
/// As [`Batch::start`].
pub fn start_queue(db: &Db) -> Result<CastQueue, String> {
    Batch::start(db, "ballot.cast", cast_many)
}

/// Everything that a batch of ballots is judged by.
struct Desk {
    votes: HashMap<VoteId, Outcome<(Vote, Vec<ItemRow>)>>,
    memberships: HashMap<(VoteId, OwnerId), Vec<HeadOwnerRow>>,
    areas: HashMap<HeadId, Area>,
    /// Heads and items that have a standing choice, this batch's own included.
    standing: HashSet<(HeadId, ItemId)>,
    answers: Vec<KeptAnswer>,
}

/// Takes a batch of ballots.
///
/// # Errors
/// Of the database only; each ballot has its own answer.
pub fn cast_many(tx: &mut WriteTx<'_>, casts: &[Cast]) -> Outcome<Vec<Outcome<Taken>>> {
    let mut desk = Desk::load(tx.conn(), casts)?;
    let mut written = Written::default();
    let now = tx.now();
    let answers = casts.iter().map(|cast| desk.take(cast, &mut written, now)).collect();
    ballots::insert_ballots(tx.conn(), &written.ballots, &written.choices, &written.attempts)?;
    insert_answers(tx.conn(), &written.answers)?;
    for ballot in &written.ballots {
        tell_household(tx, ballot);
    }
    Ok(answers)
}

#[derive(Default)]
struct Written {
    ballots: Vec<BallotRow>,
    choices: Vec<ChoiceRow>,
    attempts: Vec<AttemptRow>,
    answers: Vec<KeptAnswer>,
}

impl Desk {
    fn load(conn: &mut Conn, casts: &[Cast]) -> Outcome<Self> {
        let vote_ids: HashSet<VoteId> = casts.iter().map(|cast| cast.vote_id).collect();
        let owner_ids: HashSet<OwnerId> = casts.iter().map(|cast| cast.owner_id).collect();
        let (vote_ids, owner_ids) = (Vec::from_iter(vote_ids), Vec::from_iter(owner_ids));
        let mut votes = HashMap::new();
        for &id in &vote_ids {
            votes.insert(id, load_vote(conn, id));
        }
        let mut memberships: HashMap<_, Vec<HeadOwnerRow>> = HashMap::new();
        for row in rolls::list_memberships(conn, &vote_ids, &owner_ids)? {
            memberships.entry((row.vote_id, row.owner_id)).or_default().push(row);
        }
        let heads: Vec<HeadId> =
            memberships.values().flatten().map(|membership| membership.head_id).collect();
        let standing = ballots::list_standing(conn, &heads)?
            .into_iter()
            .map(|(head, item, _, _)| (head, item))
            .collect();
        let areas = rolls::list_areas(conn, &heads)?.into_iter().collect();
        let keys: Vec<_> = casts.iter().filter_map(|cast| cast.idempotency.clone()).collect();
        let answers = find_answers(conn, &keys)?;
        Ok(Self { votes, memberships, areas, standing, answers })
    }

    fn take(&mut self, cast: &Cast, written: &mut Written, now: UtcTime) -> Outcome<Taken> {
        if let Some(taken) = self.replay(cast, written)? {
            return Ok(taken);
        }
        let head_id = self.head_of(cast);
        let judged = match &head_id {
            Ok(head_id) => self.judge(cast, *head_id),
            Err(refusal) => Err(refusal.clone()),
        };
        match (judged, head_id) {
            (Ok(choices), Ok(head_id)) => self.accept(cast, (head_id, choices), written, now),
            (Err(refusal), head_id) => {
                // A vote that is not there has no attempts.
                if self.votes.get(&cast.vote_id).is_some_and(Result::is_ok) {
                    written.attempts.push(attempt(cast, head_id.ok(), &refusal));
                }
                Err(refusal)
            }
            (Ok(_), Err(refusal)) => Err(refusal),
        }
    }

    fn replay(&self, cast: &Cast, written: &Written) -> Outcome<Option<Taken>> {
        let Some((principal, key)) = &cast.idempotency else { return Ok(None) };
        let mut kept = self.answers.iter().chain(&written.answers);
        let Some(kept) = kept.find(|kept| kept.is_for(principal, key)) else { return Ok(None) };
        kept.check(key)?;
        let status = u16::try_from(kept.status).unwrap_or(201);
        Ok(Some(Taken::Before(status, kept.body.clone())))
    }

    /// The head that the ballot is for.
    fn head_of(&self, cast: &Cast) -> Outcome<HeadId> {
        let members = self.memberships.get(&(cast.vote_id, cast.owner_id));
        let members = members.map(Vec::as_slice).unwrap_or_default();
        let membership = match (cast.head_id, members) {
            (_, []) => return Err(Refusal::new(Code::NotOnRoll)),
            (None, [only]) => only,
            (None, several) => {
                let heads: Vec<_> = several.iter().map(|row| row.head_id.to_string()).collect();
                return Err(Refusal::field(
                    Code::InvalidField,
                    "/head_id",
                    "the owner stands for several heads; name one",
                )
                .with("heads", heads));
            }
            (Some(head_id), members) => members
                .iter()
                .find(|row| row.head_id == head_id)
                .ok_or_else(|| Refusal::new(Code::NotOnRoll))?,
        };
        if !membership.may_cast {
            return Err(Refusal::new(Code::NotRepresentative));
        }
        Ok(membership.head_id)
    }

    /// The choice on every item of the ballot, blank ones as abstentions.
    fn judge(&self, cast: &Cast, head_id: HeadId) -> Outcome<Vec<(ItemId, Choice)>> {
        let vote = self.votes.get(&cast.vote_id);
        let (vote, items) = match vote {
            Some(Ok(found)) => (&found.0, &found.1),
            Some(Err(refusal)) => return Err(refusal.clone()),
            None => return Err(Refusal::new(Code::NotFound)),
        };
        let facts: Facts<'_> = vote.facts(cast.admitted_at)?;
        decide(vote.row.state, Command::Cast, &facts)?;
        let choices = complete(cast, items)?;
        if vote.pack.switches.blank_is_abstain.value || cast.choices.len() == items.len() {
            if items.iter().any(|item| self.standing.contains(&(head_id, item.id))) {
                return Err(Refusal::new(Code::DuplicateBallot));
            }
            return Ok(choices);
        }
        Err(Refusal::new(Code::BallotIncomplete).detail("every item needs a choice"))
    }

    fn accept(
        &mut self,
        cast: &Cast,
        (head_id, choices): (HeadId, Vec<(ItemId, Choice)>),
        written: &mut Written,
        now: UtcTime,
    ) -> Outcome<Taken> {
        let ballot_id = BallotId::new();
        let receipt = Receipt {
            ballot_id,
            receipt: receipt_code(ballot_id, head_id, cast.admitted_at),
            vote_id: cast.vote_id,
            head_id,
            area: self.areas.get(&head_id).copied().unwrap_or_default(),
            cast_at: cast.admitted_at,
            channel: Channel::Online,
        };
        written.ballots.push(BallotRow {
            id: ballot_id,
            vote_id: cast.vote_id,
            head_id,
            owner_id: Some(cast.owner_id),
            sheet_id: None,
            channel: Channel::Online,
            cast_at: cast.admitted_at,
            receipt: receipt.receipt.clone(),
            actor_id: Some(cast.account_id),
            request_id: cast.request_id.clone(),
        });
        for (item_id, choice) in choices {
            self.standing.insert((head_id, item_id));
            let id = ChoiceId::new();
            let row = ChoiceRow { id, ballot_id, item_id, head_id, choice, standing: true };
            written.choices.push(row);
        }
        if let Some((principal, key)) = &cast.idempotency {
            written.answers.push(KeptAnswer {
                principal: principal.clone(),
                route: key.route.clone(),
                key: key.key.clone(),
                request_digest: key.request_digest.clone(),
                status: 201,
                body: serde_json::to_string(&receipt).map_err(Refusal::internal)?,
                created_at: now,
            });
        }
        Ok(Taken::Now(receipt))
    }
}

fn load_vote(conn: &mut Conn, id: VoteId) -> Outcome<(Vote, Vec<ItemRow>)> {
    let vote = find_vote(conn, id)?;
    let items = votes::list_items(conn, id)?;
    Ok((vote, items))
}

/// One choice per item, in the order of the ballot; an unknown or doubled item is refused.
fn complete(cast: &Cast, items: &[ItemRow]) -> Outcome<Vec<(ItemId, Choice)>> {
    let mut given: BTreeMap<ItemId, Choice> = BTreeMap::new();
    for (index, (item_id, choice)) in cast.choices.iter().enumerate() {
        let pointer = format!("/choices/{index}/item_id");
        if !items.iter().any(|item| item.id == *item_id) {
            return Err(Refusal::field(Code::BallotIncomplete, &pointer, "not on this ballot"));
        }
        if given.insert(*item_id, *choice).is_some() {
            return Err(Refusal::field(Code::BallotIncomplete, &pointer, "named twice"));
        }
    }
    let choice_of = |item: &ItemRow| given.get(&item.id).copied().unwrap_or(Choice::Abstain);
    Ok(items.iter().map(|item| (item.id, choice_of(item))).collect())
}

fn attempt(cast: &Cast, head_id: Option<HeadId>, refusal: &Refusal) -> AttemptRow {
    AttemptRow {
        id: AttemptId::new(),
        vote_id: cast.vote_id,
        head_id,
        sheet_id: None,
        channel: Channel::Online,
        at: cast.admitted_at,
        reason: refusal.code().as_str().to_owned(),
        actor_id: Some(cast.account_id),
        request_id: cast.request_id.clone(),
    }
}

/// 回执码: the first 20 hexadecimal digits of a digest over the ballot's identity.
pub(super) fn receipt_code(ballot_id: BallotId, head_id: HeadId, cast_at: UtcTime) -> String {
    let text = format!("{ballot_id}|{head_id}|{}", cast_at.micros());
    hex::encode(&Sha256::digest(text.as_bytes())).chars().take(20).collect()
}
