//! The re-check 抽样复核 of paper between count and confirmation: all sheets up to 500, above that a
//! sample by a public seed, each read blind by somebody who neither entered nor decided it. A sheet
//! that says something else becomes a dispute; in a sample it makes every sheet be read. A later count
//! of a smaller margin makes it be drawn again. Absent on purpose: the draw itself
//! (`rules::recheck`), and any answer that tells what was recorded.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    agenda::Agenda,
    count::{ItemWorking, work_out},
    disputes::file_dispute,
    facts::Vote,
    log,
    paper::PaperDesk,
    paper_lists::{WaitingSheet, shuffled},
    questions::counts_of,
    steps::add_facts,
};
use crate::ballot_log::{self as leaf, Leaf};
use crate::kernel::{AccountId, Code, HeadId, Outcome, Page, PageQuery, Refusal, SheetId, UtcTime};
use crate::platform::db::{Conn, WriteTx};
use crate::voting::{
    model::{
        Choice, Clerk, Command, DisputeReason, DisputeRow, Entry, EntryRound, Filer, NewDispute,
        RecheckChange, RecheckRow, Seed, SheetRow, SheetState, SilentRule, Totals,
    },
    rules::{
        count::{ItemCount, Weight},
        questions, recheck,
        sheet::{Reading, must_be_settled},
        state::decide,
    },
    store::{ballots, disputes, rolls, scans, sheet_ledger, sheets},
};

/// Sheets of one leaf: with every reader's id it stays below its largest size.
const IN_LEAF: usize = 200;

/// How far the re-check of a vote is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecheckView {
    /// Sheets that became ballots: what is drawn from.
    pub sheets: usize,
    /// Draws by heads, and as many by area; `null` where every sheet is read again.
    pub draws: Option<u64>,
    /// Sheets that must be read again: more once one of a sample differs. `null` before the draw of a
    /// sample.
    pub to_read: Option<usize>,
    /// Sheets that were.
    pub read: i32,
    /// Those of them that say something else than was recorded.
    pub differing: usize,
    /// The public seed.
    pub seed: Option<String>,
    /// Where it is from.
    pub seed_source: Option<String>,
    /// When it was drawn.
    pub seed_drawn_at: Option<UtcTime>,
    /// When the sheets were drawn.
    pub started_at: Option<UtcTime>,
    /// Who entered the seed.
    pub started_by: Option<String>,
    /// When the last one was read.
    pub finished_at: Option<UtcTime>,
    /// Whether it is finished, and a later count needs more than was drawn: then it is drawn again.
    pub draw_again: bool,
}

/// What came of a sheet that was read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RereadView {
    /// The sheet.
    pub sheet_id: SheetId,
    /// Whether it says something else than was recorded: then its ballot is disputed as misread.
    pub differs: bool,
    /// How far the re-check is.
    pub recheck: RecheckView,
}

/// The settled sheets of a vote, sorted by serial, each with its area in 0.01 m².
struct Pile {
    sheets: Vec<(SheetRow, u64)>,
    /// Those that were read again.
    read: HashSet<SheetId>,
}

impl Pile {
    fn load(conn: &mut Conn, vote: &Vote) -> Outcome<Self> {
        let areas: HashMap<HeadId, u64> = rolls::list_heads(conn, vote.row.id)?
            .into_iter()
            .map(|head| (head.id, u64::try_from(head.area.0).unwrap_or(0)))
            .collect();
        let rows = sheet_ledger::list_in_states(conn, vote.row.id, &[SheetState::Settled])?;
        let area = |row: &SheetRow| areas.get(&row.head_id).copied().unwrap_or(0);
        let mut sheets: Vec<_> = rows.into_iter().map(|row| (area(&row), row)).collect();
        sheets.sort_by(|(_, a), (_, b)| a.serial.cmp(&b.serial));
        let rereads = scans::list_rereads(conn, vote.row.id)?;
        Ok(Self {
            sheets: sheets.into_iter().map(|(area, row)| (row, area)).collect(),
            read: rereads.into_iter().map(|(_, entry)| entry.sheet_id).collect(),
        })
    }

