//! The time of a ballot as people write it; without an offset it is China's time.
//! Absent on purpose: times of day alone, and dates without a year.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    kernel::{UtcTime, text::half_width, time::shanghai},
    platform::files::table::{Cell, CellKind},
};

/// Reads the time of a cell; `None` where it is no time.
pub(super) fn read(cell: &Cell) -> Option<UtcTime> {
    match cell.kind {
        CellKind::Number | CellKind::Date => serial(&cell.text).or_else(|| text(&cell.text)),
        CellKind::Text => text(&cell.text),
        CellKind::Empty | CellKind::Boolean | CellKind::Formula | CellKind::Error => None,
    }
}

/// Days since 1899-12-30 as spreadsheets keep them, to the millisecond.
fn serial(text: &str) -> Option<UtcTime> {
    let days: Decimal = text.parse().ok()?;
    // 1954 to 2119: a number outside is a typing error, not a ballot's time.
    if days < Decimal::from(20_000) || days > Decimal::from(80_000) {
        return None;
    }
    let millis = (days * Decimal::from(86_400_000)).round().to_i64()?;
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_time(chrono::NaiveTime::MIN);
    local(epoch + TimeDelta::milliseconds(millis))
}

fn text(text: &str) -> Option<UtcTime> {
    let plain = plain(text);
    for format in ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"] {
        if let Ok(instant) = DateTime::parse_from_str(&plain, format) {
            return Some(UtcTime::new(instant.with_timezone(&Utc)));
        }
    }
    for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(naive) = NaiveDateTime::parse_from_str(&plain, format) {
            return local(naive);
        }
    }
    let day = NaiveDate::parse_from_str(&plain, "%Y-%m-%d").ok()?;
    local(day.and_time(chrono::NaiveTime::MIN))
}

/// `2025年3月17日 9时05分`, `2025/3/17 9:05`, `2025.3.17 9:05 +08:00` → `2025-3-17T9:05+08:00`.
fn plain(text: &str) -> String {
    let text = half_width(text.trim());
    let (date, time) = match text.find(['日', 'T', 't', ' ']) {
        Some(end) => text.split_at(end),
        None => (text.as_str(), ""),
    };
    let date = date.replace(['年', '月', '/', '.'], "-");
    let time = time.trim_start_matches(['日', 'T', 't', ' ']);
    let time = time.replace(['时', '点', '分'], ":").replace(['秒', ' '], "");
    let time = time.trim_end_matches(':');
    let time = if time.ends_with(['Z', 'z']) {
        format!("{}+00:00", time.trim_end_matches(['Z', 'z']))
    } else {
        time.to_owned()
    };
    let is_hour = !time.is_empty() && time.chars().all(|c| c.is_ascii_digit());
    match (time.is_empty(), is_hour) {
        (true, _) => date,
        (false, true) => format!("{date}T{time}:00"),
        (false, false) => format!("{date}T{time}"),
    }
}

fn local(naive: NaiveDateTime) -> Option<UtcTime> {
    let instant = naive.and_local_timezone(shanghai()).single()?;
    Some(UtcTime::new(instant.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_in_which_people_write_a_time() {
        let nine = "2025-03-17T01:05:00Z";
        for text in [
            "2025-03-17T09:05:00+08:00",
            "2025-03-17T01:05:00Z",
            "2025-03-17 01:05Z",
            "2025-03-17T02:05:00.000+01:00",
            "2025-03-17 09:05:00",
            "2025-03-17 9:05",
            "2025/3/17 9:05",
            "2025.3.17 09:05:00",
            "2025年3月17日 9:05",
            "2025年3月17日9时05分",
            "２０２５-０３-１７ ０９：０５",
            "2025-03-17 09:05:00 +08:00",
        ] {
            assert_eq!(
                read(&Cell::text(text)).map(|t| t.to_string()).as_deref(),
                Some(nine),
                "{text}"
            );
        }
        let day = read(&Cell::text("2025-3-17")).unwrap();
        assert_eq!(day.to_string(), "2025-03-16T16:00:00Z");
        for text in ["yesterday", "9:05", "2025-02-30", "17/3/2025", "20250317", "2025-03-17 25:00"]
        {
            assert_eq!(read(&Cell::text(text)), None, "{text}");
        }
    }

    #[test]
    fn a_date_of_a_spreadsheet_is_its_serial_number() {
        let cell = |kind, text| Cell::new(kind, text);
        let time = read(&cell(CellKind::Date, "45733.378472222219")).unwrap();
        assert_eq!(time.to_string(), "2025-03-17T01:05:00Z");
        assert_eq!(
            read(&cell(CellKind::Number, "45733")).unwrap().to_string(),
            "2025-03-16T16:00:00Z"
        );
        assert_eq!(read(&cell(CellKind::Number, "3")), None);
    }
}
