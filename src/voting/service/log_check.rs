//! The rows of votes against their logs: every leaf is hashed again, every ballot, dispute and ruling
//! says what its leaf says, and what stands is what the rules select. Whoever changes a row past the
//! program is found here, and the leaf is named.

use std::collections::HashMap;

use super::{
    cast::receipt_code, dispute_check::Disputes, facts::find_vote, standing::list_misplaced,
};
use crate::ballot_log::{
    Ballot, Leaf, Opening, Openings, Owners, Proxy, Ruling, Transfer, What, Who,
};
use crate::kernel::{BallotId, Code, HeadId, Outcome, ProxyId, VoteId};
use crate::platform::{
    db::Conn,
    tlog::{LogRow, check::check_rows, store::list_logs},
};
use crate::voting::{
    model::{BallotRow, Choice, ProxyRow},
    store::{ballots, proxies, rolls},
};

/// What hashing and comparing found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogCheck {
    /// Logs that were checked.
    pub logs: usize,
    /// Their leaves.
    pub leaves: u64,
    /// A sentence each, with vote and leaf.
    pub faults: Vec<String>,
}

/// A vote's rows, as far as its log repeats them.
struct Rows {
    ballots: HashMap<i64, BallotRow>,
    positions: HashMap<HeadId, u64>,
    /// What a ballot says: as cast, and as each correction reads it.
    choices: HashMap<(BallotId, i32), Vec<(HeadId, Choice)>>,
    /// Area by position.
    areas: HashMap<u64, u64>,
    /// Proxies by their leaf.
    proxies: HashMap<i64, ProxyRow>,
    /// Who stands for a head, by position, sorted.
    owners: HashMap<u64, Vec<String>>,
}

/// A vote's log, played against its rows.
struct Check {
    rows: Rows,
    /// Head and area of each unit, by building and number.
    units: HashMap<(String, String), (u64, u64)>,
    /// By head: the leaf of its last transfer, and who stands for it since.
    transfers: HashMap<u64, (i64, Vec<String>)>,
    /// Which ballot's leaf a dispute's leaf names.
    disputed: HashMap<u64, i64>,
    disputes: Disputes,
    /// By ballot's leaf: the ballot, and how often it was corrected.
    corrections: HashMap<i64, (BallotId, i32)>,
    faults: Vec<String>,
}

/// Checks every log, and the ballots and the roll of every vote against its log.
///
/// # Errors
/// Of the database.
pub fn check_rows_against_logs(conn: &mut Conn) -> Outcome<LogCheck> {
    let mut found = LogCheck::default();
    for log in list_logs(conn)? {
        found.logs += 1;
        found.leaves += log.head()?.size;
        let vote_id = log.subject.strip_prefix("v/").and_then(|id| id.parse().ok());
        let faults = match vote_id {
            Some(vote_id) => check_vote(conn, vote_id, &log)?,
            None => check_rows(conn, &log, |_, _, _| {})?,
        };
        let named = faults.into_iter().map(|fault| format!("log {}: {fault}", log.subject));
        found.faults.extend(named);
    }
    Ok(found)
}

fn check_vote(conn: &mut Conn, vote_id: VoteId, log: &LogRow) -> Outcome<Vec<String>> {
    let vote = match find_vote(conn, vote_id) {
        Err(refusal) if refusal.code() == Code::NotFound => {
            return Ok(vec!["its vote is gone".to_owned()]);
        }
        found => found?,
    };
    let ballots = ballots::list_ballots(conn, vote_id)?;
    let disputes = Disputes::load(conn, (vote_id, &ballots))?;
    let corrections = ballots.iter().map(|row| (row.log_seq, (row.id, 0))).collect();
    let mut check = Check {
        rows: Rows::load(conn, vote_id, ballots)?,
        units: HashMap::new(),
        transfers: HashMap::new(),
        disputed: HashMap::new(),
        disputes,
        corrections,
        faults: Vec::new(),
    };
    let mut faults = check_rows(conn, log, |seq, bytes, openings| {
        let openings = openings.and_then(|text| serde_json::from_str(text).ok());
        check.take(seq, bytes, &openings.unwrap_or_default());
    })?;
    faults.extend(check.finish());
    let misplaced = list_misplaced(conn, &vote)?.into_iter();
    faults.extend(misplaced.map(|seq| {
        format!("the ballot of leaf {seq} stands and should not, or should and does not")
    }));
    Ok(faults)
}