    /// How many draws the count needs.
    fn draws(&self, conn: &mut Conn, vote: &Vote) -> Outcome<Option<u64>> {
        // By a clause on silence a single sheet may turn around whom the silent follow: all are read.
        if vote.pack.switches.silent_rule.value != SilentRule::None {
            return Ok(None);
        }
        let workings = work_out(conn, vote)?;
        let questions = Agenda::load(conn, vote.row.id)?.rules(&vote.pack);
        // No margin of a line speaks for the order among options that pass.
        if questions::is_ranked(&questions, &counts_of(&workings)) {
            return Ok(None);
        }
        let items: Vec<_> = workings
            .iter()
            .map(|working| (count_of(working), vote.pack.class(working.class)))
            .collect();
        let area = self.sheets.iter().map(|(_, area)| area).sum();
        let heads = u64::try_from(self.sheets.len()).map_err(Refusal::internal)?;
        Ok(recheck::draws(&items, Weight { area, heads }))
    }

    /// Whether a finished re-check is smaller than the count needs.
    fn must_draw_again(&self, conn: &mut Conn, vote: &Vote, row: &RecheckRow) -> Outcome<bool> {
        let Some(drawn) = row.draws.filter(|_| row.differing.is_empty()) else { return Ok(false) };
        if row.finished_at.is_none() {
            return Ok(false);
        }
        Ok(!recheck::suffices(u64::try_from(drawn).ok(), self.draws(conn, vote)?))
    }

    /// The sheets that must be read: the sample and what was read before it, or all.
    fn due(&self, row: &RecheckRow) -> HashSet<SheetId> {
        let ids = self.sheets.iter().map(|(sheet, _)| sheet.id);
        let (Some(draws), Some(seed), true) = (row.draws, &row.seed, row.differing.is_empty())
        else {
            return ids.collect();
        };
        let areas: Vec<u64> = self.sheets.iter().map(|(_, area)| *area).collect();
        let drawn: BTreeSet<usize> =
            recheck::sample(seed, u64::try_from(draws).unwrap_or(0), &areas);
        let is_due = |(at, id): &(usize, SheetId)| drawn.contains(at) || self.read.contains(id);
        ids.enumerate().filter(is_due).map(|(_, id)| id).collect()
    }

    fn view(&self, row: RecheckRow, draw_again: bool) -> RecheckView {
        RecheckView {
            sheets: self.sheets.len(),
            draws: row.draws.and_then(|draws| u64::try_from(draws).ok()),
            to_read: Some(self.due(&row).len()),
            read: row.read_count,
            differing: row.differing().len(),
            seed: row.seed,
            seed_source: row.seed_source,
            seed_drawn_at: row.seed_drawn_at,
            started_at: Some(row.started_at),
            started_by: Some(row.starter_name),
            finished_at: row.finished_at,
            draw_again,
        }
    }
}

fn count_of(working: &ItemWorking) -> ItemCount {
    let weight = |totals: Totals| Weight {
        area: u64::try_from(totals.area.0).unwrap_or(0),
        heads: totals.heads,
    };
    ItemCount {
        total: weight(working.total),
        participating: weight(working.participating),
        in_favour: weight(working.in_favour),
        ..ItemCount::default()
    }
}

/// How far the re-check is; before the draw, what it will need.
///
/// # Errors
/// `result_hidden` before the count.
pub fn view_recheck(conn: &mut Conn, vote: &Vote) -> Outcome<RecheckView> {
    if vote.row.counted_at.is_none() {
        return Err(Refusal::new(Code::ResultHidden).detail("after the count"));
    }
    let pile = Pile::load(conn, vote)?;
    if let Some(row) = scans::find_recheck(conn, vote.row.id)? {
        let draw_again = pile.must_draw_again(conn, vote, &row)?;
        return Ok(pile.view(row, draw_again));
    }
    let draws = pile.draws(conn, vote)?;
    Ok(RecheckView {
        sheets: pile.sheets.len(),
        draws,
        to_read: draws.is_none().then_some(pile.sheets.len()),
        read: 0,
        differing: 0,
        seed: None,
        seed_source: None,
        seed_drawn_at: None,
        started_at: None,
        started_by: None,
        finished_at: None,
        draw_again: false,
    })
}

