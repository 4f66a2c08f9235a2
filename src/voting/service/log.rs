//! The vote's public log: the notice begins it, and every step, ballot and refusal becomes a leaf in
//! the transaction of its effect. The deployment's own log takes each vote's opening and closing
//! checkpoint, so that a whole vote can't vanish. What leaves say stands in `docs/vote-log.md`.

use std::collections::HashMap;

use serde_json::json;

use super::{agenda::Agenda, cast::receipt_code, facts::Vote, publication::vote_head, silence};
use crate::ballot_log::{
    self as leaf, FORMAT, Item, Leaf, Line, Lines, Manifest, Opening, Openings, Owners, RollUnit,
    Rules, Who,
};
use crate::kernel::{Code, HeadId, Outcome, Refusal, Threshold, UtcTime, VoteId, hex};
use crate::platform::{
    db::{Conn, WriteTx},
    tlog::{
        Appended, Fork, Head, LogRow, LogSigner, NewLeaf, Proof,
        store::{self, find_log, insert_log, set_entries_open, set_frozen},
    },
};
use crate::voting::{
    model::{HeadOwnerRow, ItemRow, LogPlace, VoteRow, VoteState},
    rules::{
        self,
        pack::{ClassRule, RulePack},
    },
    store::rolls,
};

/// The subject of the deployment's log.
pub const DEPLOYMENT: &str = "deployment";

/// The subject of a vote's log.
#[must_use]
pub fn subject(vote_id: VoteId) -> String {
    format!("v/{vote_id}")
}

/// A leaf to be written, with the openings of what it withholds.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The leaf.
    pub leaf: Leaf,
    /// Salts and texts of its commitments; they may be deleted later.
    pub openings: Openings,
}

impl From<Leaf> for Entry {
    fn from(leaf: Leaf) -> Self {
        Self { leaf, openings: Openings::default() }
    }
}

impl Entry {
    /// The leaf as it is stored.
    ///
    /// # Errors
    /// `payload_too_large`.
    pub fn encode(&self) -> Outcome<NewLeaf> {
        let openings = (self.openings != Openings::default())
            .then(|| serde_json::to_string(&self.openings))
            .transpose()
            .map_err(Refusal::internal)?;
        Ok(NewLeaf { bytes: self.leaf.encode()?, openings })
    }
}

/// The log of a vote that was noticed.
///
/// # Errors
/// `internal` where there is none.
pub fn get_log(conn: &mut Conn, vote_id: VoteId) -> Outcome<LogRow> {
    let log = find_log(conn, &subject(vote_id))?;
    log.ok_or_else(|| Refusal::internal(format!("vote {vote_id} has no log")))
}

/// Whether refused ballots become leaves: from the notice, which begins the log, to the count.
#[must_use]
pub fn takes_attempts(vote: &VoteRow) -> bool {
    vote.noticed_at.is_some() && vote.counted_at.is_none() && vote.state != VoteState::Voided
}

/// How many leaves a vote's log has; none before the notice.
///
/// # Errors
/// Of the database.
pub(super) fn size_of_log(conn: &mut Conn, vote_id: VoteId) -> Outcome<u64> {
    let log = find_log(conn, &subject(vote_id))?;
    log.map_or(Ok(0), |log| u64::try_from(log.size).map_err(Refusal::internal))
}

/// Appends leaves to a vote's log; answers the sequence number of the first.
///
/// # Errors
/// `log_frozen`; of the database.
pub fn append(tx: &mut WriteTx<'_>, vote_id: VoteId, entries: Vec<Entry>) -> Outcome<u64> {
    let leaves = entries.iter().map(Entry::encode).collect::<Outcome<_>>()?;
    Ok(append_leaves(tx, vote_id, leaves)?.first)
}

/// [`append`] for leaves that were encoded before; answers the log as it then stands.
///
/// # Errors
/// As [`append`].
pub fn append_leaves(
    tx: &mut WriteTx<'_>,
    vote_id: VoteId,
    leaves: Vec<NewLeaf>,
) -> Outcome<Appended> {
    let log = get_log(tx.conn(), vote_id)?;
    store::append(tx.conn(), log, leaves)
}

/// Begins the deployment's log, where there is none yet: its first leaf names its keys.
///
/// # Errors
/// Of the database.
pub fn ensure_deployment_log(tx: &mut WriteTx<'_>, signer: &LogSigner) -> Outcome<()> {
    if find_log(tx.conn(), DEPLOYMENT)?.is_some() {
        return Ok(());
    }
    let log = LogRow { entries_open: true, ..signer.begin(DEPLOYMENT, tx.now())? };
    insert_log(tx.conn(), &log)?;
    let vkeys = signer.vkeys(&log.origin, log.key_generation)?;
    let keys = json!({ "type": "keys", "origin": log.origin, "vkeys": vkeys,
        "at": tx.legal_now().micros() });
    let bytes = leaf::canonical(&keys)?;
    store::append(tx.conn(), log, vec![NewLeaf { bytes, openings: None }]).map(|_| ())
}

