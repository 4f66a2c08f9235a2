//! The state machine of a vote: which command leads where, and what must be true for it.
//!
//! `docs/state-machines/voting.md` is drawn from this table by a test. Absent on purpose: who may
//! give a command (permissions), and anything that is not a legal condition.

use serde::Serialize;

use crate::{
    kernel::{Code, Outcome, Refusal, RuleBroken, UtcTime, WorkCalendar},
    voting::{
        model::{Command, VoteState},
        rules::{
            conditions::blockers,
            count::Weight,
            pack::RulePack,
            pack_use::{PackWarning, warnings},
            periods::{Dates, broken},
        },
    },
};

/// What a decision rests on; loaded beforehand, all times legal time.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The pinned rule pack.
    pub pack: &'a RulePack,
    /// The work calendar.
    pub calendar: &'a WorkCalendar,
    /// Legal now.
    pub now: UtcTime,
    /// Items on the agenda.
    pub items: u64,
    /// Totals of the roll: the frozen one, or the one that freezing would give.
    pub roll: Weight,
    /// Units that can't stand on the roll (area, area source, owner, developer).
    pub roll_faults: u64,
    /// Objections to the roll without an answer.
    pub roll_objections_open: u64,
    /// When the notice was given.
    pub noticed_at: Option<UtcTime>,
    /// The announced opening.
    pub opens_at: Option<UtcTime>,
    /// The announced close, after an extension the later one.
    pub closes_at: Option<UtcTime>,
    /// How often the close was moved.
    pub extensions: u64,
    /// The close that `extend` asks for.
    pub extend_to: Option<UtcTime>,
    /// Registered sheets that are not keyed twice alike or settled yet.
    pub sheets_unsettled: u64,
    /// Issued sheets that no account covers yet.
    pub sheets_unaccounted: u64,
    /// Settled sheets of a vote whose re-check is not finished.
    pub sheets_unchecked: u64,
    /// Disputed ballots without a confirmed ruling.
    pub disputes_open: u64,
    /// Rulings that no count has taken in yet.
    pub rulings_uncounted: u64,
    /// When it was counted.
    pub counted_at: Option<UtcTime>,
    /// When the preliminary result was published.
    pub published_at: Option<UtcTime>,
    /// Objections to the result without an answer.
    pub result_objections_open: u64,
}

impl Facts<'_> {
    pub(super) fn dates(&self) -> Dates<'_> {
        Dates { pack: self.pack, calendar: self.calendar }
    }
}

/// What a permitted command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The state afterwards; the same one where the command only adds something.
    pub to: VoteState,
    /// The legal date that the command sets in motion: earliest opening, due day of the
    /// publication, end of the objection window, end of the challenge period.
    pub deadline: Option<UtcTime>,
}

/// A condition that is not met yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Blocker {
    /// The stable code of the refusal.
    #[serde(serialize_with = "as_word")]
    #[schema(value_type = String)]
    pub code: Code,
    /// The rule with what is there and what is needed.
    #[serde(flatten)]
    pub rule: RuleBroken,
    /// The earliest lawful instant, where waiting is all that is needed.
    pub earliest: Option<UtcTime>,
}

fn as_word<S: serde::Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str())
}

impl From<Blocker> for Refusal {
    fn from(blocker: Blocker) -> Self {
        let refusal = Self::rule(blocker.code, blocker.rule);
        match blocker.earliest {
            Some(earliest) => refusal.with("earliest", earliest.to_string()),
            None => refusal,
        }
    }
}

/// How far a vote is from its next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Readiness {
    /// The present state.
    pub state: VoteState,
    /// The command that leads on; none from a final state.
    pub next: Option<Command>,
    /// Whether it may be given now.
    pub ready: bool,
    /// Everything that is still missing.
    pub blockers: Vec<Blocker>,
    /// The earliest lawful instant of the next step, as far as dates decide.
    pub earliest: Option<UtcTime>,
    /// What to know of the rule pack: values that were not checked against their text, cautions.
    pub warnings: Vec<PackWarning>,
    /// The close that a proposed extension asks for; it has no effect until another person confirms.
    pub proposed_close: Option<UtcTime>,
}

