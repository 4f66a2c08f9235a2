//! The roll 业主名册: from the units of a scope to heads 人数 and their areas.
//!
//! One head per distinct owner set; a developer's unsold and undelivered units are one head together
//! (法释〔2009〕7号 art. 9); areas are always summed. Absent on purpose: who may see a roll, names.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    kernel::Area,
    voting::{
        model::HeadKey,
        rules::pack::{RulePack, Switches},
    },
};

/// What kind of space a unit is, as far as counting is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// Dwelling or business unit: always counts.
    Premises,
    /// Parking space 车位: by switch.
    Parking,
    /// Storage room 储藏室: by switch.
    Storage,
}

/// An owner of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRef {
    /// The identity: the ID number's keyed hash (or the number itself); never a name.
    pub key: String,
    /// Whether the owner is a developer 建设单位.
    pub is_developer: bool,
}

/// A unit as the register has it on the record date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// The building, for the totals.
    pub building: String,
    /// What it is.
    pub space: Space,
    /// Its exclusive area.
    pub area: Option<Area>,
    /// Whether the area's source is known (register, survey or contract; 法释〔2009〕7号 art. 8).
    pub has_area_source: bool,
    /// Its owners.
    pub owners: Vec<OwnerRef>,
    /// The voter whom the co-owners named, where the pack counts by representative.
    pub representative: Option<String>,
    /// Whether it was handed over.
    pub is_delivered: bool,
    /// The developer it is to be handed over by, where known.
    pub developer: Option<String>,
}

/// One head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its canonical key: the sorted identities, or `developer:` and the developer's.
    pub key: String,
    /// The sum of its exclusive areas.
    pub area: Area,
    /// Its units, as indexes of the input.
    pub units: Vec<usize>,
    /// Whether it is a developer's pool.
    pub is_developer_pool: bool,
}

/// A roll: heads in the order of their first unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roll {
    /// The heads; a ballot names its head by this index.
    pub heads: Vec<Head>,
    /// For each unit of the input its head, or `None` where the unit does not count.
    pub head_of: Vec<Option<usize>>,
    /// The sum of all areas.
    pub area: Area,
}

/// Totals of one building; a head with units in two buildings counts in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildingTotal {
    /// The building.
    pub building: String,
    /// Units that count.
    pub units: u64,
    /// Distinct heads with a unit here.
    pub heads: u64,
    /// Area that counts.
    pub area: Area,
}

crate::text_enum! {
    /// Why a unit can't stand on the roll.
    pub enum RollFault {
        /// No area.
        AreaMissing = "area_missing",
        /// An area of nothing or less.
        AreaNotPositive = "area_not_positive",
        /// The total passes what can be counted.
        AreaTooLarge = "area_too_large",
        /// No area source.
        AreaSourceMissing = "area_source_missing",
        /// No owner.
        OwnerMissing = "owner_missing",
        /// Undelivered, and the developer can't be told.
        DeveloperUnknown = "developer_unknown",
    }
}

/// A fault of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollProblem {
    /// The unit, as an index of the input.
    pub unit: usize,
    /// What is wrong.
    pub fault: RollFault,
}

/// The switches that shape a roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollRules {
    /// Whether parking spaces count.
    pub count_parking: bool,
    /// Whether storage rooms count.
    pub count_storage: bool,
    /// Whether developers' units pool.
    pub developer_pool: bool,
    /// What is one head where owner sets overlap.
    pub head_key: HeadKey,
}

impl From<&RulePack> for RollRules {
    fn from(pack: &RulePack) -> Self {
        let Switches { count_parking, count_storage, developer_pool, head_key, .. } =
            &pack.switches;
        Self {
            count_parking: count_parking.value,
            count_storage: count_storage.value,
            developer_pool: developer_pool.value,
            head_key: head_key.value,
        }
    }
}

impl RollRules {
    pub(super) const fn counts(self, space: Space) -> bool {
        match space {
            Space::Premises => true,
            Space::Parking => self.count_parking,
            Space::Storage => self.count_storage,
        }
    }
}

