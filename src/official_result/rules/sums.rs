//! The sums of an item: what took part is the sum of its parts and lies within the roll. The verdict is
//! that of the pack's thresholds (`service::recount`).

use crate::official_result::model::{NewOfficialItem, OfficialSum};

const fn plus(a: OfficialSum, b: OfficialSum) -> OfficialSum {
    let area = crate::kernel::Area(a.area.0.saturating_add(b.area.0));
    OfficialSum { area, heads: a.heads.saturating_add(b.heads) }
}

/// Every way in which an item's sums can't be right, in Chinese and English.
#[must_use]
pub fn faults(
    total: OfficialSum,
    item: &NewOfficialItem,
    invalid_takes_part: bool,
) -> Vec<&'static str> {
    let parts = [item.participating, item.in_favour, item.against, item.abstain, item.invalid];
    let valid = plus(plus(item.in_favour, item.against), item.abstain);
    let mut found = Vec::new();
    let mut must = |holds: bool, message: &'static str| {
        if !holds {
            found.push(message);
        }
    };
    let is_paired = |sum: &OfficialSum| sum.area.0 >= 0 && (sum.area.0 == 0) == (sum.heads == 0);
    must(
        parts.iter().all(is_paired),
        "面积和人数须同为零或同为正数 · area and heads are both zero or both positive",
    );
    let (returned, participating, message) = if invalid_takes_part {
        let message = "参与应等于同意、反对、弃权与无效之和 · participating is for + against + abstain + invalid";
        (item.participating, plus(valid, item.invalid), message)
    } else {
        let message = "参与应等于同意、反对与弃权之和 · participating is for + against + abstain";
        (plus(item.participating, item.invalid), valid, message)
    };
    must(item.participating == participating, message);
    must(
        returned.area.0 <= total.area.0 && returned.heads <= total.heads,
        "参与和无效不得超过名册总数 · participating and invalid are no more than the roll",
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Area;

    fn sum(area: i64, heads: u64) -> OfficialSum {
        OfficialSum { area: Area(area * 100), heads }
    }

    fn item(counts: [u64; 5]) -> NewOfficialItem {
        let [participating, yes, no, abstain, invalid] =
            counts.map(|heads| sum(i64::try_from(heads).unwrap() * 100, heads));
        NewOfficialItem {
            title: "事项".to_owned(),
            matters: vec!["5".to_owned()],
            participating,
            in_favour: yes,
            against: no,
            abstain,
            invalid,
            passed: true,
        }
    }

    #[test]
    fn participating_is_the_sum_of_its_parts_by_area_and_by_heads() {
        let total = sum(1_200, 12);
        assert!(faults(total, &item([8, 5, 2, 1, 1]), false).is_empty());
        assert!(faults(total, &item([9, 5, 2, 1, 1]), true).is_empty());
        assert_eq!(faults(total, &item([8, 5, 2, 1, 1]), true).len(), 1);
        assert_eq!(faults(total, &item([9, 5, 2, 1, 1]), false).len(), 1);
        // 12 took part and one more was invalid: thirteen of twelve.
        assert_eq!(faults(total, &item([12, 12, 0, 0, 1]), false).len(), 1);
        let by_heads = NewOfficialItem { in_favour: sum(500, 6), ..item([8, 5, 2, 1, 0]) };
        assert_eq!(faults(total, &by_heads, false).len(), 1);
        let unpaired = NewOfficialItem { invalid: sum(0, 1), ..item([8, 5, 2, 1, 0]) };
        assert_eq!(faults(total, &unpaired, false).len(), 1);
    }
}
