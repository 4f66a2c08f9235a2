//! When a stage's deadlines fire.

use crate::{
    kernel::{LastDay, Length, LocalDate, Outcome, Period, UtcTime, WorkCalendar},
    renovation::model::{DeadlineKind, PolicyPack, Stage},
    renovation::rules::stage::next_on_line,
};

/// Days before the last one on which a reminder goes out (ours).
const REMINDER_DAYS: u32 = 7;
/// Days after the last one on which it goes to the level above (ours).
const ESCALATION_DAYS: u32 = 14;

/// The moments of a project that came to a stage on that day; none where the policy sets no days.
///
/// # Errors
/// `calendar_missing` beyond the loaded years.
pub fn of_stage(
    pack: &PolicyPack,
    (stage, since): (Stage, LocalDate),
    calendar: &WorkCalendar,
) -> Outcome<Vec<(DeadlineKind, UtcTime)>> {
    let next = next_on_line(stage);
    let rule = pack.stages.iter().find(|rule| Some(rule.stage) == next);
    let Some(days) = rule.and_then(|rule| rule.within_days) else { return Ok(Vec::new()) };
    let period = Period { length: Length::Days(days), last_day: LastDay::NextWorkingDay };
    let last = period.last_day(since, calendar)?;
    Ok(vec![
        (DeadlineKind::DueSoon, since.plus_days(days.saturating_sub(REMINDER_DAYS)).starts_at()),
        (DeadlineKind::Overdue, last.ends_at()),
        (DeadlineKind::Escalated, last.plus_days(ESCALATION_DAYS).ends_at()),
    ])
}
