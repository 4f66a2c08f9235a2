//! Casting on line, in batches: the ballots that wait are judged together with a few set-based
//! statements and one commit. A ballot that can't be taken is refused alone, and kept as an attempt.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    agenda::Agenda,
    cast_rows::{attempt, complete, kept_answer, place_in_log},
    changes::{Earlier, earlier, voted_before_sale},
    facts::{Vote, find_vote},
    log::{Entry, append_leaves, size_of_log, takes_attempts},
    notices::tell_household,
    proxy_cast::{self, Held, NOT_COVERED},
    standing::settle_new,
};
use crate::ballot_log::{self as leaf, Leaf, Opening, Openings, What, Who};
use crate::kernel::{
    BallotId, ChoiceId, Code, HeadId, ItemId, Outcome, OwnerId, ProxyId, Refusal, UtcTime, VoteId,
    hex,
};
use crate::platform::{
    db::{Batch, Conn, Db, KeptAnswer, WriteTx, find_answers, insert_answers},
    tlog::leaf_hash,
};
use crate::voting::{
    model::{
        AttemptRow, BallotRow, Cast, Channel, Choice, ChoiceRow, Command, DuplicatePolicy,
        HeadOwnerRow, HeadRow, ItemRow, LogPlace, ProxyRow, Receipt, Taken,
    },
    rules::{
        pack::RulePack,
        questions::{self, Question},
        state::{Facts, decide},
    },
    store::{ballots, rolls},
};

/// How the voter of an online ballot is known: by a one-time code to the contact in the register.
const GRADE: &str = "one_time_code";

/// The queue of ballots.
pub type CastQueue = Batch<Cast, Taken>;

/// Starts the queue of ballots.
///
/// # Errors
/// As [`Batch::start`].
pub fn start_queue(db: &Db) -> Result<CastQueue, String> {
    Batch::start(db, "ballot.cast", cast_many)
}

/// A vote with what its ballots say: items, and the questions of which some are options.
type Ballots = (Vote, Vec<ItemRow>, Vec<Question>);

/// Everything that a batch of ballots is judged by.
struct Desk {
    votes: HashMap<VoteId, Outcome<Ballots>>,
    memberships: HashMap<(VoteId, OwnerId), Vec<HeadOwnerRow>>,
    held: Held,
    /// Of owners who are not on the roll: when the seller of their unit voted.
    sold: HashMap<(VoteId, OwnerId), UtcTime>,
    heads: HashMap<HeadId, HeadRow>,
    units: HashMap<HeadId, Vec<String>>,
    /// What heads have cast, this batch's own included.
    earlier: HashMap<HeadId, Earlier>,
    /// The leaves of the votes in which a ballot may take another's place.
    sizes: HashMap<VoteId, u64>,
    answers: Vec<KeptAnswer>,
}

/// What became of a ballot, before the log took it.
enum Judged {
    /// It was answered in an earlier batch.
    Before(Box<Receipt>),
    /// It is this one of the batch's new ballots.
    New(usize),
    /// It repeats that one.
    Again(usize),
}

/// A ballot that is taken, and its place among the leaves of its vote.
struct New<'a> {
    cast: &'a Cast,
    head_id: HeadId,
    choices: Vec<(ItemId, Choice)>,
    leaf: usize,
    proxy_id: Option<ProxyId>,
    /// When it was taken: not before what it changes.
    at: UtcTime,
    /// Whether the head has cast another one.
    is_again: bool,
}

/// What a batch writes.
#[derive(Default)]
struct Written<'a> {
    news: Vec<New<'a>>,
    attempts: Vec<AttemptRow>,
    entries: BTreeMap<VoteId, Vec<Entry>>,
}

impl Written<'_> {
    /// Adds a leaf; its place among those of its vote.
    fn add_leaf(&mut self, vote_id: VoteId, entry: Entry) -> usize {
        let entries = self.entries.entry(vote_id).or_default();
        entries.push(entry);
        entries.len().saturating_sub(1)
    }
}

