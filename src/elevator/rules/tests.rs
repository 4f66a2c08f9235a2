//! The worked case F17, refusals, and the drawing of the states.

use std::{fmt::Write as _, path::Path};

use proptest::prelude::*;

use super::{
    agreement::{Ground, agreement_text, may_sign},
    shares::{coefficients, share_out},
    state::{next_state, transitions},
};
use crate::{
    elevator::model::{
        CaseCommand, CaseState, Coefficient, CoefficientSource, Cost, ShareBasis, SharingUnit,
    },
    kernel::{Area, Code, Fen},
};

fn money(text: &str) -> Fen {
    text.parse().unwrap()
}

/// Six floors with two units of 70.00 m² each.
fn staircase() -> Vec<SharingUnit> {
    let unit = |floor: i32, door: i32| SharingUnit {
        code: format!("1-{floor}0{door}"),
        floor: Some(floor),
        area: Some(Area(7000)),
    };
    (1..=6).flat_map(|floor| [unit(floor, 1), unit(floor, 2)]).collect()
}

fn cost(units: &[SharingUnit]) -> Cost {
    let source = CoefficientSource::Scheme("reference".to_owned());
    Cost {
        cost: money("600000.00"),
        subsidy: money("280000.00"),
        basis: ShareBasis::Area,
        coefficients: coefficients(&source, units).unwrap(),
    }
}

#[test]
fn f17_an_elevator_is_shared_by_floor_to_the_fen() {
    let units = staircase();
    let cost = cost(&units);
    let table: Vec<i32> = cost.coefficients.iter().map(|one| one.per_mille).collect();
    assert_eq!(table, [0, 0, 700, 800, 900, 1000]);
    let shares = share_out(&cost, &units).unwrap();
    let paid: Vec<String> = shares.iter().map(|share| share.share.to_string()).collect();
    let floors = ["0.00", "0.00", "32941.18", "37647.06", "42352.94", "47058.82"];
    let expected: Vec<&str> = floors.iter().flat_map(|share| [*share, *share]).collect();
    assert_eq!(paid, expected);
    let sum = Fen::checked_sum(shares.iter().map(|share| share.share));
    assert_eq!(sum, Some(money("320000.00")));
    // Alike areas: the same shares without them.
    let equal = Cost { basis: ShareBasis::Equal, ..cost };
    let again = share_out(&equal, &units).unwrap();
    assert_eq!(again, shares);
}

#[test]
fn what_cannot_be_shared_is_told() {
    let units = staircase();
    let good = cost(&units);
    let refused = |cost: &Cost, units: &[SharingUnit]| share_out(cost, units).unwrap_err();

    let rich = Cost { subsidy: money("600000.01"), ..good.clone() };
    assert_eq!(refused(&rich, &units).code(), Code::ElevatorSubsidyTooLarge);
    let whole = Cost { subsidy: money("600000.00"), ..good.clone() };
    assert_eq!(refused(&whole, &units).code(), Code::ElevatorNobodyPays);
    let zero = good.coefficients.iter().map(|one| Coefficient { per_mille: 0, ..*one }).collect();
    let zero = Cost { coefficients: zero, ..good.clone() };
    assert_eq!(refused(&zero, &units).code(), Code::ElevatorNobodyPays);

    let mut floorless = units.clone();
    floorless[4].floor = None;
    let missing = refused(&good, &floorless);
    assert_eq!(missing.code(), Code::ElevatorFloorMissing);
    assert_eq!(missing.params()["units"], serde_json::json!(["1-301"]));
    let mut arealess = units.clone();
    arealess[4].area = None;
    assert_eq!(refused(&good, &arealess).code(), Code::RollIncomplete);

    for (cost, pointer) in [
        (Cost { cost: money("0.00"), ..good.clone() }, "/cost"),
        (Cost { subsidy: money("-0.01"), ..good.clone() }, "/subsidy"),
        (Cost { coefficients: good.coefficients[..5].to_vec(), ..good.clone() }, "/coefficients"),
        (Cost { coefficients: good.coefficients.repeat(2), ..good.clone() }, "/coefficients/6"),
        (
            Cost { coefficients: vec![Coefficient { floor: 0, per_mille: 1 }], ..good.clone() },
            "/coefficients/0",
        ),
    ] {
        assert_eq!(refused(&cost, &units).errors()[0].pointer, pointer);
    }
    let unknown = CoefficientSource::Scheme("none".to_owned());
    assert_eq!(coefficients(&unknown, &units).unwrap_err().errors()[0].pointer, "/scheme");
}

