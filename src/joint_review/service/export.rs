//! The consolidated list 审查意见汇总表 as CSV.

use super::{
    facts::current,
    views::{OpinionView, items_view},
};
use crate::joint_review::model::{OpinionSource, ResponseKind, ReviewRow, Verdict, Wants};
use crate::kernel::{Outcome, Refusal};
use crate::platform::{db::Conn, files::sheet::formula_safe};

const fn source_word(source: OpinionSource) -> &'static str {
    match source {
        OpinionSource::Given => "本轮",
        OpinionSource::Silence => "逾期未答复",
        OpinionSource::Carried => "沿用前轮",
    }
}

const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "通过",
        Verdict::Revise => "修改",
        Verdict::Reject => "不同意",
        Verdict::Withdrawn => "撤回",
    }
}

const fn wants_word(wants: Wants) -> &'static str {
    match wants {
        Wants::Keep => "保留",
        Wants::Add => "增设",
        Wants::Remove => "取消",
        Wants::Widen => "加宽",
        Wants::Narrow => "缩窄",
    }
}

const fn response_word(kind: ResponseKind) -> &'static str {
    match kind {
        ResponseKind::Adopted => "采纳",
        ResponseKind::Partly => "部分采纳",
        ResponseKind::Rejected => "不采纳",
        ResponseKind::Accepted => "部门认可",
        ResponseKind::RuledForPlan => "裁定维持方案",
        ResponseKind::RuledForDepartment => "裁定修改方案",
    }
}

fn opinion_cells(opinion: Option<&OpinionView>) -> [String; 9] {
    let Some(one) = opinion else { return Default::default() };
    let answers: Vec<String> = one
        .responses
        .iter()
        .map(|answer| {
            let plan = answer.plan_number.map(|number| format!("（v{number}）"));
            let kind = response_word(answer.kind);
            format!("{kind}{} {}", plan.unwrap_or_default(), answer.reason).trim().to_owned()
        })
        .collect();
    [
        source_word(one.source).to_owned(),
        one.verdict.map(verdict_word).unwrap_or_default().to_owned(),
        one.wants.map(wants_word).unwrap_or_default().to_owned(),
        one.text.clone(),
        if one.late { "是" } else { "" }.to_owned(),
        one.by.clone(),
        one.login.clone(),
        one.at.local_text(),
        answers.join("；"),
    ]
}

const HEAD: [&str; 15] = [
    "轮次",
    "序号",
    "编码",
    "内容",
    "部位",
    "部门",
    "来源",
    "意见",
    "诉求",
    "意见内容",
    "逾期",
    "发表人",
    "账号",
    "时间",
    "答复",
];

/// The list of the round that stands, a line for each item and department, with a BOM.
///
/// # Errors
/// `internal` if it can't be written.
pub fn csv_of(conn: &mut Conn, row: &ReviewRow) -> Outcome<Vec<u8>> {
    let (round_row, round) = current(conn, row)?;
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let head = HEAD.iter().copied().chain(["状态"]);
    out.write_record(head).map_err(Refusal::internal)?;
    for item in items_view(&round) {
        for standing in &item.departments {
            let mut cells = vec![
                round_row.number.to_string(),
                item.item.to_string(),
                item.code.clone(),
                item.title.clone(),
                item.place.clone(),
                standing.department.clone(),
            ];
            cells.extend(opinion_cells(standing.opinion.as_ref()));
            cells.push(standing.message.clone());
            let cells: Vec<_> = cells.iter().map(|cell| formula_safe(cell).into_owned()).collect();
            out.write_record(cells).map_err(Refusal::internal)?;
        }
    }
    out.into_inner().map_err(Refusal::internal)
}
