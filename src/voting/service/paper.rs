//! The paper desk: a sheet 纸质表决票 that a batch brought back is entered blind by two different clerks
//! and settled by a third person where they differ (双人复核). A settled sheet is a ballot of the time at
//! which its batch was registered; `docs/state-machines/sheets.md` draws it. Absent on purpose: any
//! answer that tells what was entered (`paper_views` does, after the close).

use serde_json::json;

use super::{
    agenda::Agenda,
    facts::Vote,
    log::{self, append_one},
    notices::tell_household,
    paper_batch::attempt,
    paper_code::parse_serial,
    paper_log,
    paper_views::{EntryAnswer, SheetView, read, written},
    proxies::still_gives,
    scans::evidence,
    standing::settle_new,
};
use crate::ballot_log::Opening;
use crate::kernel::{BallotId, ChoiceId, Code, ItemId, Outcome, Refusal, SheetEntryId};
use crate::platform::db::{Conn, WriteTx};
use crate::voting::{
    model::{
        BallotRow, Channel, Choice, ChoiceRow, Clerk, Command, Entry, EntryRound, ProxyRow,
        ProxyState, SheetChange, SheetEntryRow, SheetRef, SheetRow, SheetState,
    },
    rules::{
        questions::Question,
        sheet::{Blank, Reading, compare, must_differ, next_round},
        state::decide,
    },
    store::{ballots, proxies, rolls, sheet_ledger, sheets},
};

/// Where sheets of one vote are entered.
#[derive(Debug)]
pub struct PaperDesk<'a> {
    pub(super) vote: &'a Vote,
    items: Vec<ItemId>,
    questions: Vec<Question>,
    pub(super) clerk: &'a Clerk,
}

/// An entry that may be taken.
pub(super) struct Accepted {
    pub(super) sheet: SheetRow,
    pub(super) reading: Reading,
    /// The power of the agent who signed.
    power: Option<ProxyRow>,
    round: EntryRound,
    pub(super) earlier: Vec<SheetEntryRow>,
}

impl<'a> PaperDesk<'a> {
    /// Opens the desk.
    ///
    /// # Errors
    /// `wrong_state` where sheets of the vote can't be entered.
    pub fn open(tx: &mut WriteTx<'_>, vote: &'a Vote, clerk: &'a Clerk) -> Outcome<Self> {
        Self::open_for(tx, Command::KeySheet, (vote, clerk))
    }

    /// Opens the desk for another command: to read sheets again.
    ///
    /// # Errors
    /// `wrong_state`.
    pub(super) fn open_for(
        tx: &mut WriteTx<'_>,
        command: Command,
        (vote, clerk): (&'a Vote, &'a Clerk),
    ) -> Outcome<Self> {
        let now = tx.legal_now();
        decide(vote.row.state, command, &vote.facts(now)?)?;
        let agenda = Agenda::load(tx.conn(), vote.row.id)?;
        let questions = agenda.rules(&vote.pack);
        let items = agenda.items.into_iter().map(|item| item.id).collect();
        Ok(Self { vote, items, questions, clerk })
    }

    /// Takes one clerk's blind entry: the first, or the second, which settles or differs.
    ///
    /// # Errors
    /// `same_clerk`, `sheet_state_conflict`, `ballot_incomplete`, `too_many_options`, `invalid_field`,
    /// `not_found`.
    pub fn enter(&self, tx: &mut WriteTx<'_>, entry: &Entry) -> Outcome<SheetView> {
        let accepted = self.check_entry(tx, entry)?;
        self.keep(tx, accepted)
    }

    /// Takes many entries, each answered alone.
    ///
    /// # Errors
    /// Of the database only.
    pub fn enter_many(&self, tx: &mut WriteTx<'_>, entries: &[Entry]) -> Outcome<Vec<EntryAnswer>> {
        let mut answers = Vec::with_capacity(entries.len());
        for entry in entries {
            let serial = entry.sheet.to_string();
            let none = EntryAnswer { serial, sheet: None, code: None, detail: None };
            answers.push(match self.check_entry(tx, entry) {
                Ok(accepted) => EntryAnswer { sheet: Some(self.keep(tx, accepted)?), ..none },
                // A failure of the database fails all: the transaction is lost.
                Err(refusal) if refusal.code().status() >= 500 => return Err(refusal),
                Err(refusal) => EntryAnswer {
                    code: Some(refusal.code().as_str().to_owned()),
                    detail: Some(refusal.to_string()),
                    ..none
                },
            });
        }
        Ok(answers)
    }

    /// Decides between two entries that differ; the third person reads the sheet again.
    ///
    /// # Errors
    /// As [`Self::enter`].
    pub fn adjudicate(&self, tx: &mut WriteTx<'_>, entry: &Entry) -> Outcome<SheetView> {
        let sheet = self.find(tx, &entry.sheet)?;
        must_differ(sheet.state)?;
        let accepted = self.check(tx, (sheet, EntryRound::Adjudication), entry)?;
        self.keep(tx, accepted)
    }