proptest! {
    #[test]
    fn shares_sum_to_cost_less_subsidy_in_whatever_order(
        cost in 1_i64..10_000_000_000, subsidy in 0_i64..10_000_000_000,
        rows in prop::collection::vec((1_i32..30, 1_i64..100_000, 0_i32..2000), 1..40),
    ) {
        prop_assume!(subsidy < cost && rows.iter().any(|(.., per_mille)| *per_mille > 0));
        let table: std::collections::BTreeMap<i32, i32> =
            rows.iter().map(|(floor, _, per_mille)| (*floor, *per_mille)).collect();
        prop_assume!(table.values().any(|per_mille| *per_mille > 0));
        let coefficients =
            table.into_iter().map(|(floor, per_mille)| Coefficient { floor, per_mille }).collect();
        let plan = Cost {
            cost: Fen(cost), subsidy: Fen(subsidy), basis: ShareBasis::Area, coefficients,
        };
        let mut units: Vec<_> = rows.iter().enumerate().map(|(at, (floor, area, _))| SharingUnit {
            code: format!("{at:03}"), floor: Some(*floor), area: Some(Area(*area)),
        }).collect();
        let shares = share_out(&plan, &units).unwrap();
        let sum = Fen::checked_sum(shares.iter().map(|share| share.share));
        prop_assert_eq!(sum, Some(Fen(cost - subsidy)));
        units.reverse();
        let mut back = share_out(&plan, &units).unwrap();
        back.reverse();
        prop_assert_eq!(back, shares);
    }
}

#[test]
fn nothing_is_signed_without_passed_votes_or_over_objections() {
    let code = |votes, votes_missing, objections| {
        may_sign(Ground { votes, votes_missing, objections }).map_err(|refusal| refusal.code())
    };
    assert_eq!(code(0, 0, 0), Err(Code::ElevatorVoteMissing));
    assert_eq!(code(2, 1, 0), Err(Code::ElevatorVoteMissing));
    assert_eq!(code(2, 0, 1), Err(Code::ElevatorObjectionsOpen));
    assert_eq!(code(2, 0, 0), Ok(()));
}

#[test]
fn the_text_names_every_number_that_is_signed() {
    let units = staircase();
    let cost = cost(&units);
    let mut shares = share_out(&cost, &units).unwrap();
    shares[0].private_space = Some("一楼小院".to_owned());
    let text = agreement_text(("幸福里小区 1栋 1单元", 2), (&cost, &shares), " 电费按系数分摊 ");
    for part in [
        "幸福里小区 1栋 1单元\n第 2 版\n总造价 600000.00 元\n补贴 280000.00 元",
        "业主分摊合计 320000.00 元",
        "\n1-101 1 70.00 0.000 0.00\n",
        "\n1-301 3 70.00 0.700 32941.18\n",
        "\n占用专有空间\n1-101 一楼小院\n",
        "\n约定\n电费按系数分摊\n",
    ] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
}

#[test]
fn a_refused_command_names_the_states_that_allow_it() {
    let refused = next_state(CaseState::Requested, CaseCommand::Sign).unwrap_err();
    assert_eq!(refused.code(), Code::ElevatorStateConflict);
    assert_eq!(refused.rule_broken().unwrap().need, "started");
    assert_eq!(next_state(CaseState::ReservedPit, CaseCommand::Reopen), Ok(CaseState::Started));
}

fn drawing() -> String {
    let mut page = String::from(
        "# The states of an elevator case 加装电梯\n\n\
         Drawn from `transitions` in `src/elevator/rules/state.rs` by a test; after a change run\n\
         `make generated`. Each entrance has its own case.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> requested: request\n",
    );
    for &state in CaseState::ALL {
        for (command, to) in transitions(state).iter().filter(|(_, to)| *to != state) {
            writeln!(page, "    {state} --> {to}: {command}").unwrap();
        }
    }
    page.push_str("    agreed --> [*]\n    withdrawn --> [*]\n```\n\n");
    page.push_str(
        "A cell names the state after the command; `·` is `elevator_state_conflict`.\n\n",
    );
    let states: Vec<_> = CaseState::ALL.iter().map(|state| state.as_str()).collect();
    writeln!(page, "| command \\ state | {} |", states.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(states.len())).unwrap();
    for &command in CaseCommand::ALL {
        let after = CaseState::ALL
            .iter()
            .map(|&state| next_state(state, command).map_or("·", CaseState::as_str));
        writeln!(page, "| {command} | {} |", after.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    page
}

#[test]
fn the_committed_drawing_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state-machines/elevator.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, drawing()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, drawing(), "run `make generated`");
}
