//! A district's policy as data.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::fund::rules::{shares::ShortBalance, subsidy::Destination};
use crate::kernel::{Fen, Ratio};

crate::text_enum! {
    /// Of what the line of topping up is a part.
    pub enum TopUpBase {
        /// 应交额: the unit's assessed target.
        Target = "target",
        /// 新建住宅标准: the standard for new housing.
        Standard = "standard",
    }
}

/// Which part of the standard owners may choose, in percent, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PercentRange {
    /// The least.
    pub least: u32,
    /// The most.
    pub most: u32,
}

/// The line below which a unit must top up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopUp {
    /// In percent of the base.
    pub percent: u32,
    /// Of what.
    pub base: TopUpBase,
}

/// A standard for new housing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// Its word.
    pub key: String,
    /// Its name: the year and type of building.
    pub title: String,
    /// Yuan for each m².
    pub per_m2: Fen,
}

/// What a district lays down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its word.
    pub key: String,
    /// Its name.
    pub title: String,
    /// It applies where a division's code begins so.
    pub division: String,
    /// Where it stands.
    pub clause: String,
    /// What owners may choose.
    pub percent: PercentRange,
    /// Which part of the used fund money is matched.
    pub matched: Ratio,
    /// Which part of the match the city pays.
    pub city: Ratio,
    /// Where the match goes.
    pub destination: Destination,
    /// What happens where a balance is too low.
    pub short_balance: ShortBalance,
    /// The line of topping up.
    pub top_up: TopUp,
    /// From which amount on two others check, in yuan.
    pub two_checkers_from: Fen,
    /// For how many days money is reserved.
    pub reserved_days: u32,
    /// Standards by year and type of building.
    pub standard: Vec<Standard>,
}

/// The shipped policies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    policy: Vec<Policy>,
}

static SHIPPED: LazyLock<Result<Policies, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../seed/reference/fund-policies.toml")));

/// All shipped policies; none where the file is broken, which a test would have told.
pub fn policies() -> &'static [Policy] {
    SHIPPED.as_ref().map_or(&[], |file| &file.policy)
}

/// The policy of a division: the one whose prefix is longest.
pub fn find_policy(division_code: &str) -> Option<&'static Policy> {
    let here = policies().iter().filter(|one| division_code.starts_with(&one.division));
    here.max_by_key(|one| one.division.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policies_can_be_read() {
        assert!(SHIPPED.is_ok(), "{:?}", SHIPPED.as_ref().err());
        assert_eq!(find_policy("330203001").map(|one| one.key.as_str()), Some("ningbo"));
        assert_eq!(find_policy("110101001").map(|one| one.key.as_str()), Some("national"));
    }
}