/// Settled sheets whose re-check is not finished, or is smaller than the last count needs.
///
/// # Errors
/// Of the database.
pub(super) fn count_unchecked(conn: &mut Conn, vote: &Vote) -> Outcome<u64> {
    let unchecked = sheets::count_unchecked(conn, vote.row.id)?;
    let row = scans::find_recheck(conn, vote.row.id)?;
    let Some(row) = row.filter(|row| row.draws.is_some() && unchecked == 0) else {
        return u64::try_from(unchecked).map_err(Refusal::internal);
    };
    let pile = Pile::load(conn, vote)?;
    let unread = pile.sheets.len().saturating_sub(pile.read.len());
    let is_open = pile.must_draw_again(conn, vote, &row)?;
    u64::try_from(if is_open { unread } else { 0 }).map_err(Refusal::internal)
}

/// Draws the sheets; again where a later count needs more than was drawn. What was read stays read.
///
/// # Errors
/// `wrong_state` before the count; `already_exists` before the re-check is finished and where it is
/// enough for the last count; `not_ready` without paper ballots, or while a ruling is not counted;
/// `invalid_field` where a sample has no seed, or one of the future; `too_early` for a seed that
/// was drawn before the count.
pub fn draw(
    tx: &mut WriteTx<'_>,
    (vote, clerk): (&Vote, &Clerk),
    seed: Option<&Seed>,
) -> Outcome<RecheckView> {
    let (vote_id, now) = (vote.row.id, tx.legal_now());
    let facts = add_facts(tx.conn(), vote, vote.facts(now)?)?;
    decide(vote.row.state, Command::RecheckSheets, &facts)?;
    let pile = Pile::load(tx.conn(), vote)?;
    let earlier = scans::find_recheck(tx.conn(), vote_id)?;
    if let Some(row) = &earlier
        && !pile.must_draw_again(tx.conn(), vote, row)?
    {
        let detail = "the sheets are drawn; again only where a later count needs more";
        return Err(Refusal::new(Code::AlreadyExists).detail(detail));
    }
    if pile.sheets.is_empty() || facts.rulings_uncounted > 0 {
        let detail = "there are no paper ballots, or a ruling waits for a new count";
        return Err(Refusal::new(Code::NotReady).detail(detail));
    }
    let draws = pile.draws(tx.conn(), vote)?;
    let seed = match (draws, seed) {
        (None, _) => None,
        (Some(_), Some(seed)) => Some(check_seed(vote, seed, now)?),
        (Some(_), None) => {
            let detail = "a sample is drawn by a public seed";
            return Err(Refusal::field(Code::InvalidField, "/seed", detail));
        }
    };
    let count = pile.sheets.len();
    let row = RecheckRow {
        vote_id,
        sheets: i32::try_from(count).map_err(Refusal::internal)?,
        draws: draws.map(i32::try_from).transpose().map_err(Refusal::internal)?,
        seed: seed.map(|seed| seed.text.clone()),
        seed_source: seed.map(|seed| seed.source.clone()),
        seed_drawn_at: seed.map(|seed| seed.drawn_at),
        started_at: now,
        started_by: clerk.account_id,
        starter_name: clerk.name.clone(),
        read_count: i32::try_from(pile.read.len()).map_err(Refusal::internal)?,
        differing: String::new(),
        finished_at: None,
        version: earlier.as_ref().map_or(1, |row| row.version + 1),
    };
    let is_read = earlier.is_some() && pile.due(&row).len() == pile.read.len();
    let row = RecheckRow { finished_at: is_read.then_some(now), ..row };
    keep_draw(tx, earlier.as_ref(), &row)?;
    let leaf = leaf::RecheckDraw {
        at: now.micros(),
        by: clerk.account_id.to_string(),
        sheets: u64::try_from(count).map_err(Refusal::internal)?,
        draws,
        seed: row.seed.clone(),
        source: row.seed_source.clone(),
        drawn_at: row.seed_drawn_at.map(|at| at.micros()),
    };
    log::append(tx, vote_id, vec![Leaf::RecheckDraw(leaf).into()])?;
    let after = json!({ "sheets": count, "draws": draws, "seed": row.seed });
    tx.audit("sheet.recheck_drawn", ("vote", vote_id), (None, Some(&after)));
    if is_read {
        finish(tx, vote, &[])?;
    }
    Ok(pile.view(row, false))
}

fn keep_draw(tx: &mut WriteTx<'_>, earlier: Option<&RecheckRow>, row: &RecheckRow) -> Outcome<()> {
    let Some(earlier) = earlier else { return Ok(scans::insert_recheck(tx.conn(), row)?) };
    if scans::replace_recheck(tx.conn(), earlier.version, row)? {
        return Ok(());
    }
    Err(Refusal::new(Code::StaleVersion))
}

