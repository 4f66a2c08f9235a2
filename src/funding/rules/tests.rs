//! B1 and the lines of each rule, from both sides.

use super::fit::{check_amounts, check_free, check_open, purpose_for};
use crate::funding::model::{AllocationRow, Channel, CommitmentRow, PlanLine, Planned, SourceRow};
use crate::kernel::{
    Code, CommunityId, Fen, FundingAllocationId, FundingCommitmentId, FundingLineId,
    FundingSourceId, LocalDate, ProjectId, UtcTime,
};

fn day(text: &str) -> LocalDate {
    text.parse().unwrap()
}

fn now() -> UtcTime {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

fn source(amount: i64) -> SourceRow {
    SourceRow {
        id: FundingSourceId::new(),
        channel: Channel::Programme,
        name: "海绵城市".to_owned(),
        document: "文号1".to_owned(),
        region: "3302".to_owned(),
        valid_from: day("2026-03-02"),
        valid_until: day("2026-03-04"),
        programme_only: false,
        fund_reference: None,
        amount_fen: Fen(amount),
        allocated_fen: Fen::ZERO,
        returned_fen: Fen::ZERO,
        carried_fen: Fen::ZERO,
        supersedes_id: None,
        closed_at: None,
        recorder_name: String::new(),
        recorded_at: now(),
    }
}

fn project() -> Planned {
    Planned {
        id: ProjectId::new(),
        community_id: CommunityId::new(),
        division_code: "330203001001".to_owned(),
        name: "幸福里".to_owned(),
        is_ended: false,
        is_in_programme: false,
        lines: None,
    }
}

fn line(code: &str, class: &str) -> PlanLine {
    PlanLine {
        key: code.to_owned(),
        code: code.to_owned(),
        class: class.to_owned(),
        name: code.to_owned(),
        cost: Fen(10_000),
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn b1_an_item_takes_money_up_to_its_cost_and_not_a_fen_more() {
    let (cost, yuan) = (Fen(10_000), |yuan: i64| Fen(yuan * 100));
    // Drainage 100.00 = sponge city 60.00 + central grant 40.00.
    assert_eq!(check_amounts(yuan(60), (cost, Fen::ZERO), yuan(60)), Ok(()));
    assert_eq!(check_amounts(yuan(40), (cost, yuan(60)), yuan(40)), Ok(()));
    let bond = check_amounts(yuan(500), (cost, cost), yuan(1)).unwrap_err();
    assert_eq!(bond.code(), Code::FundingItemExceeded);
    assert_eq!((&bond.params()["have"], &bond.params()["need"]), (&"0.00".into(), &"1.00".into()));
    let sponge = words(&["B02", "B05"]);
    let drainage = purpose_for(
        (&source(6_000), &sponge),
        (&project(), &line("B02", "basic")),
        day("2026-03-02"),
    );
    assert_eq!(drainage, Ok("B02".to_owned()));
    let lift = (&project(), &line("I14", "improvement"));
    let refused = purpose_for((&source(6_000), &sponge), lift, day("2026-03-02")).unwrap_err();
    assert_eq!(refused.code(), Code::FundingOutsidePurpose);
    assert_eq!(refused.params()["have"], "B02,B05");
}

#[test]
fn a_source_gives_what_it_has_left_and_not_a_fen_more() {
    let row = SourceRow {
        allocated_fen: Fen(1_000),
        returned_fen: Fen(200),
        carried_fen: Fen(30),
        ..source(6_000)
    };
    assert_eq!(row.rest(), Fen(4_770));
    assert_eq!(check_amounts(row.rest(), (Fen(10_000), Fen::ZERO), Fen(4_770)), Ok(()));
    let refused = check_amounts(row.rest(), (Fen(10_000), Fen::ZERO), Fen(4_771)).unwrap_err();
    assert_eq!(refused.code(), Code::FundingSourceExceeded);
    assert_eq!(refused.params()["have"], "47.70");
    // A plan that became cheaper than what is given has no room at all.
    let refused = check_amounts(Fen(1), (Fen(5), Fen(9)), Fen(1)).unwrap_err();
    assert_eq!(refused.params()["have"], "-0.04");
}

#[test]
fn a_class_stands_for_its_items_and_a_code_comes_first() {
    let (project, today) = (project(), day("2026-03-03"));
    let of = |purposes: &[&str], code: &str, class: &str| {
        let words = words(purposes);
        purpose_for((&source(1), &words), (&project, &line(code, class)), today).ok()
    };
    assert_eq!(of(&["basic"], "B02", "basic"), Some("basic".to_owned()));
    assert_eq!(of(&["basic", "B02"], "B02", "basic"), Some("B02".to_owned()));
    assert_eq!(of(&["improvement"], "B02", "basic"), None);
    assert_eq!(of(&["B0"], "B02", "basic"), None, "a code is a whole word");
}

#[test]
fn region_dates_programme_and_document_hold_to_the_day() {
    let basic = words(&["basic"]);
    let item = line("B02", "basic");
    let code = |row: &SourceRow, project: &Planned, on: &str| {
        purpose_for((row, &basic), (project, &item), day(on)).map_err(|refusal| refusal.code())
    };
    let (row, home) = (source(1), project());
    for on in ["2026-03-02", "2026-03-04"] {
        assert!(code(&row, &home, on).is_ok(), "{on}");
    }
    for on in ["2026-03-01", "2026-03-05"] {
        assert_eq!(code(&row, &home, on), Err(Code::FundingOutsideDates), "{on}");
    }
    let near = Planned { division_code: "330211001001".to_owned(), ..project() };
    let away = Planned { division_code: "330303001001".to_owned(), ..project() };
    assert!(code(&row, &near, "2026-03-02").is_ok());
    assert_eq!(code(&row, &away, "2026-03-02"), Err(Code::FundingOutsideRegion));
    let grant = SourceRow { programme_only: true, ..source(1) };
    let listed = Planned { is_in_programme: true, ..project() };
    assert_eq!(code(&grant, &home, "2026-03-02"), Err(Code::FundingOutsideProgramme));
    assert!(code(&grant, &listed, "2026-03-02").is_ok());
    let closed = SourceRow { closed_at: Some(now()), ..source(1) };
    assert_eq!(code(&closed, &home, "2026-03-02"), Err(Code::FundingSourceClosed));
}

#[test]
fn contracts_end_at_the_allocation_and_payments_at_the_contract() {
    let allocation = AllocationRow {
        id: FundingAllocationId::new(),
        source_id: FundingSourceId::new(),
        line_id: FundingLineId::new(),
        purpose: "basic".to_owned(),
        code: "B02".to_owned(),
        class: "basic".to_owned(),
        division_code: "330203".to_owned(),
        region: "3302".to_owned(),
        valid_from: day("2026-03-02"),
        valid_until: day("2026-03-02"),
        allocated_on: day("2026-03-02"),
        amount_fen: Fen(100),
        released_fen: Fen(30),
        committed_fen: Fen(20),
        note: String::new(),
        recorder_name: String::new(),
        recorded_at: now(),
    };
    assert_eq!((allocation.standing(), allocation.free()), (Fen(70), Fen(50)));
    assert!(check_free(&allocation, Fen(50)).is_ok());
    let refused = check_free(&allocation, Fen(51)).unwrap_err();
    assert_eq!(refused.code(), Code::FundingAllocationExceeded);
    let contract = CommitmentRow {
        id: FundingCommitmentId::new(),
        allocation_id: allocation.id,
        contract_number: String::new(),
        counterparty: String::new(),
        amount_fen: Fen(20),
        released_fen: Fen(5),
        claimed_fen: Fen(5),
        recorder_name: String::new(),
        recorded_at: now(),
    };
    assert!(check_open(&contract, Fen(10)).is_ok());
    let refused = check_open(&contract, Fen(11)).unwrap_err();
    assert_eq!(refused.code(), Code::FundingCommitmentExceeded);
    assert_eq!(
        (&refused.params()["have"], &refused.params()["need"]),
        (&"0.10".into(), &"0.11".into())
    );
}