impl Check {
    fn take(&mut self, seq: i64, bytes: &[u8], openings: &Openings) {
        match Leaf::decode(bytes) {
            Ok(Leaf::Roll(unit)) => {
                self.units.insert((unit.building, unit.unit), (unit.head, unit.area));
            }
            Ok(Leaf::RollAmend(unit)) => {
                let name = (unit.building, unit.unit);
                match unit.head {
                    Some(head) => self.units.insert(name, (head, unit.area)),
                    None => self.units.remove(&name),
                };
            }
            Ok(Leaf::Transfer(transfer)) => self.transfer(seq, &transfer, openings),
            Ok(Leaf::Ballot(ballot)) => self.ballot(seq, (bytes, &ballot), openings),
            Ok(Leaf::Proxy(proxy)) => self.proxy(seq, &proxy),
            Ok(Leaf::ProxyEnd(end)) => {
                let leaf = i64::try_from(end.proxy).unwrap_or(-1);
                let ended = |row: &ProxyRow| row.ended_at.map(|at| at.micros()) == Some(end.at);
                if !self.rows.proxies.get(&leaf).is_some_and(ended) {
                    let fault = format!("the proxy that leaf {seq} ends is gone or goes on");
                    self.faults.push(fault);
                }
            }
            Ok(Leaf::Challenge(challenge)) => {
                let ballot = i64::try_from(challenge.ballot).unwrap_or(-1);
                self.disputed.insert(u64::try_from(seq).unwrap_or(u64::MAX), ballot);
                self.faults.extend(self.disputes.challenge(seq, &challenge));
            }
            Ok(Leaf::Ruling(ruling)) => {
                self.faults.extend(self.disputes.ruling(seq, &ruling, openings.what.as_ref()));
                self.correction(seq, &ruling, openings);
            }
            Ok(_) => {}
            Err(error) => self.faults.push(format!("leaf {seq} can't be read: {error}")),
        }
    }

    fn ballot(&mut self, seq: i64, (bytes, ballot): (&[u8], &Ballot), openings: &Openings) {
        let is_same = self.rows.ballots.remove(&seq).is_some_and(|row| {
            row.receipt == receipt_code(bytes)
                && row.cast_at.micros() == ballot.at
                && row.channel.as_str() == ballot.channel
                && self.rows.is_under(&row, ballot.under)
                && self.rows.is_head(&row, openings.who.as_ref(), &ballot.who)
                && self.rows.says((&row.id, 0), openings.what.as_ref(), &ballot.what)
        });
        if !is_same {
            let fault = format!("the ballot of leaf {seq} is gone or says something else");
            self.faults.push(fault);
        }
    }

    fn proxy(&mut self, seq: i64, proxy: &Proxy) {
        let rows = &self.rows;
        let is_same = rows.proxies.get(&seq).is_some_and(|row| {
            row.kind.as_str() == proxy.kind
                && rows.positions.get(&row.head_id).is_none_or(|head| *head == proxy.head)
                && row.positions() == proxy.items
                && row.valid_until.micros() == proxy.until
                && row.digest == proxy.document
        });
        if !is_same {
            let fault = format!("the proxy of leaf {seq} is gone or says something else");
            self.faults.push(fault);
        }
    }

    /// Where its opening was not deleted, a transfer says who stands for the head.
    fn transfer(&mut self, seq: i64, transfer: &Transfer, openings: &Openings) {
        let Some(opening) = &openings.owners else { return };
        match opening.open::<Owners>(&transfer.owners) {
            Ok(Owners { owners, .. }) => {
                drop(self.transfers.insert(transfer.head, (seq, owners)));
            }
            Err(error) => self.faults.push(format!("leaf {seq}: {error}")),
        }
    }

    /// A ruling that corrects a ballot has added what it says now.
    fn correction(&mut self, seq: i64, ruling: &Ruling, openings: &Openings) {
        let Some(what) = &ruling.what else { return };
        let ballot = self.disputed.get(&ruling.challenge);
        let is_same = ballot.and_then(|ballot| self.corrections.get_mut(ballot)).is_some_and(
            |(id, times)| {
                *times += 1;
                self.rows.says((id, *times), openings.what.as_ref(), what)
            },
        );
        if !is_same {
            let fault = format!("the correction of leaf {seq} is gone or says something else");
            self.faults.push(fault);
        }
    }

