//! What a notice 告知 says: short, in Chinese and English, and never a choice.

use super::facts::{Vote, calendar};
use crate::kernel::{Outcome, UtcTime, time::shanghai};
use crate::voting::{
    model::{Channel, DisputeState},
    rules::periods::Dates,
};

/// Characters of a vote's title that a message carries.
const MOST_TITLE: usize = 24;
/// Units that a message names.
const MOST_UNITS: usize = 3;

/// What a household is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A ballot was recorded for it; it may be disputed until then at least.
    Recorded {
        /// See [`dispute_by`].
        until: UtcTime,
    },
    /// Its dispute was ruled on.
    Ruled {
        /// What became of the ballot.
        state: DisputeState,
    },
}

/// What a message says of the ballot.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The vote's title.
    pub title: &'a str,
    /// 回执码.
    pub receipt: &'a str,
    /// How it came in.
    pub channel: Channel,
    /// When it was taken.
    pub cast_at: UtcTime,
}

/// The public page of a receipt.
#[must_use]
pub fn receipt_url(public_url: &str, receipt: &str) -> String {
    format!("{public_url}/api/v1/public/receipts/{receipt}.html")
}

/// Until when a ballot can be disputed in any case: the end of the publicity once it is known, until
/// then the earliest day on which it could end.
///
/// # Errors
/// `calendar_missing`.
pub fn dispute_by(vote: &Vote) -> Outcome<Option<UtcTime>> {
    let dates = Dates { pack: &vote.pack, calendar: calendar()? };
    match (vote.row.objections_until, vote.row.closes_at) {
        (Some(until), _) => Ok(Some(until)),
        (None, Some(closes_at)) => dates.objections_until(closes_at).map(Some),
        (None, None) => Ok(None),
    }
}

/// The subject, for those who show one.
#[must_use]
pub const fn subject(news: News) -> &'static str {
    match news {
        News::Recorded { .. } => "表决票登记告知 · A ballot was recorded",
        News::Ruled { .. } => "表决票异议裁决 · Your dispute was ruled on",
    }
}

/// The text.
#[must_use]
pub fn text(told: Told<'_>, units: &[String], (news, url): (News, &str)) -> String {
    let (zh_units, en_units) = name_units(units);
    let (title, code) = (shorten(told.title), told.receipt);
    match news {
        News::Recorded { until } => {
            let (zh, en) = channel_words(told.channel);
            let (at, until) = (clock(told.cast_at), deadline(until));
            format!(
                "【旧改】您的房屋 {zh_units} 在“{title}”中已登记一张{zh}（{at}，回执码 {code}）。\
                 如非本人所为，请于 {until} 前提出异议：{url} \
                 {en} was recorded for unit {en_units}. If it is not yours, object before {until}."
            )
        }
        News::Ruled { state } => {
            let (zh, en) = ruling_words(state);
            format!(
                "【旧改】您的房屋 {zh_units} 在“{title}”中的表决票（回执码 {code}）{zh}。{url} \
                 The disputed ballot of unit {en_units} {en}."
            )
        }
    }
}

/// The subject of a reminder.
pub const REMINDER: &str = "表决提醒 · The vote is open";

/// A reminder 催办: which vote, until when, for which units. Nothing of what others chose.
#[must_use]
pub fn reminder((title, closes_at): (&str, UtcTime), units: &[String], url: &str) -> String {
    let ((zh_units, en_units), until) = (name_units(units), deadline(closes_at));
    format!(
        "【旧改】“{}”正在表决，{until} 截止。您的房屋 {zh_units} 尚未表决，请登录 {url} 表决或交回纸质表决票。\
         Unit {en_units} has not voted yet; the vote is open until {until}.",
        shorten(title)
    )
}

const fn ruling_words(state: DisputeState) -> (&'static str, &'static str) {
    match state {
        DisputeState::Upheld => (
            "异议成立，该票作废；表决未截止的可以重新表决",
            "is void; vote again while the vote is open",
        ),
        DisputeState::Corrected => {
            ("异议成立，已按纸质表决票更正", "was corrected to what stands on the paper")
        }
        DisputeState::Dismissed => ("异议不成立，维持原记录", "stays as recorded"),
        DisputeState::Open | DisputeState::Proposed => ("异议处理中", "is still disputed"),
    }
}

const fn channel_words(channel: Channel) -> (&'static str, &'static str) {
    match channel {
        Channel::Online => ("网上表决票", "An online ballot"),
        Channel::Paper => ("纸质表决票", "A paper ballot"),
        Channel::Proxy => ("委托表决票", "A proxy's ballot"),
    }
}

fn name_units(units: &[String]) -> (String, String) {
    let named = || units.iter().take(MOST_UNITS).map(String::as_str).collect::<Vec<_>>();
    match units.len().checked_sub(MOST_UNITS) {
        None | Some(0) => (named().join("、"), named().join(", ")),
        Some(more) => (
            format!("{}等{}处", named().join("、"), units.len()),
            format!("{} and {more} more", named().join(", ")),
        ),
    }
}

pub(super) fn shorten(title: &str) -> String {
    if title.chars().count() <= MOST_TITLE {
        return title.to_owned();
    }
    title.chars().take(MOST_TITLE).chain(['…']).collect()
}

/// `2026-03-18 09:30`, in China's time.
#[must_use]
pub fn clock(at: UtcTime) -> String {
    at.to_chrono().with_timezone(&shanghai()).format("%Y-%m-%d %H:%M").to_string()
}

/// The same for an end: midnight belongs to the day that it closes, `2026-03-24 24:00`.
pub(super) fn deadline(at: UtcTime) -> String {
    let local = at.to_chrono().with_timezone(&shanghai());
    match (local.time() == chrono::NaiveTime::MIN, local.date_naive().pred_opt()) {
        (true, Some(day)) => day.format("%Y-%m-%d 24:00").to_string(),
        _ => clock(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(title: &str) -> Told<'_> {
        Told {
            title,
            receipt: "0123456789abcdef0123",
            channel: Channel::Paper,
            cast_at: "2026-03-18T01:30:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_notice_names_unit_time_code_deadline_and_page() {
        let until = "2026-03-31T16:00:00Z".parse().unwrap();
        let units = ["1-301".to_owned()];
        let said = text(told("改造方案"), &units, (News::Recorded { until }, "https://x/r"));
        for part in [
            "1-301",
            "纸质表决票",
            "2026-03-18 09:30",
            "0123456789abcdef0123",
            "2026-03-31 24:00",
            "https://x/r",
            "A paper ballot",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn long_lists_and_titles_are_cut() {
        let units: Vec<String> = (1..=5).map(|n| format!("1-{n}")).collect();
        let title = "题".repeat(60);
        let ruled = |state| (News::Ruled { state }, "https://x/r");
        let said = text(told(&title), &units, ruled(DisputeState::Upheld));
        assert!(said.contains("1-1、1-2、1-3等5处") && said.contains("1-3 and 2 more"), "{said}");
        assert!(said.contains("异议成立") && said.contains('…') && said.chars().count() < 260);
        let corrected = text(told("x"), &units, ruled(DisputeState::Corrected));
        assert!(corrected.contains("已按纸质表决票更正"));
        let dismissed = text(told("x"), &units, ruled(DisputeState::Dismissed));
        assert!(dismissed.contains("异议不成立"));
    }
}
