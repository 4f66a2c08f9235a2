//! What `tally` says: JSON for machines, a table in Chinese and English for people.

use serde::Serialize;

use super::count::{Counted, CountedItem};
use crate::{
    kernel::{Area, Comparator, Refusal},
    voting::{Flip, ItemClass, Matter, Predicate},
};

/// A row that could not be taken, or a reason why nothing could be counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    /// The file as the user named it.
    pub(super) file: String,
    /// The line as an editor shows it; 1 where it is the file as a whole.
    pub(super) line: u64,
    /// A stable word.
    pub(super) code: String,
    /// What is wrong, in Chinese and English.
    pub(super) message: String,
}

impl Problem {
    /// A problem of a line.
    pub(super) fn at(file: &str, line: u64, code: &str) -> Self {
        Self { file: file.to_owned(), line, code: code.to_owned(), message: String::new() }
    }

    /// Adds the sentence, with the sheet before it where the file has sheets.
    pub(super) fn because(self, sheet: &str, message: &str) -> Self {
        let message =
            if sheet.is_empty() { message.to_owned() } else { format!("[{sheet}] {message}") };
        Self { message, ..self }
    }

    /// The problems of a file as a whole: each field's fault, or the refusal itself.
    pub(super) fn of_file(file: &str, refusal: &Refusal) -> Vec<Self> {
        let problem = Self::at(file, 1, refusal.code().as_str());
        if !refusal.errors().is_empty() {
            let message = |pointer: &str, detail: &str| format!("{pointer}: {detail}");
            let errors = refusal.errors().iter();
            return errors
                .map(|error| problem.clone().because("", &message(&error.pointer, &error.detail)))
                .collect();
        }
        let code = refusal.code();
        let title = format!("{} ({})", code.title_zh(), code.title_en());
        let message = refusal.detail_text().map_or(title, str::to_owned);
        vec![problem.because("", &message)]
    }
}

/// The whole answer.
#[derive(Serialize)]
pub(super) struct Report {
    items: Vec<ItemOut>,
    problems: Vec<Problem>,
    #[serde(skip)]
    matter: Option<Matter>,
}

#[derive(Serialize)]
struct ItemOut {
    item: String,
    class: ItemClass,
    area_total: Area,
    heads_total: u64,
    area_participating: Area,
    heads_participating: u64,
    area_for: Area,
    heads_for: u64,
    area_against: Area,
    heads_against: u64,
    area_abstain: Area,
    heads_abstain: u64,
    participation_by_area: bool,
    participation_by_heads: bool,
    approval_by_area: bool,
    approval_by_heads: bool,
    passed: bool,
    #[serde(skip)]
    predicates: Vec<Predicate>,
    #[serde(skip)]
    flip: Flip,
}

impl Report {
    /// The report of a count.
    pub(super) fn of(counted: Counted) -> Self {
        let class = counted.matter.class;
        let items = counted.items.into_iter().map(|item| ItemOut::of(item, class)).collect();
        Self { items, problems: counted.problems, matter: Some(counted.matter) }
    }

    /// The report of input that can't be counted.
    pub(super) const fn unusable(problems: Vec<Problem>) -> Self {
        Self { items: Vec::new(), problems, matter: None }
    }

    /// The JSON text.
    pub(super) fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The lines of the table.
    pub(super) fn text(&self) -> Vec<String> {
        let Some(matter) = &self.matter else { return Vec::new() };
        let mut lines = vec![format!(
            "民法典第二百七十八条事项 Matter {}：{}（{}，{}）",
            matter.key,
            matter.title,
            class_name(matter.class),
            matter.clause
        )];
        self.items.iter().for_each(|item| lines.extend(item.text()));
        lines
    }

    /// The problems, one line each.
    pub(super) fn problem_lines(&self) -> Vec<String> {
        let line = |problem: &Problem| {
            let Problem { file, line, code, message } = problem;
            format!("{file}:{line}: {code}: {message}")
        };
        self.problems.iter().map(line).collect()
    }
}

impl ItemOut {
    fn of(item: CountedItem, class: ItemClass) -> Self {
        let CountedItem { item, count, verdict, predicates, flip } = item;
        Self {
            item,
            class,
            area_total: count.total.area_value(),
            heads_total: count.total.heads,
            area_participating: count.participating.area_value(),
            heads_participating: count.participating.heads,
            area_for: count.in_favour.area_value(),
            heads_for: count.in_favour.heads,
            area_against: count.against.area_value(),
            heads_against: count.against.heads,
            area_abstain: count.abstain.area_value(),
            heads_abstain: count.abstain.heads,
            participation_by_area: verdict.participation_by_area,
            participation_by_heads: verdict.participation_by_heads,
            approval_by_area: verdict.approval_by_area,
            approval_by_heads: verdict.approval_by_heads,
            passed: verdict.passed(),
            predicates,
            flip,
        }
    }

    fn text(&self) -> Vec<String> {
        let result = if self.passed { "通过 PASSED" } else { "未通过 NOT PASSED" };
        let mut lines = vec![String::new(), format!("事项 Item {}：{result}", self.item)];
        lines.push(format!("  {:>14} {:>8}", "m²", "人 heads"));
        for (area, heads, name) in [
            (self.area_total, self.heads_total, "总数 total"),
            (self.area_participating, self.heads_participating, "参与 participating"),
            (self.area_for, self.heads_for, "同意 for"),
            (self.area_against, self.heads_against, "反对 against"),
            (self.area_abstain, self.heads_abstain, "弃权 abstain"),
        ] {
            lines.push(format!("  {area:>14} {heads:>8}  {name}"));
        }
        lines.extend(self.predicates.iter().map(predicate));
        lines.push(match self.flip {
            Flip::Heads { heads } => format!(
                "  至少 {heads} 人的表决票无效才会改变结果 (void ballots of {heads} heads would change the outcome)"
            ),
            Flip::AtLeast { heads } => format!(
                "  {heads} 人以上的表决票无效才可能改变结果 (no fewer than {heads} void ballots could)"
            ),
            Flip::Never => {
                "  任何表决票无效都不改变结果 (no void ballots would change the outcome)".to_owned()
            }
        });
        lines
    }
}

fn predicate(predicate: &Predicate) -> String {
    let Predicate { have, whole, need, margin, ratio, percent, .. } = predicate;
    let (mark, sign) = (
        if predicate.met { "✓" } else { "✗" },
        match predicate.comparator {
            Comparator::AtLeast => "≥",
            Comparator::MoreThan => ">",
        },
    );
    let name = match predicate.rule_id.as_str() {
        "participation_by_area" => "参与面积 participation by area",
        "participation_by_heads" => "参与人数 participation by heads",
        "approval_by_area" => "同意面积 approval by area",
        _ => "同意人数 approval by heads",
    };
    format!(
        "  {mark} {name}: {have} / {whole} = {percent} {sign} {ratio}, 需 need {need}, 余 margin {margin}"
    )
}

fn class_name(class: ItemClass) -> &'static str {
    match class {
        ItemClass::Ordinary => "一般事项 ordinary",
        ItemClass::Special => "特别事项 special",
        ItemClass::Unanimous => "全体同意 unanimous",
    }
}
