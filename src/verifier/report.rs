//! What a check says: JSON for machines, sentences in Chinese and English for people.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::{
    count::{self, Disputed},
    findings::{Fault, Findings},
    note::Key,
    receipts::Receipts,
    replay::Replay,
    source::Source,
    unit::Unit,
};
use crate::{
    ballot_log::ClauseTally,
    kernel::Area,
    platform::tlog::Checkpoint,
    voting::{AreaFlip, Flip, ItemCount, Weight, flip, flip_area},
};

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct Report {
    source: String,
    /// 0 good, 1 bad, 3 not everything was disclosed.
    pub exit: u8,
    key: String,
    origin: Option<String>,
    size: Option<u64>,
    root: Option<String>,
    vote: Option<String>,
    title: Option<String>,
    units: usize,
    heads: usize,
    ballots: usize,
    attempts: u64,
    void: usize,
    /// Disputed ballots without an answer.
    disputed: u64,
    items: Vec<ItemReport>,
    /// What came of the questions, as the certificate says it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    questions: Vec<String>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    undisclosed: Vec<String>,
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Vec<Unit>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipts: Option<Receipts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoints: Option<Receipts>,
    /// Leaves that the witnesses of a policy saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    witnessed: Option<u64>,
}

#[derive(Debug, Serialize)]
struct ItemReport {
    position: u32,
    title: String,
    total: Pair,
    participating: Pair,
    #[serde(rename = "for")]
    in_favour: Pair,
    against: Pair,
    abstain: Pair,
    invalid: Pair,
    /// Delivered and silent; there where a clause covers the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    silent: Option<Pair>,
    /// The count by the clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    with_clause: Option<ClauseTally>,
    /// Which count the organiser rests the outcome on.
    #[serde(skip_serializing_if = "Option::is_none")]
    relied: Option<String>,
    /// Whether it passed by the strict count; so are the distances.
    passed: bool,
    /// How close the result is.
    flip: Option<Distance>,
    /// The same as if every dispute without an answer were upheld; there where there is one.
    without_disputed: Option<Without>,
}

#[derive(Debug, Serialize)]
struct Without {
    passed: bool,
    flip: Option<Distance>,
}

/// How many heads, and how much area, would have to be void to change an item.
#[derive(Debug, Clone, Copy, Serialize)]
struct Distance {
    heads: Flip,
    area: AreaFlip,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Pair {
    area: u64,
    heads: u64,
}

impl From<Weight> for Pair {
    fn from(weight: Weight) -> Self {
        Self { area: weight.area, heads: weight.heads }
    }
}

impl Report {
    /// Where not even the checkpoint can be trusted.
    pub(super) fn unreadable(source: &Source, key: &Key, findings: Findings) -> Self {
        Self {
            source: source.name().to_owned(),
            exit: 1,
            key: key.text(),
            origin: None,
            size: None,
            root: None,
            vote: None,
            title: None,
            units: 0,
            heads: 0,
            ballots: 0,
            attempts: 0,
            void: 0,
            disputed: 0,
            items: Vec::new(),
            questions: Vec::new(),
            faults: findings.faults,
            undisclosed: findings.undisclosed,
            warnings: findings.warnings,
            unit: None,
            receipts: None,
            checkpoints: None,
            witnessed: None,
        }
    }

    pub(super) fn of(
        source: &Source,
        (key, checkpoint): (&Key, &Checkpoint),
        replay: &Replay,
        findings: Findings,
    ) -> Self {
        let manifest = replay.manifest.as_ref();
        let exit = match (findings.faults.is_empty(), findings.undisclosed.is_empty()) {
            (false, _) => 1,
            (true, false) => 3,
            (true, true) => 0,
        };
        Self {
            exit,
            origin: Some(checkpoint.origin.clone()),
            size: Some(checkpoint.head.size),
            root: Some(STANDARD.encode(checkpoint.head.root)),
            vote: manifest.map(|manifest| manifest.vote.clone()),
            title: manifest.map(|manifest| manifest.title.clone()),
            units: replay.roll.units.len(),
            heads: replay.roll.count_heads(),
            ballots: replay.ballots.len(),
            attempts: replay.attempts,
            void: replay.ballots.iter().filter(|ballot| ballot.is_void).count(),
            disputed: replay.count_disputed(),
            items: items(replay),
            questions: replay
                .counted
                .as_ref()
                .map(|counted| replay.question_lines(&counted.tally))
                .unwrap_or_default(),
            ..Self::unreadable(source, key, findings)
        }
    }