    pub(super) fn find(&self, tx: &mut WriteTx<'_>, of: &SheetRef) -> Outcome<SheetRow> {
        let vote_id = self.vote.row.id;
        match of {
            SheetRef::Id(id) => sheets::find_sheet(tx.conn(), vote_id, *id)?
                .ok_or_else(|| Refusal::new(Code::NotFound).with("sheet_id", id.to_string())),
            SheetRef::Serial(text) => {
                let serials = [parse_serial(text)?];
                let found = sheet_ledger::list_by_serials(tx.conn(), vote_id, &serials)?;
                found.into_iter().next().ok_or_else(|| Refusal::new(Code::SheetUnknown))
            }
        }
    }

    fn check_entry(&self, tx: &mut WriteTx<'_>, entry: &Entry) -> Outcome<Accepted> {
        let sheet = self.find(tx, &entry.sheet)?;
        let round = next_round(sheet.state)?;
        self.check(tx, (sheet, round), entry)
    }

    pub(super) fn check(
        &self,
        tx: &mut WriteTx<'_>,
        (sheet, round): (SheetRow, EntryRound),
        entry: &Entry,
    ) -> Outcome<Accepted> {
        let earlier = sheets::list_entries(tx.conn(), sheet.id)?;
        let (account_id, session_id) = (self.clerk.account_id, self.clerk.session_id);
        if earlier.iter().any(|row| row.clerk_id == account_id || row.session_id == session_id) {
            return Err(same_clerk("you have entered this sheet already"));
        }
        if let Some(owner_id) = self.clerk.owner_id {
            let own = rolls::list_memberships(tx.conn(), &[self.vote.row.id], &[owner_id])?;
            if own.iter().any(|membership| membership.head_id == sheet.head_id) {
                return Err(same_clerk("nobody enters the sheet of an own unit"));
            }
            let powers = proxies::list_of_heads(tx.conn(), &[sheet.head_id])?;
            if powers.iter().any(|power| power.agent_id == Some(owner_id)) {
                return Err(same_clerk("nobody enters the sheet of a unit whose agent he is"));
            }
        }
        let blank = Blank::from(&*self.vote.pack);
        let ballot = (self.items.as_slice(), self.questions.as_slice(), blank);
        let reading = Reading::complete(&entry.choices, entry.invalid_reason, ballot)?;
        let power = match entry.is_agents {
            true => Some(power_on_paper(tx.conn(), &sheet)?),
            false => None,
        };
        Ok(Accepted { sheet, reading, power, round, earlier })
    }

    /// Keeps an accepted entry and takes the step that follows from it.
    fn keep(&self, tx: &mut WriteTx<'_>, accepted: Accepted) -> Outcome<SheetView> {
        self.write_entry(tx, &accepted)?;
        let Accepted { sheet, reading, power, round, earlier } = accepted;
        let to = match (round, earlier.first()) {
            (EntryRound::First, _) | (_, None) => SheetState::EnteredOnce,
            (EntryRound::Second, Some(first))
                if first.proxy_id != power.as_ref().map(|power| power.id) =>
            {
                SheetState::Differing
            }
            (EntryRound::Second, Some(first)) => compare(&read(first)?, &reading),
            (EntryRound::Adjudication | EntryRound::Recheck, Some(_)) => SheetState::Settled,
        };
        let mut change = SheetChange { state: Some(to), ..SheetChange::default() };
        let now = tx.legal_now();
        let under = leaf_of(power.as_ref());
        let read = paper_log::key((now, round, self.clerk), (&sheet.serial, &reading, under))?;
        log::append(tx, self.vote.row.id, vec![read])?;
        if to == SheetState::Settled {
            change.settled_at = Some(now);
            self.settle(tx, &sheet, (&reading, power.as_ref()))?;
        }
        set_sheet(tx, sheet, change)
    }

    /// Writes the entry's row: its keys keep the people apart.
    pub(super) fn write_entry(&self, tx: &mut WriteTx<'_>, accepted: &Accepted) -> Outcome<()> {
        let Accepted { sheet, reading, power, round, .. } = accepted;
        let row = SheetEntryRow {
            id: SheetEntryId::new(),
            sheet_id: sheet.id,
            round: *round,
            clerk_id: self.clerk.account_id,
            session_id: self.clerk.session_id,
            clerk_name: self.clerk.name.clone(),
            choices: written(reading)?,
            invalid_reason: reading.invalid_reason,
            entered_at: tx.now(),
            proxy_id: power.as_ref().map(|power| power.id),
        };
        sheets::insert_entry(tx.conn(), &row)?;
        // Not even a digest of the choices: there are so few that it could be guessed.
        let after = json!({ "round": round });
        tx.audit("sheet.entered", ("sheet", sheet.id), (None, Some(&after)));
        Ok(())
    }

