//! A sale while a vote is open 表决期间过户: the roll stays as frozen, At and Nt with it, and a ballot
//! that the seller cast stands. Where the head has not voted, two people put the buyer, as the register
//! has him today, in the seller's place; the change is a leaf of the vote's log.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    draft::set_vote,
    facts::Vote,
    log::{self, Entry},
    roll::unit_row,
    standing::Rulings,
    transfer_notices::tell_households,
};
use crate::ballot_log::{self as leaf, Leaf, Opening, Openings};
use crate::kernel::{
    BallotId, Code, HeadId, LocalDate, Outcome, OwnerId, ProposalState, Refusal, UnitId, UtcTime,
    VoteTransferId,
};
use crate::platform::{
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another, must_wait},
};
use crate::registry::list_scope_units;
use crate::voting::{
    model::{
        Choice, Command, HeadOwnerRow, HeadRow, RollUnitRow, SheetState, TransferNotice,
        TransferRow, VoteChange,
    },
    rules::{amend::seat, roll::RollRules, state::decide},
    store::{amendments, ballots, rolls, sheet_ledger, transfers},
};

/// A transfer, for those who work on the vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TransferView {
    /// The transfer.
    pub transfer_id: VoteTransferId,
    /// Where it stands.
    pub state: ProposalState,
    /// The unit.
    pub unit_id: UnitId,
    /// The head, which stays.
    pub head_id: HeadId,
    /// What proves the sale.
    pub evidence: String,
    /// Who stands for the head until it is confirmed: ids of the register.
    pub sellers: Vec<OwnerId>,
    /// Who stands for it afterwards.
    pub buyers: Vec<OwnerId>,
    /// Who proposed it: somebody else confirms.
    pub proposed_by: String,
    /// When (legal time; so are all of these).
    pub proposed_at: UtcTime,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When.
    pub confirmed_at: Option<UtcTime>,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
    /// When.
    pub withdrawn_at: Option<UtcTime>,
    /// What both households were told.
    pub notices: Vec<TransferNotice>,
}

/// A transfer to be proposed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteTransferIn {
    /// The unit that was sold; the register has its buyer already.
    pub unit_id: UnitId,
    /// What proves the sale; kept, not published.
    #[schema(example = "不动产权证书 沪(2026)静字不动产权第001234号，2026-03-19 登记")]
    pub evidence: String,
}

/// What a transfer does.
struct Plan {
    unit: RollUnitRow,
    head: HeadRow,
    sellers: Vec<OwnerId>,
    buyers: Vec<OwnerId>,
    /// The voter whom the buyers agreed on.
    voter: Option<OwnerId>,
}

pub(super) fn read_owners(text: &str) -> Outcome<Vec<OwnerId>> {
    serde_json::from_str(text).map_err(Refusal::internal)
}

fn view(row: TransferRow, notices: Vec<TransferNotice>) -> Outcome<TransferView> {
    Ok(TransferView {
        transfer_id: row.id,
        state: row.state(),
        unit_id: row.unit_id,
        head_id: row.head_id,
        sellers: read_owners(&row.sellers)?,
        buyers: read_owners(&row.buyers)?,
        evidence: row.evidence,
        proposed_by: row.proposed_name,
        proposed_at: row.proposed_at,
        confirmed_by: row.confirmed_name,
        confirmed_at: row.confirmed_at,
        withdrawn_by: row.withdrawn_name,
        withdrawn_at: row.withdrawn_at,
        notices,
    })
}