    pub(super) fn with(
        self,
        unit: Option<Vec<Unit>>,
        (receipts, checkpoints): (Option<Receipts>, Option<Receipts>),
        witnessed: Option<u64>,
    ) -> Self {
        // What an incident calls untrusted may be what exposes it: not everything was checked.
        let mut shown = receipts.iter().chain(&checkpoints);
        let is_open = shown.any(|shown| shown.untrusted > 0);
        let exit = if self.exit == 0 && is_open { 3 } else { self.exit };
        Self { exit, unit, receipts, checkpoints, witnessed, ..self }
    }

    /// The JSON text, on one line.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The lines for people.
    #[must_use]
    pub fn text(&self) -> Vec<String> {
        let mut lines = vec![format!("日志 Log: {}", self.source)];
        if let (Some(origin), Some(size), Some(root)) = (&self.origin, self.size, &self.root) {
            lines.push(format!("来源 origin {origin}，{size} 叶 leaves，根 root {root}"));
        }
        if let (Some(vote), Some(title)) = (&self.vote, &self.title) {
            lines.push(format!("表决 Vote {vote}：{title}"));
            lines.push(format!(
                "{} 户 units，{} 人 heads，{} 张票 ballots（作废 void {}，争议 disputed {}），\
                 {} 次被拒 refused",
                self.units, self.heads, self.ballots, self.void, self.disputed, self.attempts
            ));
        }
        self.items.iter().for_each(|item| lines.extend(item.text()));
        lines.extend(self.questions.iter().map(|line| format!("多选议题 Question: {line}")));
        self.unit.iter().for_each(|units| lines.extend(unit_text(units)));
        lines.extend(self.receipts.map(Receipts::text));
        if let Some(Receipts { checked, good, .. }) = self.checkpoints {
            lines.push(format!(
                "检查点 Checkpoints: {checked} 份中 {good} 份相符 ({good} of {checked} fit)"
            ));
        }
        if let Some(size) = self.witnessed {
            lines.push(format!("见证 Witnessed: 前 {size} 叶 (the first {size} leaves)"));
        }
        lines.extend(self.warnings.iter().map(|warning| format!("注意 Note: {warning}")));
        lines.extend(self.undisclosed.iter().map(|what| format!("未公开 Undisclosed: {what}")));
        lines.push(
            match self.exit {
                0 => "结论 Verdict: 相符 GOOD",
                1 => "结论 Verdict: 不符 BAD",
                _ => "结论 Verdict: 已公开部分相符，未能全部核对 INCOMPLETE, what was disclosed is good",
            }
            .to_owned(),
        );
        lines
    }

    /// The faults, one line each.
    #[must_use]
    pub fn fault_lines(&self) -> Vec<String> {
        let line = |fault: &Fault| {
            let place =
                fault.seq.map_or_else(String::new, |seq| format!(" 第 {seq} 叶 leaf {seq}"));
            format!("FAULT{place} [{}]: {}", fault.rule, fault.message)
        };
        self.faults.iter().map(line).collect()
    }
}

fn items(replay: &Replay) -> Vec<ItemReport> {
    let (Some(manifest), Some(counts)) = (&replay.manifest, count::recount(replay)) else {
        return Vec::new();
    };
    let is_disputed = replay.count_disputed() > 0;
    let as_counted = distances(replay, Disputed::Count);
    let without = is_disputed.then(|| distances(replay, Disputed::StayOut));
    let rows = manifest.items.iter().zip(counts).enumerate();
    rows.map(|(at, (item, count))| {
        let of = |all: &[(bool, Option<Distance>)]| all.get(at).copied().unwrap_or_default();
        let (passed, flip) = of(&as_counted);
        let clause = replay.clause(item.position);
        let by_clause = clause.zip(replay.classes.get(at));
        let relied = manifest.rules.silence.as_ref().map(|terms| terms.relied.clone());
        ItemReport {
            position: item.position,
            title: item.title.clone(),
            total: count.total.into(),
            participating: count.participating.into(),
            in_favour: count.in_favour.into(),
            against: count.against.into(),
            abstain: count.abstain.into(),
            invalid: count.invalid.into(),
            silent: clause.map(|_| count.silent.into()),
            with_clause: by_clause
                .and_then(|(clause, class)| count::by_clause(&count, clause, class)),
            relied: relied.filter(|_| clause.is_some()),
            passed,
            flip,
            without_disputed: without.as_deref().map(|without| {
                let (passed, flip) = of(without);
                Without { passed, flip }
            }),
        }
    })
    .collect()
}

/// Outcome and flip distance, item by item.
fn distances(replay: &Replay, disputed: Disputed) -> Vec<(bool, Option<Distance>)> {
    let (Some(invalid), Some(standings)) =
        (count::invalid(replay), count::standings(replay, disputed))
    else {
        return Vec::new();
    };
    let areas = replay.roll.areas();
    let rows = standings.into_iter().zip(&replay.classes);
    rows.map(|(standings, class)| {
        let standings = &replay.roll.of_counted(standings);
        let verdict = ItemCount::of(&areas, standings, invalid).judge(class);
        let heads = flip(&areas, standings, invalid, class).ok();
        let area = flip_area(&areas, standings, invalid, class).ok();
        let distance = heads.zip(area).map(|(heads, area)| Distance { heads, area });
        (verdict.is_ok_and(|verdict| verdict.passed()), distance)
    })
    .collect()
}

const fn outcome(passed: bool) -> &'static str {
    if passed { "通过 PASSED" } else { "未通过 NOT PASSED" }
}

