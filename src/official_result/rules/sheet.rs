//! The CSV template 导入模板: one row an item. Every bad row is named with its line and the reason.

use crate::{
    kernel::Area,
    official_result::model::{NewOfficialItem, OfficialSum},
};

/// The columns, in this order.
pub const COLUMNS: [&str; 13] = [
    "事项",
    "事项代码",
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
    "结果",
];

/// A row that can't be read: its line, from 1, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The line of the file.
    pub line: u64,
    /// Why, in Chinese and English.
    pub reason: String,
}

/// The empty template, with a BOM for spreadsheets.
#[must_use]
pub fn template() -> String {
    format!("\u{feff}{}\r\n", COLUMNS.join(","))
}

/// Reads the rows, each with its line; empty ones are passed over.
///
/// # Errors
/// Every row that can't be read.
pub fn read(text: &str) -> Result<Vec<(u64, NewOfficialItem)>, Vec<RowFault>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut items, mut faults) = (Vec::new(), Vec::new());
    for (index, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                faults
                    .push(RowFault {
                        line, reason: format!("无法读取 · can't be read: {error}")
                    });
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = record.iter().collect();
        if index == 0 {
            if cells != COLUMNS {
                let columns = COLUMNS.join(",");
                let reason = format!("表头应为 · the columns are: {columns}");
                return Err(vec![RowFault { line, reason }]);
            }
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            match row(&cells) {
                Ok(item) => items.push((line, item)),
                Err(reason) => faults.push(RowFault { line, reason }),
            }
        }
    }
    if faults.is_empty() { Ok(items) } else { Err(faults) }
}

fn row(cells: &[&str]) -> Result<NewOfficialItem, String> {
    let [title, matters, rest @ .., outcome] = cells else {
        return Err(too_few(cells.len()));
    };
    let [pa, ph, fa, fh, aa, ah, ba, bh, ia, ih] = rest else {
        return Err(too_few(cells.len()));
    };
    let codes = matters.split(['、', ';', '；', ' ']).filter(|code| !code.is_empty());
    Ok(NewOfficialItem {
        title: (*title).to_owned(),
        matters: codes.map(str::to_owned).collect(),
        participating: sum("参与 participating", (pa, ph))?,
        in_favour: sum("同意 for", (fa, fh))?,
        against: sum("反对 against", (aa, ah))?,
        abstain: sum("弃权 abstain", (ba, bh))?,
        invalid: sum("无效 invalid", (ia, ih))?,
        passed: match *outcome {
            "通过" | "passed" => true,
            "未通过" | "failed" => false,
            other => {
                return Err(format!("结果应为“通过”或“未通过” · passed or failed, not {other}"));
            }
        },
    })
}

fn too_few(cells: usize) -> String {
    format!("应有 {} 列，实有 {cells} 列 · {} columns, found {cells}", COLUMNS.len(), COLUMNS.len())
}

fn sum(name: &str, (area, heads): (&str, &str)) -> Result<OfficialSum, String> {
    let area =
        area.parse::<Area>().ok().filter(|area| area.0 >= 0).ok_or_else(|| {
            format!("{name}：面积“{area}”应为平方米，至多两位小数 · square metres")
        })?;
    let heads = heads
        .parse()
        .map_err(|_| format!("{name}：人数“{heads}”应为整数 · heads are a whole number"))?;
    Ok(OfficialSum { area, heads })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_row_is_named_with_its_line_and_reason() {
        let rows = "更换水管,5,800.00,8,500.00,5,200,2,100,1,0,0,通过\n\
                    加装电梯,7、8,8x,8,5,5,2,2,1,1,0,0,通过\n,,,,,,,,,,,,\n\
                    涂料,5,8,8,5,5,2,2,1,1,0,0,大概\n少列,5,8\n人数,5,8,-1,5,5,2,2,1,1,0,0,未通过\n";
        let text = format!("{}{rows}", template());
        let faults = read(&text).unwrap_err();
        let lines: Vec<u64> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [3, 5, 6, 7]);
        assert!(faults[0].reason.contains("8x") && faults[1].reason.contains("大概"));
        let good: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
        let items = read(&good).unwrap();
        assert_eq!((items.len(), items[0].0, items[0].1.in_favour.heads), (1, 2, 5));
        assert_eq!(read("a,b\n").unwrap_err()[0].line, 1);
    }
}