impl Roll {
    /// Makes the roll of the units.
    ///
    /// # Errors
    /// Every fault of every unit that counts; a roll with faults can't be frozen.
    pub fn build(units: &[UnitRow], rules: RollRules) -> Result<Self, Vec<RollProblem>> {
        let only_developer = only_developer(units);
        let mut roll = Self { head_of: vec![None; units.len()], ..Self::default() };
        let mut index_of: HashMap<String, usize> = HashMap::new();
        let mut problems = Vec::new();
        for (index, unit) in units.iter().enumerate() {
            if !rules.counts(unit.space) {
                continue;
            }
            let mut report = |fault| problems.push(RollProblem { unit: index, fault });
            unit_faults(unit).into_iter().for_each(&mut report);
            let Some((key, is_developer_pool)) = head_key(unit, rules, only_developer) else {
                report(RollFault::DeveloperUnknown);
                continue;
            };
            let area = unit.area.unwrap_or_default();
            match roll.area.checked_add(area) {
                Some(sum) => roll.area = sum,
                None => report(RollFault::AreaTooLarge),
            }
            let head = *index_of.entry(key.clone()).or_insert_with(|| {
                let units = Vec::new();
                roll.heads.push(Head { key, area: Area::ZERO, units, is_developer_pool });
                roll.heads.len() - 1
            });
            if let Some(head) = roll.heads.get_mut(head) {
                head.units.push(index);
                head.area = Area(head.area.0.saturating_add(area.0));
            }
            if let Some(place) = roll.head_of.get_mut(index) {
                *place = Some(head);
            }
        }
        if problems.is_empty() { Ok(roll) } else { Err(problems) }
    }

    /// The areas of the heads, by head index: what a count needs.
    #[must_use]
    pub fn areas(&self) -> Vec<u64> {
        self.heads.iter().map(|head| u64::try_from(head.area.0).unwrap_or(0)).collect()
    }

    /// Totals by building, in the order of the buildings' names.
    #[must_use]
    pub fn by_building(&self, units: &[UnitRow]) -> Vec<BuildingTotal> {
        let mut totals: BTreeMap<&str, (u64, BTreeSet<usize>, i64)> = BTreeMap::new();
        for (unit, head) in units.iter().zip(&self.head_of) {
            let Some(head) = head else { continue };
            let (count, heads, area) = totals.entry(&unit.building).or_default();
            *count += 1;
            heads.insert(*head);
            *area = area.saturating_add(unit.area.unwrap_or_default().0);
        }
        let total = |(building, (units, heads, area)): (&str, (u64, BTreeSet<usize>, i64))| {
            let heads = u64::try_from(heads.len()).unwrap_or(u64::MAX);
            BuildingTotal { building: building.to_owned(), units, heads, area: Area(area) }
        };
        totals.into_iter().map(total).collect()
    }
}

pub(super) fn unit_faults(unit: &UnitRow) -> Vec<RollFault> {
    let area = match unit.area {
        None => Some(RollFault::AreaMissing),
        Some(area) if area <= Area::ZERO => Some(RollFault::AreaNotPositive),
        Some(_) => None,
    };
    let source = (!unit.has_area_source).then_some(RollFault::AreaSourceMissing);
    let owner = unit.owners.is_empty().then_some(RollFault::OwnerMissing);
    [area, source, owner].into_iter().flatten().collect()
}

/// The only developer that the units name, if there is exactly one.
pub(super) fn only_developer(units: &[UnitRow]) -> Option<&str> {
    let owners = units.iter().flat_map(|unit| &unit.owners);
    let owning = owners.filter(|owner| owner.is_developer).map(|owner| owner.key.as_str());
    let named = units.iter().filter_map(|unit| unit.developer.as_deref());
    let developers: BTreeSet<&str> = owning.chain(named).collect();
    if developers.len() == 1 { developers.first().copied() } else { None }
}

/// The head's key and whether it is a developer's pool; `None` where the developer can't be told.
pub(super) fn head_key(
    unit: &UnitRow,
    rules: RollRules,
    only_developer: Option<&str>,
) -> Option<(String, bool)> {
    let owners: BTreeSet<&str> = unit.owners.iter().map(|owner| owner.key.as_str()).collect();
    if rules.developer_pool {
        let developers: BTreeSet<&str> = unit
            .owners
            .iter()
            .filter(|owner| owner.is_developer)
            .map(|owner| owner.key.as_str())
            .collect();
        let holder = if developers.len() == 1 { developers.first().copied() } else { None };
        let unsold = holder.filter(|_| owners.len() == 1);
        if let Some(developer) = unsold {
            return Some((format!("developer:{developer}"), true));
        }
        if !unit.is_delivered {
            let developer = unit.developer.as_deref().or(holder).or(only_developer)?;
            return Some((format!("developer:{developer}"), true));
        }
    }
    if rules.head_key == HeadKey::Representative
        && let Some(voter) = &unit.representative
    {
        return Some((voter.clone(), false));
    }
    Some((owners.into_iter().collect::<Vec<_>>().join("+"), false))
}
