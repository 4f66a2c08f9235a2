//! Rows of disputes and rulings against the leaves of their log: who ruled what on which ballot, and
//! when. Absent on purpose: words and names, which no leaf holds, and proposals, which decide nothing.

use std::collections::{BTreeMap, HashMap};

use super::paper_views::read_choices;
use crate::ballot_log::{Challenge, Opening, Ruling, What};
use crate::kernel::{BallotId, Outcome, VoteId};
use crate::platform::db::Conn;
use crate::voting::{
    model::{BallotRow, DisputeRow},
    store::disputes,
};

/// The rows of a vote that no leaf has named yet.
pub(super) struct Disputes {
    /// By the leaf of the dispute.
    rows: BTreeMap<i64, DisputeRow>,
    /// Disputes whose leaf was found, by leaf.
    filed: BTreeMap<i64, DisputeRow>,
    /// The leaf of each ballot.
    ballots: HashMap<BallotId, i64>,
}

impl Disputes {
    pub(super) fn load(
        conn: &mut Conn,
        (vote_id, ballots): (VoteId, &[BallotRow]),
    ) -> Outcome<Self> {
        let rows = disputes::list_all(conn, vote_id)?;
        Ok(Self {
            rows: rows.into_iter().map(|row| (row.log_seq, row)).collect(),
            filed: BTreeMap::new(),
            ballots: ballots.iter().map(|row| (row.id, row.log_seq)).collect(),
        })
    }

    /// A leaf that disputes a ballot; a sentence where no row says the same.
    pub(super) fn challenge(&mut self, seq: i64, leaf: &Challenge) -> Option<String> {
        let row = self.rows.remove(&seq);
        let is_same = row.as_ref().is_some_and(|row| {
            let ballot = self.ballots.get(&row.ballot_id);
            ballot.is_some_and(|ballot| u64::try_from(*ballot) == Ok(leaf.ballot))
                && row.reason.as_str() == leaf.reason
                && row.filed_at.micros() == leaf.at
        });
        self.filed.extend(row.map(|row| (seq, row)));
        (!is_same).then(|| format!("the dispute of leaf {seq} is gone or says something else"))
    }

    /// A leaf that answers a dispute; a sentence where no row says the same.
    pub(super) fn ruling(
        &mut self,
        seq: i64,
        leaf: &Ruling,
        opening: Option<&Opening>,
    ) -> Option<String> {
        let row = i64::try_from(leaf.challenge).ok().and_then(|seq| self.filed.remove(&seq));
        let is_same = row.is_some_and(|row| {
            let by = [row.proposed_by, row.confirmed_by];
            let by = by.iter().flatten().map(ToString::to_string);
            row.ruling_seq == Some(seq)
                && row.upheld == Some(leaf.upheld)
                && row.confirmed_at.is_some_and(|at| at.micros() == leaf.at)
                && by.eq(leaf.by.iter().cloned())
                && reads(&row, leaf.what.as_deref(), opening)
        });
        (!is_same).then(|| format!("the ruling of leaf {seq} is gone or says something else"))
    }

    /// After the last leaf: a sentence for each row that no leaf names.
    pub(super) fn finish(self) -> impl Iterator<Item = String> {
        let stray = |seq| format!("leaf {seq} is not the dispute that names it");
        let unruled = self.filed.into_values().filter_map(|row| row.ruling_seq);
        let unruled = unruled.map(|seq| format!("leaf {seq} is not the ruling that names it"));
        self.rows.into_keys().map(stray).chain(unruled)
    }
}

/// Whether what two people read on a misread sheet is what the leaf says, where it was not deleted.
fn reads(row: &DisputeRow, what: Option<&str>, opening: Option<&Opening>) -> bool {
    let (Some(choices), Some(what)) = (&row.choices, what) else {
        return row.choices.is_some() == what.is_some();
    };
    opening.is_none_or(|opening| {
        let kept = read_choices(choices).unwrap_or_default();
        let kept = kept.iter().map(|(_, choice)| choice.as_str());
        opening.open::<What>(what).is_ok_and(|told| {
            let reason = row.invalid_reason.map(|reason| reason.as_str());
            kept.eq(told.choices.iter().map(String::as_str))
                && told.invalid_reason.as_deref() == reason
        })
    })
}