/// Takes a batch of ballots.
///
/// # Errors
/// Of the database only; each ballot has its own answer.
pub fn cast_many(tx: &mut WriteTx<'_>, casts: &[Cast]) -> Outcome<Vec<Outcome<Taken>>> {
    let mut desk = Desk::load(tx.conn(), casts)?;
    let mut written = Written::default();
    let judged: Vec<_> = casts.iter().map(|cast| desk.take(cast, &mut written)).collect();
    let receipts = write(tx, &desk, written)?;
    let receipt = |index: usize| {
        receipts.get(index).cloned().ok_or_else(|| Refusal::internal("a ballot lacks its receipt"))
    };
    let answers = judged.into_iter().map(|judged| match judged? {
        Judged::Before(receipt) => Ok(Taken::Before(*receipt)),
        Judged::New(index) => receipt(index).map(Taken::Now),
        Judged::Again(index) => receipt(index).map(Taken::Before),
    });
    Ok(answers.collect())
}

/// Writes the leaves first, for a ballot knows its place in the log; then everything else.
fn write(tx: &mut WriteTx<'_>, desk: &Desk, written: Written<'_>) -> Outcome<Vec<Receipt>> {
    let mut logs = HashMap::new();
    for (vote_id, entries) in written.entries {
        let leaves = entries.iter().map(Entry::encode).collect::<Outcome<Vec<_>>>()?;
        let appended = append_leaves(tx, vote_id, leaves.clone())?;
        logs.insert(vote_id, (entries, leaves, appended));
    }
    let (mut ballots, mut choices) = (Vec::new(), Vec::new());
    let (mut receipts, mut answers) = (Vec::new(), Vec::new());
    let mut again = HashSet::new();
    for new in written.news {
        let (entries, leaves, appended) =
            logs.get(&new.cast.vote_id).ok_or_else(|| Refusal::internal("a vote lacks its log"))?;
        let (Some(entry), Some(leaf)) = (entries.get(new.leaf), leaves.get(new.leaf)) else {
            return Err(Refusal::internal("a ballot lacks its leaf"));
        };
        let place = place_in_log(appended, new.leaf, (leaf, entry))?;
        let receipt = desk.receipt(&new, &leaf.bytes, place);
        ballots.push(ballot_row(&new, &receipt)?);
        choices.extend(new.choices.iter().map(|&(item_id, choice)| {
            let (id, ballot_id, head_id) = (ChoiceId::new(), receipt.ballot_id, new.head_id);
            let standing = choice != Choice::Invalid;
            ChoiceRow { id, ballot_id, item_id, head_id, choice, standing, reading: 0 }
        }));
        if new.is_again {
            again.insert((new.cast.vote_id, new.head_id));
        }
        answers.extend(kept_answer(new.cast, &receipt, tx.now())?);
        receipts.push(receipt);
    }
    for (vote_id, head_id) in again {
        let Some(Ok((vote, ..))) = desk.votes.get(&vote_id) else { continue };
        let of_head = |choice: &ChoiceRow| choice.head_id == head_id;
        let (mut own, others): (Vec<_>, _) = choices.into_iter().partition(of_head);
        settle_new(tx.conn(), (vote, head_id), (&ballots, &mut own))?;
        choices = others;
        choices.extend(own);
    }
    ballots::insert_ballots(tx.conn(), &ballots, &choices, &written.attempts)?;
    insert_answers(tx.conn(), &answers)?;
    for ballot in &ballots {
        tell_household(tx, ballot);
    }
    Ok(receipts)
}

