//! The residents' menu 居民菜单 (宁波 "改什么居民说了算"): what residents were asked and said of items of
//! the catalogue, and the numbers behind what is in the plan.

use super::facts::deciding_item;
use crate::kernel::{Code, Outcome, ReferenceId, Refusal};
use crate::platform::db::Conn;
use crate::registry::find_scope_place;
use crate::renovation::{
    model::{
        Choices, Chosen, ChosenBy, MenuLine, NewPlanItem, PlanContent, ProjectRow, SurveyGates,
    },
    rules::catalogue,
};
use crate::voting::{find_outcome, find_papers};

/// The key of an option that stands for an item of the catalogue.
fn option_key(code: &str) -> String {
    code.to_ascii_lowercase()
}

fn choices(
    conn: &mut Conn,
    (project, gates): (&ProjectRow, &dyn SurveyGates),
    (id, pointer): (ReferenceId, &str),
) -> Outcome<Choices> {
    let found = gates.find_choices(conn, id)?;
    let found = found.filter(|found| found.community_id == project.community_id);
    let detail = "no closed survey here that enough answered · 本小区没有已截止且答卷足够的此问卷";
    found.ok_or_else(|| Refusal::field(Code::InvalidField, pointer, detail))
}

/// The items of the catalogue that a closed survey asked about, the most chosen first.
///
/// # Errors
/// `invalid_field` for a survey that is open, void, of another place, or that too few answered.
pub fn menu(
    conn: &mut Conn,
    of: (&ProjectRow, &dyn SurveyGates),
    survey_id: ReferenceId,
) -> Outcome<Vec<MenuLine>> {
    let found = choices(conn, of, (survey_id, "survey_id"))?;
    let line = |(question, option, in_favour): &(String, String, u64)| {
        let item = catalogue::ITEMS.iter().find(|item| option_key(&item.code) == *option)?;
        Some(MenuLine {
            code: item.code.clone(),
            title: item.zh.clone(),
            title_en: item.en.clone(),
            question: question.clone(),
            in_favour: *in_favour,
            answered: found.answered,
            households: found.households,
        })
    };
    let mut lines: Vec<MenuLine> = found.options.iter().filter_map(line).collect();
    lines.sort_by(|a, b| b.in_favour.cmp(&a.in_favour).then_with(|| a.code.cmp(&b.code)));
    Ok(lines)
}

/// The content with the numbers behind every choice that it names.
///
/// # Errors
/// `invalid_field` where the vote is not of this community, not confirmed or the item did not pass;
/// where the survey is not closed, not of this community, or never asked for the item.
pub(super) fn with_numbers(
    conn: &mut Conn,
    of: (&ProjectRow, &dyn SurveyGates),
    content: &PlanContent,
) -> Outcome<PlanContent> {
    let mut content = content.clone();
    for (index, item) in content.items.iter_mut().enumerate() {
        if let Some(chosen) = &item.chosen {
            let pointer = format!("/items/{index}/chosen_by");
            item.chosen = Some(numbers(conn, of, (item, &chosen.by, &pointer))?);
        }
    }
    Ok(content)
}

fn numbers(
    conn: &mut Conn,
    (project, gates): (&ProjectRow, &dyn SurveyGates),
    (item, by, pointer): (&NewPlanItem, &ChosenBy, &str),
) -> Outcome<Chosen> {
    let fault = |detail: &str| Refusal::field(Code::InvalidField, pointer, detail);
    let (in_favour, of) = match by {
        ChosenBy::Survey { survey_id, question } => {
            let found = choices(conn, (project, gates), (*survey_id, pointer))?;
            let key = option_key(&item.code);
            let asked = |one: &&(String, String, u64)| one.0 == *question && one.1 == key;
            let option = found.options.iter().find(asked);
            let option = option.ok_or_else(|| fault("it never asked for this · 问卷未列此项"))?;
            (option.2, found.households)
        }
        ChosenBy::Vote { vote_id, item_id } => {
            let outcome = find_outcome(conn, *vote_id)?;
            let held = find_scope_place(conn, &outcome.scope)?;
            if held.is_none_or(|place| place.community_id != project.community_id) {
                return Err(fault("a vote of another community · 不是本小区的表决"));
            }
            let papers = find_papers(conn, *vote_id)?;
            let decided = deciding_item(&papers, (Some(*item_id), None))?;
            let heads = decided.heads.filter(|_| decided.passed);
            heads.ok_or_else(|| fault("it did not pass, or is not confirmed · 未通过或未确认"))?
        }
    };
    Ok(Chosen { by: by.clone(), in_favour, of })
}
