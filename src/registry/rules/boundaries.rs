//! Communities merge (several to one) or split (one to several): which building goes where, and
//! which names would stand there twice.

use std::collections::{BTreeMap, HashMap};

use crate::{kernel::BuildingId, registry::model::BoundaryKind};

/// Why a merger or a split does not hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundaryFault {
    /// A merger takes two communities or more, a split one.
    Sources,
    /// A merger makes one community, a split two or more.
    Targets,
    /// In a merger every building goes to the one community, none is named.
    Named,
    /// A new community, by index, without a building.
    Empty(usize),
    /// A building that is named for no new community.
    Unnamed(BuildingId),
    /// A building that is named for two.
    Twice(BuildingId),
    /// A building of another community.
    Foreign(BuildingId),
}

/// To which new community, by index, each building goes.
///
/// # Errors
/// The first fault.
pub fn place_buildings(
    (kind, sources): (BoundaryKind, usize),
    buildings: &[BuildingId],
    targets: &[Vec<BuildingId>],
) -> Result<Vec<usize>, BoundaryFault> {
    match kind {
        BoundaryKind::Merge if sources < 2 => return Err(BoundaryFault::Sources),
        BoundaryKind::Split if sources != 1 => return Err(BoundaryFault::Sources),
        BoundaryKind::Merge if targets.len() != 1 => return Err(BoundaryFault::Targets),
        BoundaryKind::Split if targets.len() < 2 => return Err(BoundaryFault::Targets),
        BoundaryKind::Merge if targets.iter().any(|named| !named.is_empty()) => {
            return Err(BoundaryFault::Named);
        }
        BoundaryKind::Merge => return Ok(vec![0; buildings.len()]),
        BoundaryKind::Split => {}
    }
    if let Some(index) = targets.iter().position(Vec::is_empty) {
        return Err(BoundaryFault::Empty(index));
    }
    let mut target_of = HashMap::new();
    for (index, named) in targets.iter().enumerate() {
        for building in named {
            if !buildings.contains(building) {
                return Err(BoundaryFault::Foreign(*building));
            }
            if target_of.insert(*building, index).is_some() {
                return Err(BoundaryFault::Twice(*building));
            }
        }
    }
    let found = |id: &BuildingId| target_of.get(id).copied().ok_or(BoundaryFault::Unnamed(*id));
    buildings.iter().map(found).collect()
}

/// The names that would stand twice in one new community.
#[must_use]
pub fn twice(names: impl Iterator<Item = (usize, String)>) -> Vec<String> {
    let mut seen: BTreeMap<(usize, String), bool> = BTreeMap::new();
    for name in names {
        seen.entry(name).and_modify(|again| *again = true).or_insert(false);
    }
    seen.into_iter().filter(|(_, again)| *again).map(|((_, name), _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_buildings_of_a_merger_go_to_the_one_community() {
        let (one, two) = (BuildingId::new(), BuildingId::new());
        let place = |sources, targets: &[Vec<BuildingId>]| {
            place_buildings((BoundaryKind::Merge, sources), &[one, two], targets)
        };
        assert_eq!(place(2, &[vec![]]), Ok(vec![0, 0]));
        assert_eq!(place(1, &[vec![]]), Err(BoundaryFault::Sources));
        assert_eq!(place(2, &[vec![], vec![]]), Err(BoundaryFault::Targets));
        assert_eq!(place(2, &[vec![one]]), Err(BoundaryFault::Named));
    }

    #[test]
    fn a_split_names_every_building_once() {
        let (one, two, other) = (BuildingId::new(), BuildingId::new(), BuildingId::new());
        let place = |targets: &[Vec<BuildingId>]| {
            place_buildings((BoundaryKind::Split, 1), &[one, two], targets)
        };
        assert_eq!(place(&[vec![two], vec![one]]), Ok(vec![1, 0]));
        assert_eq!(place(&[vec![one, two]]), Err(BoundaryFault::Targets));
        assert_eq!(place(&[vec![one, two], vec![]]), Err(BoundaryFault::Empty(1)));
        assert_eq!(place(&[vec![one, two], vec![one]]), Err(BoundaryFault::Twice(one)));
        assert_eq!(place(&[vec![one], vec![other]]), Err(BoundaryFault::Foreign(other)));
        let third =
            place_buildings((BoundaryKind::Split, 1), &[one, two, other], &[vec![one], vec![two]]);
        assert_eq!(third, Err(BoundaryFault::Unnamed(other)));
    }

    #[test]
    fn a_name_may_stand_in_two_communities_but_not_twice_in_one() {
        let names = [(0, "1栋"), (1, "1栋"), (0, "2栋"), (0, "2栋")];
        let names = names.into_iter().map(|(target, name)| (target, name.to_owned()));
        assert_eq!(twice(names), ["2栋"]);
    }
}
