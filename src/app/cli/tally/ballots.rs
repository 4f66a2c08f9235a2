//! The ballot file: one row per unit and item. A word that can't be read makes the file unusable; a
//! unit that is not on the roll does not (the count reports it and goes on).

use std::path::Path;

use super::{cast_at, open, report::Problem};
use crate::{
    kernel::{
        UtcTime,
        text::{half_width, squeeze},
    },
    platform::files::table::{Cell, CellKind, Column, TableRow, read_table},
    voting::{Channel, Choice},
};

/// One row of the ballot file.
pub(super) struct BallotRow {
    /// The file as the user named it.
    pub(super) file: String,
    /// The line as an editor shows it.
    pub(super) line: u64,
    /// 房号, without spaces.
    pub(super) unit_code: String,
    /// 事项; blank where the row names none.
    pub(super) item: String,
    /// 选择; `None` where it was returned blank.
    pub(super) choice: Option<Choice>,
    /// 渠道; paper where the row is silent.
    pub(super) channel: Channel,
    /// 时间; unknown times count as the latest.
    pub(super) at: Option<UtcTime>,
}

const UNIT_CODE: usize = 0;
const ITEM: usize = 1;
const CHOICE: usize = 2;
const CHANNEL: usize = 3;
const CAST_AT: usize = 4;

const fn column(
    name: &'static str,
    label: &'static str,
    aliases: &'static [&'static str],
) -> Column {
    Column { name, label, aliases, required: false }
}

static COLUMNS: &[Column] = &[
    Column {
        required: true,
        ..column(
            "unit_code",
            "房号",
            &["室号", "房屋编号", "房间号", "门牌号", "户号", "unit", "room"],
        )
    },
    column("item", "事项", &["表决事项", "议题", "事项编号", "议题编号", "事项序号"]),
    Column {
        required: true,
        ..column("choice", "选择", &["表决意见", "意见", "选项", "表决", "投票", "vote"])
    },
    column("channel", "渠道", &["投票方式", "表决方式", "方式", "投票渠道"]),
    column("cast_at", "时间", &["投票时间", "表决时间", "提交时间", "登记时间", "time"]),
];

/// Reads the ballots.
///
/// # Errors
/// Every row that can't be read.
pub(super) fn read(path: &Path) -> Result<Vec<BallotRow>, Vec<Problem>> {
    let file = path.display().to_string();
    let (mut ballots, mut problems) = (Vec::new(), Vec::new());
    let mut take = |row: TableRow| {
        match ballot(&file, &row) {
            Ok(ballot) => ballots.push(ballot),
            Err(faults) => problems.extend(faults),
        }
        Ok(())
    };
    read_table(open(path)?, COLUMNS, &mut take)
        .map_err(|refusal| Problem::of_file(&file, &refusal))?;
    // A file that numbers some rows and leaves others blank does not say what those were about.
    if ballots.iter().any(|ballot| !ballot.item.is_empty()) {
        let blank = ballots.iter().filter(|ballot| ballot.item.is_empty());
        problems.extend(blank.map(|ballot| {
            Problem::at(&file, ballot.line, "missing_value")
                .because("", "缺少事项，而其他行写明了事项 (item is missing, other rows have one)")
        }));
        problems.sort_by_key(|problem| problem.line);
    }
    if problems.is_empty() { Ok(ballots) } else { Err(problems) }
}

fn ballot(file: &str, row: &TableRow) -> Result<BallotRow, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut fault = |code: &str, message: String| {
        problems.push(Problem::at(file, row.line, code).because(&row.sheet, &message));
    };
    for (place, column) in COLUMNS.iter().enumerate().filter(|(place, _)| *place != CAST_AT) {
        let broken = match row.cell(place).kind {
            CellKind::Date => Some(("cell_is_a_date", "被表格软件变成了日期 (became a date)")),
            CellKind::Error => Some(("cell_is_an_error", "是错误值 (holds an error value)")),
            CellKind::Formula => {
                Some(("formula_without_value", "是没有结果值的公式 (a formula without a value)"))
            }
            CellKind::Empty | CellKind::Text | CellKind::Number | CellKind::Boolean => None,
        };
        if let Some((code, why)) = broken {
            fault(code, format!("{} {}{why}", column.name, column.label));
        }
    }
    let unit_code = squeeze(&row.cell(UNIT_CODE).text);
    let choice = word(row.cell(CHOICE), CHOICES);
    let channel = word(row.cell(CHANNEL), CHANNELS);
    let at = match row.cell(CAST_AT) {
        cell if cell.is_empty() => Ok(None),
        cell => cast_at::read(cell).map(Some).ok_or(&cell.text),
    };
    if let Err(text) = choice {
        fault(
            "unknown_choice",
            format!("选择无法识别 (choice is none of for, against, abstain, invalid): {text}"),
        );
    }
    if let Err(text) = channel {
        fault(
            "unknown_channel",
            format!("渠道无法识别 (channel is none of online, paper, proxy): {text}"),
        );
    }
    if let Err(text) = at {
        fault("unreadable_time", format!("时间无法识别 (cast_at is no time): {text}"));
    }
    let item = half_width(&row.cell(ITEM).text).trim().to_owned();
    let (Ok(choice), Ok(channel), Ok(at), true) = (choice, channel, at, problems.is_empty()) else {
        return Err(problems);
    };
    let channel = channel.unwrap_or(Channel::Paper);
    Ok(BallotRow { file: file.to_owned(), line: row.line, unit_code, item, choice, channel, at })
}

const CHOICES: &[(Choice, &[&str])] = &[
    (Choice::For, &["for", "yes", "agree", "同意", "赞成", "赞同", "支持"]),
    (Choice::Against, &["against", "no", "反对", "不同意", "不赞成"]),
    (Choice::Abstain, &["abstain", "abstention", "弃权"]),
    (Choice::Invalid, &["invalid", "void", "无效", "无效票", "废票"]),
];

const CHANNELS: &[(Channel, &[&str])] = &[
    (Channel::Online, &["online", "网上", "线上", "网络", "电子", "电子投票", "网上投票", "手机"]),
    (Channel::Paper, &["paper", "纸质", "书面", "纸质票", "线下", "现场", "纸质投票"]),
    (Channel::Proxy, &["proxy", "委托", "代理", "委托代理", "委托投票", "代投"]),
];

/// The value of a word; `Ok(None)` of a blank cell, the text itself where it is no such word.
fn word<'a, T: Copy>(cell: &'a Cell, words: &[(T, &[&str])]) -> Result<Option<T>, &'a str> {
    let text = squeeze(&cell.text).to_lowercase();
    if text.is_empty() {
        return Ok(None);
    }
    let found = words.iter().find(|(_, names)| names.contains(&&*text));
    found.map(|(value, _)| Some(*value)).ok_or(&cell.text)
}
