//! Day counting by 民法典 art. 200-203 with the State Council's work calendars as data.
//!
//! The first day is not counted (201), a period of months or years ends on the corresponding day or
//! at the month's end (202), the last day ends at 24:00 and moves past days off where the rule asks
//! for it (203). Absent on purpose: the calendars themselves (`seed/reference/calendars`), hours.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, Weekday};
use serde::Deserialize;

use crate::kernel::{Code, LocalDate, Outcome, Refusal, UtcTime};

/// Working days of the years that were loaded; it refuses to guess about any other year.
#[derive(Debug, Clone, Default)]
pub struct WorkCalendar {
    years: BTreeMap<i32, Year>,
}

#[derive(Debug, Clone, Default)]
struct Year {
    days_off: BTreeSet<LocalDate>,
    make_up: BTreeSet<LocalDate>,
}

/// One year's notice of the State Council, as its file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: i32,
    #[serde(rename = "document")]
    _document: String,
    holiday: Vec<Holiday>,
}

/// A run of days off, both ends included, and the weekend days worked in exchange 调休.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    from: LocalDate,
    to: LocalDate,
    #[serde(default)]
    make_up: Vec<LocalDate>,
}

impl WorkCalendar {
    /// Reads the calendars, one TOML text per year.
    ///
    /// # Errors
    /// `calendar_missing` naming the text that can't be read or has a day of another year.
    pub fn from_toml(texts: &[&str]) -> Outcome<Self> {
        let broken = |why: String| Refusal::new(Code::CalendarMissing).detail(why);
        let mut calendar = Self::default();
        for text in texts {
            let file: YearFile = toml::from_str(text).map_err(|e| broken(e.to_string()))?;
            let mut year = Year::default();
            for holiday in file.holiday {
                let first_and_last = [holiday.from, holiday.to];
                let stray = first_and_last.iter().chain(&holiday.make_up);
                if stray.into_iter().any(|day| day.year() != file.year) {
                    return Err(broken(format!("{}: a day outside {}", holiday.name, file.year)));
                }
                let mut day = holiday.from;
                while day <= holiday.to {
                    year.days_off.insert(day);
                    day = day.plus_days(1);
                }
                year.make_up.extend(holiday.make_up);
            }
            calendar.years.insert(file.year, year);
        }
        Ok(calendar)
    }

    /// Whether people work on `day`.
    ///
    /// # Errors
    /// `calendar_missing` where the year is not loaded.
    pub fn is_working_day(&self, day: LocalDate) -> Outcome<bool> {
        let Some(year) = self.years.get(&day.year()) else {
            return Err(Refusal::new(Code::CalendarMissing)
                .detail(format!("{day}: the work calendar of {} is not loaded", day.year()))
                .with("year", day.year()));
        };
        let weekend = matches!(day.0.weekday(), Weekday::Sat | Weekday::Sun);
        Ok(year.make_up.contains(&day) || !(weekend || year.days_off.contains(&day)))
    }

    /// `day` itself if people work on it, else the next working day (民法典 203).
    ///
    /// # Errors
    /// `calendar_missing` where the search leaves the loaded years.
    pub fn working_day_from(&self, day: LocalDate) -> Outcome<LocalDate> {
        let mut day = day;
        while !self.is_working_day(day)? {
            day = day.plus_days(1);
        }
        Ok(day)
    }
}

/// How long a period lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Calendar days.
    Days(u32),
    /// Months.
    Months(u32),
    /// Years.
    Years(u32),
}

/// What happens where the last day is a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastDay {
    /// It stays where it is.
    Stays,
    /// It moves to the next working day (民法典 203).
    NextWorkingDay,
}

/// A legal period that starts running on a given day, which is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its length.
    pub length: Length,
    /// Whether its last day moves past days off.
    pub last_day: LastDay,
}

impl Period {
    /// The last day of the period that began to run on `from`.
    ///
    /// # Errors
    /// `calendar_missing` where the last day must move and the year is not loaded;
    /// `invalid_field` past the end of the calendar.
    pub fn last_day(self, from: LocalDate, calendar: &WorkCalendar) -> Outcome<LocalDate> {
        let months = |count: u32| from.0.checked_add_months(Months::new(count)).map(LocalDate);
        let last = match self.length {
            Length::Days(days) => Some(from.plus_days(days)),
            Length::Months(count) => months(count),
            Length::Years(count) => count.checked_mul(12).and_then(months),
        };
        let last = last.ok_or_else(|| Refusal::new(Code::InvalidField).detail("the period"))?;
        match self.last_day {
            LastDay::Stays => Ok(last),
            LastDay::NextWorkingDay => calendar.working_day_from(last),
        }
    }

