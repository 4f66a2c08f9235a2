//! From rows to results: which head a ballot belongs to, item by item.

use std::{cmp::Ordering, collections::BTreeMap};

use super::{ballots::BallotRow, report::Problem, roll::RollFile};
use crate::{
    kernel::{Code, Refusal},
    voting::{
        Attempt, Choice, Fate, Flip, InvalidBallots, ItemCount, Matter, Precedence, Predicate,
        Roll, RollFault, RollProblem, RollRules, RulePack, Selection, Verdict, explain, flip,
        select,
    },
};

/// A counted vote.
pub(super) struct Counted {
    /// The matter, which is the same for all items.
    pub(super) matter: Matter,
    /// The items in natural order.
    pub(super) items: Vec<CountedItem>,
    /// Rows that could not be taken.
    pub(super) problems: Vec<Problem>,
}

/// A counted item.
pub(super) struct CountedItem {
    pub(super) item: String,
    pub(super) count: ItemCount,
    pub(super) verdict: Verdict,
    pub(super) predicates: Vec<Predicate>,
    pub(super) flip: Flip,
}

/// Counts the ballots on the roll.
///
/// # Errors
/// Every reason why the roll can't be counted on.
pub(super) fn count(
    pack: &RulePack,
    matter: &str,
    file: &RollFile,
    ballots: &[BallotRow],
) -> Result<Counted, Vec<Problem>> {
    let unusable = |refusal: Refusal| Problem::of_file(&file.file, &refusal);
    let matter = pack.matter(matter).ok_or_else(|| {
        unusable(Refusal::new(Code::RulePackInvalid).detail(format!("no matter {matter}")))
    })?;
    let roll = Roll::build(&file.units, RollRules::from(pack)).map_err(|problems| {
        problems.iter().map(|problem| roll_problem(file, problem)).collect::<Vec<_>>()
    })?;
    let mut problems = Vec::new();
    let by_item = attempts(&roll, file, ballots, &mut problems, pack);
    let areas = roll.areas();
    let mut items = Vec::new();
    for (Item(item), rows) in by_item {
        let attempts: Vec<Attempt> = rows.iter().map(|(_, attempt)| *attempt).collect();
        let selection = select(areas.len(), &attempts, Precedence::from(pack));
        problems.extend(contradictions(&rows, &selection));
        let class = pack.class(matter.class);
        let invalid = InvalidBallots::from(pack);
        let count = ItemCount::of(&areas, &selection.standings, invalid);
        let verdict = count.judge(class).map_err(unusable)?;
        let flip = flip(&areas, &selection.standings, invalid, class).map_err(unusable)?;
        let predicates = explain(&count, class, verdict);
        items.push(CountedItem { item, count, verdict, predicates, flip });
    }
    problems.sort_by_key(|problem| problem.line);
    Ok(Counted { matter: matter.clone(), items, problems })
}

type Rows<'a> = Vec<(&'a BallotRow, Attempt)>;

/// The attempts on each item; rows that name no head on the roll become problems.
fn attempts<'a>(
    roll: &Roll,
    file: &RollFile,
    ballots: &'a [BallotRow],
    problems: &mut Vec<Problem>,
    pack: &RulePack,
) -> BTreeMap<Item, Rows<'a>> {
    let mut by_item: BTreeMap<Item, Rows<'a>> = BTreeMap::new();
    let blank =
        if pack.switches.blank_is_abstain.value { Choice::Abstain } else { Choice::Invalid };
    for row in ballots {
        let item = if row.item.is_empty() { "1" } else { row.item.as_str() };
        let rows = by_item.entry(Item(item.to_owned())).or_default();
        let unit = file.unit_of.get(&row.unit_code);
        let head = unit.and_then(|unit| roll.head_of.get(*unit).copied().flatten());
        let (Some(_), Some(head)) = (unit, head) else {
            problems.push(stranger(row, unit.is_some()));
            continue;
        };
        let choice = row.choice.unwrap_or(blank);
        rows.push((row, Attempt { head, choice, channel: row.channel, at: row.at }));
    }
    if by_item.is_empty() {
        by_item.insert(Item("1".to_owned()), Vec::new());
    }
    by_item
}

fn stranger(row: &BallotRow, is_known: bool) -> Problem {
    let (code, why) = if is_known {
        ("excluded_unit", "该专有部分不计入表决 (the unit is outside the count)")
    } else {
        ("unknown_unit", "名册中没有该房号 (no such unit on the roll)")
    };
    Problem::at(&row.file, row.line, code).because("", &format!("{why}: {}", row.unit_code))
}

fn contradictions(rows: &Rows<'_>, selection: &Selection) -> Vec<Problem> {
    let mut problems = Vec::new();
    for ((row, attempt), fate) in rows.iter().zip(&selection.fates) {
        if *fate != Fate::Contradicts {
            continue;
        }
        let stands = selection.stands.get(attempt.head).copied().flatten();
        let line = stands.and_then(|index| rows.get(index)).map_or(0, |(row, _)| row.line);
        let why = format!(
            "与第{line}行同一业主的表决不一致，以第{line}行为准 (contradicts line {line}, which stands)"
        );
        problems.push(Problem::at(&row.file, row.line, "contradicting_ballot").because("", &why));
    }
    problems
}

fn roll_problem(file: &RollFile, problem: &RollProblem) -> Problem {
    let why = match problem.fault {
        RollFault::AreaMissing => "缺少面积 (area is missing)",
        RollFault::AreaNotPositive => "面积必须大于零 (area is not greater than zero)",
        RollFault::AreaTooLarge => "面积合计过大 (the areas can't be summed)",
        RollFault::AreaSourceMissing => "缺少面积来源 (area source is missing)",
        RollFault::OwnerMissing => "缺少业主 (owner is missing)",
        RollFault::DeveloperUnknown => "未交付而开发商不明 (undelivered, developer unknown)",
    };
    let line = file.lines.get(problem.unit).copied().unwrap_or(1);
    Problem::at(&file.file, line, problem.fault.as_str()).because("", why)
}

/// An item's name in natural order: numbers within it compare as numbers, so 2 comes before 10.
#[derive(Debug, PartialEq, Eq)]
struct Item(String);

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        natural(&self.0, &other.0).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn natural(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let ((first, rest_a), (second, rest_b)) = (run(a), run(b));
        let is_number = |run: &str| run.starts_with(|c: char| c.is_ascii_digit());
        let order = if is_number(first) && is_number(second) {
            let (first, second) = (first.trim_start_matches('0'), second.trim_start_matches('0'));
            first.len().cmp(&second.len()).then_with(|| first.cmp(second))
        } else {
            first.cmp(second)
        };
        if order != Ordering::Equal || first.is_empty() {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
}

/// The first run of digits or of other characters, and the rest.
fn run(text: &str) -> (&str, &str) {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::Item;

    #[test]
    fn items_sort_as_people_count() {
        let mut items: Vec<_> = ["10", "2", "1", "事项10", "事项9", "02", "B", "A"]
            .map(|item| Item(item.into()))
            .into();
        items.sort();
        let sorted: Vec<_> = items.iter().map(|item| item.0.as_str()).collect();
        assert_eq!(sorted, ["1", "02", "2", "10", "A", "B", "事项9", "事项10"]);
    }
}
