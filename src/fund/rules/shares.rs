//! E7, E8: who bears what of a use. The cost is shared by exclusive area (165号令 art. 20); a unit with too
//! little in its sub-account owes the rest directly, and never a neighbour.

use super::split;
use crate::kernel::{Area, Code, Fen, Outcome, Refusal, UnitId};

crate::text_enum! {
    /// What happens where a unit's balance is too low for its share.
    pub enum ShortBalance {
        /// 不予受理: the use is refused.
        Refuse = "refuse",
        /// 直接出资: the unit owes what is missing.
        DirectContribution = "direct_contribution",
    }
}

/// A unit of the voted scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The unit.
    pub unit_id: UnitId,
    /// Building and room: decides ties.
    pub code: (String, String),
    /// Its exclusive area.
    pub area: Area,
    /// What its sub-account has, without what is reserved.
    pub available: Fen,
}

/// A unit's share of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The unit.
    pub unit_id: UnitId,
    /// The whole share.
    pub share: Fen,
    /// What of it the sub-account bears.
    pub fund: Fen,
    /// What of it the owner owes directly: no use of the fund, so nothing is matched.
    pub direct: Fen,
}

/// Shares an amount among the units of the voted scope, in their order.
///
/// # Errors
/// `empty_scope`; `balance_too_low` with every unit that has too little, where the policy refuses.
pub fn share_use(
    amount: Fen,
    bearers: &[Bearer],
    short_balance: ShortBalance,
) -> Outcome<Vec<Share>> {
    let weights: Vec<(&(String, String), i64)> =
        bearers.iter().map(|one| (&one.code, one.area.0)).collect();
    let parts = split(amount, &weights).ok_or_else(|| Refusal::new(Code::EmptyScope))?;
    let mut shares = Vec::with_capacity(parts.len());
    let mut short = Vec::new();
    for (bearer, share) in bearers.iter().zip(parts) {
        let fund = share.min(bearer.available);
        let direct = Fen(share.0.saturating_sub(fund.0));
        if direct > Fen::ZERO {
            short.push((bearer, share));
        }
        shares.push(Share { unit_id: bearer.unit_id, share, fund, direct });
    }
    if short.is_empty() || short_balance == ShortBalance::DirectContribution {
        return Ok(shares);
    }
    let mut refusal = Refusal::new(Code::BalanceTooLow).with("units", short.len());
    for (bearer, share) in short.into_iter().take(50) {
        let (building, room) = &bearer.code;
        let detail = format!("{building} {room}: {} < {share}", bearer.available);
        refusal = refusal.with_field("/amount", Code::BalanceTooLow.as_str(), detail);
    }
    Err(refusal)
}

/// What each sub-account pays of a payment, in the order of `remaining`: of what the use still has open, the
/// payment takes the same part of the fund's share as of the whole, and of each unit in proportion to what
/// is left of its share. So no unit ever pays more than its share, and the last payment takes all of it.
///
/// `None` where more would be paid than is open.
pub fn next_parts<K: Ord>(remaining: &[(K, i64)], open: Fen, amount: Fen) -> Option<Vec<Fen>> {
    if amount > open || amount.0 <= 0 {
        return None;
    }
    let fund: i128 = remaining.iter().map(|(_, fen)| i128::from(*fen)).sum();
    let part = super::half_up(fund.checked_mul(i128::from(amount.0))?, i128::from(open.0))?;
    split(part, remaining)
}
