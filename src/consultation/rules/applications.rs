//! Numbers of applications, and the CSV template 导入模板: every bad row is named with its reason.

use std::collections::HashSet;

use crate::{consultation::model::NewApplication, kernel::LocalDate};

/// The columns, in this order.
pub const COLUMNS: [&str; 5] = ["申请人", "房号", "申请内容", "来源编号", "申请日期"];
/// Rows of a file at the most.
pub const MOST_ROWS: usize = 1_000;

/// A row that can't be entered: its line, from 1, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The line of the file.
    pub line: u64,
    /// Why, in Chinese and English.
    pub reason: String,
}

/// The number of an application: division, year, and a sequence without a gap.
#[must_use]
pub fn number_of(division_code: &str, year: i32, sequence: i32) -> String {
    format!("{division_code}-{year}-{sequence:06}")
}

/// The empty template, with a BOM for spreadsheets.
#[must_use]
pub fn template() -> String {
    format!("\u{feff}{}\r\n", COLUMNS.join(","))
}

/// Reads the rows, each with its line; empty ones are passed over. `known` are references that are
/// entered already.
///
/// # Errors
/// Every row that can't be entered.
pub fn read(
    text: &str,
    (known, today): (&HashSet<String>, LocalDate),
) -> Result<Vec<NewApplication>, Vec<RowFault>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut rows, mut faults, mut seen) = (Vec::new(), Vec::new(), known.clone());
    for (index, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let reason = format!("无法读取 · can't be read: {error}");
                faults.push(RowFault { line, reason });
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = record.iter().collect();
        if index == 0 {
            if cells != COLUMNS {
                let reason = format!("表头应为 · the columns are: {}", COLUMNS.join(","));
                return Err(vec![RowFault { line, reason }]);
            }
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            match row(&cells, (&mut seen, today)) {
                Ok(row) => rows.push(row),
                Err(reason) => faults.push(RowFault { line, reason }),
            }
        }
    }
    if rows.is_empty() && faults.is_empty() {
        faults.push(RowFault { line: 1, reason: "没有数据行 · no row".to_owned() });
    }
    if rows.len() > MOST_ROWS {
        let reason = format!("至多 {MOST_ROWS} 行 · at most {MOST_ROWS} rows");
        faults.push(RowFault { line: 1, reason });
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn row(
    cells: &[&str],
    (seen, today): (&mut HashSet<String>, LocalDate),
) -> Result<NewApplication, String> {
    let [applicant, unit, text, reference, day] = cells else {
        let count = cells.len();
        return Err(format!("应有 5 列，实有 {count} 列 · 5 columns, found {count}"));
    };
    if applicant.is_empty() || applicant.chars().count() > 50 {
        return Err("申请人应为 1 至 50 字 · an applicant of 1 to 50 characters".to_owned());
    }
    if text.is_empty() || text.chars().count() > 2_000 {
        return Err("申请内容应为 1 至 2000 字 · a text of 1 to 2,000 characters".to_owned());
    }
    if unit.chars().count() > 200 || reference.chars().count() > 200 {
        return Err("房号、来源编号至多 200 字 · at most 200 characters".to_owned());
    }
    let day: LocalDate = day
        .parse()
        .map_err(|_| format!("日期“{day}”应如 2026-03-01 · a day such as 2026-03-01"))?;
    if day > today {
        return Err(format!("日期“{day}”晚于今天 · a day to come"));
    }
    if !reference.is_empty() && !seen.insert((*reference).to_owned()) {
        return Err(format!("来源编号“{reference}”已登记 · entered already"));
    }
    let optional = |cell: &str| (!cell.is_empty()).then(|| cell.to_owned());
    Ok(NewApplication {
        applicant: (*applicant).to_owned(),
        unit_code: optional(unit),
        text: (*text).to_owned(),
        reference: optional(reference),
        applied_on: Some(day),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_row_is_named_with_its_line_and_reason() {
        let today = LocalDate::from_ymd(2026, 3, 2).unwrap();
        let known: HashSet<String> = ["R-9".to_owned()].into();
        let rows = "张三,1-101,更换水管,R-1,2026-03-01\n\
                    ,1-102,更换水管,R-2,2026-03-01\n,,,,\n\
                    李四,1-103,更换水管,R-1,2026-03-01\n王五,1-104,更换水管,R-9,2026-03-01\n\
                    赵六,1-105,更换水管,,2026/3/1\n孙七,,加装电梯,,2026-03-03\n少列,1\n";
        let text = format!("{}{rows}", template());
        let faults = read(&text, (&known, today)).unwrap_err();
        let lines: Vec<u64> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [3, 5, 6, 7, 8, 9]);
        assert!(faults[1].reason.contains("R-1") && faults[2].reason.contains("R-9"));
        let good: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
        let found = read(&good, (&known, today)).unwrap();
        assert_eq!((found.len(), found[0].unit_code.as_deref()), (1, Some("1-101")));
        assert_eq!(read("a,b\n", (&known, today)).unwrap_err()[0].line, 1);
        assert_eq!(read(&template(), (&known, today)).unwrap_err().len(), 1);
        assert_eq!(number_of("330203001001", 2026, 7), "330203001001-2026-000007");
    }
}
