//! Tests of the pure rules: the worked cases by their numbers, properties, boundaries both sides.

mod amendments;
mod cases;
mod city_packs;
mod composite;
mod flips;
mod packs;
mod properties;
mod questions;
mod rolls;
mod silence;
mod states;

use crate::{
    kernel::Area,
    voting::{
        model::{Choice, ItemClass},
        rules::{
            count::{ItemCount, Standing, Verdict, Weight},
            pack::{NATIONAL, RulePack},
            roll::{OwnerRef, RollRules, Space, UnitRow},
        },
    },
};

pub(super) fn national() -> RulePack {
    RulePack::from_toml(NATIONAL).unwrap()
}

/// "600.00" as hundredths.
pub(super) fn area(text: &str) -> u64 {
    u64::try_from(text.parse::<Area>().unwrap().0).unwrap()
}

/// A count from area and heads of the scope, of those taking part and of those for.
pub(super) fn count(total: (&str, u64), part: (&str, u64), yes: (&str, u64)) -> ItemCount {
    let weight = |(text, heads)| Weight { area: area(text), heads };
    ItemCount {
        total: weight(total),
        participating: weight(part),
        in_favour: weight(yes),
        ..ItemCount::default()
    }
}

pub(super) fn judge(class: ItemClass, count: &ItemCount) -> Verdict {
    count.judge(national().class(class)).unwrap()
}

pub(super) fn cast(choice: Choice) -> Standing {
    Standing::Cast(choice)
}

/// The names of the predicates that are not met.
pub(super) fn unmet(verdict: Verdict) -> Vec<&'static str> {
    [
        ("participation_by_area", verdict.participation_by_area),
        ("participation_by_heads", verdict.participation_by_heads),
        ("approval_by_area", verdict.approval_by_area),
        ("approval_by_heads", verdict.approval_by_heads),
    ]
    .into_iter()
    .filter_map(|(name, met)| (!met).then_some(name))
    .collect()
}

/// A delivered dwelling of the named owners.
pub(super) fn flat(square_metres: &str, owners: &[&str]) -> UnitRow {
    UnitRow {
        building: "1".to_owned(),
        space: Space::Premises,
        area: Some(square_metres.parse().unwrap()),
        has_area_source: true,
        owners: owners
            .iter()
            .map(|key| OwnerRef { key: (*key).to_owned(), is_developer: key.starts_with("DEV") })
            .collect(),
        representative: None,
        is_delivered: true,
        developer: None,
    }
}

pub(super) fn roll_rules() -> RollRules {
    RollRules::from(&national())
}