/// A seed that was known before the count could have been counted around.
fn check_seed<'a>(vote: &Vote, seed: &'a Seed, now: UtcTime) -> Outcome<&'a Seed> {
    let counted_at = vote.row.counted_at.unwrap_or(now);
    if seed.drawn_at < counted_at {
        return Err(Refusal::new(Code::TooEarly)
            .with("have", seed.drawn_at.to_string())
            .with("need", format!("≥ {counted_at}"))
            .detail("the seed is drawn after the count"));
    }
    if seed.drawn_at > now {
        let detail = format!("lies after now, {now}");
        return Err(Refusal::field(Code::InvalidField, "/seed/drawn_at", detail));
    }
    Ok(seed)
}

fn running(conn: &mut Conn, vote: &Vote) -> Outcome<RecheckRow> {
    let row = scans::find_recheck(conn, vote.row.id)?;
    let row = row.ok_or_else(|| Refusal::new(Code::NotReady).detail("draw the sheets first"))?;
    if row.finished_at.is_some() {
        return Err(Refusal::new(Code::SheetStateConflict).detail("the re-check is finished"));
    }
    Ok(row)
}

/// The drawn sheets that this clerk may read again, in the clerk's own order.
///
/// # Errors
/// `not_ready` before the draw; `sheet_state_conflict` when it is finished; `invalid_cursor`.
pub fn list_due(
    conn: &mut Conn,
    vote: &Vote,
    (clerk, page): (&Clerk, &PageQuery),
) -> Outcome<Page<WaitingSheet>> {
    let row = running(conn, vote)?;
    let pile = Pile::load(conn, vote)?;
    let due = pile.due(&row);
    let done = scans::list_unreadable(conn, vote.row.id, clerk.account_id)?;
    let ruled = scans::list_ruled(conn, vote.row.id, clerk.account_id)?;
    let done: HashSet<SheetId> = done.into_iter().chain(ruled).collect();
    let own: HashSet<HeadId> = match clerk.owner_id {
        Some(owner_id) => rolls::list_memberships(conn, &[vote.row.id], &[owner_id])?
            .into_iter()
            .map(|membership| membership.head_id)
            .collect(),
        None => HashSet::new(),
    };
    let sheets = pile.sheets.into_iter().map(|(sheet, _)| sheet);
    let rows = sheets.filter(|sheet| {
        due.contains(&sheet.id) && !done.contains(&sheet.id) && !own.contains(&sheet.head_id)
    });
    shuffled(conn, rows.collect(), (clerk.account_id, page))
}

/// Takes what somebody read on a drawn sheet; the last one ends the re-check.
///
/// # Errors
/// As [`list_due`]; `same_clerk` for one who entered or decided the sheet or ruled on its ballot; `not_ready`
/// where a difference meets another open dispute of the ballot; `sheet_state_conflict` for a
/// sheet that is not drawn or was read again already; `ballot_incomplete`, `invalid_field`.
pub fn reread(
    tx: &mut WriteTx<'_>,
    (vote, clerk): (&Vote, &Clerk),
    entry: &Entry,
) -> Outcome<RereadView> {
    let desk = PaperDesk::open_for(tx, Command::RecheckSheets, (vote, clerk))?;
    let row = running(tx.conn(), vote)?;
    let sheet = desk.find(tx, &entry.sheet)?;
    must_be_settled(sheet.state)?;
    let pile = Pile::load(tx.conn(), vote)?;
    if !pile.due(&row).contains(&sheet.id) {
        return Err(Refusal::new(Code::SheetStateConflict).detail("the sheet is not drawn"));
    }
    let ruled = scans::list_ruled(tx.conn(), vote.row.id, clerk.account_id)?;
    if ruled.contains(&sheet.id) {
        let detail = "nobody reads again a sheet that he ruled on";
        return Err(Refusal::new(Code::SameClerk).detail(detail));
    }
    let accepted = desk.check(tx, (sheet, EntryRound::Recheck), entry)?;
    if accepted.earlier.iter().any(|entry| entry.round == EntryRound::Recheck) {
        return Err(Refusal::new(Code::SheetStateConflict).detail("read again already"));
    }
    desk.write_entry(tx, &accepted)?;
    let sheet_id = accepted.sheet.id;
    let differs = dispute_where_misread(tx, vote, (sheet_id, &accepted.reading))?;
    let version = row.version;
    let mut after = RecheckRow { read_count: row.read_count + 1, version: version + 1, ..row };
    if differs {
        after.differing = format!("{} {}", after.differing, accepted.sheet.serial);
    }
    let is_last =
        usize::try_from(after.read_count).is_ok_and(|read| read == pile.due(&after).len());
    after.finished_at = is_last.then(|| tx.legal_now());
    let change = RecheckChange {
        read_count: after.read_count,
        differing: after.differing.clone(),
        finished_at: after.finished_at,
    };
    if !scans::set_recheck(tx.conn(), (vote.row.id, version), &change)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    if is_last {
        finish(tx, vote, &after.differing())?;
    }
    let draw_again = pile.must_draw_again(tx.conn(), vote, &after)?;
    Ok(RereadView { sheet_id, differs, recheck: pile.view(after, draw_again) })
}

