//! The only place that reads the wall clock. Everything else takes a `UtcTime` from its caller, so
//! that tests and the demo decide what time it is. Legal time (notice, voting and publicity
//! periods) can be shifted apart from real time; tokens, logs and audit rows always use real time.
//! Absent on purpose: time zones (`kernel::time`), timers, sleeping.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::kernel::UtcTime;

/// A clock; clones share the same time and the same legal offset.
#[derive(Clone)]
pub struct Clock {
    source: Source,
    legal_offset_micros: Arc<AtomicI64>,
}

#[derive(Clone)]
enum Source {
    System,
    /// Microseconds since 1970.
    Fake(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn system() -> Self {
        Self { source: Source::System, legal_offset_micros: Arc::default() }
    }

    /// A clock that stands at `at` until it is advanced.
    #[must_use]
    pub fn fake(at: UtcTime) -> Self {
        let source = Source::Fake(Arc::new(AtomicI64::new(at.micros())));
        Self { source, legal_offset_micros: Arc::default() }
    }

    /// Real time, cut to microseconds.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> UtcTime {
        match &self.source {
            Source::System => UtcTime::new(Utc::now()),
            Source::Fake(micros) => at_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Real time plus the legal offset: the time by which periods and windows are judged.
    #[must_use]
    pub fn legal_now(&self) -> UtcTime {
        self.now().plus(self.legal_offset())
    }

    /// How far legal time runs ahead of real time (zero outside the demo).
    #[must_use]
    pub fn legal_offset(&self) -> TimeDelta {
        TimeDelta::microseconds(self.legal_offset_micros.load(Ordering::SeqCst))
    }

    /// Shifts legal time to `offset` from real time, for every clone; a century at the most.
    pub fn set_legal_offset(&self, offset: TimeDelta) {
        let century = TimeDelta::days(36_525);
        let micros = offset.clamp(-century, century).num_microseconds().unwrap_or_default();
        self.legal_offset_micros.store(micros, Ordering::SeqCst);
    }

    /// Moves a fake clock (negative to go back); the machine's own clock can't be moved.
    pub fn advance(&self, span: TimeDelta) {
        if let Source::Fake(micros) = &self.source {
            micros.fetch_add(span.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({}, legal {})", self.now(), self.legal_now())
    }
}

fn at_micros(micros: i64) -> UtcTime {
    UtcTime::new(DateTime::from_timestamp_micros(micros).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fake_clock_moves_only_when_it_is_told_to() {
        let start: UtcTime = "2026-03-01T00:00:00Z".parse().unwrap();
        let clock = Clock::fake(start);
        let other = clock.clone();
        assert_eq!(clock.now(), start);
        clock.advance(TimeDelta::hours(2));
        assert_eq!(other.now(), start.plus(TimeDelta::hours(2)));
    }

    #[test]
    fn the_legal_offset_moves_legal_time_and_nothing_else() {
        let start: UtcTime = "2026-03-01T00:00:00Z".parse().unwrap();
        let clock = Clock::fake(start);
        clock.clone().set_legal_offset(TimeDelta::days(15));
        assert_eq!(clock.now(), start);
        assert_eq!(clock.legal_now(), start.plus(TimeDelta::days(15)));
    }

    #[test]
    fn the_system_clock_has_no_nanoseconds_and_cannot_be_moved() {
        let clock = Clock::system();
        let before = clock.now();
        clock.advance(TimeDelta::days(1));
        assert!(clock.now().seconds_since(before) < 3600);
        assert_eq!(before.to_chrono().timestamp_subsec_nanos() % 1000, 0);
    }
}
