//! What travels over HTTP into official results. What comes out are the views of the services.

use serde::Deserialize;

use crate::kernel::{
    BuildingId, Code, CommunityId, EntranceId, OfficialResultId, Outcome, PageQuery, Refusal,
    UtcTime, text::check_text,
};
use crate::official_result::{
    model::{NewOfficialItem, NewOfficialResult, OfficialFilter, OfficialState, OfficialSum},
    rules::sheet,
};

const MOST_NAME: usize = 200;
const MOST_TEXT: usize = 5_000;
const MOST_ITEMS: usize = 100;

/// An item as the platform gives it.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficialItemIn {
    /// What was asked, 1 to 200 characters.
    #[schema(example = "使用住宅专项维修资金更换给水管")]
    pub title: String,
    /// Its matters by the rule pack: `1`-`9` of 民法典 278, or `279`.
    #[schema(example = json!(["5"]))]
    pub matters: Vec<String>,
    /// Those who took part.
    pub participating: OfficialSum,
    /// 同意.
    #[serde(rename = "for")]
    pub in_favour: OfficialSum,
    /// 反对.
    pub against: OfficialSum,
    /// 弃权.
    pub abstain: OfficialSum,
    /// 无效.
    #[serde(default)]
    pub invalid: OfficialSum,
    /// The outcome as the platform states it.
    pub passed: bool,
}

impl From<OfficialItemIn> for NewOfficialItem {
    fn from(item: OfficialItemIn) -> Self {
        Self {
            title: item.title.trim().to_owned(),
            matters: item.matters,
            participating: item.participating,
            in_favour: item.in_favour,
            against: item.against,
            abstain: item.abstain,
            invalid: item.invalid,
            passed: item.passed,
        }
    }
}

/// The result that is corrected.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficialCorrectionIn {
    /// The confirmed result.
    pub official_result_id: OfficialResultId,
    /// Why, 1 to 5,000 characters; it is published.
    #[schema(example = "平台更正了第二项的反对面积")]
    pub reason: String,
}

/// A result of an official platform.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficialResultIn {
    /// The community.
    pub community_id: CommunityId,
    /// Only this building decided.
    #[serde(default)]
    pub building_id: Option<BuildingId>,
    /// Only this entrance decided.
    #[serde(default)]
    pub entrance_id: Option<EntranceId>,
    /// The platform's name, 1 to 200 characters.
    #[schema(example = "北京业主电子共同决策平台")]
    pub platform: String,
    /// The platform's number of the vote, 1 to 200 characters.
    #[schema(example = "BJ-2026-000123")]
    pub reference: String,
    /// The rule pack by which it is counted again.
    #[schema(example = "beijing")]
    pub rule_pack: String,
    /// When the vote opened.
    pub opens_at: UtcTime,
    /// When it closed.
    pub closes_at: UtcTime,
    /// The whole roll: At, Nt.
    pub total: OfficialSum,
    /// 1 to 100 items; either these or `csv`.
    #[serde(default)]
    pub items: Option<Vec<OfficialItemIn>>,
    /// The filled-in template, one row an item.
    #[serde(default)]
    pub csv: Option<String>,
    /// Where it corrects a confirmed result.
    #[serde(default)]
    pub replaces: Option<OfficialCorrectionIn>,
}

impl OfficialResultIn {
    /// The command, with its texts checked.
    ///
    /// # Errors
    /// `invalid_field`; `official_result_has_faults` with line and reason of every bad row of `csv`.
    pub fn into_command(self) -> Outcome<NewOfficialResult> {
        check_text("/platform", &self.platform, 1..=MOST_NAME)?;
        check_text("/reference", &self.reference, 1..=MOST_NAME)?;
        if let Some(correction) = &self.replaces {
            check_text("/replaces/reason", &correction.reason, 1..=MOST_TEXT)?;
        }
        if self.opens_at >= self.closes_at {
            let detail = "the close is after the opening · 截止须晚于开始";
            return Err(Refusal::field(Code::InvalidField, "/closes_at", detail));
        }
        if self.total.area.0 <= 0 || self.total.heads == 0 {
            let detail = "the roll has area and heads · 名册总面积和总人数须大于零";
            return Err(Refusal::field(Code::InvalidField, "/total", detail));
        }
        let items: Vec<NewOfficialItem> = match (self.items, self.csv) {
            (Some(items), None) => items.into_iter().map(Into::into).collect(),
            (None, Some(text)) => of_sheet(&text)?,
            _ => {
                let detail = "either items or csv · 二者择一";
                return Err(Refusal::field(Code::InvalidField, "/items", detail));
            }
        };
        if !(1..=MOST_ITEMS).contains(&items.len()) {
            let detail = format!("{} items; 1 to {MOST_ITEMS}", items.len());
            return Err(Refusal::field(Code::InvalidField, "/items", detail));
        }
        for (index, item) in items.iter().enumerate() {
            check_text(&format!("/items/{index}/title"), &item.title, 1..=MOST_NAME)?;
        }
        Ok(NewOfficialResult {
            community_id: self.community_id,
            building_id: self.building_id,
            entrance_id: self.entrance_id,
            platform: self.platform.trim().to_owned(),
            reference: self.reference.trim().to_owned(),
            rule_pack: self.rule_pack,
            opens_at: self.opens_at,
            closes_at: self.closes_at,
            total: self.total,
            items,
            replaces: self.replaces.map(|of| (of.official_result_id, of.reason.trim().to_owned())),
        })
    }
}

fn of_sheet(text: &str) -> Outcome<Vec<NewOfficialItem>> {
    let rows = sheet::read(text).map_err(|faults| {
        let code = Code::OfficialResultHasFaults;
        let add = |refusal: Refusal, fault: sheet::RowFault| {
            let pointer = format!("/csv/line/{}", fault.line);
            refusal.with_field(&pointer, code.as_str(), fault.reason)
        };
        faults.into_iter().fold(Refusal::new(code), add)
    })?;
    Ok(rows.into_iter().map(|(_, item)| item).collect())
}

/// Why a result is withdrawn.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficialWithdrawIn {
    /// The reason, 1 to 5,000 characters.
    #[schema(example = "录入错误，重新登记")]
    pub reason: String,
}

impl OfficialWithdrawIn {
    /// The reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/reason", &self.reason, 1..=MOST_TEXT)?;
        Ok(self.reason.trim().to_owned())
    }
}

/// The name of an uploaded file, without its directories.
///
/// # Errors
/// `invalid_field` for an empty or too long one.
pub fn file_name(given: Option<String>) -> Outcome<String> {
    let name = given.unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    check_text("/file", &name, 1..=MOST_NAME)?;
    Ok(name)
}

/// What a list is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OfficialQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One state only.
    pub state: Option<OfficialState>,
    /// A part of the platform's name or number.
    pub search: Option<String>,
}

impl OfficialQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (OfficialFilter, PageQuery) {
        let filter = OfficialFilter {
            community_id: self.community_id,
            states: self.state.into_iter().collect(),
            search: self.search,
        };
        (filter, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}
