//! The lawful dates of a vote, each from the pack's period and the work calendar.
//! Days of a window are 24 hours from its opening; all other periods are counted in legal days.

use chrono::TimeDelta;

use crate::{
    kernel::{Outcome, RuleBroken, UtcTime, WorkCalendar},
    voting::rules::pack::{PeriodRule, RulePack, Sourced},
};

/// A pack with the calendar by which its periods are counted.
#[derive(Debug, Clone, Copy)]
pub struct Dates<'a> {
    /// The rule pack.
    pub pack: &'a RulePack,
    /// The work calendar.
    pub calendar: &'a WorkCalendar,
}

impl Dates<'_> {
    /// The first instant at which a vote noticed at `noticed_at` may open.
    ///
    /// # Errors
    /// `calendar_missing` where the work calendar of the year is not loaded; so for all of these.
    pub fn earliest_opening(self, noticed_at: UtcTime) -> Outcome<UtcTime> {
        self.end_of(&self.pack.periods.notice, noticed_at)
    }

    /// When a result counted at `counted_at` should be published at the latest.
    ///
    /// # Errors
    /// As [`Self::earliest_opening`].
    pub fn result_due(self, counted_at: UtcTime) -> Outcome<UtcTime> {
        self.end_of(&self.pack.periods.result_due, counted_at)
    }

    /// The end of the objection window of a result published at `published_at`.
    ///
    /// # Errors
    /// As [`Self::earliest_opening`].
    pub fn objections_until(self, published_at: UtcTime) -> Outcome<UtcTime> {
        self.end_of(&self.pack.periods.publicity, published_at)
    }

    /// The end of the period in which owners may ask the court to revoke (民法典 280).
    ///
    /// # Errors
    /// As [`Self::earliest_opening`].
    pub fn challenge_until(self, confirmed_at: UtcTime) -> Outcome<UtcTime> {
        self.end_of(&self.pack.periods.challenge, confirmed_at)
    }

    fn end_of(self, period: &Sourced<PeriodRule>, from: UtcTime) -> Outcome<UtcTime> {
        period.value.0.ends_at(from.local_date(), self.calendar)
    }

    /// What is wrong with the length of a window, if anything.
    #[must_use]
    pub fn window_fault(self, opens_at: UtcTime, closes_at: UtcTime) -> Option<RuleBroken> {
        let length = span(opens_at, closes_at);
        let (least, most) =
            (&self.pack.periods.window_min_days, &self.pack.periods.window_max_days);
        let fault = |rule_id, line: &Sourced<u32>, sign| {
            Some(broken(rule_id, &line.clause, days(length), format!("{sign} {} d", line.value)))
        };
        if length < days_of(least.value) {
            return fault("window_min_days", least, "≥");
        }
        if length > days_of(most.value) {
            return fault("window_max_days", most, "≤");
        }
        None
    }

    /// What is wrong with moving the close, if anything.
    #[must_use]
    pub fn extension_fault(self, closes_at: UtcTime, until: UtcTime) -> Option<RuleBroken> {
        let most = &self.pack.periods.extension_max_days;
        let length = span(closes_at, until);
        if length <= TimeDelta::zero() || length > days_of(most.value) {
            let need = format!("> 0 d, ≤ {} d", most.value);
            return Some(broken("extension_max_days", &most.clause, days(length), need));
        }
        None
    }
}

pub(super) fn broken(rule_id: &str, clause: &str, have: String, need: String) -> RuleBroken {
    RuleBroken { rule_id: rule_id.to_owned(), clause: clause.to_owned(), have, need }
}

fn span(from: UtcTime, to: UtcTime) -> TimeDelta {
    TimeDelta::microseconds(to.micros().saturating_sub(from.micros()))
}

fn days_of(days: u32) -> TimeDelta {
    TimeDelta::days(i64::from(days))
}

/// `6 d 23 h 59 min`, for people; the comparison is exact.
fn days(length: TimeDelta) -> String {
    let sign = if length < TimeDelta::zero() { "-" } else { "" };
    let minutes = length.num_minutes().unsigned_abs();
    format!("{sign}{} d {} h {} min", minutes / 1440, minutes / 60 % 24, minutes % 60)
}