/// While ballots are taken.
const OPEN: &[(Command, VoteState)] = &[
    (Command::Deliver, VoteState::Open),
    (Command::AnnounceSitting, VoteState::Open),
    (Command::Cast, VoteState::Open),
    (Command::Remind, VoteState::Open),
    (Command::SignIn, VoteState::Open),
    (Command::RecordProxy, VoteState::Open),
    (Command::TransferUnit, VoteState::Open),
    (Command::IssueSheets, VoteState::Open),
    (Command::SpoilSheet, VoteState::Open),
    (Command::RegisterSheet, VoteState::Open),
    (Command::ScanSheet, VoteState::Open),
    (Command::KeySheet, VoteState::Open),
    (Command::DisputeBallot, VoteState::Open),
    (Command::RuleDispute, VoteState::Open),
    (Command::Extend, VoteState::Extended),
    (Command::Close, VoteState::Closed),
    (Command::Void, VoteState::Voided),
];

/// The same, after an extension.
const EXTENDED: &[(Command, VoteState)] = &[
    (Command::Deliver, VoteState::Extended),
    (Command::AnnounceSitting, VoteState::Extended),
    (Command::Cast, VoteState::Extended),
    (Command::Remind, VoteState::Extended),
    (Command::SignIn, VoteState::Extended),
    (Command::RecordProxy, VoteState::Extended),
    (Command::TransferUnit, VoteState::Extended),
    (Command::IssueSheets, VoteState::Extended),
    (Command::SpoilSheet, VoteState::Extended),
    (Command::RegisterSheet, VoteState::Extended),
    (Command::ScanSheet, VoteState::Extended),
    (Command::KeySheet, VoteState::Extended),
    (Command::DisputeBallot, VoteState::Extended),
    (Command::RuleDispute, VoteState::Extended),
    (Command::Extend, VoteState::Extended),
    (Command::Close, VoteState::Closed),
    (Command::Void, VoteState::Voided),
];

/// What each state allows, and where that leads.
#[must_use]
pub const fn transitions(state: VoteState) -> &'static [(Command, VoteState)] {
    use Command as C;
    use VoteState as S;
    match state {
        S::Draft => {
            &[(C::EditAgenda, S::Draft), (C::FreezeRoll, S::RollFrozen), (C::Void, S::Voided)]
        }
        S::RollFrozen => &[
            (C::EditAgenda, S::RollFrozen),
            (C::UnfreezeRoll, S::Draft),
            (C::GiveNotice, S::Noticed),
            (C::Void, S::Voided),
        ],
        S::Noticed => &[
            (C::ObjectToRoll, S::Noticed),
            (C::AmendRoll, S::Noticed),
            (C::Deliver, S::Noticed),
            (C::AnnounceSitting, S::Noticed),
            (C::RecordProxy, S::Noticed),
            (C::IssueSheets, S::Noticed),
            (C::SpoilSheet, S::Noticed),
            (C::Open, S::Open),
            (C::Void, S::Voided),
        ],
        S::Open => OPEN,
        S::Extended => EXTENDED,
        S::Closed => &[
            (C::SpoilSheet, S::Closed),
            (C::ScanSheet, S::Closed),
            (C::KeySheet, S::Closed),
            (C::AccountSheets, S::Closed),
            (C::DisputeBallot, S::Closed),
            (C::RuleDispute, S::Closed),
            (C::Count, S::Counted),
            (C::Void, S::Voided),
        ],
        S::Counted => &[
            (C::ScanSheet, S::Counted),
            (C::RecheckSheets, S::Counted),
            (C::DisputeBallot, S::Counted),
            (C::RuleDispute, S::Counted),
            (C::Recount, S::Counted),
            (C::Overturn, S::Counted),
            (C::Publish, S::Published),
            (C::Void, S::Voided),
        ],
        // Other numbers with the same outcome are announced within the running publicity. Another
        // outcome is another result: owners had time to object to its opposite, so it is published
        // anew, with all its days.
        S::Published => &[
            (C::ScanSheet, S::Published),
            (C::RecheckSheets, S::Published),
            (C::DisputeBallot, S::Published),
            (C::RuleDispute, S::Published),
            (C::Recount, S::Published),
            (C::Overturn, S::Counted),
            (C::ObjectToResult, S::Published),
            (C::Confirm, S::Confirmed),
            (C::Void, S::Voided),
        ],
        S::Confirmed => &[(C::RecordChallenge, S::Confirmed)],
        S::Voided => &[],
    }
}