/// Compares what was signed with the database, at the start. A log that the database does not
/// continue is frozen: an older backup was restored, or a leaf was rewritten.
///
/// # Errors
/// Of the database.
pub fn check_logs(tx: &mut WriteTx<'_>, signer: &LogSigner) -> Outcome<()> {
    for fork in signer.check(tx.conn())? {
        let Fork { origin, head, log } = fork;
        let root = hex::encode(&head.root);
        let reason = format!(
            "size {} under root {root} was signed as {origin}, the database differs",
            head.size
        );
        tracing::error!(%origin, %reason, "a log is frozen");
        if let Some(log) = log {
            set_frozen(tx.conn(), log, &reason)?;
        }
    }
    ensure_deployment_log(tx, signer)
}

/// Begins the log of a vote at its notice: manifest and roll.
///
/// # Errors
/// `payload_too_large` for an agenda that no manifest holds; of the database.
pub fn begin(
    tx: &mut WriteTx<'_>,
    (vote, signer): (&Vote, &LogSigner),
    (opens_at, closes_at): (UtcTime, UtcTime),
    agenda: &str,
) -> Outcome<()> {
    let log = signer.begin(&subject(vote.row.id), tx.now())?;
    let units = rolls::list_whole_roll(tx.conn(), vote.row.id)?;
    let head = vote_head(tx.conn(), vote, &units)?;
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    let ballot = Agenda::load(tx.conn(), vote.row.id)?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        at: tx.legal_now().micros(),
        vote: vote.row.id.to_string(),
        title: vote.row.title.clone(),
        scope: head
            .part
            .map_or(head.community.clone(), |part| format!("{} {part}", head.community)),
        agenda: agenda.to_owned(),
        items: items(&ballot.items, &vote.pack),
        questions: ballot.rules(&vote.pack).iter().map(question).collect::<Outcome<_>>()?,
        rules: Rules { silence: silence::terms(tx.conn(), vote)?, ..rules(&vote.pack)? },
        record_on: vote.row.record_on.map(|day| day.to_string()).unwrap_or_default(),
        opens_at: opens_at.micros(),
        closes_at: closes_at.micros(),
        units: u64::try_from(units.len()).map_err(Refusal::internal)?,
        heads: count(vote.row.roll_heads.unwrap_or_default()),
        area: count(vote.row.roll_area.unwrap_or_default().0),
        vkeys: signer.vkeys(&log.origin, log.key_generation)?,
        software: concat!("jiugai ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    let mut entries: Vec<Entry> = vec![Leaf::Manifest(Box::new(manifest)).into()];
    let heads = rolls::list_heads(tx.conn(), vote.row.id)?;
    let numbers: HashMap<HeadId, i32> = heads.iter().map(|head| (head.id, head.position)).collect();
    let mut owners: HashMap<HeadId, Vec<HeadOwnerRow>> = HashMap::new();
    for row in rolls::list_head_owners(tx.conn(), vote.row.id)? {
        owners.entry(row.head_id).or_default().push(row);
    }
    for unit in units {
        let Some(head_id) = unit.head_id else { continue };
        let opening = Opening::new(&owners_of(owners.get(&head_id).map_or(&[], Vec::as_slice)))?;
        let leaf = Leaf::Roll(RollUnit {
            unit: unit.code,
            building: unit.building,
            head: number(numbers.get(&head_id).copied()),
            area: count(unit.area.0),
            delivered: unit.delivered,
            owners: opening.commitment(),
        });
        let openings = Openings { owners: Some(opening), ..Openings::default() };
        entries.push(Entry { leaf, openings });
    }
    insert_log(tx.conn(), &log)?;
    append(tx, vote.row.id, entries).map(|_| ())
}

/// Who belongs to a head, and who of them may cast, where not each of them may.
pub(super) fn owners_of(rows: &[HeadOwnerRow]) -> Owners {
    let ids = |rows: &[&HeadOwnerRow]| rows.iter().map(|row| row.owner_id.to_string()).collect();
    let all: Vec<&HeadOwnerRow> = rows.iter().collect();
    let casting: Vec<&HeadOwnerRow> = rows.iter().filter(|row| row.may_cast).collect();
    let voters = if casting.len() == all.len() { Vec::new() } else { ids(&casting) };
    Owners { owners: ids(&all), voters }
}

fn number(position: Option<i32>) -> u64 {
    position.and_then(|position| u64::try_from(position).ok()).unwrap_or(u64::MAX)
}

fn items(items: &[ItemRow], pack: &RulePack) -> Vec<Item> {
    let item = |item: &ItemRow| Item {
        position: u32::try_from(item.position).unwrap_or(0),
        id: item.id.to_string(),
        title: item.title.clone(),
        class: item.class.to_string(),
        lines: lines(pack.class(item.class)),
    };
    items.iter().map(item).collect()
}

fn question(question: &rules::questions::Question) -> Outcome<leaf::Question> {
    let number = |number: usize| u64::try_from(number).map_err(Refusal::internal);
    Ok(leaf::Question {
        title: question.title.clone(),
        items: question.options.iter().map(|at| number(at + 1)).collect::<Outcome<_>>()?,
        choose_at_most: number(question.choose_at_most)?,
        seats: number(question.seats)?,
        kind: question.kind.to_string(),
        rank_by: question.rank_by.to_string(),
    })
}

fn lines(class: &ClassRule) -> Lines {
    let line = |threshold: Threshold| Line {
        comparator: threshold.comparator.to_string(),
        num: threshold.ratio.num().into(),
        den: threshold.ratio.den().into(),
    };
    Lines {
        participation_by_area: line(class.participation_by_area.value),
        participation_by_heads: line(class.participation_by_heads.value),
        approval_by_area: line(class.approval_by_area.value),
        approval_by_heads: line(class.approval_by_heads.value),
    }
}

fn rules(pack: &RulePack) -> Outcome<Rules> {
    let switches = &pack.switches;
    Ok(Rules {
        pack: pack.id.clone(),
        version: i32::try_from(pack.version).map_err(Refusal::internal)?,
        digest: pack.digest()?,
        invalid_participates: switches.invalid_participates.value,
        duplicate_policy: switches.duplicate_policy.value.to_string(),
        max_changes: switches.max_changes.value,
        proxy_limit: pack.procedure.proxy_limit.as_ref().map(|limit| limit.value),
        silent_rule: switches.silent_rule.value.to_string(),
        silence: None,
        publish_detail: switches.publish_detail.value.to_string(),
    })
}

/// What a step into this state leaves in the logs: a vote's opening and closing checkpoint in the
/// deployment's log; the close in its own, with the proved deliveries where silence weighs.
///
/// # Errors
/// As [`append`].
pub fn note_step(tx: &mut WriteTx<'_>, vote: &Vote, to: VoteState) -> Outcome<()> {
    let vote_id = vote.row.id;
    let phase = match to {
        VoteState::Open => "opening",
        VoteState::Closed => {
            let at = tx.legal_now().micros();
            append(tx, vote_id, vec![Leaf::Close(leaf::Close { at }).into()])?;
            silence::log_deliveries(tx, vote)?;
            "closing"
        }
        _ => return Ok(()),
    };
    let log = get_log(tx.conn(), vote_id)?;
    if to == VoteState::Closed {
        set_entries_open(tx.conn(), log.id)?;
    }
    note_checkpoint(tx, phase, &log)
}

/// Writes a vote's log as it stands into the deployment's.
///
/// # Errors
/// As [`append`].
pub fn note_checkpoint(tx: &mut WriteTx<'_>, phase: &str, log: &LogRow) -> Outcome<()> {
    let Some(deployment) = find_log(tx.conn(), DEPLOYMENT)? else { return Ok(()) };
    let head = log.head()?;
    let checkpoint = json!({ "type": "checkpoint", "phase": phase, "origin": log.origin,
        "size": head.size, "root": hex::encode(&head.root), "at": tx.legal_now().micros() });
    let bytes = leaf::canonical(&checkpoint)?;
    store::append(tx.conn(), deployment, vec![NewLeaf { bytes, openings: None }]).map(|_| ())
}

/// The proof file of a committed leaf: the head under which it was committed is signed now.
///
/// # Errors
/// `log_frozen`; `internal` where the place is not one of ours.
pub fn prove(place: &LogPlace, signer: &LogSigner) -> Outcome<String> {
    let decode = |text: &str| hex::decode(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let broken = || Refusal::internal("a place in a log can't be read");
    let head = Head { size: place.size, root: decode(&place.root).ok_or_else(broken)? };
    let checkpoint = signer.sign_head((&place.origin, place.key_generation), &head)?;
    let hashes = place.siblings.iter().map(|hash| decode(hash)).collect::<Option<_>>();
    let hashes = hashes.ok_or_else(broken)?;
    Ok(Proof { index: place.seq, hashes, checkpoint }.text())
}

/// Appends one leaf; its sequence number and its receipt code.
///
/// # Errors
/// As [`append`].
pub fn append_one(tx: &mut WriteTx<'_>, vote_id: VoteId, entry: &Entry) -> Outcome<(u64, String)> {
    let leaf = entry.encode()?;
    let code = receipt_code(&leaf.bytes);
    Ok((append_leaves(tx, vote_id, vec![leaf])?.first, code))
}

/// Whose ballot it is, for the leaf of one that did not come in a batch.
///
/// # Errors
/// `not_on_roll`; of the database.
pub fn who_of(conn: &mut Conn, head_id: HeadId) -> Outcome<Who> {
    let heads = rolls::list_some_heads(conn, &[head_id])?;
    let head = heads.first().ok_or_else(|| Refusal::new(Code::NotOnRoll))?;
    let units = rolls::list_units_of_heads(conn, &[head_id])?;
    Ok(Who {
        head: number(Some(head.position)),
        units: units.into_iter().map(|unit| unit.code).collect(),
    })
}
