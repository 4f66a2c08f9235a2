//! Sheets for people: what a vote publishes and prints, as A4 pages in Chinese, and the result as CSV.
//! Everything that people typed is escaped. Absent on purpose: what a sheet may tell, and to whom
//! (`service::publication`, `service::printing`); scripts.

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, NaiveTime};
use minijinja::{Environment, Value, context, value::Serde};

use super::{
    model::NoticeView,
    service::{
        checkpoints::CheckpointSheet,
        deliveries::DeliveryView,
        delivery_book::DeliveryUnit,
        log_files::CertificateJson,
        printing::{BlankBallots, UnitList},
        publication::{Notice, ResultSheet},
        questions::OptionView,
        quorum::SignInSheet,
        receipts::PublicReceipt,
    },
};
use crate::kernel::{LocalDate, Outcome, Refusal, UtcTime, time::shanghai};
use crate::platform::files::{qr_svg, table::formula_safe};

/// The name of each template, with its text.
const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("templates/base.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("notice.html", include_str!("templates/notice.html")),
    ("roll.html", include_str!("templates/roll.html")),
    ("delivery.html", include_str!("templates/delivery.html")),
    ("sitting.html", include_str!("templates/sitting.html")),
    ("ballots.html", include_str!("templates/ballots.html")),
    ("result.html", include_str!("templates/result.html")),
    ("receipt.html", include_str!("templates/receipt.html")),
    ("no_receipt.html", include_str!("templates/no_receipt.html")),
    ("certificate.html", include_str!("templates/certificate.html")),
    ("checkpoint.html", include_str!("templates/checkpoint.html")),
];

static PAGES: LazyLock<Result<Environment<'static>, String>> = LazyLock::new(environment);

fn environment() -> Result<Environment<'static>, String> {
    let mut pages = Environment::new();
    for (name, text) in TEMPLATES {
        pages.add_template(name, text).map_err(|error| format!("{name}: {error:#}"))?;
    }
    pages.add_filter("local", local);
    pages.add_filter("until", until);
    pages.add_filter("day", day);
    pages.add_filter("class", |word: &str| word_of(CLASSES, word));
    pages.add_filter("rule", |word: &str| word_of(RULES, word));
    pages.add_filter("source", |word: &str| word_of(SOURCES, word));
    pages.add_filter("sign", |word: &str| word_of(SIGNS, word));
    pages.add_filter("channel", |word: &str| word_of(CHANNELS, word));
    pages.add_filter("without_sign", |number: &str| number.trim_start_matches('-').to_owned());
    Ok(pages)
}

type Words = &'static [(&'static str, &'static str)];
const CLASSES: Words =
    &[("ordinary", "一般事项"), ("special", "特别事项"), ("unanimous", "全体同意事项")];
const RULES: Words = &[
    ("participation_by_area", "参与表决面积占总面积"),
    ("participation_by_heads", "参与表决人数占总人数"),
    ("approval_by_area", "同意面积占参与面积"),
    ("approval_by_heads", "同意人数占参与人数"),
];
const SOURCES: Words = &[("register", "登记"), ("survey", "实测"), ("contract", "合同")];
const CHANNELS: Words =
    &[("online", "网上 · on line"), ("paper", "纸质 · on paper"), ("proxy", "委托 · by proxy")];
const OCCASIONS: Words = &[("recorded", "表决票登记"), ("ruled", "异议裁决")];
const NOTICE_STATES: Words = &[
    ("queued", "待发送"),
    ("sent", "已发送"),
    ("failed", "发送失败"),
    ("no_contact", "无联系方式"),
    ("delivered", "已人工送达"),
];
const METHODS: Words =
    &[("in_person", "当面"), ("sms", "短信"), ("post", "邮寄"), ("posted_notice", "张贴")];
const DELIVERY_STATUSES: Words = &[
    ("nothing", "无记录"),
    ("failed", "未送达"),
    ("posted_only", "仅张贴"),
    ("unchecked", "已送达，待复核"),
    ("checked", "已送达，已复核"),
];
const RELIANCES: Words = &[("strict", "严格计票"), ("with_clause", "按条款计票")];
const SIGNS: Words = &[("at_least", "≥"), ("more_than", ">")];

