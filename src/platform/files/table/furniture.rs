//! Rows that are no data: totals, remarks, signatures, headers repeated on each printed page.

use super::cell::{Cell, CellKind};
use crate::kernel::text::squeeze;

const TOTALS: &[&str] =
    &["合计", "总计", "小计", "共计", "累计", "总合计", "本页合计", "total", "subtotal", "sum"];
const REMARKS: &[&str] =
    &["注", "备注", "说明", "填表说明", "填报说明", "注意", "note", "notes", "remark", "remarks"];
const SIGNATURES: &[&str] = &[
    "制表",
    "制表人",
    "填表人",
    "填报人",
    "审核",
    "审核人",
    "复核人",
    "负责人",
    "填报单位",
    "填报日期",
];

/// Why a row below the header is no data, or `None` where it is data.
pub(super) fn furniture(cells: &[Cell]) -> Option<(&'static str, &'static str)> {
    let filled: Vec<&Cell> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    let first = squeeze(&filled.first()?.text).to_lowercase();
    if is_total(&first) && filled.iter().skip(1).all(|cell| is_quantity(cell)) {
        return Some(("合计行，已跳过", "a total row, skipped"));
    }
    let head = first.split_once(':').map(|(head, _)| head);
    let remark = head.is_some_and(|head| REMARKS.contains(&head)) || REMARKS.contains(&&*first);
    if remark && filled.len() <= 2 {
        return Some(("备注行，已跳过", "a remark, skipped"));
    }
    let signature = head.is_some_and(|head| SIGNATURES.contains(&head));
    if signature && filled.iter().all(|cell| is_caption(cell)) {
        return Some(("填表信息，已跳过", "who filled the form in, skipped"));
    }
    None
}

fn is_total(first: &str) -> bool {
    TOTALS.iter().any(|word| first.strip_prefix(word).is_some_and(is_number_or_nothing))
}

fn is_number_or_nothing(rest: &str) -> bool {
    rest.chars().all(|c| c.is_ascii_digit() || ":.,户套间个㎡平方米m2²()".contains(c))
}

/// A number, or text that is one with a unit: `66,783.97㎡`, `428 套`.
fn is_quantity(cell: &Cell) -> bool {
    cell.kind == CellKind::Number
        || matches!(cell.kind, CellKind::Formula | CellKind::Error)
        || is_number_or_nothing(&squeeze(&cell.text))
}

fn is_caption(cell: &Cell) -> bool {
    squeeze(&cell.text).contains(':') || cell.kind == CellKind::Date
}
