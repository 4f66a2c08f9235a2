//! Participation: how many of the roll came, never what was chosen. Running results exist nowhere.

use std::collections::HashSet;

use serde::Serialize;

use super::{count::totals, facts::Vote};
use crate::kernel::{HeadId, Outcome};
use crate::platform::db::Conn;
use crate::voting::{
    model::{Choice, ItemClass, Totals},
    rules::{
        count::{InvalidBallots, ItemCount, Standing},
        explain::{Predicate, explain},
    },
    store::{ballots, rolls, votes},
};

/// Who has taken part so far.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Participation {
    /// The whole roll.
    pub total: Totals,
    /// Those who have taken part.
    pub participating: Totals,
    /// The two lines of the law, for the strictest class on the agenda.
    pub lines: Vec<Predicate>,
}

/// How many have taken part, against the two lines of the law.
///
/// # Errors
/// `empty_scope` before a roll is frozen; of the database.
pub fn participation(conn: &mut Conn, vote: &Vote) -> Outcome<Participation> {
    let came = ballots::list_participants(conn, vote.row.id)?.into_iter().collect();
    participation_of(conn, vote, &came)
}

/// The same as if these heads had taken part, and nobody else.
///
/// # Errors
/// As [`participation`].
pub(super) fn participation_of(
    conn: &mut Conn,
    vote: &Vote,
    came: &HashSet<HeadId>,
) -> Outcome<Participation> {
    let heads = rolls::list_heads(conn, vote.row.id)?;
    let areas: Vec<u64> =
        heads.iter().map(|head| u64::try_from(head.area.0).unwrap_or(0)).collect();
    // Every ballot is read as an abstention: it takes part and says nothing.
    let standing = |id: &HeadId| match came.contains(id) {
        true => Standing::Cast(Choice::Abstain),
        false => Standing::Absent,
    };
    let standings: Vec<Standing> = heads.iter().map(|head| standing(&head.id)).collect();
    let class = votes::list_items(conn, vote.row.id)?
        .iter()
        .map(|item| item.class)
        .max()
        .unwrap_or(ItemClass::Ordinary);
    let rule = vote.pack.class(class);
    let count = ItemCount::of(&areas, &standings, InvalidBallots::StayOut);
    let mut lines = explain(&count, rule, count.judge(rule)?);
    lines.truncate(2);
    Ok(Participation {
        total: totals(count.total),
        participating: totals(count.participating),
        lines,
    })
}
