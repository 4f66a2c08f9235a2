//! Pure decisions: how often something may be tried, who may grant what. ASVS 5.0 §6.3, §6.6.

use chrono::TimeDelta;

use crate::kernel::UtcTime;
use crate::platform::auth::{Place, Scope, permission::Role};

/// How often something may be tried by one subject.
#[derive(Debug, Clone, Copy)]
pub struct Throttle {
    /// Word before the subject.
    pub name: &'static str,
    /// Tries within the window.
    pub limit: usize,
    /// Length of the window in seconds.
    pub window_s: i64,
    /// Whether the pause doubles from the second try on: 1, 2, 4 … seconds.
    pub delay: Delay,
}

/// Whether tries must also lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// They need not.
    None,
    /// By 1, 2, 4 … seconds from the second failure on.
    Doubling,
}

/// Failed sign-ins of one login. There is no lasting lock: it would let anybody lock anybody out.
pub const SIGN_IN_BY_LOGIN: Throttle =
    Throttle { name: "login", limit: 5, window_s: 15 * 60, delay: Delay::Doubling };
/// Failed sign-ins from one address.
pub const SIGN_IN_BY_ADDRESS: Throttle =
    Throttle { name: "address", limit: 50, window_s: 15 * 60, delay: Delay::None };
/// Codes for one contact.
pub const CODES_BY_CONTACT: Throttle =
    Throttle { name: "code", limit: 10, window_s: 24 * 3600, delay: Delay::None };
/// Codes asked for from one address: a carrier puts a whole district behind one, and codes go to
/// contacts on the register only, so this is no more than a bound.
pub const CODES_BY_ADDRESS: Throttle =
    Throttle { name: "code_address", limit: 600, window_s: 3600, delay: Delay::None };

/// Wrong tries of one code.
pub const CODE_TRIES: i32 = 5;
/// Life of a code (ASVS 6.5.5: ten minutes at the most).
pub const CODE_MINUTES: i64 = 10;
/// Life of an initial password.
pub const INITIAL_PASSWORD_DAYS: i64 = 7;
/// Life of a session, however often it is refreshed.
pub const SESSION_DAYS: i64 = 90;

impl Throttle {
    /// Whether another try may be made after `tries` (within the window, oldest first).
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn check(&self, tries: &[UtcTime], now: UtcTime) -> Result<(), u32> {
        let full_at = tries.len().checked_sub(self.limit).and_then(|at| tries.get(at));
        let frees_at = full_at.map(|oldest| oldest.plus(TimeDelta::seconds(self.window_s)));
        let pause_ends = tries.last().map(|last| last.plus(self.pause(tries.len())));
        let next = frees_at.max(pause_ends).unwrap_or(now);
        if next <= now {
            return Ok(());
        }
        let seconds = next.seconds_since(now).saturating_add(1);
        Err(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    fn pause(&self, tries: usize) -> TimeDelta {
        match (self.delay, tries) {
            (Delay::None, _) | (Delay::Doubling, 0 | 1) => TimeDelta::zero(),
            (Delay::Doubling, tries) => {
                let doublings = u32::try_from(tries).unwrap_or(u32::MAX).saturating_sub(2);
                TimeDelta::seconds(1_i64.checked_shl(doublings.min(12)).unwrap_or(1))
            }
        }
    }
}

/// The role and scope by which somebody may grant `role` for a thing at `place`: a role that stands
/// in its `granted_by`, over a scope that covers the place. `None`: nobody grants beyond the own.
pub fn grantor<'a>(
    mine: impl IntoIterator<Item = (&'a str, &'a Scope)>,
    role: &Role,
    place: &Place,
) -> Option<(&'a str, &'a Scope)> {
    mine.into_iter().find(|(name, scope)| {
        role.granted_by.iter().any(|above| above == name) && scope.covers(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::auth::permission::{find_role, roles};

    fn at(seconds: i64) -> UtcTime {
        UtcTime::new(chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap())
    }

    #[test]
    fn pauses_double_and_the_sixth_failure_waits_for_the_window() {
        let rule = SIGN_IN_BY_LOGIN;
        assert_eq!(rule.check(&[], at(0)), Ok(()));
        assert_eq!(rule.check(&[at(0)], at(0)), Ok(()));
        assert_eq!(rule.check(&[at(0), at(0)], at(0)), Err(2));
        assert_eq!(rule.check(&[at(0), at(0)], at(1)), Ok(()));
        assert_eq!(rule.check(&[at(0), at(0), at(1)], at(2)), Err(2));
        assert_eq!(rule.check(&[at(0), at(0), at(1), at(3)], at(7)), Ok(()));
        let five = [at(0), at(0), at(1), at(3), at(7)];
        assert_eq!(rule.check(&five, at(100)), Err(801));
        assert_eq!(rule.check(&five, at(900)), Ok(()));
    }

    #[test]
    fn no_run_of_tries_gets_more_than_the_limit_into_a_window() {
        let rule = SIGN_IN_BY_LOGIN;
        let mut accepted: Vec<UtcTime> = Vec::new();
        for second in 0..10_000 {
            let now = at(second);
            let window: Vec<UtcTime> = accepted
                .iter()
                .copied()
                .filter(|t| now.seconds_since(*t) < rule.window_s)
                .collect();
            if rule.check(&window, now).is_ok() {
                accepted.push(now);
            }
            assert!(window.len() <= rule.limit);
        }
        assert_eq!(accepted.len(), 10_000_usize.div_ceil(900) * 5);
    }

    #[test]
    fn grants_come_from_above_and_from_within() {
        let division = |code: &str| Scope::Division(code.to_owned());
        let place = |code: &str| Place { division_code: code.to_owned(), ..Place::default() };
        let clerk = find_role("community_clerk").unwrap();
        let street = division("330203001");
        let mine = [("street_office", &street)];
        assert!(grantor(mine, clerk, &place("330203001004")).is_some());
        assert!(grantor(mine, clerk, &place("330203001")).is_some());
        assert!(grantor(mine, clerk, &place("330203")).is_none());
        assert!(grantor(mine, clerk, &place("330203002001")).is_none());
        assert!(
            grantor(mine, find_role("street_office").unwrap(), &place("330203001004")).is_none()
        );
        assert!(
            grantor(mine, find_role("administrator").unwrap(), &place("330203001004")).is_none()
        );
    }

    #[test]
    fn two_weak_grants_do_not_make_a_strong_one() {
        // A clerk everywhere and a street office in one street is no street office everywhere.
        let street = Scope::Division("330203001".to_owned());
        let mine = [("auditor", &Scope::Everything), ("street_office", &street)];
        let place = Place { division_code: "330203002001".to_owned(), ..Place::default() };
        assert!(grantor(mine, find_role("community_clerk").unwrap(), &place).is_none());
    }

    #[test]
    fn only_the_administrator_grants_the_own_role() {
        for role in roles() {
            let own = role.granted_by.contains(&role.name);
            assert_eq!(own, role.name == "administrator", "{}", role.name);
        }
    }
}