fn word_of(words: Words, word: &str) -> String {
    words.iter().find(|(known, _)| *known == word).map_or(word, |(_, zh)| zh).to_owned()
}

/// `2026年03月20日 09:00` in China's time; a dash where there is none.
fn local(instant: Option<String>) -> String {
    on_clock(instant, |local| local.format("%Y年%m月%d日 %H:%M").to_string())
}

/// The same for an end: midnight belongs to the day that it closes (`2026年03月24日 24:00`).
fn until(instant: Option<String>) -> String {
    on_clock(instant, |local| match (local.time(), local.date_naive().pred_opt()) {
        (NaiveTime::MIN, Some(day)) => day.format("%Y年%m月%d日 24:00").to_string(),
        _ => local.format("%Y年%m月%d日 %H:%M").to_string(),
    })
}

fn on_clock(
    instant: Option<String>,
    write: impl FnOnce(DateTime<FixedOffset>) -> String,
) -> String {
    let instant = instant.and_then(|text| text.parse::<UtcTime>().ok());
    instant.map_or_else(
        || "—".to_owned(),
        |instant| write(instant.to_chrono().with_timezone(&shanghai())),
    )
}

fn day(day: Option<String>) -> String {
    let day = day.and_then(|text| text.parse::<LocalDate>().ok());
    day.map_or_else(|| "—".to_owned(), |day| day.0.format("%Y年%m月%d日").to_string())
}

fn render(name: &str, values: Value) -> Outcome<String> {
    let pages = PAGES.as_ref().map_err(Refusal::internal)?;
    let page = pages.get_template(name).map_err(Refusal::internal)?;
    page.render(values).map_err(|error| Refusal::internal(format!("{error:#}")))
}

/// The notice 公告, with the log's keys and its checkpoint in a QR code.
///
/// # Errors
/// `internal` if the template fails; so for all pages.
pub fn notice_page(notice: &Notice, checkpoint: Option<&CheckpointSheet>) -> Outcome<String> {
    let qr = checkpoint.map(|sheet| qr_svg(&sheet.posted.checkpoint)).transpose()?;
    let log = checkpoint.map(|sheet| Value::from(Serde(sheet)));
    render("notice.html", context! { qr, log, ..Value::from(Serde(notice)) })
}

/// A checkpoint to be posted; the QR code holds its text, so that a photograph is enough.
///
/// # Errors
/// As [`notice_page`].
pub fn checkpoint_page(sheet: &CheckpointSheet, public_url: &str) -> Outcome<String> {
    let qr = qr_svg(&sheet.posted.checkpoint)?;
    let url = format!("{public_url}/api/v1/public/votes/{}/log/", sheet.vote_id);
    render("checkpoint.html", context! { qr, url, ..Value::from(Serde(sheet)) })
}

/// The result 结果公示.
///
/// # Errors
/// As [`notice_page`].
pub fn result_page(result: &ResultSheet) -> Outcome<String> {
    render("result.html", Value::from(Serde(result)))
}

/// The certificate of a confirmed result, with a QR code that leads to its recount bundle.
///
/// # Errors
/// As [`notice_page`].
pub fn certificate_page(certificate: &CertificateJson, public_url: &str) -> Outcome<String> {
    let vote_id = certificate.vote_id;
    let qr = qr_svg(&format!("{public_url}/api/v1/public/votes/{vote_id}/log/bundle.zip"))?;
    render("certificate.html", context! { qr, ..Value::from(Serde(certificate)) })
}

/// The roll for the notice board: units and areas.
///
/// # Errors
/// As [`notice_page`].
pub fn roll_page(list: &UnitList) -> Outcome<String> {
    render("roll.html", Value::from(Serde(list)))
}

/// The delivery list 送达清单.
///
/// # Errors
/// As [`notice_page`].
pub fn delivery_page(list: &UnitList) -> Outcome<String> {
    render("delivery.html", Value::from(Serde(list)))
}

/// The sign-in sheet 签到表 of a sitting.
///
/// # Errors
/// As [`notice_page`].
pub fn sitting_page(sheet: &SignInSheet) -> Outcome<String> {
    render("sitting.html", Value::from(Serde(sheet)))
}

