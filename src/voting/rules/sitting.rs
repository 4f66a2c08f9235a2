//! When a sitting 现场会 may be held, and when owners may sign in at it.
//!
//! A sitting is a place where ballots are given, not a vote of its own: it lies within the window and
//! is announced before it starts (物业管理条例 14: owners are told beforehand). Absent on purpose: a
//! count of raised hands; ballots at a sitting are sheets or phones as everywhere.

use chrono::TimeDelta;

use crate::{
    kernel::{Code, Outcome, Refusal, UtcTime},
    voting::{model::NewSitting, rules::periods::broken},
};

/// Minutes before the start from which owners sign in.
const EARLY_MINUTES: i64 = 60;
const CLAUSE: &str = "物业管理条例 14";

/// Decides whether a sitting may be announced now, for a vote with this window.
///
/// # Errors
/// `too_late` where it has begun; `invalid_field` outside of the window.
pub fn may_announce(
    new: &NewSitting,
    (opens_at, closes_at): (Option<UtcTime>, Option<UtcTime>),
    now: UtcTime,
) -> Outcome<()> {
    if new.starts_at <= now {
        let need = format!("< {}", new.starts_at);
        return Err(Refusal::rule(
            Code::TooLate,
            broken("sitting_announced_before", CLAUSE, now.to_string(), need),
        ));
    }
    let refuse = |pointer, detail: &str| Err(Refusal::field(Code::InvalidField, pointer, detail));
    if new.ends_at <= new.starts_at {
        return refuse("/ends_at", "lies before the start · 早于开始时间");
    }
    if opens_at.is_none_or(|opens_at| new.starts_at < opens_at) {
        return refuse("/starts_at", "lies before the vote opens · 早于表决开始");
    }
    if closes_at.is_none_or(|closes_at| new.ends_at > closes_at) {
        return refuse("/ends_at", "lies after the close · 晚于表决截止");
    }
    Ok(())
}

/// Decides whether owners may sign in at a sitting now.
///
/// # Errors
/// `too_early`, `too_late`.
pub fn may_sign_in((starts_at, ends_at): (UtcTime, UtcTime), now: UtcTime) -> Outcome<()> {
    let from = starts_at.plus(TimeDelta::minutes(-EARLY_MINUTES));
    let refuse = |code, need| {
        Err(Refusal::rule(code, broken("sitting_time", CLAUSE, now.to_string(), need)))
    };
    if now < from {
        return refuse(Code::TooEarly, format!("≥ {from}"));
    }
    if now >= ends_at {
        return refuse(Code::TooLate, format!("< {ends_at}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        format!("2026-03-20T{text}Z").parse().unwrap()
    }

    #[test]
    fn a_sitting_lies_within_the_window_and_is_announced_before_it_starts() {
        let window = (Some(at("01:00:00")), Some(at("09:00:00")));
        let fault = |from, until, now| {
            let (starts_at, ends_at) = (at(from), at(until));
            let new = NewSitting { place: "活动室".to_owned(), starts_at, ends_at };
            may_announce(&new, window, at(now)).err().map(|refusal| refusal.code())
        };
        assert_eq!(fault("01:00:00", "09:00:00", "00:59:59"), None);
        assert_eq!(fault("01:00:00", "09:00:00", "01:00:00"), Some(Code::TooLate));
        assert_eq!(fault("00:59:59", "09:00:00", "00:00:00"), Some(Code::InvalidField));
        assert_eq!(fault("01:00:00", "09:00:01", "00:00:00"), Some(Code::InvalidField));
        assert_eq!(fault("02:00:00", "02:00:00", "00:00:00"), Some(Code::InvalidField));
    }

    #[test]
    fn owners_sign_in_from_an_hour_before_until_the_end() {
        let fault = |now| may_sign_in((at("03:00:00"), at("05:00:00")), at(now)).err();
        let fault = |now| fault(now).map(|refusal| refusal.code());
        assert_eq!(fault("01:59:59"), Some(Code::TooEarly));
        assert_eq!((fault("02:00:00"), fault("04:59:59")), (None, None));
        assert_eq!(fault("05:00:00"), Some(Code::TooLate));
    }
}
