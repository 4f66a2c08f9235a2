//! What came of the questions of a counted vote, from the stored count of their options.

use serde::Serialize;
use serde_json::Value;

use super::{
    agenda::Agenda,
    count::{ItemWorking, stored_workings},
    facts::Vote,
};
use crate::kernel::{ItemId, Outcome, QuestionId, Refusal, VoteId};
use crate::platform::db::Conn;
use crate::voting::{
    model::{Basis, QuestionKind, QuestionRow, RankBy, Totals},
    rules::{
        count::Weight,
        pack::RulePack,
        questions::{OptionCount, Question, Settled},
    },
    store::questions as store,
};

/// How an option came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OptionView {
    /// The item that it is.
    pub item_id: ItemId,
    /// Its number on the ballot.
    pub position: i32,
    /// What it is called.
    pub title: String,
    /// Whether it passed by itself.
    pub passed: bool,
    /// Whether it won.
    pub chosen: bool,
    /// Those who chose it.
    #[serde(rename = "for")]
    pub in_favour: Totals,
}

/// What came of a question 多选议题.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct QuestionView {
    /// The question.
    pub question_id: QuestionId,
    /// The number of its first option on the ballot.
    pub position: i32,
    /// What is asked.
    pub title: String,
    /// What it asks for.
    pub kind: QuestionKind,
    /// Options that one ballot may choose.
    pub choose_at_most: i32,
    /// Options that may win.
    pub seats: i32,
    /// Which of the options that pass goes first, where more pass than may win.
    pub rank_by: RankBy,
    /// The clause of that order; none where it is our default.
    pub rank_clause: Option<String>,
    /// How far that may be trusted.
    pub rank_basis: Basis,
    /// Whether every place is won.
    pub decided: bool,
    /// The numbers of the options that won.
    pub chosen: Vec<i32>,
    /// Places that nobody won.
    pub open: usize,
    /// Options that passed and tie for the last place.
    pub tied: Vec<i32>,
    /// The options between which a run-off would be.
    pub leading: Vec<i32>,
    /// Its options.
    pub options: Vec<OptionView>,
    /// Why, in Chinese.
    pub zh: String,
    /// Why, in English.
    pub en: String,
    /// The run-off between the leading options, once it is drafted; none that was voided.
    pub run_off: Option<VoteId>,
}

/// What came of each question of a counted vote, by its stored count.
///
/// # Errors
/// `internal` if a stored working can't be read.
pub fn views(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<QuestionView>> {
    let agenda = Agenda::load(conn, vote.row.id)?;
    if agenda.questions.is_empty() {
        return Ok(Vec::new());
    }
    let counts = stored_counts(&stored_workings(conn, vote)?)?;
    let run_offs = store::list_run_offs(conn, vote.row.id)?;
    let rules = agenda.rules(&vote.pack);
    let rows = agenda.questions.iter().zip(&rules);
    Ok(rows
        .map(|(row, rule)| {
            let of_question = run_offs.iter().find(|run_off| run_off.question_id == row.id);
            let run_off = of_question.map(|run_off| run_off.vote_id);
            let settled = rule.settle(&counts);
            QuestionView { run_off, ..view((row, &agenda), (rule, &counts), &vote.pack, &settled) }
        })
        .collect())
}

fn view(
    (row, agenda): (&QuestionRow, &Agenda),
    (rule, counts): (&Question, &[OptionCount]),
    pack: &RulePack,
    settled: &Settled,
) -> QuestionView {
    let number = |place: &usize| agenda.items.get(*place).map_or(0, |item| item.position);
    let numbers = |places: &[usize]| places.iter().map(number).collect::<Vec<_>>();
    let option = |place: &usize| {
        let (item, count) = (agenda.items.get(*place)?, counts.get(*place)?);
        Some(OptionView {
            item_id: item.id,
            position: item.position,
            title: item.title.clone(),
            passed: count.passed,
            chosen: settled.chosen.contains(place),
            in_favour: super::count::totals(count.in_favour),
        })
    };
    let options: Vec<OptionView> = rule.options.iter().filter_map(option).collect();
    let (zh, en) = why((rule, settled), &options, &numbers(&settled.tied));
    let rank = pack.questions.rank_by.as_ref();
    QuestionView {
        question_id: row.id,
        position: row.position,
        title: row.title.clone(),
        kind: row.kind,
        choose_at_most: row.choose_at_most,
        seats: row.seats,
        rank_by: rule.rank_by,
        rank_clause: rank.map(|rank| rank.clause.clone()),
        rank_basis: rank.map_or(Basis::Ours, |rank| rank.basis),
        decided: settled.open == 0,
        chosen: numbers(&settled.chosen),
        open: settled.open,
        tied: numbers(&settled.tied),
        leading: numbers(&settled.leading),
        options,
        zh,
        en,
        run_off: None,
    }
}

/// Why a question came out so, with the numbers of each option.
fn why(
    (rule, settled): (&Question, &Settled),
    options: &[OptionView],
    tied: &[i32],
) -> (String, String) {
    let passed = options.iter().filter(|option| option.passed).count();
    let seats = rule.seats;
    let (mut zh, mut en) = (
        format!("名额 {seats} 个，通过的选项 {passed} 个。"),
        format!("{seats} may win, {passed} passed."),
    );
    let names = |wanted: &dyn Fn(&OptionView) -> bool| {
        let named = options.iter().filter(|option| wanted(option));
        named.map(|option| option.title.as_str()).collect::<Vec<_>>().join("、")
    };
    let chosen = names(&|option| option.chosen);
    if !chosen.is_empty() {
        zh += &format!("选定：{chosen}。");
        en += &format!(" Chosen: {chosen}.");
    }
    if settled.open > 0 {
        zh += &format!("未决 {} 个。", settled.open);
        en += &format!(" Open: {}.", settled.open);
    }
    if !tied.is_empty() {
        let tied = names(&|option| tied.contains(&option.position));
        zh += &format!("末位并列、不分先后：{tied}，均不选定，不以抽签或票面顺序决定。");
        en += &format!(" A tie for the last place: {tied}; neither chance nor order decides.");
    }
    for option in options {
        let OptionView { title, in_favour: Totals { area, heads }, .. } = option;
        let (state, state_en) =
            if option.passed { ("通过", "passed") } else { ("未通过", "not passed") };
        zh += &format!("{title}：同意 {area} 平方米、{heads} 人，{state}。");
        en += &format!(" {title}: {area} m², {heads} heads for, {state_en}.");
    }
    (zh, en)
}

/// How the items of a count came out.
pub(super) fn counts_of(workings: &[ItemWorking]) -> Vec<OptionCount> {
    workings.iter().map(|working| option_count(working.passed, working.in_favour)).collect()
}

/// The same of a stored count.
///
/// # Errors
/// `internal` if a stored working can't be read.
pub(super) fn stored_counts(workings: &[Value]) -> Outcome<Vec<OptionCount>> {
    let count = |working: &Value| {
        let field = |name| working.get(name).cloned().unwrap_or_default();
        let in_favour = serde_json::from_value(field("for")).map_err(Refusal::internal)?;
        Ok(option_count(field("passed") == Value::Bool(true), in_favour))
    };
    workings.iter().map(count).collect()
}

fn option_count(passed: bool, Totals { area, heads }: Totals) -> OptionCount {
    let area = u64::try_from(area.0).unwrap_or(0);
    OptionCount { passed, in_favour: Weight { area, heads } }
}