fn metres(area: u64) -> Area {
    Area(i64::try_from(area).unwrap_or(i64::MAX))
}

impl ItemReport {
    fn text(&self) -> Vec<String> {
        let mut lines =
            vec![format!("事项 Item {}：{}：{}", self.position, self.title, outcome(self.passed))];
        for (pair, name) in [
            (self.total, "总数 total"),
            (self.participating, "参与 participating"),
            (self.in_favour, "同意 for"),
            (self.against, "反对 against"),
            (self.abstain, "弃权 abstain"),
            (self.invalid, "无效 invalid"),
        ] {
            lines.push(format!("  {:>14} m² {:>8} 人  {name}", metres(pair.area), pair.heads));
        }
        lines.extend(self.clause_text());
        lines.extend(self.flip.map(|flip| format!("  {}", flip.text())));
        if let Some(Without { passed, flip }) = &self.without_disputed {
            let flip = flip.map_or_else(String::new, Distance::text);
            let result = outcome(*passed);
            lines.push(format!("  若有争议的票全部作废 without the disputed: {result}；{flip}"));
        }
        lines
    }
}

impl ItemReport {
    /// What the clause on silence makes of it, beside the strict count.
    fn clause_text(&self) -> Vec<String> {
        let (Some(silent), Some(clause)) = (self.silent, &self.with_clause) else {
            return Vec::new();
        };
        let (zh, en) = match self.relied.as_deref() {
            Some("with_clause") => ("条款计票", "the count by the clause"),
            _ => ("严格计票", "the strict count"),
        };
        let row = |area: u64, heads: u64, name: &str| {
            format!("  {:>14} m² {heads:>8} 人  {name}", metres(area))
        };
        let mut lines = vec![row(silent.area, silent.heads, "已送达未表决 delivered and silent")];
        match clause.objecting {
            Some(sum) => {
                lines.push(row(sum.area, sum.heads, "异议及未送达 objecting or not reached"))
            }
            None => {
                let (part, yes) = (clause.participating, clause.in_favour);
                lines.push(row(part.area, part.heads, "按条款参与 participating by the clause"));
                lines.push(row(yes.area, yes.heads, "按条款同意 for by the clause"));
            }
        }
        lines.push(format!(
            "  严格计票 strict: {}；按条款 by the clause: {}；组织者依据{zh} the organiser relies on {en}",
            outcome(self.passed),
            outcome(clause.passed)
        ));
        lines.push("  以下按严格计票 what follows is of the strict count".to_owned());
        lines
    }
}

impl Distance {
    fn text(self) -> String {
        let heads = match self.heads {
            Flip::Heads { heads } => format!("{heads} 人 heads"),
            Flip::AtLeast { heads } => format!("≥ {heads} 人 heads"),
            Flip::Never => {
                return "任何表决票作废都不改变结果 (no void ballots would change it)".to_owned();
            }
        };
        let area = match self.area {
            AreaFlip::Area { area } => format!("{} m²", metres(area)),
            AreaFlip::AtLeast { area } => format!("≥ {} m²", metres(area)),
            AreaFlip::Never => "–".to_owned(),
        };
        format!("改变结果至少须作废 to change it, void at least: {heads}，或 or {area}")
    }
}

fn unit_text(units: &[Unit]) -> Vec<String> {
    if units.is_empty() {
        return vec!["名册中没有此户 (no such unit on the roll)".to_owned()];
    }
    let mut lines = Vec::new();
    for unit in units {
        let name = format!("{}/{}", unit.building, unit.unit);
        for ballot in &unit.ballots {
            let choices = ballot.choices.as_ref().map_or_else(
                || "内容未公开 not opened".to_owned(),
                |choices| choices.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(", "),
            );
            let void = if ballot.void { "，已作废 void" } else { "" };
            lines.push(format!(
                "{name}：第 {} 叶 leaf {}，{}：{choices}{void}",
                ballot.seq, ballot.seq, ballot.channel
            ));
        }
        if unit.ballots.is_empty() {
            lines.push(if unit.unknown == 0 {
                format!("{name}：没有票 no ballot")
            } else {
                format!(
                    "{name}：已公开的票中没有 no ballot among those opened；{} 张未公开 not opened",
                    unit.unknown
                )
            });
        }
    }
    lines
}
