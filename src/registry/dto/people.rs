//! Households and residents.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::{HouseholdId, LocalDate, ResidentId, UnitId};

/// Somebody who moves in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResidentIn {
    /// The name.
    pub name: String,
    /// The phone number.
    pub phone: Option<String>,
    /// What a survey must know.
    #[serde(default)]
    #[schema(example = json!(["老年人", "行动不便"]))]
    pub needs: Vec<String>,
}

/// A household that moves in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HouseholdIn {
    /// Who speaks for it.
    pub name: String,
    /// Whether it rents.
    #[serde(default)]
    pub is_tenant: bool,
    /// Since when; today where nothing is said.
    pub on: Option<LocalDate>,
    /// Who lives in it.
    #[serde(default)]
    pub residents: Vec<ResidentIn>,
}

/// The end of a household's time in its unit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveOutIn {
    /// The first day without it; today where nothing is said.
    pub on: Option<LocalDate>,
}

/// A resident, masked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResidentOut {
    /// The resident.
    pub id: ResidentId,
    /// The name, masked.
    pub name: String,
    /// Whether a phone number is known.
    pub has_contact: bool,
    /// What a survey must know.
    pub needs: Vec<String>,
}

/// A household 户.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HouseholdOut {
    /// The household.
    pub id: HouseholdId,
    /// Where it lives.
    pub unit_id: UnitId,
    /// The unit's number.
    pub unit_code: String,
    /// Who speaks for it, masked.
    pub name: String,
    /// Whether it rents.
    pub is_tenant: bool,
    /// Who lives in it.
    pub residents: Vec<ResidentOut>,
    /// The first day.
    pub valid_from: LocalDate,
    /// The day after the last; absent while it lives there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<LocalDate>,
    /// For `If-Match`.
    pub version: i32,
}
