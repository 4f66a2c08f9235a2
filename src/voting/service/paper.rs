//! The paper desk: a registered sheet 纸质表决票 is entered blind by two different clerks and settled
//! by a third person where they differ (双人复核). A settled sheet is a ballot of the time at which it
//! was registered; `docs/state-machines/sheets.md` draws it. Absent on purpose: any answer that tells
//! what was entered (`paper_views` does, after the close).

use serde_json::json;

use super::{
    cast::nonce,
    facts::Vote,
    log::{self, append_one, who_of},
    notices::tell_household,
    paper_register::attempt,
    paper_views::{EntryAnswer, SheetView, read, written},
};
use crate::ballot_log::{self as leaf, Leaf, Opening, Openings, What};
use crate::kernel::{BallotId, ChoiceId, Code, ItemId, Outcome, Refusal, SheetEntryId, SheetId};
use crate::platform::db::WriteTx;
use crate::voting::{
    model::{
        BallotRow, Channel, ChoiceRow, Clerk, Command, Entry, EntryRound, SheetChange,
        SheetEntryRow, SheetRow, SheetState,
    },
    rules::{
        sheet::{Blank, Reading, Standing, compare, may_void, must_differ, next_round, place},
        state::decide,
    },
    store::{ballots, rolls, sheets, votes},
};

/// Where sheets of one vote are entered.
#[derive(Debug)]
pub struct PaperDesk<'a> {
    vote: &'a Vote,
    items: Vec<ItemId>,
    clerk: &'a Clerk,
}

/// An entry that may be taken.
struct Accepted {
    sheet: SheetRow,
    reading: Reading,
    round: EntryRound,
    earlier: Vec<SheetEntryRow>,
}

impl<'a> PaperDesk<'a> {
    /// Opens the desk.
    ///
    /// # Errors
    /// `wrong_state` where sheets of the vote can't be entered.
    pub fn open(tx: &mut WriteTx<'_>, vote: &'a Vote, clerk: &'a Clerk) -> Outcome<Self> {
        let now = tx.legal_now();
        decide(vote.row.state, Command::KeySheet, &vote.facts(now)?)?;
        let items = votes::list_items(tx.conn(), vote.row.id)?;
        Ok(Self { vote, items: items.into_iter().map(|item| item.id).collect(), clerk })
    }