/// The command that leads a vote on from a state.
const fn next(state: VoteState) -> Option<Command> {
    match state {
        VoteState::Draft => Some(Command::FreezeRoll),
        VoteState::RollFrozen => Some(Command::GiveNotice),
        VoteState::Noticed => Some(Command::Open),
        VoteState::Open | VoteState::Extended => Some(Command::Close),
        VoteState::Closed => Some(Command::Count),
        VoteState::Counted => Some(Command::Publish),
        VoteState::Published => Some(Command::Confirm),
        VoteState::Confirmed | VoteState::Voided => None,
    }
}

/// Decides on a command.
///
/// # Errors
/// `wrong_state` with the states that allow it; the first unmet condition with its numbers and
/// clause; `calendar_missing` where a date can't be computed.
pub fn decide(state: VoteState, command: Command, facts: &Facts<'_>) -> Outcome<Decision> {
    let Some((_, to)) = transitions(state).iter().find(|(known, _)| *known == command) else {
        return Err(wrong_state(state, command));
    };
    if let Some(blocker) = blockers(command, facts)?.into_iter().next() {
        return Err(blocker.into());
    }
    Ok(Decision { to: *to, deadline: deadline(command, facts)? })
}

/// Everything that keeps a vote from its next step.
///
/// # Errors
/// `calendar_missing` where a date can't be computed.
pub fn readiness(state: VoteState, facts: &Facts<'_>) -> Outcome<Readiness> {
    let next = next(state);
    let blockers = next.map_or(Ok(Vec::new()), |command| blockers(command, facts))?;
    let earliest = blockers.iter().filter_map(|blocker| blocker.earliest).max();
    let (ready, warnings) = (next.is_some() && blockers.is_empty(), warnings(facts.pack));
    let proposed_close = facts.extend_to;
    Ok(Readiness { state, next, ready, blockers, earliest, warnings, proposed_close })
}

fn wrong_state(state: VoteState, command: Command) -> Refusal {
    let allows =
        |state: &&VoteState| transitions(**state).iter().any(|(known, _)| *known == command);
    let need: Vec<_> = VoteState::ALL.iter().filter(allows).map(|state| state.as_str()).collect();
    let have = state.to_string();
    Refusal::rule(Code::WrongState, broken("vote_state", "voting.md", have, need.join(" | ")))
        .with("command", command.as_str())
}

fn deadline(command: Command, facts: &Facts<'_>) -> Outcome<Option<UtcTime>> {
    let (dates, now) = (facts.dates(), facts.now);
    match command {
        Command::GiveNotice => dates.earliest_opening(now).map(Some),
        Command::Count => dates.result_due(now).map(Some),
        Command::Publish => dates.objections_until(now).map(Some),
        Command::Confirm => dates.challenge_until(now).map(Some),
        Command::Extend => Ok(facts.extend_to),
        Command::EditAgenda
        | Command::FreezeRoll
        | Command::UnfreezeRoll
        | Command::ObjectToRoll
        | Command::AmendRoll
        | Command::Deliver
        | Command::AnnounceSitting
        | Command::Open
        | Command::Cast
        | Command::Remind
        | Command::SignIn
        | Command::RecordProxy
        | Command::TransferUnit
        | Command::IssueSheets
        | Command::SpoilSheet
        | Command::AccountSheets
        | Command::RegisterSheet
        | Command::KeySheet
        | Command::ScanSheet
        | Command::RecheckSheets
        | Command::DisputeBallot
        | Command::RuleDispute
        | Command::Recount
        | Command::Overturn
        | Command::Close
        | Command::ObjectToResult
        | Command::RecordChallenge
        | Command::Void => Ok(None),
    }
}