    /// The sheet becomes a ballot of the time of its batch; where the head has cast another one, the
    /// pack's policy says which stands.
    fn settle(
        &self,
        tx: &mut WriteTx<'_>,
        sheet: &SheetRow,
        (reading, power): (&Reading, Option<&ProxyRow>),
    ) -> Outcome<()> {
        let (vote_id, head_id) = (self.vote.row.id, sheet.head_id);
        let cast_at = sheet.registered_at.ok_or_else(|| Refusal::internal("no batch"))?;
        let is_only = ballots::list_ballots_of_heads(tx.conn(), &[head_id])?.is_empty();
        let ballot_id = BallotId::new();
        let choice = |&(item_id, choice): &(ItemId, Choice)| {
            let (id, standing) = (ChoiceId::new(), is_only && choice != Choice::Invalid);
            ChoiceRow { id, ballot_id, item_id, head_id, choice, standing, reading: 0 }
        };
        let mut choices: Vec<ChoiceRow> = reading.choices.iter().map(choice).collect();
        let who = Opening::new(&log::who_of(tx.conn(), head_id)?)?;
        let evidence = evidence(tx.conn(), sheet.id)?;
        let says = (who.clone(), &sheet.serial, reading);
        let leaf = paper_log::ballot((cast_at, evidence, leaf_of(power)), says)?;
        let (log_seq, receipt) = append_one(tx, vote_id, &leaf)?;
        let ballot = BallotRow {
            id: ballot_id,
            vote_id,
            head_id,
            owner_id: None,
            sheet_id: Some(sheet.id),
            channel: Channel::Paper,
            cast_at,
            receipt,
            log_seq: i64::try_from(log_seq).map_err(Refusal::internal)?,
            actor_id: Some(self.clerk.account_id),
            request_id: tx.context().request_id.clone(),
            proxy_id: power.map(|power| power.id),
        };
        tell_household(tx, &ballot);
        let ballot = [ballot];
        if !is_only {
            settle_new(tx.conn(), (self.vote, head_id), (&ballot, &mut choices))?;
        }
        ballots::insert_ballots(tx.conn(), &ballot, &choices, &[])?;
        if choices.iter().any(|row| row.choice != Choice::Invalid && !row.standing) {
            let place = (vote_id, Some(head_id), Some(sheet.id));
            let gives_way = attempt(tx, place, (cast_at, Code::DuplicateBallot));
            ballots::insert_ballots(tx.conn(), &[], &[], &[gives_way])?;
            let reason = Code::DuplicateBallot.as_str();
            let at = (tx.legal_now(), reason);
            let leaf = paper_log::attempt(at, (Some(who), Some(&sheet.serial)));
            log::append(tx, vote_id, vec![leaf])?;
        }
        Ok(())
    }
}

/// The power by which the agent of a sheet's head signed it. A power for some items only is used on
/// line: on a sheet nobody could tell who filled in which line.
fn power_on_paper(conn: &mut Conn, sheet: &SheetRow) -> Outcome<ProxyRow> {
    let standing = proxies::list_of_heads(conn, &[sheet.head_id])?;
    let power = standing.into_iter().find(|power| power.state() == ProxyState::Confirmed);
    let power = power.ok_or_else(|| {
        let detail = "no power is confirmed for this head · 本户没有已复核的委托";
        Refusal::field(Code::InvalidField, "/signed_by_agent", detail)
    })?;
    if power.items.is_some() {
        return Err(Refusal::new(Code::ProxyNotCovered));
    }
    if sheet.registered_at.is_none_or(|at| power.valid_until <= at) {
        return Err(Refusal::new(Code::ProxyExpired));
    }
    still_gives(conn, &power)?;
    Ok(power)
}

/// The leaf of a power.
fn leaf_of(power: Option<&ProxyRow>) -> Option<u64> {
    u64::try_from(power?.log_seq?).ok()
}

fn same_clerk(detail: &str) -> Refusal {
    Refusal::new(Code::SameClerk).detail(detail)
}

pub(super) fn set_sheet(
    tx: &mut WriteTx<'_>,
    sheet: SheetRow,
    change: SheetChange,
) -> Outcome<SheetView> {
    if !sheets::set_sheet(tx.conn(), (sheet.id, sheet.version), &change)? {
        return Err(Refusal::new(Code::StaleVersion).with("version", sheet.version));
    }
    let version = sheet.version + 1;
    Ok(SheetView {
        state: change.state.unwrap_or(sheet.state),
        settled_at: change.settled_at,
        void_reason: change.void_reason,
        void_note: change.void_note,
        version,
        ..sheet.into()
    })
}