    /// Takes one clerk's blind entry: the first, or the second, which settles or differs.
    ///
    /// # Errors
    /// `same_clerk`, `sheet_state_conflict`, `ballot_incomplete`, `invalid_field`, `not_found`.
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
            let none =
                EntryAnswer { sheet_id: entry.sheet_id, sheet: None, code: None, detail: None };
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
        let sheet = self.find(tx, entry.sheet_id)?;
        must_differ(sheet.state)?;
        let accepted = self.check(tx, (sheet, EntryRound::Adjudication), entry)?;
        self.keep(tx, accepted)
    }

    /// Voids a spoiled sheet before it is settled; never by whoever registered it, so that no single
    /// person can make a sheet disappear.
    ///
    /// # Errors
    /// `same_clerk`, `sheet_state_conflict`, `not_found`.
    pub fn void(&self, tx: &mut WriteTx<'_>, id: SheetId, reason: &str) -> Outcome<SheetView> {
        let sheet = self.find(tx, id)?;
        may_void(sheet.state)?;
        if sheet.registered_by == self.clerk.account_id {
            return Err(same_clerk("whoever registered a sheet does not void it"));
        }
        let change = SheetChange {
            state: Some(SheetState::Void),
            void_reason: Some(reason.to_owned()),
            ..SheetChange::default()
        };
        let (before, after) = (json!({ "state": sheet.state }), json!({ "reason": reason }));
        tx.audit("sheet.voided", ("sheet", id), (Some(&before), Some(&after)));
        set_sheet(tx, sheet, change)
    }

    fn find(&self, tx: &mut WriteTx<'_>, id: SheetId) -> Outcome<SheetRow> {
        sheets::find_sheet(tx.conn(), self.vote.row.id, id)?
            .ok_or_else(|| Refusal::new(Code::NotFound).with("sheet_id", id.to_string()))
    }

    fn check_entry(&self, tx: &mut WriteTx<'_>, entry: &Entry) -> Outcome<Accepted> {
        let sheet = self.find(tx, entry.sheet_id)?;
        let round = next_round(sheet.state)?;
        self.check(tx, (sheet, round), entry)
    }

    fn check(
        &self,
        tx: &mut WriteTx<'_>,
        (sheet, round): (SheetRow, EntryRound),
        entry: &Entry,
    ) -> Outcome<Accepted> {
        let earlier = sheets::list_entries(tx.conn(), sheet.id)?;
        if earlier.iter().any(|entry| entry.clerk_id == self.clerk.account_id) {
            return Err(same_clerk("you have entered this sheet already"));
        }
        if let Some(owner_id) = self.clerk.owner_id {
            let own = rolls::list_memberships(tx.conn(), &[self.vote.row.id], &[owner_id])?;
            if own.iter().any(|membership| membership.head_id == sheet.head_id) {
                return Err(same_clerk("nobody enters the sheet of an own unit"));
            }
        }
        let is_abstention = self.vote.pack.switches.blank_is_abstain.value;
        let blank = if is_abstention { Blank::Abstains } else { Blank::Invalid };
        let reading =
            Reading::complete(&entry.choices, entry.invalid_reason, (&self.items, blank))?;
        Ok(Accepted { sheet, reading, round, earlier })
    }

    /// Keeps an accepted entry and takes the step that follows from it.
    fn keep(&self, tx: &mut WriteTx<'_>, accepted: Accepted) -> Outcome<SheetView> {
        let Accepted { sheet, reading, round, earlier } = accepted;
        let row = SheetEntryRow {
            id: SheetEntryId::new(),
            sheet_id: sheet.id,
            round,
            clerk_id: self.clerk.account_id,
            clerk_name: self.clerk.name.clone(),
            choices: written(&reading)?,
            invalid_reason: reading.invalid_reason,
            entered_at: tx.now(),
        };
        sheets::insert_entry(tx.conn(), &row)?;
        // Not even a digest of the choices: there are so few that it could be guessed.
        let after = json!({ "round": round });
        tx.audit("sheet.entered", ("sheet", sheet.id), (None, Some(&after)));
        let to = match (round, earlier.first()) {
            (EntryRound::First, _) | (_, None) => SheetState::EnteredOnce,
            (EntryRound::Second, Some(first)) => compare(&read(first)?, &reading),
            (EntryRound::Adjudication, Some(_)) => SheetState::Settled,
        };
        let mut change = SheetChange { state: Some(to), ..SheetChange::default() };
        if to == SheetState::Settled {
            change.settled_at = Some(tx.legal_now());
            self.settle(tx, &sheet, &reading)?;
        }
        set_sheet(tx, sheet, change)
    }

    /// The sheet becomes a ballot of the time of its registration: the first valid choice stands.
    fn settle(&self, tx: &mut WriteTx<'_>, sheet: &SheetRow, reading: &Reading) -> Outcome<()> {
        let (vote_id, head_id, cast_at) = (self.vote.row.id, sheet.head_id, sheet.registered_at);
        let others = ballots::list_standing(tx.conn(), &[head_id])?;
        let ballot_id = BallotId::new();
        let (mut choices, mut superseded, mut attempts) = (Vec::new(), Vec::new(), Vec::new());
        for &(item_id, choice) in &reading.choices {
            let other = others.iter().find(|(_, item, _, _)| *item == item_id);
            let placed = place(choice, cast_at, other.map(|(_, _, _, at)| *at));
            match (placed, other) {
                (Standing::Supersedes, Some((_, _, other, _))) => superseded.push(*other),
                (Standing::GivesWay, _) if attempts.is_empty() => {
                    let place = (vote_id, Some(head_id), Some(sheet.id));
                    attempts.push(attempt(tx, place, (cast_at, Code::DuplicateBallot)));
                }
                _ => {}
            }
            let standing = matches!(placed, Standing::Stands | Standing::Supersedes);
            let id = ChoiceId::new();
            choices.push(ChoiceRow { id, ballot_id, item_id, head_id, choice, standing });
        }
        let (log_seq, receipt) = self.log_ballot(tx, sheet, reading)?;
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
        };
        if !superseded.is_empty() {
            ballots::set_superseded(tx.conn(), &superseded)?;
        }
        tell_household(tx, &ballot);
        ballots::insert_ballots(tx.conn(), &[ballot], &choices, &attempts)?;
        Ok(())
    }
}

impl PaperDesk<'_> {
    /// The leaf of a sheet that became a ballot; its sequence number and receipt code.
    fn log_ballot(
        &self,
        tx: &mut WriteTx<'_>,
        sheet: &SheetRow,
        reading: &Reading,
    ) -> Outcome<(u64, String)> {
        let who = Opening::new(&who_of(tx.conn(), sheet.head_id)?)?;
        let what = Opening::new(&What {
            choices: reading.choices.iter().map(|(_, choice)| choice.to_string()).collect(),
            invalid_reason: reading.invalid_reason.map(|reason| reason.to_string()),
        })?;
        let leaf = Leaf::Ballot(leaf::Ballot {
            at: sheet.registered_at.micros(),
            channel: Channel::Paper.to_string(),
            nonce: nonce(),
            grade: "paper_signature".to_owned(),
            evidence: None,
            serial: None,
            replaces: None,
            who: who.commitment(),
            what: what.commitment(),
        });
        let openings = Openings { who: Some(who), what: Some(what), owners: None };
        append_one(tx, self.vote.row.id, &log::Entry { leaf, openings })
    }
}

fn same_clerk(detail: &str) -> Refusal {
    Refusal::new(Code::SameClerk).detail(detail)
}

fn set_sheet(tx: &mut WriteTx<'_>, sheet: SheetRow, change: SheetChange) -> Outcome<SheetView> {
    if !sheets::set_sheet(tx.conn(), (sheet.id, sheet.version), &change)? {
        return Err(Refusal::new(Code::StaleVersion).with("version", sheet.version));
    }
    let version = sheet.version + 1;
    Ok(SheetView {
        state: change.state.unwrap_or(sheet.state),
        settled_at: change.settled_at,
        void_reason: change.void_reason,
        version,
        ..sheet.into()
    })
}
