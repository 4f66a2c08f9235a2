//! What an import would change of a unit: the register's row beside the file's.

use crate::{
    kernel::{Area, OwnerId},
    registry::model::{AreaSource, CoOwnership, UnitChange, UnitUse},
};

/// What is true of a unit for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// 用途.
    pub unit_use: UnitUse,
    /// 专有部分面积.
    pub area: Option<Area>,
    /// 面积来源.
    pub area_source: Option<AreaSource>,
    /// 已交付.
    pub delivered: bool,
    /// 建设单位 that is to deliver it.
    pub developer_id: Option<OwnerId>,
}

/// An owner of a unit and how the unit is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holding {
    /// The owner.
    pub owner_id: OwnerId,
    /// How the unit is held, where it is known.
    pub co_ownership: Option<CoOwnership>,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// New, changed or unchanged.
    pub change: UnitChange,
    /// The columns that differ, by name.
    pub differences: Vec<&'static str>,
    /// Whether the facts must be written.
    pub has_new_facts: bool,
    /// Whether ownerships must be ended or begun.
    pub has_new_owners: bool,
}

/// Compares the register (`None`: it does not have the unit at this time) with the file.
/// `details_changed`: an owner's name or contact differs.
#[must_use]
pub fn compare(
    current: Option<(&Facts, &[Holding])>,
    (facts, holdings): (&Facts, &[Holding]),
    details_changed: Details,
) -> Comparison {
    let Some((old, old_holdings)) = current else {
        return Comparison {
            change: UnitChange::New,
            differences: Vec::new(),
            has_new_facts: true,
            has_new_owners: true,
        };
    };
    let mut differences: Vec<&'static str> = [
        ("use", old.unit_use != facts.unit_use),
        ("area", old.area != facts.area),
        ("area_source", old.area_source != facts.area_source),
        ("delivered", old.delivered != facts.delivered),
        ("developer_id", old.developer_id != facts.developer_id),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect();
    let has_new_facts = !differences.is_empty();
    let has_new_owners = sorted(old_holdings) != sorted(holdings);
    if has_new_owners {
        differences.push("owners");
    }
    if details_changed == Details::Changed {
        differences.push("owner_details");
    }
    let change = if differences.is_empty() { UnitChange::Unchanged } else { UnitChange::Changed };
    Comparison { change, differences, has_new_facts, has_new_owners }
}

/// Whether an owner's name or contact differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    /// It does.
    Changed,
    /// It does not.
    Same,
}

fn sorted(holdings: &[Holding]) -> Vec<Holding> {
    let mut holdings = holdings.to_vec();
    holdings.sort_unstable();
    holdings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            unit_use: UnitUse::Residential,
            area: Some(Area(8640)),
            area_source: Some(AreaSource::Register),
            delivered: true,
            developer_id: None,
        }
    }

    #[test]
    fn a_unit_is_new_changed_or_unchanged() {
        let [a, b] = [(); 2].map(|()| Holding { owner_id: OwnerId::new(), co_ownership: None });
        let new = compare(None, (&facts(), &[a]), Details::Same);
        assert_eq!((new.change, new.has_new_facts), (UnitChange::New, true));
        let same = compare(Some((&facts(), &[a, b])), (&facts(), &[b, a]), Details::Same);
        assert_eq!((same.change, same.has_new_owners), (UnitChange::Unchanged, false));
        let larger = Facts { area: Some(Area(8641)), ..facts() };
        let changed = compare(Some((&facts(), &[a])), (&larger, &[a]), Details::Same);
        assert_eq!(changed.differences, ["area"]);
        assert!(changed.has_new_facts && !changed.has_new_owners);
        let sold = compare(Some((&facts(), &[a])), (&facts(), &[b]), Details::Changed);
        assert_eq!(sold.differences, ["owners", "owner_details"]);
        assert!(!sold.has_new_facts && sold.has_new_owners);
    }
}
