//! What each unit pays: cost less subsidy, by the floor's coefficient and the area, to the fen.
//! The agreement of the owners decides the table; a shipped scheme only proposes one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::Deserialize;

use crate::{
    elevator::model::{Coefficient, CoefficientSource, Cost, Share, ShareBasis, SharingUnit},
    kernel::{Code, Fen, Outcome, Refusal, split::by_largest_remainder},
};

/// Floors that a house may have.
pub const FLOORS: std::ops::RangeInclusive<i32> = 1..=99;
const MOST_PER_MILLE: i32 = 100_000;
/// A hundred million yuan: more is a slip of the keyboard, and products stay within `i64`.
const MOST: Fen = Fen(10_000_000_000);

/// A shipped way to weigh floors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scheme {
    key: String,
    #[serde(rename = "zh")]
    _zh: String,
    #[serde(rename = "en")]
    _en: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "basis")]
    _basis: String,
    free_floors: i32,
    first: i32,
    step: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scheme: Vec<Scheme>,
}

static SCHEMES: LazyLock<Result<Vec<Scheme>, String>> = LazyLock::new(|| {
    let text = include_str!("../../../seed/reference/elevator-schemes.toml");
    toml::from_str::<File>(text).map(|file| file.scheme).map_err(|fault| fault.to_string())
});

impl Scheme {
    fn of_floor(&self, floor: i32) -> i32 {
        let above = floor - self.free_floors - 1;
        if above < 0 { 0 } else { self.first + self.step * above }
    }
}

/// The table that a source gives for the floors of some units.
///
/// # Errors
/// `invalid_field` for a scheme that is not shipped.
pub fn coefficients(
    source: &CoefficientSource,
    units: &[SharingUnit],
) -> Outcome<Vec<Coefficient>> {
    let key = match source {
        CoefficientSource::Table(table) => return Ok(table.clone()),
        CoefficientSource::Scheme(key) => key,
    };
    let schemes = SCHEMES.as_ref().map_err(Refusal::internal)?;
    let Some(scheme) = schemes.iter().find(|scheme| scheme.key == *key) else {
        let known: Vec<&str> = schemes.iter().map(|scheme| scheme.key.as_str()).collect();
        let detail = format!("{key} is not one of {}", known.join(", "));
        return Err(Refusal::field(Code::InvalidField, "/scheme", detail));
    };
    let floors: BTreeSet<i32> = units.iter().filter_map(|unit| unit.floor).collect();
    let weigh = |floor| Coefficient { floor, per_mille: scheme.of_floor(floor) };
    Ok(floors.into_iter().map(weigh).collect())
}

/// What each unit pays, in the order of the units; the shares sum to cost − subsidy.
///
/// # Errors
/// `elevator_subsidy_too_large`, `elevator_floor_missing` and `roll_incomplete` with the units that
/// lack a floor or an area, `elevator_nobody_pays`, `invalid_field`.
pub fn share_out(cost: &Cost, units: &[SharingUnit]) -> Outcome<Vec<Share>> {
    let total = to_share(cost)?;
    let table = checked_table(&cost.coefficients)?;
    let mut shares = Vec::with_capacity(units.len());
    let mut weights = Vec::with_capacity(units.len());
    let (mut floorless, mut arealess) = (Vec::new(), Vec::new());
    for unit in units {
        let Some(floor) = unit.floor else {
            floorless.push(unit.code.clone());
            continue;
        };
        let Some(per_mille) = table.get(&floor) else {
            let detail = format!("no coefficient for floor {floor} ({})", unit.code);
            return Err(Refusal::field(Code::InvalidField, "/coefficients", detail));
        };
        let size = match (cost.basis, unit.area) {
            (ShareBasis::Equal, _) => 1,
            (ShareBasis::Area, Some(area)) => area.0,
            (ShareBasis::Area, None) => {
                arealess.push(unit.code.clone());
                continue;
            }
        };
        weights.push((unit.code.as_str(), i64::from(*per_mille).saturating_mul(size)));
        shares.push(Share {
            unit_code: unit.code.clone(),
            floor,
            area: unit.area,
            per_mille: *per_mille,
            share: Fen::ZERO,
            private_space: None,
        });
    }
    if !floorless.is_empty() {
        return Err(Refusal::new(Code::ElevatorFloorMissing).with("units", floorless));
    }
    if !arealess.is_empty() {
        return Err(Refusal::new(Code::RollIncomplete).with("units", arealess));
    }
    let parts = by_largest_remainder(total, &weights).ok_or_else(|| {
        Refusal::new(Code::ElevatorNobodyPays).detail("all coefficients are zero")
    })?;
    let paid = shares.into_iter().zip(parts).map(|(share, part)| Share { share: part, ..share });
    Ok(paid.collect())
}

/// Cost less subsidy.
fn to_share(cost: &Cost) -> Outcome<Fen> {
    let bad = |pointer, detail: String| Err(Refusal::field(Code::InvalidField, pointer, detail));
    if cost.cost <= Fen::ZERO || cost.cost > MOST {
        return bad("/cost", format!("{}: above zero, at most {MOST}", cost.cost));
    }
    if cost.subsidy < Fen::ZERO {
        return bad("/subsidy", format!("{}: not below zero", cost.subsidy));
    }
    if cost.subsidy > cost.cost {
        return Err(Refusal::new(Code::ElevatorSubsidyTooLarge)
            .with("cost", cost.cost.to_string())
            .with("subsidy", cost.subsidy.to_string()));
    }
    let total = Fen(cost.cost.0 - cost.subsidy.0);
    if total == Fen::ZERO {
        return Err(
            Refusal::new(Code::ElevatorNobodyPays).detail("the subsidy pays for everything")
        );
    }
    Ok(total)
}

fn checked_table(coefficients: &[Coefficient]) -> Outcome<BTreeMap<i32, i32>> {
    let bad = |at: usize, detail: String| {
        Err(Refusal::field(Code::InvalidField, &format!("/coefficients/{at}"), detail))
    };
    let mut table = BTreeMap::new();
    for (at, Coefficient { floor, per_mille }) in coefficients.iter().enumerate() {
        if !FLOORS.contains(floor) || !(0..=MOST_PER_MILLE).contains(per_mille) {
            return bad(
                at,
                format!("floor {floor} of 1 to 99, {per_mille} of 0 to {MOST_PER_MILLE}"),
            );
        }
        if table.insert(*floor, *per_mille).is_some() {
            return bad(at, format!("floor {floor} stands there twice"));
        }
    }
    Ok(table)
}