fn ballot_row(new: &New<'_>, receipt: &Receipt) -> Outcome<BallotRow> {
    Ok(BallotRow {
        id: receipt.ballot_id,
        vote_id: receipt.vote_id,
        head_id: new.head_id,
        owner_id: Some(new.cast.owner_id),
        sheet_id: None,
        channel: receipt.channel,
        cast_at: receipt.cast_at,
        receipt: receipt.receipt.clone(),
        log_seq: i64::try_from(receipt.log.seq).map_err(Refusal::internal)?,
        actor_id: Some(new.cast.account_id),
        request_id: new.cast.request_id.clone(),
        proxy_id: new.proxy_id,
    })
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
        let held = proxy_cast::load(conn, &vote_ids, &owner_ids)?;
        let is_agent = |of: &(VoteId, OwnerId)| {
            held.values().any(|proxy| proxy.vote_id == of.0 && proxy.agent_id == Some(of.1))
        };
        let strangers: HashSet<_> = casts
            .iter()
            .map(|cast| (cast.vote_id, cast.owner_id))
            .filter(|of| !memberships.contains_key(of) && !is_agent(of))
            .collect();
        let today = casts.iter().map(|cast| cast.admitted_at).max().map(UtcTime::local_date);
        let sold = match today {
            Some(today) => voted_before_sale(conn, &Vec::from_iter(strangers), today)?,
            None => HashMap::new(),
        };
        let own = memberships.values().flatten().map(|membership| membership.head_id);
        let heads: Vec<HeadId> = own.chain(held.keys().map(|(head_id, _)| *head_id)).collect();
        let earlier = earlier(conn, &heads)?;
        let mut sizes = HashMap::new();
        for (id, vote) in &votes {
            if vote.as_ref().is_ok_and(|(vote, ..)| may_replace(&vote.pack)) {
                sizes.insert(*id, size_of_log(conn, *id)?);
            }
        }
        let mut units: HashMap<HeadId, Vec<String>> = HashMap::new();
        for unit in rolls::list_units_of_heads(conn, &heads)? {
            let Some(head_id) = unit.head_id else { continue };
            units.entry(head_id).or_default().push(unit.code);
        }
        let heads = rolls::list_some_heads(conn, &heads)?;
        let heads = heads.into_iter().map(|head| (head.id, head)).collect();
        let keys: Vec<_> = casts.iter().filter_map(|cast| cast.idempotency.clone()).collect();
        let answers = find_answers(conn, &keys)?;
        Ok(Self { votes, memberships, held, sold, heads, units, earlier, sizes, answers })
    }

    fn take<'a>(&mut self, cast: &'a Cast, written: &mut Written<'a>) -> Outcome<Judged> {
        if let Some(judged) = self.replay(cast, written)? {
            return Ok(judged);
        }
        let head_id = self.head_of(cast);
        let judged = match &head_id {
            Ok(head_id) => self.judge(cast, *head_id),
            Err(refusal) => Err(refusal.clone()),
        };
        match (judged, head_id) {
            (Ok(choices), Ok(head_id)) => self.accept(cast, (head_id, choices), written),
            (Err(refusal), head_id) => {
                self.refuse(cast, (head_id.ok(), refusal.code()), written)?;
                Err(refusal)
            }
            (Ok(_), Err(refusal)) => Err(refusal),
        }
    }

    fn replay(&self, cast: &Cast, written: &Written<'_>) -> Outcome<Option<Judged>> {
        let Some((principal, key)) = &cast.idempotency else { return Ok(None) };
        if let Some(kept) = self.answers.iter().find(|kept| kept.is_for(principal, key)) {
            kept.check(key)?;
            let receipt = serde_json::from_str(&kept.body).map_err(Refusal::internal)?;
            return Ok(Some(Judged::Before(Box::new(receipt))));
        }
        let same = |new: &New<'_>| {
            let earlier = new.cast.idempotency.as_ref()?;
            let is_same =
                earlier.0 == *principal && earlier.1.route == key.route && earlier.1.key == key.key;
            is_same.then_some(earlier.1.request_digest == key.request_digest)
        };
        for (index, new) in written.news.iter().enumerate() {
            match same(new) {
                None => {}
                Some(true) => return Ok(Some(Judged::Again(index))),
                Some(false) => return Err(Refusal::new(Code::IdempotencyKeyReused)),
            }
        }
        Ok(None)
    }

    /// The power by which the ballot is cast; none where the owner casts for a head of his own.
    fn power_of(&self, cast: &Cast) -> Option<&ProxyRow> {
        let head_id = cast.head_id?;
        let own = self.memberships.get(&(cast.vote_id, cast.owner_id));
        let is_own = own.is_some_and(|own| {
            own.iter().any(|membership| membership.head_id == head_id && membership.may_cast)
        });
        let proxy = self.held.get(&(head_id, cast.owner_id)).filter(|_| !is_own);
        proxy.filter(|proxy| proxy.vote_id == cast.vote_id)
    }

    fn channel_of(&self, cast: &Cast) -> Channel {
        if self.power_of(cast).is_some() { Channel::Proxy } else { Channel::Online }
    }

    /// The head that the ballot is for.
    fn head_of(&self, cast: &Cast) -> Outcome<HeadId> {
        if let Some(proxy) = self.power_of(cast) {
            return Ok(proxy.head_id);
        }
        let members = self.memberships.get(&(cast.vote_id, cast.owner_id));
        let members = members.map(Vec::as_slice).unwrap_or_default();
        let membership = match (cast.head_id, members) {
            (_, []) => return Err(self.stranger(cast)),
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

    /// Why somebody who is not on the roll has no ballot: the seller of the unit has cast it, perhaps.
    fn stranger(&self, cast: &Cast) -> Refusal {
        match self.sold.get(&(cast.vote_id, cast.owner_id)) {
            Some(at) => Refusal::new(Code::SellerHasVoted).with("at", at.to_string()),
            None => Refusal::new(Code::NotOnRoll),
        }
    }

    /// The choice on every item of the ballot, blank ones as abstentions.
    fn judge(&self, cast: &Cast, head_id: HeadId) -> Outcome<Vec<(ItemId, Choice)>> {
        let vote = self.votes.get(&cast.vote_id);
        let (vote, items, questions) = match vote {
            Some(Ok((vote, items, questions))) => (vote, items.as_slice(), questions.as_slice()),
            Some(Err(refusal)) => return Err(refusal.clone()),
            None => return Err(Refusal::new(Code::NotFound)),
        };
        let facts: Facts<'_> = vote.facts(cast.admitted_at)?;
        decide(vote.row.state, Command::Cast, &facts)?;
        let said = complete(cast, (items, questions))?;
        let proxy = self.power_of(cast);
        let is_asked = |item: &ItemRow| proxy.is_none_or(|proxy| proxy.covers(item.position));
        let all = || items.iter().zip(&said);
        let is_whole = all().all(|(item, said)| said.is_some() || !is_asked(item));
        let mut choices: Vec<(ItemId, Choice)> =
            all().map(|(item, said)| (item.id, said.unwrap_or(Choice::Abstain))).collect();
        if let Some(proxy) = proxy {
            choices = proxy_cast::limit(proxy, (cast, items), choices)?;
        }
        let words: Vec<Choice> = choices.iter().map(|(_, choice)| *choice).collect();
        questions::check(questions, &words)?;
        if vote.pack.switches.blank_is_abstain.value || is_whole {
            if let Some(earlier) = self.earlier.get(&head_id) {
                earlier.check(&vote.pack, self.channel_of(cast))?;
            }
            return Ok(choices);
        }
        Err(Refusal::new(Code::BallotIncomplete).detail("every item needs a choice"))
    }

    fn accept<'a>(
        &mut self,
        cast: &'a Cast,
        (head_id, choices): (HeadId, Vec<(ItemId, Choice)>),
        written: &mut Written<'a>,
    ) -> Outcome<Judged> {
        let who = Opening::new(&self.who(head_id))?;
        let words = choices.iter().map(|(_, choice)| choice.to_string()).collect();
        let is_limited = choices.iter().any(|(_, choice)| *choice == Choice::Invalid);
        let invalid_reason = is_limited.then(|| NOT_COVERED.to_owned());
        let what = Opening::new(&What { choices: words, invalid_reason })?;
        let proxy = self.power_of(cast);
        let (proxy_id, under) = (proxy.map(|of| of.id), proxy.and_then(|of| of.log_seq));
        let channel = self.channel_of(cast);
        let earlier = self.earlier.get(&head_id).copied();
        let before = earlier.and_then(|earlier| earlier.at).unwrap_or(cast.admitted_at);
        let at = cast.admitted_at.max(before);
        let leaf = Leaf::Ballot(leaf::Ballot {
            at: at.micros(),
            channel: channel.to_string(),
            nonce: nonce(),
            grade: GRADE.to_owned(),
            // The body holds little but the choices: its digest would tell them.
            evidence: None,
            serial: None,
            replaces: earlier.and_then(|earlier| earlier.leaf),
            under: under.and_then(|seq| u64::try_from(seq).ok()),
            who: who.commitment(),
            what: what.commitment(),
        });
        let openings = Openings { who: Some(who), what: Some(what), ..Openings::default() };
        let leaf = written.add_leaf(cast.vote_id, Entry { leaf, openings });
        let place = u64::try_from(leaf).map_err(Refusal::internal)?;
        let seq = self.sizes.get(&cast.vote_id).map(|size| size + place);
        self.earlier.entry(head_id).or_default().add(channel, seq, at);
        let is_again = earlier.is_some();
        written.news.push(New { cast, head_id, choices, leaf, proxy_id, at, is_again });
        Ok(Judged::New(written.news.len().saturating_sub(1)))
    }

    /// Keeps a refused ballot, if its vote takes ballots at all: one that is not there, or has no
    /// log yet, has no attempts.
    fn refuse(
        &self,
        cast: &Cast,
        (head_id, reason): (Option<HeadId>, Code),
        written: &mut Written<'_>,
    ) -> Outcome<()> {
        let vote = self.votes.get(&cast.vote_id);
        let Some(Ok((vote, ..))) = vote else { return Ok(()) };
        let channel = self.channel_of(cast);
        written.attempts.push(attempt((cast, channel), head_id, reason));
        if !takes_attempts(&vote.row) {
            return Ok(());
        }
        let who = head_id.map(|head_id| Opening::new(&self.who(head_id))).transpose()?;
        let leaf = Leaf::Attempt(leaf::Attempt {
            at: cast.admitted_at.micros(),
            channel: channel.to_string(),
            reason: reason.as_str().to_owned(),
            nonce: nonce(),
            serial: None,
            who: who.as_ref().map(Opening::commitment),
        });
        written.add_leaf(
            cast.vote_id,
            Entry { leaf, openings: Openings { who, ..Openings::default() } },
        );
        Ok(())
    }

    fn who(&self, head_id: HeadId) -> Who {
        let position = self.heads.get(&head_id).and_then(|head| u64::try_from(head.position).ok());
        Who {
            head: position.unwrap_or(u64::MAX),
            units: self.units.get(&head_id).cloned().unwrap_or_default(),
        }
    }

    fn receipt(&self, new: &New<'_>, leaf: &[u8], log: LogPlace) -> Receipt {
        Receipt {
            ballot_id: BallotId::new(),
            receipt: receipt_code(leaf),
            vote_id: new.cast.vote_id,
            head_id: new.head_id,
            area: self.heads.get(&new.head_id).map(|head| head.area).unwrap_or_default(),
            cast_at: new.at,
            channel: self.channel_of(new.cast),
            log,
        }
    }
}

fn load_vote(conn: &mut Conn, id: VoteId) -> Outcome<(Vote, Vec<ItemRow>, Vec<Question>)> {
    let vote = find_vote(conn, id)?;
    let agenda = Agenda::load(conn, id)?;
    let questions = agenda.rules(&vote.pack);
    Ok((vote, agenda.items, questions))
}

/// Whether a ballot on line may take the place of another.
fn may_replace(pack: &RulePack) -> bool {
    let switches = &pack.switches;
    switches.max_changes.value > 0 || switches.duplicate_policy.value != DuplicatePolicy::FirstValid
}

/// 16 random bytes in hex: while the vote is open, nobody guesses a leaf from its hash.
pub(super) fn nonce() -> String {
    hex::encode(&rand::random::<[u8; 16]>())
}

/// 回执码: the first 20 hexadecimal digits of the leaf's hash.
pub(super) fn receipt_code(leaf: &[u8]) -> String {
    hex::encode(&leaf_hash(leaf)).chars().take(20).collect()
}