/// Compares a reading with the ballot of the sheet, and disputes the ballot where they differ. A
/// ballot that is disputed or void already stays so.
fn dispute_where_misread(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (sheet_id, reading): (SheetId, &Reading),
) -> Outcome<bool> {
    let ballot = ballots::find_ballot_of_sheet(tx.conn(), sheet_id)?;
    let ballot = ballot.ok_or_else(|| Refusal::internal("a settled sheet without a ballot"))?;
    let recorded = ballots::list_choices_of_ballots(tx.conn(), &[ballot.id])?;
    let newest = recorded.iter().map(|row| row.reading).max();
    let recorded = recorded.iter().filter(|row| Some(row.reading) == newest);
    let recorded: HashMap<_, Choice> = recorded.map(|row| (row.item_id, row.choice)).collect();
    if reading.choices.iter().all(|(item, choice)| recorded.get(item) == Some(choice)) {
        return Ok(false);
    }
    let new = NewDispute {
        ballot_id: ballot.id,
        reason: DisputeReason::Misread,
        text: "复核与录入不一致 (read again, the sheet says something else)".to_owned(),
    };
    match file_dispute(tx, vote, &new, &Filer::Recheck) {
        Ok(_) => Ok(true),
        // The ballot is void.
        Err(refusal) if refusal.code() == Code::DisputeStateConflict => Ok(true),
        Err(refusal) if refusal.code() == Code::AlreadyExists => {
            let open = disputes::list_disputes_of(tx.conn(), &[ballot.id])?;
            let is_open = |row: &DisputeRow| row.confirmed_at.is_none();
            if open.iter().any(|row| is_open(row) && row.reason == DisputeReason::Misread) {
                return Ok(true);
            }
            let detail = "rule on the open dispute of this ballot first";
            Err(Refusal::new(Code::NotReady).detail(detail))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Writes what was read again into the log.
fn finish(tx: &mut WriteTx<'_>, vote: &Vote, differing: &[&str]) -> Outcome<()> {
    let (vote_id, at) = (vote.row.id, tx.legal_now().micros());
    let rereads = scans::list_rereads(tx.conn(), vote_id)?;
    let parts = u64::try_from(rereads.len().div_ceil(IN_LEAF)).map_err(Refusal::internal)?;
    let mut entries = Vec::new();
    for (part, rows) in (1..).zip(rereads.chunks(IN_LEAF)) {
        let by: BTreeSet<AccountId> = rows.iter().map(|(_, entry)| entry.clerk_id).collect();
        let by: Vec<AccountId> = by.into_iter().collect();
        let place =
            |id: &AccountId| by.binary_search(id).ok().and_then(|at| u64::try_from(at).ok());
        let read = rows
            .iter()
            .filter_map(|(serial, entry)| Some((serial.to_string(), place(&entry.clerk_id)?)))
            .collect();
        let differ = rows.iter().map(|(serial, _)| serial.to_string());
        let differ = differ.filter(|serial| differing.contains(&serial.as_str())).collect();
        let by = by.iter().map(ToString::to_string).collect();
        let leaf = leaf::Recheck { at, part, parts, by, read, differ };
        entries.push(Leaf::Recheck(leaf).into());
    }
    log::append(tx, vote_id, entries)?;
    let after = json!({ "read": rereads.len(), "differing": differing.len() });
    tx.audit("sheet.recheck_finished", ("vote", vote_id), (None, Some(&after)));
    Ok(())
}
