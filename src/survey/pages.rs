//! Pages for people: a survey to fill in, slips with links, and tables for spreadsheets. Everything
//! that people typed is escaped. Absent on purpose: scripts.

use std::{collections::BTreeMap, sync::LazyLock};

use minijinja::{Environment, Value, context, value::Serde};

use super::{
    model::{Answers, Given, SurveyState},
    rules::questionnaire::choices,
    service::{
        answers::AskedView,
        links::IssuedLinks,
        results::{QuestionResult, SurveyResult},
    },
};
use crate::kernel::{Outcome, Refusal, UtcTime};
use crate::platform::files::{qr_svg, sheet::formula_safe};

const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("templates/base.html")),
    ("survey.html", include_str!("templates/survey.html")),
    ("no_survey.html", include_str!("templates/no_survey.html")),
    ("links.html", include_str!("templates/links.html")),
];

static PAGES: LazyLock<Result<Environment<'static>, String>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    for (name, text) in TEMPLATES {
        pages.add_template(name, text).map_err(|error| format!("{name}: {error:#}"))?;
    }
    Ok(pages)
});

fn render(name: &str, values: Value) -> Outcome<String> {
    let pages = PAGES.as_ref().map_err(Refusal::internal)?;
    let page = pages.get_template(name).map_err(Refusal::internal)?;
    page.render(values).map_err(|error| Refusal::internal(format!("{error:#}")))
}

/// What a page says beside its questions.
pub enum Said {
    /// Nothing yet.
    Nothing,
    /// The answer was kept.
    Thanks,
    /// Why it was not kept, and what was filled in.
    Refused(Refusal, Answers),
}

/// A household's page: the questions, while it may answer.
///
/// # Errors
/// `internal` if the template fails; so for all pages.
pub fn survey_page((asked, now): (&AskedView, UtcTime), said: &Said) -> Outcome<String> {
    let is_open = asked.state == SurveyState::Open && now < asked.closes_at;
    let (thanks, refusal, given) = match said {
        Said::Nothing => (false, None, None),
        Said::Thanks => (true, None, None),
        Said::Refused(refusal, given) => (false, Some(refusal), Some(given)),
    };
    let fault = refusal.map(|refusal| refusal.code().title_zh());
    let faults: Vec<String> = refusal
        .map(|refusal| refusal.errors().iter().map(|fault| fault.detail.clone()).collect())
        .unwrap_or_default();
    let questions: Vec<Value> = asked
        .questions
        .iter()
        .map(|question| {
            let filled = given.and_then(|given| given.get(&question.key));
            let marks: Vec<String> =
                if question.options.is_empty() { choices(question) } else { Vec::new() };
            context! { marks, filled => words_of(filled), ..Value::from(Serde(question)) }
        })
        .collect();
    let closes_at = asked.closes_at.local_text();
    render(
        "survey.html",
        context! { is_open, thanks, fault, faults, closes_at, questions,
        ..Value::from(Serde(asked)) },
    )
}

fn words_of(given: Option<&Given>) -> Vec<String> {
    match given {
        None => Vec::new(),
        Some(Given::Mark(mark)) => vec![mark.to_string()],
        Some(Given::One(word)) => vec![word.clone()],
        Some(Given::Many(words)) => words.clone(),
    }
}

/// What is shown for a link that is none.
///
/// # Errors
/// As [`survey_page`].
pub fn no_survey_page() -> Outcome<String> {
    render("no_survey.html", context! {})
}

/// Slips to cut: a household, its QR code, until when.
///
/// # Errors
/// As [`survey_page`].
pub fn links_page(issued: &IssuedLinks) -> Outcome<String> {
    let links = issued
        .links
        .iter()
        .map(|link| {
            let qr = qr_svg(&link.url)?;
            Ok(context! { qr, ..Value::from(Serde(link)) })
        })
        .collect::<Outcome<Vec<_>>>()?;
    let (title, closes_at) = (&issued.title, issued.closes_at.local_text());
    render("links.html", context! { title, closes_at, links })
}

fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Outcome<Vec<u8>> {
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(head).map_err(Refusal::internal)?;
    for row in rows {
        let cells = row.iter().map(|cell| formula_safe(cell).into_owned());
        out.write_record(cells.collect::<Vec<_>>()).map_err(Refusal::internal)?;
    }
    out.into_inner().map_err(Refusal::internal)
}

/// Links as CSV with a BOM.
///
/// # Errors
/// `internal` if it can't be written.
pub fn links_csv(issued: &IssuedLinks) -> Outcome<Vec<u8>> {
    let rows = issued.links.iter().map(|link| {
        let entrance = link.household.entrance.clone().unwrap_or_default();
        let household = &link.household;
        vec![household.building.clone(), entrance, household.code.clone(), link.url.clone()]
    });
    table(&["楼栋", "单元", "房号", "链接"], rows)
}

/// A result as CSV with a BOM: a line for each option, for the whole (全部) and by building.
///
/// # Errors
/// `internal` if it can't be written.
pub fn result_csv(result: &SurveyResult) -> Outcome<Vec<u8>> {
    let mut parts: BTreeMap<usize, Vec<Vec<String>>> = BTreeMap::new();
    let whole = ("全部", result.households, result.answered, result.questions.as_ref());
    let buildings = result.buildings.iter().map(|building| {
        let name = building.building.as_str();
        (name, building.households, building.answered, building.questions.as_ref())
    });
    for (at, part) in std::iter::once(whole).chain(buildings).enumerate() {
        parts.insert(at, lines(part));
    }
    table(
        &["楼栋", "总户数", "答卷户数", "题目", "选项", "算作满意或赞成", "户数"],
        parts.into_values().flatten(),
    )
}

type Part<'a> = (&'a str, u64, u64, Option<&'a Vec<QuestionResult>>);

fn lines((name, households, answered, questions): Part<'_>) -> Vec<Vec<String>> {
    let start = [name.to_owned(), households.to_string(), answered.to_string()];
    let line = |cells: [&str; 4]| {
        start.iter().cloned().chain(cells.map(str::to_owned)).collect::<Vec<String>>()
    };
    let Some(questions) = questions else {
        return vec![line(["答卷过少，不显示分布", "", "", ""])];
    };
    let mut found = Vec::new();
    for question in questions {
        for option in &question.options {
            let mark = if option.in_favour { "是" } else { "" };
            found.push(line([&question.text, &option.text, mark, &option.count.to_string()]));
        }
        if question.options.is_empty() {
            found.push(line([&question.text, "（文字）", "", &question.answered.to_string()]));
        }
    }
    found
}