    /// After the last leaf.
    fn finish(self) -> Vec<String> {
        let mut faults = self.faults;
        let mut strays: Vec<i64> = self.rows.ballots.into_keys().collect();
        strays.sort_unstable();
        let stray = |seq| format!("leaf {seq} is not the ballot that names it");
        faults.extend(strays.into_iter().map(stray));
        faults.extend(self.disputes.finish());
        let mut areas = HashMap::new();
        for (head, area) in self.units.into_values() {
            *areas.entry(head).or_insert(0) += area;
        }
        for (head, (seq, owners)) in self.transfers {
            if self.rows.owners.get(&head) != Some(&owners) {
                faults.push(format!("others than the buyers of leaf {seq} stand for its head"));
            }
        }
        if areas != self.rows.areas {
            faults.push("the roll is not the one of the log".to_owned());
        }
        faults
    }
}

impl Rows {
    fn load(conn: &mut Conn, vote_id: VoteId, ballots: Vec<BallotRow>) -> Outcome<Self> {
        let heads = rolls::list_heads(conn, vote_id)?;
        let unknown = u64::MAX;
        let number = |position: i32| u64::try_from(position).unwrap_or(unknown);
        let area = |area: i64| u64::try_from(area).unwrap_or(unknown);
        let mut choices: HashMap<(BallotId, i32), Vec<(HeadId, Choice)>> = HashMap::new();
        for row in ballots::list_all_choices(conn, vote_id)? {
            let of_reading = choices.entry((row.ballot_id, row.reading)).or_default();
            of_reading.push((row.head_id, row.choice));
        }
        let positions: HashMap<HeadId, u64> =
            heads.iter().map(|head| (head.id, number(head.position))).collect();
        let mut owners: HashMap<u64, Vec<String>> = HashMap::new();
        for owner in rolls::list_head_owners(conn, vote_id)? {
            let Some(head) = positions.get(&owner.head_id) else { continue };
            owners.entry(*head).or_default().push(owner.owner_id.to_string());
        }
        owners.values_mut().for_each(|owners| owners.sort_unstable());
        Ok(Self {
            ballots: ballots.into_iter().map(|row| (row.log_seq, row)).collect(),
            positions,
            owners,
            choices,
            proxies: proxies::list_logged(conn, vote_id)?
                .into_iter()
                .filter_map(|row| Some((row.log_seq?, row)))
                .collect(),
            areas: heads.iter().map(|head| (number(head.position), area(head.area.0))).collect(),
        })
    }

    /// Whether a ballot was cast by the proxy that its leaf names.
    fn is_under(&self, row: &BallotRow, under: Option<u64>) -> bool {
        let leaf = under.and_then(|seq| i64::try_from(seq).ok());
        let told: Option<ProxyId> = leaf.and_then(|seq| self.proxies.get(&seq)).map(|of| of.id);
        told == row.proxy_id && under.is_some() == row.proxy_id.is_some()
    }

    /// Whether a ballot is of the head that its leaf names, where that was not deleted.
    fn is_head(&self, row: &BallotRow, opening: Option<&Opening>, who: &str) -> bool {
        let of_row = self.positions.get(&row.head_id);
        let choices = self.choices.get(&(row.id, 0)).map(Vec::as_slice).unwrap_or_default();
        opening.is_none_or(|opening| {
            opening.open::<Who>(who).is_ok_and(|who| Some(&who.head) == of_row)
        }) && choices.iter().all(|(head_id, _)| *head_id == row.head_id)
    }

    /// Whether a ballot's choices of a reading are those of its leaf, where they were not deleted.
    fn says(&self, of: (&BallotId, i32), opening: Option<&Opening>, what: &str) -> bool {
        let rows = self.choices.get(&(*of.0, of.1)).map(Vec::as_slice).unwrap_or_default();
        opening.is_none_or(|opening| {
            let told = opening.open::<What>(what).map(|what| what.choices).unwrap_or_default();
            let kept = rows.iter().map(|(_, choice)| choice.as_str());
            !told.is_empty() && kept.eq(told.iter().map(String::as_str))
        })
    }
}
