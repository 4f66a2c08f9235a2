//! Where two departments want opposite things of one item.

use crate::joint_review::model::{Clash, OpinionRow, Resolution, Round, Verdict, Wants};

use super::closing::standings;

/// Whether two wishes can't both be met.
const fn are_opposite(one: Wants, other: Wants) -> bool {
    matches!(
        (one, other),
        (Wants::Widen, Wants::Narrow)
            | (Wants::Narrow, Wants::Widen)
            | (Wants::Keep | Wants::Add, Wants::Remove)
            | (Wants::Remove, Wants::Keep | Wants::Add)
    )
}

fn lets_be(opinion: &OpinionRow) -> bool {
    opinion.verdict == Some(Verdict::Pass) || opinion.wants == Some(Wants::Keep)
}

fn clash(one: &OpinionRow, other: &OpinionRow) -> bool {
    let wishes = one.wants.zip(other.wants).is_some_and(|(one, other)| are_opposite(one, other));
    let is_reject = |opinion: &OpinionRow| opinion.verdict == Some(Verdict::Reject);
    wishes || (is_reject(one) && lets_be(other)) || (is_reject(other) && lets_be(one))
}

/// Pairs of departments whose opinions on an item, as they stand and are not settled, are opposite.
#[must_use]
pub fn clashes(round: &Round) -> Vec<Clash> {
    let standing: Vec<_> = standings(round)
        .into_iter()
        .filter(|(.., resolution)| !matches!(resolution, Resolution::Accepted | Resolution::Ruled))
        .filter_map(|(_, item, opinion, _)| {
            let verdict = opinion?.verdict.filter(|verdict| *verdict != Verdict::Withdrawn)?;
            Some((item, opinion?, verdict))
        })
        .collect();
    let mut found = Vec::new();
    for (index, (item, one, one_verdict)) in standing.iter().enumerate() {
        for (_, other, other_verdict) in standing
            .iter()
            .skip(index + 1)
            .filter(|(known, other, _)| known.id == item.id && clash(one, other))
        {
            found.push(Clash {
                item: item.position,
                title: item.title.clone(),
                one: one.department.clone(),
                one_verdict: *one_verdict,
                one_wants: one.wants,
                other: other.department.clone(),
                other_verdict: *other_verdict,
                other_wants: other.wants,
            });
        }
    }
    found.sort_by_key(|clash| clash.item);
    found
}
