//! "If we publish on Monday": the earliest day on which each requirement can be met.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::{
    kernel::{LocalDate, Outcome, Period, WorkCalendar},
    renovation::model::{Finding, Need, PolicyPack, TimelineEntry},
    renovation::rules::{policy, readiness::last_day},
};

/// The shortest lawful periods of a vote.
#[derive(Debug, Clone, Copy)]
pub struct VotePeriods {
    /// From the notice to the opening.
    pub notice: Period,
    /// The shortest window, in days of 24 hours.
    pub window_days: u32,
    /// The publicity of the result.
    pub publicity: Period,
}

/// For each finding, when it can be met where every notice and every publicity that waits for nothing
/// is given on `day`; what follows a vote begins on the day on which that can be confirmed.
///
/// # Errors
/// `calendar_missing` beyond the loaded years.
pub fn preview(
    (pack, findings): (&PolicyPack, &[Finding]),
    (day, periods): (LocalDate, VotePeriods),
    calendar: &WorkCalendar,
) -> Outcome<Vec<TimelineEntry>> {
    let mut decided: BTreeMap<&str, LocalDate> = BTreeMap::new();
    let mut entries = Vec::new();
    for finding in findings {
        let Some((_, one)) = policy::find(pack, &finding.requirement) else { continue };
        let mut entry = blank(finding);
        if !finding.met {
            match &one.need {
                Need::ConfirmedVote { .. } => {
                    vote(&mut entry, (day, periods), calendar)?;
                    decided.extend(entry.earliest.map(|on| (one.key.as_str(), on)));
                }
                Need::Publicity { days, after, .. } => {
                    let after = after.as_deref().and_then(|key| decided.get(key).copied());
                    let from = after.map_or(day, |on| on.max(day));
                    publicity(&mut entry, (finding, from, *days), calendar)?;
                }
                Need::PlanFixed {}
                | Need::SurveyGate { .. }
                | Need::JointReview { .. }
                | Need::Pledges { .. }
                | Need::ManagementModel {}
                | Need::Document {} => {}
            }
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn blank(finding: &Finding) -> TimelineEntry {
    let reckoning =
        if finding.met { "已满足 · met" } else { "无固定期限 · no period is known" };
    TimelineEntry {
        stage: finding.stage,
        requirement: finding.requirement.clone(),
        kind: finding.kind,
        title: finding.title.clone(),
        title_en: finding.title_en.clone(),
        met: finding.met,
        starts_on: None,
        opens_on: None,
        ends_on: None,
        earliest: None,
        reckoning: reckoning.to_owned(),
    }
}

/// Notice, the shortest window, the publicity of the result: confirmed on the day after it.
fn vote(
    entry: &mut TimelineEntry,
    (day, periods): (LocalDate, VotePeriods),
    calendar: &WorkCalendar,
) -> Outcome<()> {
    let opens_at = periods.notice.ends_at(day, calendar)?;
    let closes_at = opens_at.plus(TimeDelta::days(i64::from(periods.window_days)));
    let last = periods.publicity.last_day(closes_at.local_date(), calendar)?;
    entry.starts_on = Some(day);
    entry.opens_on = Some(opens_at.local_date());
    entry.ends_on = Some(last);
    entry.earliest = Some(last.plus_days(1));
    entry.reckoning = format!(
        "公告后最早开始，表决 {} 日，结果公示后确认 · notice, a window of {} days, the result's publicity",
        periods.window_days, periods.window_days
    );
    Ok(())
}

/// A publicity that already runs ends when it ends; another begins on its day.
fn publicity(
    entry: &mut TimelineEntry,
    (finding, from, days): (&Finding, LocalDate, u32),
    calendar: &WorkCalendar,
) -> Outcome<()> {
    let last = match finding.earliest {
        Some(on) => {
            entry.earliest = Some(on);
            entry.reckoning = "公示中 · it runs already".to_owned();
            return Ok(());
        }
        None => last_day(days, from, calendar)?,
    };
    entry.starts_on = Some(from);
    entry.ends_on = Some(last);
    entry.earliest = Some(last.plus_days(1));
    entry.reckoning = format!("公示 {days} 日，末日遇休息日顺延 · {days} days, to a working day");
    Ok(())
}
