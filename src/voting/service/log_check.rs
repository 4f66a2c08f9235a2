//! The rows of votes against their logs: every leaf is hashed again, and every ballot says what its
//! leaf says. Whoever changes a row past the program is found here, and the leaf is named.

use std::collections::HashMap;

use super::cast::receipt_code;
use crate::ballot_log::{Leaf, Openings, What, Who};
use crate::kernel::{BallotId, HeadId, Outcome, VoteId};
use crate::platform::{
    db::Conn,
    tlog::{LogRow, check::check_rows, store::list_logs},
};
use crate::voting::{
    model::{BallotRow, Choice},
    store::{ballots, rolls},
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
    choices: HashMap<BallotId, Vec<(HeadId, Choice)>>,
    /// Area by position.
    areas: HashMap<u64, u64>,
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
    let mut rows = Rows::load(conn, vote_id)?;
    let (mut differing, mut areas) = (Vec::new(), HashMap::new());
    let mut faults = check_rows(conn, log, |seq, bytes, openings| match Leaf::decode(bytes) {
        Ok(Leaf::Roll(unit)) => *areas.entry(unit.head).or_insert(0) += unit.area,
        Ok(Leaf::Ballot(ballot)) => {
            let openings = openings.and_then(|text| serde_json::from_str(text).ok());
            let row = rows.ballots.remove(&seq);
            let is_same = row.is_some_and(|row| {
                row.receipt == receipt_code(bytes)
                    && row.cast_at.micros() == ballot.at
                    && row.channel.as_str() == ballot.channel
                    && rows.says(&row, &openings.unwrap_or_default(), (&ballot.who, &ballot.what))
            });
            if !is_same {
                differing.push(format!("the ballot of leaf {seq} is gone or says something else"));
            }
        }
        Ok(_) => {}
        Err(error) => differing.push(format!("leaf {seq} can't be read: {error}")),
    })?;
    faults.append(&mut differing);
    let mut strays: Vec<i64> = rows.ballots.into_keys().collect();
    strays.sort_unstable();
    let stray = |seq| format!("leaf {seq} is not the ballot that names it");
    faults.extend(strays.into_iter().map(stray));
    if areas != rows.areas {
        faults.push("the roll is not the one of the log".to_owned());
    }
    Ok(faults)
}

impl Rows {
    fn load(conn: &mut Conn, vote_id: VoteId) -> Outcome<Self> {
        let heads = rolls::list_heads(conn, vote_id)?;
        let unknown = u64::MAX;
        let number = |position: i32| u64::try_from(position).unwrap_or(unknown);
        let area = |area: i64| u64::try_from(area).unwrap_or(unknown);
        let mut choices: HashMap<BallotId, Vec<(HeadId, Choice)>> = HashMap::new();
        for (ballot_id, head_id, choice) in ballots::list_all_choices(conn, vote_id)? {
            choices.entry(ballot_id).or_default().push((head_id, choice));
        }
        let ballots = ballots::list_ballots(conn, vote_id)?;
        Ok(Self {
            ballots: ballots.into_iter().map(|row| (row.log_seq, row)).collect(),
            positions: heads.iter().map(|head| (head.id, number(head.position))).collect(),
            choices,
            areas: heads.iter().map(|head| (number(head.position), area(head.area.0))).collect(),
        })
    }

    /// Whether a ballot's rows say what the openings of its leaf say, as far as they were not deleted.
    fn says(&self, row: &BallotRow, openings: &Openings, (who, what): (&str, &str)) -> bool {
        let rows = self.choices.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let is_head = openings.who.as_ref().is_none_or(|opening| {
            let head = opening.open::<Who>(who).ok().map(|who| who.head);
            head.is_some() && head.as_ref() == self.positions.get(&row.head_id)
        });
        let is_choice = openings.what.as_ref().is_none_or(|opening| {
            let told = opening.open::<What>(what).map(|what| what.choices).unwrap_or_default();
            let kept = rows.iter().map(|(_, choice)| choice.as_str());
            !told.is_empty() && kept.eq(told.iter().map(String::as_str))
        });
        is_head && is_choice && rows.iter().all(|(head_id, _)| *head_id == row.head_id)
    }
}