/// The transfers of a vote, in the order of their proposal.
///
/// # Errors
/// Of the database.
pub fn list_transfers(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<TransferView>> {
    let rows = transfers::list_transfers(conn, vote.row.id)?;
    let ids: Vec<VoteTransferId> = rows.iter().map(|row| row.id).collect();
    let mut notices: HashMap<VoteTransferId, Vec<TransferNotice>> = HashMap::new();
    for row in transfers::list_transfer_notices(conn, &ids)? {
        notices.entry(row.transfer_id).or_default().push(row.into());
    }
    let shown = rows.into_iter().map(|row| {
        let told = notices.remove(&row.id).unwrap_or_default();
        view(row, told)
    });
    shown.collect()
}

/// Proposes to put the buyer in the seller's place.
///
/// # Errors
/// `wrong_state` and `too_late` while no ballots are taken; `already_exists` while another proposal for
/// the head waits; what the transfer is refused for: `invalid_field`, `roll_incomplete`,
/// `nothing_differs`, `seller_keeps_head`, `seller_has_voted`, `sheet_state_conflict`.
pub fn propose_transfer(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    new: &VoteTransferIn,
) -> Outcome<TransferView> {
    let (id, now) = (vote.row.id, tx.legal_now());
    decide(vote.row.state, Command::TransferUnit, &vote.facts(now)?)?;
    let plan = plan(tx.conn(), vote, (new.unit_id, now.local_date()))?;
    let waits =
        |row: &TransferRow| row.head_id == plan.head.id && row.state() == ProposalState::Proposed;
    if transfers::list_transfers(tx.conn(), id)?.iter().any(waits) {
        let detail = "another proposal waits: confirm or withdraw it";
        return Err(Refusal::new(Code::AlreadyExists).detail(detail));
    }
    let person = Person::of(tx)?;
    set_vote(tx, &vote.row, &VoteChange::default())?;
    let row = TransferRow {
        id: VoteTransferId::new(),
        vote_id: id,
        unit_id: new.unit_id,
        head_id: plan.head.id,
        evidence: new.evidence.clone(),
        sellers: serde_json::to_string(&plan.sellers).map_err(Refusal::internal)?,
        buyers: serde_json::to_string(&plan.buyers).map_err(Refusal::internal)?,
        proposed_by: person.id,
        proposed_name: person.name,
        proposed_at: now,
        confirmed_by: None,
        confirmed_name: None,
        confirmed_at: None,
        withdrawn_name: None,
        withdrawn_at: None,
    };
    transfers::insert_transfer(tx.conn(), &row)?;
    let after = json!({ "transfer_id": row.id, "unit_id": row.unit_id });
    tx.emit("vote.transfer_proposed", id, &after);
    tx.audit("vote.transfer_proposed", ("vote", id), (None, Some(&after)));
    view(row, Vec::new())
}

/// Confirms a proposal: from this transaction on the buyer may cast for the head, the seller not.
///
/// # Errors
/// `not_found`; `transfer_settled` for one that was confirmed or withdrawn; `same_clerk` for whoever
/// proposed it; `transfer_stale` where the register has other buyers by now; as [`propose_transfer`].
pub fn confirm_transfer(
    tx: &mut WriteTx<'_>,
    (vote, id): (&Vote, VoteTransferId),
) -> Outcome<TransferView> {
    let now = tx.legal_now();
    decide(vote.row.state, Command::TransferUnit, &vote.facts(now)?)?;
    let row = find_open(tx, vote, id)?;
    let person = Person::of(tx)?;
    must_be_another(row.proposed_by, &person)?;
    let plan = plan(tx.conn(), vote, (row.unit_id, now.local_date()))?;
    let seen = (read_owners(&row.sellers)?, read_owners(&row.buyers)?);
    if seen != (plan.sellers.clone(), plan.buyers.clone()) {
        return Err(Refusal::new(Code::TransferStale));
    }
    let by = vec![row.proposed_by.to_string(), person.id.to_string()];
    log::append(tx, vote.row.id, vec![plan.entry(now, by)?])?;
    amendments::replace_head_owners(tx.conn(), plan.head.id, &plan.rows())?;
    transfers::set_transfer_confirmed(tx.conn(), id, (person.id, &person.name, now))?;
    set_vote(tx, &vote.row, &VoteChange::default())?;
    let after = json!({ "transfer_id": id, "unit_id": row.unit_id });
    tx.emit("vote.transfer_unit", vote.row.id, &after);
    tx.audit("vote.transfer_unit", ("vote", vote.row.id), (None, Some(&after)));
    tell_households(tx, id);
    let (confirmed_by, confirmed_name) = (Some(person.id), Some(person.name));
    let row = TransferRow { confirmed_by, confirmed_name, confirmed_at: Some(now), ..row };
    view(row, Vec::new())
}

/// Withdraws a proposal.
///
/// # Errors
/// `not_found`; `transfer_settled` for one that was confirmed or withdrawn.
pub fn withdraw_transfer(
    tx: &mut WriteTx<'_>,
    (vote, id): (&Vote, VoteTransferId),
) -> Outcome<TransferView> {
    let (now, name) = (tx.legal_now(), tx.actor().name.clone());
    let row = find_open(tx, vote, id)?;
    set_vote(tx, &vote.row, &VoteChange::default())?;
    transfers::set_transfer_withdrawn(tx.conn(), id, (&name, now))?;
    tx.emit("vote.transfer_withdrawn", vote.row.id, &json!({ "transfer_id": id }));
    tx.audit("vote.transfer_withdrawn", ("vote", vote.row.id), (None, None));
    view(TransferRow { withdrawn_name: Some(name), withdrawn_at: Some(now), ..row }, Vec::new())
}

fn find_open(tx: &mut WriteTx<'_>, vote: &Vote, id: VoteTransferId) -> Outcome<TransferRow> {
    let found = transfers::find_transfer(tx.conn(), id)?;
    let row = found.filter(|row| row.vote_id == vote.row.id);
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    must_wait(row.state(), Code::TransferSettled)?;
    Ok(row)
}

/// What the register of today makes of the head of a unit.
fn plan(conn: &mut Conn, vote: &Vote, (id, today): (UnitId, LocalDate)) -> Outcome<Plan> {
    let nowhere = || {
        let detail = "neither on the roll nor in the register of its scope";
        Refusal::field(Code::InvalidField, "/unit_id", detail)
    };
    let units = rolls::list_whole_roll(conn, vote.row.id)?;
    let unit = units.iter().find(|unit| unit.unit_id == id).ok_or_else(nowhere)?.clone();
    let head_id = unit.head_id.ok_or_else(nowhere)?;
    let head = rolls::list_some_heads(conn, &[head_id])?.pop().ok_or_else(nowhere)?;
    let register = list_scope_units(conn, &vote.scope, today)?;
    let index = register.iter().position(|unit| unit.id == id).ok_or_else(nowhere)?;
    let voter = register.get(index).and_then(|unit| unit.voter_id);
    let rows: Vec<_> = register.iter().map(unit_row).collect();
    let seat = seat(&rows, index, RollRules::from(&*vote.pack))
        .map_err(|faults| {
            let faults: Vec<_> = faults.into_iter().map(|fault| fault.as_str()).collect();
            Refusal::new(Code::RollIncomplete).with("faults", faults)
        })?
        .ok_or_else(nowhere)?;
    let buyers = super::amended_roll::owner_ids(&seat.members);
    let mut sellers: Vec<OwnerId> = rolls::list_head_owners(conn, vote.row.id)?
        .into_iter()
        .filter(|owner| owner.head_id == head_id)
        .map(|owner| owner.owner_id)
        .collect();
    sellers.sort_unstable();
    if sellers == buyers {
        return Err(Refusal::new(Code::NothingDiffers));
    }
    if units.iter().filter(|unit| unit.head_id == Some(head_id)).count() > 1 {
        return Err(Refusal::new(Code::SellerKeepsHead));
    }
    if let Some(at) = voted_at(conn, vote, head_id)? {
        return Err(Refusal::new(Code::SellerHasVoted).with("at", at.to_string()));
    }
    check_sheets(conn, vote, head_id)?;
    Ok(Plan { unit, head, sellers, buyers, voter })
}

/// When a head has voted: a ballot that is not void and says something, or a sheet that came back and
/// is not read yet.
fn voted_at(conn: &mut Conn, vote: &Vote, head_id: HeadId) -> Outcome<Option<UtcTime>> {
    let rulings = Rulings::load(conn, vote.row.id)?;
    let cast = ballots::list_ballots_of_heads(conn, &[head_id])?;
    let ids: Vec<BallotId> = cast.iter().map(|ballot| ballot.id).collect();
    let said: HashSet<BallotId> = ballots::list_choices_of_ballots(conn, &ids)?
        .into_iter()
        .filter(|row| row.choice != Choice::Invalid && rulings.holds((row.ballot_id, row.reading)))
        .map(|row| row.ballot_id)
        .collect();
    let cast = cast.into_iter().filter(|ballot| said.contains(&ballot.id));
    let back = sheet_ledger::list_unread(conn, vote.row.id, head_id)?.into_iter();
    let back = back.filter_map(|sheet| sheet.registered_at);
    Ok(cast.map(|ballot| ballot.cast_at).chain(back).min())
}

/// A sheet that is out was given to the seller: it is void before the buyer gets one.
fn check_sheets(conn: &mut Conn, vote: &Vote, head_id: HeadId) -> Outcome<()> {
    let issued = sheet_ledger::list_in_states(conn, vote.row.id, &[SheetState::Issued])?;
    let issued = issued.into_iter().filter(|sheet| sheet.head_id == head_id);
    let serials: Vec<String> = issued.map(|sheet| sheet.serial.to_string()).collect();
    if serials.is_empty() {
        return Ok(());
    }
    let detail = "the seller's sheet is issued: void it first";
    Err(Refusal::new(Code::SheetStateConflict).detail(detail).with("serials", serials))
}

impl Plan {
    fn entry(&self, now: UtcTime, by: Vec<String>) -> Outcome<Entry> {
        let owners = Opening::new(&log::owners_of(&self.rows()))?;
        let leaf = leaf::Transfer {
            at: now.micros(),
            unit: self.unit.code.clone(),
            building: self.unit.building.clone(),
            head: u64::try_from(self.head.position).map_err(Refusal::internal)?,
            owners: owners.commitment(),
            by,
        };
        let openings = Openings { owners: Some(owners), ..Openings::default() };
        Ok(Entry { leaf: Leaf::Transfer(leaf), openings })
    }

    fn rows(&self) -> Vec<HeadOwnerRow> {
        let voter = self.voter.filter(|voter| self.buyers.contains(voter));
        let row = |&owner_id: &OwnerId| HeadOwnerRow {
            head_id: self.head.id,
            owner_id,
            vote_id: self.head.vote_id,
            may_cast: voter.is_none_or(|voter| voter == owner_id),
        };
        self.buyers.iter().map(row).collect()
    }
}