    /// The instant at which the period has ended: 24:00 of its last day, exclusive.
    ///
    /// # Errors
    /// As [`Self::last_day`].
    pub fn ends_at(self, from: LocalDate, calendar: &WorkCalendar) -> Outcome<UtcTime> {
        Ok(self.last_day(from, calendar)?.ends_at())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> WorkCalendar {
        WorkCalendar::from_toml(&[
            include_str!("../../seed/reference/calendars/2024.toml"),
            include_str!("../../seed/reference/calendars/2025.toml"),
            include_str!("../../seed/reference/calendars/2026.toml"),
        ])
        .unwrap()
    }

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn days(count: u32, last_day: LastDay) -> Period {
        Period { length: Length::Days(count), last_day }
    }

    #[test]
    fn working_days_of_each_month_are_those_of_the_state_council() {
        let expected = [
            (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
            (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
            (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
        ];
        for (year, months) in expected {
            let mut found = [0; 12];
            let mut date = LocalDate::from_ymd(year, 1, 1).unwrap();
            while date.year() == year {
                let month = usize::try_from(date.0.month0()).unwrap();
                found[month] += i32::from(calendar().is_working_day(date).unwrap());
                date = date.plus_days(1);
            }
            assert_eq!(found, months, "{year}");
        }
    }

    #[test]
    fn make_up_days_are_worked_and_holidays_are_not() {
        let is_worked = |text| calendar().is_working_day(day(text)).unwrap();
        assert!(is_worked("2026-02-14") && is_worked("2026-10-10"));
        assert!(!is_worked("2026-02-23") && is_worked("2026-02-24"));
        assert!(!is_worked("2026-11-22") && is_worked("2026-11-23"));
    }

    #[test]
    fn d1_fifteen_clear_days_after_the_first_of_march_open_on_the_seventeenth() {
        let notice = days(15, LastDay::Stays);
        let ends = notice.ends_at(day("2025-03-01"), &calendar()).unwrap();
        assert_eq!(ends, day("2025-03-17").starts_at());
        assert_eq!(ends.to_string(), "2025-03-16T16:00:00Z");
        let microsecond = chrono::TimeDelta::microseconds(1);
        assert_eq!(ends.plus(-microsecond).local_date(), day("2025-03-16"));
        assert_eq!(ends.local_date(), day("2025-03-17"));
    }

    #[test]
    fn d2_publicity_that_ends_on_a_weekend_ends_on_monday() {
        let publicity = days(7, LastDay::NextWorkingDay);
        for (from, last) in [
            ("2025-03-01", "2025-03-10"),
            ("2025-02-28", "2025-03-07"),
            ("2025-03-02", "2025-03-10"),
            ("2025-03-03", "2025-03-10"),
            ("2025-03-04", "2025-03-11"),
            // over a golden week, to the make-up Saturday that closes it
            ("2025-09-28", "2025-10-09"),
            ("2026-10-03", "2026-10-10"),
            ("2024-02-05", "2024-02-18"),
        ] {
            assert_eq!(publicity.last_day(day(from), &calendar()).unwrap(), day(last), "{from}");
        }
    }

    #[test]
    fn months_and_years_end_on_the_corresponding_day_or_the_months_end() {
        let last = |length, from| {
            let period = Period { length, last_day: LastDay::Stays };
            period.last_day(day(from), &calendar()).unwrap()
        };
        assert_eq!(last(Length::Years(5), "2024-02-29"), day("2029-02-28"));
        assert_eq!(last(Length::Years(1), "2025-03-15"), day("2026-03-15"));
        assert_eq!(last(Length::Months(1), "2025-01-31"), day("2025-02-28"));
        assert_eq!(last(Length::Months(1), "2024-01-31"), day("2024-02-29"));
    }

    #[test]
    fn a_shift_past_the_last_loaded_year_is_refused_not_guessed() {
        let publicity = days(7, LastDay::NextWorkingDay);
        let refused = publicity.last_day(day("2026-12-26"), &calendar()).unwrap_err();
        assert_eq!(refused.code(), Code::CalendarMissing);
        assert_eq!(refused.params()["year"], 2027);
        assert_eq!(publicity.last_day(day("2026-12-24"), &calendar()), Ok(day("2026-12-31")));
        assert_eq!(
            days(7, LastDay::Stays).last_day(day("2026-12-26"), &calendar()),
            Ok(day("2027-01-02"))
        );
        assert!(publicity.last_day(day("2023-06-01"), &calendar()).is_err());
    }

    #[test]
    fn a_calendar_with_a_day_of_another_year_is_refused() {
        let text = "year = 2026\ndocument = \"x\"\n[[holiday]]\nname = \"元旦\"\n\
            from = \"2025-12-31\"\nto = \"2026-01-01\"\n";
        assert!(WorkCalendar::from_toml(&[text]).is_err());
    }
}
