//! Which votes a composite decision needs, and what they come to together.

use crate::{
    kernel::{Ratio, Threshold},
    voting::{
        model::{
            CompositeVerdict::{AllPassed, Failed, Pending},
            MemberOutcome::{self, Missing, Passed, Undecided, Voided},
            VoteScope::{Building, Community, Entrance},
            VoteState,
        },
        rules::{
            composite::{MemberItem, PlacesFault, Slot, outcome_of, reaches, slots, verdict},
            composite_words::{MissedTest, lack},
            count::Weight,
            explain::Dimension,
            pack::RulePack,
            pack_parts::Composite,
            shipped::find_shipped,
        },
    },
};

fn composite(id: &str) -> Composite {
    let text = find_shipped(id).unwrap().text;
    RulePack::from_toml(text).unwrap().composites.remove(0)
}

#[test]
fn every_named_building_votes_for_itself_and_a_part_has_one_place_otherwise() {
    let merger = &composite("changping-merger");
    let of = |place| Slot { part: 0, place };
    assert_eq!(slots(merger, &[Building; 3]).unwrap(), [of(0), of(1), of(2)]);
    let elevator = &composite("shanghai-elevator");
    let both = slots(elevator, &[Community, Building]).unwrap();
    assert_eq!(both, [Slot { part: 0, place: 1 }, Slot { part: 1, place: 0 }]);
    let several = slots(elevator, &[Community, Building, Building]);
    assert_eq!(several, Err(PlacesFault::Several(Building)));
    assert_eq!(slots(elevator, &[Building]), Err(PlacesFault::None(Community)));
    assert_eq!(slots(merger, &[]), Err(PlacesFault::None(Building)));
    assert_eq!(slots(merger, &[Building, Entrance]), Err(PlacesFault::Idle(1)));
}

#[test]
fn all_must_pass_and_no_vote_at_all_never_passes() {
    assert_eq!(verdict(&[Passed, Passed]), AllPassed);
    for open in [Missing, Undecided] {
        assert_eq!(verdict(&[Passed, open]), Pending);
    }
    for ended in [MemberOutcome::Failed, Voided] {
        assert_eq!(verdict(&[Passed, ended, Missing]), Failed);
    }
    assert_eq!(verdict(&[]), Pending);
}

#[test]
fn only_a_final_result_on_the_matter_of_the_part_passes() {
    let part = &composite("changping-merger").parts[0];
    let item = |matter: &str, passed| MemberItem { matter: matter.to_owned(), passed };
    let passed = [item("5", Some(false)), item("4,merge", Some(true))];
    assert_eq!(outcome_of(part, VoteState::Confirmed, &passed), Passed);
    assert_eq!(outcome_of(part, VoteState::Published, &passed), Undecided);
    assert_eq!(outcome_of(part, VoteState::Voided, &passed), Voided);
    for failed in [vec![item("merge", Some(true)), item("merge", Some(false))], vec![]] {
        assert_eq!(outcome_of(part, VoteState::Confirmed, &failed), MemberOutcome::Failed);
    }
}

#[test]
fn exactly_eighty_percent_does_not_reach_more_than_eighty_percent() {
    let line = Threshold::more_than(Ratio::new(4, 5).unwrap());
    let weight = |area, heads| Weight { area, heads };
    let whole = weight(50_000, 100);
    assert!(!reaches(line, weight(40_000, 80), whole));
    assert!(!reaches(line, weight(40_001, 80), whole));
    assert!(!reaches(line, weight(40_000, 81), whole));
    assert!(reaches(line, weight(40_001, 81), whole));
    assert!(!reaches(line, weight(0, 0), weight(0, 0)));
}

#[test]
fn what_a_vote_lacks_is_said_in_chinese_and_english_and_a_passed_one_lacks_nothing() {
    assert_eq!(lack("一院", Passed, &[]), None);
    for (outcome, zh) in [
        (Missing, "一院：尚未发起表决"),
        (Undecided, "一院：表决结果尚未确定"),
        (Voided, "一院：表决已作废，须重新表决"),
        (MemberOutcome::Failed, "一院：未对该事项表决"),
    ] {
        assert_eq!(lack("一院", outcome, &[]).unwrap().zh, zh);
    }
    let test = MissedTest {
        rule_id: "approval_by_heads".to_owned(),
        dimension: Dimension::Heads,
        have: "133".to_owned(),
        whole: "267".to_owned(),
        need: "134".to_owned(),
        margin: "-1".to_owned(),
        clause: "民法典 278".to_owned(),
    };
    let words = lack("小区", MemberOutcome::Failed, &[test]).unwrap();
    assert_eq!(words.zh, "小区：同意人数 133 人，共 267 人，至少需 134 人，差 1 人（民法典 278）");
    let en = "小区: 133 of 267 owners were in favour; at least 134 needed, 1 short (民法典 278)";
    assert_eq!(words.en, en);
}