/// A receipt for whoever holds its code; the QR code leads back to the page.
///
/// # Errors
/// As [`notice_page`].
pub fn receipt_page(receipt: &PublicReceipt) -> Outcome<String> {
    let qr = qr_svg(&receipt.url)?;
    render("receipt.html", context! { qr, ..Value::from(Serde(receipt)) })
}

/// What is shown for a code that no ballot has.
///
/// # Errors
/// As [`notice_page`].
pub fn no_receipt_page() -> Outcome<String> {
    render("no_receipt.html", context! {})
}

/// Blank ballots, one page per issued sheet, each with its serial and the QR code of it.
///
/// # Errors
/// As [`notice_page`].
pub fn ballots_page(print: &BlankBallots) -> Outcome<String> {
    let ballots = print
        .ballots
        .iter()
        .map(|ballot| {
            let qr = qr_svg(&ballot.code)?;
            Ok(context! { qr, ..Value::from(Serde(ballot)) })
        })
        .collect::<Outcome<Vec<_>>>()?;
    render("ballots.html", context! { ballots, ..Value::from(Serde(print)) })
}

const COLUMNS: [&str; 34] = [
    "序号",
    "事项",
    "类别",
    "结果",
    "总面积",
    "总人数",
    "参与面积",
    "参与人数",
    "同意面积",
    "同意人数",
    "反对面积",
    "反对人数",
    "弃权面积",
    "弃权人数",
    "无效面积",
    "无效人数",
    "参与面积占比",
    "参与面积达到",
    "参与人数占比",
    "参与人数达到",
    "同意面积占比",
    "同意面积达到",
    "同意人数占比",
    "同意人数达到",
    "规则包",
    "规则包版本",
    "规则包摘要",
    "严格计票结果",
    "按条款计票结果",
    "依据",
    "已送达未表决面积",
    "已送达未表决人数",
    "多选议题",
    "选定",
];

/// Notices as CSV with a BOM: whom a message reached, and to whom somebody must go.
///
/// # Errors
/// `internal` if it can't be written.
pub fn notices_csv(notices: &[NoticeView]) -> Outcome<Vec<u8>> {
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record([
        "房屋",
        "回执码",
        "方式",
        "事由",
        "联系方式",
        "状态",
        "时间",
        "送达人",
        "备注",
    ])
    .map_err(Refusal::internal)?;
    for notice in notices {
        let cells = [
            notice.units.join("、"),
            notice.receipt.clone(),
            word_of(CHANNELS, notice.channel.as_str()),
            word_of(OCCASIONS, notice.occasion.as_str()),
            notice.masked_contact.clone().unwrap_or_default(),
            word_of(NOTICE_STATES, notice.state.as_str()),
            local(Some(notice.at.to_string())),
            notice.delivered_by.clone().unwrap_or_default(),
            notice.delivery_note.clone().unwrap_or_default(),
        ];
        let row = cells.iter().map(|cell| formula_safe(cell).into_owned());
        out.write_record(row.collect::<Vec<_>>()).map_err(Refusal::internal)?;
    }
    out.into_inner().map_err(Refusal::internal)
}

/// Units with their deliveries as CSV with a BOM: who was reached, and to whom somebody must go.
///
/// # Errors
/// `internal` if it can't be written.
pub fn deliveries_csv(units: &[DeliveryUnit]) -> Outcome<Vec<u8>> {
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let head = [
        "楼栋",
        "单元",
        "房号",
        "面积",
        "状态",
        "方式",
        "时间",
        "签收人",
        "原因",
        "备注",
        "登记人",
        "复核人",
    ];
    out.write_record(head).map_err(Refusal::internal)?;
    for unit in units {
        let record = unit.record.as_ref();
        let text = |of: fn(&DeliveryView) -> Option<&String>| {
            record.and_then(of).cloned().unwrap_or_default()
        };
        let cells = [
            unit.building.clone(),
            unit.entrance.clone().unwrap_or_default(),
            unit.unit_code.clone(),
            unit.area.to_string(),
            word_of(DELIVERY_STATUSES, unit.status.as_str()),
            record.map_or_else(String::new, |record| word_of(METHODS, record.method.as_str())),
            local(record.map(|record| record.delivered_at.to_string())),
            text(|record| record.receiver.as_ref()),
            text(|record| record.failure_reason.as_ref()),
            text(|record| record.note.as_ref()),
            text(|record| Some(&record.recorded_by)),
            text(|record| record.checked_by.as_ref()),
        ];
        let row = cells.iter().map(|cell| formula_safe(cell).into_owned());
        out.write_record(row.collect::<Vec<_>>()).map_err(Refusal::internal)?;
    }
    out.into_inner().map_err(Refusal::internal)
}

