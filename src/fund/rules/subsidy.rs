//! E10-E12 补: city and district match half of the fund money that was used, cumulatively on audited use;
//! matched money that was credited back earns no second match.

use super::{half_up, split};
use crate::kernel::{Fen, Ratio};

crate::text_enum! {
    /// Where a subsidy goes.
    pub enum Destination {
        /// 补入分户账: to the sub-accounts, by what each of them bore.
        Units = "units",
        /// 补入项目: to the project's own account.
        Project = "project",
    }
}

/// The match of a use: the policy's share of it, half up on the cumulative sum.
pub fn entitlement(used: Fen, matched: Ratio) -> Option<Fen> {
    half_up(i128::from(used.0) * i128::from(matched.num()), i128::from(matched.den()))
}

/// Fund money that counts: what was used, without what came from earlier matches. A unit spends its own
/// deposits first; what it uses beyond them is matched money.
pub fn countable(used: Fen, own: Fen) -> Fen {
    used.min(own)
}

/// Splits a grant between city and district by the city's share; the district takes the odd fen.
pub fn tiers(grant: Fen, city: Ratio) -> Option<(Fen, Fen)> {
    let city =
        i128::from(grant.0).checked_mul(i128::from(city.num()))?.div_euclid(i128::from(city.den()));
    let city = i64::try_from(city).ok().map(Fen)?;
    Some((city, grant.checked_sub(city)?))
}

/// What each unit is credited of a grant, by what it used, in the order of `used`.
pub fn credit<K: Ord>(grant: Fen, used: &[(K, i64)]) -> Option<Vec<Fen>> {
    split(grant, used)
}

/// What each unit gives back where a use was audited lower: what it was credited less what it would have
/// been credited on the audited use. Never below zero.
pub fn claw_back<K: Ord>(
    credited: &[Fen],
    (grant, audited): (Fen, &[(K, i64)]),
) -> Option<Vec<Fen>> {
    let due = credit(grant, audited)?;
    let back = credited.iter().zip(due).map(|(was, is)| was.checked_sub(is));
    back.map(|one| one.map(|fen| fen.max(Fen::ZERO))).collect()
}
