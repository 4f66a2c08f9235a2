//! Rolls over HTTP: units and areas, never names.

use serde::{Deserialize, Serialize};

use crate::kernel::{Area, UnitId};
use crate::voting::model::{BuildingTotals, RollFilter, RollUnitRow};

/// What a list of a roll's units is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RollQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One building only.
    pub building: Option<String>,
    /// A part of the unit's number.
    pub search: Option<String>,
}

impl RollQuery {
    /// The filter of the store.
    #[must_use]
    pub fn filter(&self) -> RollFilter {
        RollFilter { building: self.building.clone(), search: self.search.clone() }
    }
}

/// A unit on a roll.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RollUnitOut {
    /// The unit.
    pub unit_id: UnitId,
    /// Its number 房号.
    pub code: String,
    /// Its building.
    pub building: String,
    /// Its entrance.
    pub entrance: Option<String>,
    /// What it is used for.
    #[serde(rename = "use")]
    pub unit_use: String,
    /// Its exclusive area in square metres.
    pub area: Area,
    /// Where the area comes from.
    pub area_source: String,
    /// Whether it was handed over.
    pub delivered: bool,
}

impl From<RollUnitRow> for RollUnitOut {
    fn from(row: RollUnitRow) -> Self {
        Self {
            unit_id: row.unit_id,
            code: row.code,
            building: row.building,
            entrance: row.entrance,
            unit_use: row.unit_use,
            area: row.area,
            area_source: row.area_source,
            delivered: row.delivered,
        }
    }
}

/// Totals of a roll.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RollTotalsOut {
    /// All heads; a head with units in two buildings counts once.
    pub heads: i64,
    /// The sum of all areas.
    pub area: Area,
    /// By building; a head with units in two buildings counts in both.
    pub buildings: Vec<BuildingTotalsOut>,
}

/// Totals of one building.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BuildingTotalsOut {
    /// The building.
    pub building: String,
    /// Units that count.
    pub units: u64,
    /// Heads with a unit here.
    pub heads: u64,
    /// Their area here.
    pub area: Area,
}

impl From<BuildingTotals> for BuildingTotalsOut {
    fn from(totals: BuildingTotals) -> Self {
        let BuildingTotals { building, units, heads, area } = totals;
        Self { building, units, heads, area }
    }
}