/// The result as CSV with a BOM, one line per item or option; text is kept from being read as a formula.
///
/// # Errors
/// `internal` if it can't be written.
pub fn result_csv(result: &ResultSheet) -> Outcome<Vec<u8>> {
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(COLUMNS).map_err(Refusal::internal)?;
    let pack = &result.vote.rule_pack;
    for item in &result.items {
        let text = |pointer: &str| match item.pointer(pointer) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let passed = |met: bool, yes: &str, no: &str| if met { yes } else { no }.to_owned();
        let is_true = |pointer: &str| item.pointer(pointer) == Some(&true.into());
        let mut row = vec![
            text("/position"),
            formula_safe(&text("/title")).into_owned(),
            word_of(CLASSES, &text("/class")),
            passed(is_true("/passed"), "通过", "未通过"),
        ];
        for part in ["total", "participating", "for", "against", "abstain", "invalid"] {
            row.push(text(&format!("/{part}/area")));
            row.push(text(&format!("/{part}/heads")));
        }
        for index in 0..RULES.len() {
            row.push(text(&format!("/predicates/{index}/percent")));
            row.push(passed(is_true(&format!("/predicates/{index}/met")), "是", "否"));
        }
        row.push(formula_safe(&pack.id).into_owned());
        row.push(pack.version.to_string());
        row.push(pack.digest.clone());
        row.extend(silence_cells(item));
        let position = item.pointer("/position").and_then(serde_json::Value::as_i64);
        let of_item = |option: &&OptionView| Some(i64::from(option.position)) == position;
        let option = result
            .questions
            .iter()
            .find_map(|question| Some((question, question.options.iter().find(of_item)?)));
        let title = option.map_or("", |(question, _)| question.title.as_str());
        row.push(formula_safe(title).into_owned());
        row.push(option.map_or_else(String::new, |(_, of)| passed(of.chosen, "选定", "未选定")));
        out.write_record(&row).map_err(Refusal::internal)?;
    }
    out.into_inner().map_err(Refusal::internal)
}

/// Both outcomes, which one is relied on, and the silent; without a clause the strict outcome alone.
fn silence_cells(item: &serde_json::Value) -> [String; 5] {
    let outcome = |pointer: &str| match item.pointer(pointer).and_then(serde_json::Value::as_bool) {
        Some(true) => "通过".to_owned(),
        Some(false) => "未通过".to_owned(),
        None => String::new(),
    };
    let text = |pointer: &str| match item.pointer(pointer) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    if item.get("silence").is_none() {
        return [outcome("/passed"), String::new(), String::new(), String::new(), String::new()];
    }
    [
        outcome("/silence/strict_passed"),
        outcome("/silence/with_clause/passed"),
        word_of(RELIANCES, &text("/silence/relied_on")),
        text("/silence/silent/area"),
        text("/silence/silent/heads"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_sound() {
        let pages = environment().unwrap();
        assert_eq!(pages.templates().count(), TEMPLATES.len());
    }

    #[test]
    fn instants_read_as_china_reads_them() {
        assert_eq!(local(Some("2026-03-01T16:30:00Z".to_owned())), "2026年03月02日 00:30");
        assert_eq!(local(None), "—");
        assert_eq!(until(Some("2026-03-24T16:00:00Z".to_owned())), "2026年03月24日 24:00");
        assert_eq!(until(Some("2026-03-24T16:00:01Z".to_owned())), "2026年03月25日 00:00");
        assert_eq!(day(Some("2026-03-02".to_owned())), "2026年03月02日");
    }

    #[test]
    fn the_code_on_a_ballot_is_an_image_within_the_page() {
        let image = qr_svg("JIUGAI:2:A:B:C:D").unwrap();
        assert!(image.starts_with("<svg") && image.ends_with("</svg>"), "{image}");
    }
}
