//! Whether a visit may be recorded: the right people, within the round, confirmed by the household.

use crate::consultation::model::{Confirmation, NewVisit, Reason, Stance, VisitorRole};
use crate::kernel::{Code, Outcome, Refusal, RuleBroken, UtcTime};

/// When a round was open; open still without an end.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Its opening.
    pub opened_at: UtcTime,
    /// Its close.
    pub closed_at: Option<UtcTime>,
}

/// Checks all that can be told from the visit, its round and the time.
///
/// # Errors
/// `invalid_field` with the pointer, `consultation_visitors_unfit`,
/// `consultation_confirmation_missing`.
pub fn check(visit: &NewVisit, window: Option<Window>, now: UtcTime) -> Outcome<()> {
    let Some(window) = window else {
        let detail = "this round has not opened · 本轮尚未开始";
        return Err(Refusal::field(Code::InvalidField, "/round", detail));
    };
    if visit.visited_at > now {
        let detail = "a time to come · 走访时间晚于当前时间";
        return Err(Refusal::field(Code::InvalidField, "/visited_at", detail));
    }
    let is_within = visit.visited_at >= window.opened_at
        && window.closed_at.is_none_or(|closed_at| visit.visited_at <= closed_at);
    if !is_within {
        let detail = "not while the round was open · 走访时间不在本轮期间";
        return Err(Refusal::field(Code::InvalidField, "/visited_at", detail));
    }
    check_visitors(visit)?;
    check_words((visit.stance, visit.reason, visit.note.as_deref()))?;
    check_confirmation(visit.stance, visit.confirmation)
}

/// 宜昌: the owners' committee, then a grid worker, then two of the three bodies together.
fn check_visitors(visit: &NewVisit) -> Outcome<()> {
    use VisitorRole::{Committee, GridWorker, ResidentsCommittee};
    let roles = [visit.first.role, visit.second.role];
    if visit.first.name == visit.second.name {
        return Err(unfit("one person twice", "two people · 两名不同人员"));
    }
    let bodies = [Committee, GridWorker, ResidentsCommittee];
    let [first, second] = roles;
    let (fits, need) = match visit.round {
        1 => (roles.contains(&Committee), "one of the owners' committee · 业主委员会成员"),
        2 => (roles.contains(&GridWorker), "one grid worker · 网格员"),
        _ => (
            first != second && roles.iter().all(|role| bodies.contains(role)),
            "two of owners' committee, grid, residents' committee · 业委会、网格员、居委会中的两方",
        ),
    };
    let have = format!("{first}, {second}");
    if fits { Ok(()) } else { Err(unfit(&have, need)) }
}

fn unfit(have: &str, need: &str) -> Refusal {
    let rule = RuleBroken {
        rule_id: "visitors_of_the_round".to_owned(),
        clause: "宜昌三轮征询".to_owned(),
        have: have.to_owned(),
        need: need.to_owned(),
    };
    Refusal::rule(Code::ConsultationVisitorsUnfit, rule).with_field(
        "/visitors",
        Code::ConsultationVisitorsUnfit.as_str(),
        need,
    )
}

/// Checks that a stance has the reason and the words that it needs.
///
/// # Errors
/// `invalid_field`.
pub fn check_words((stance, reason, note): (Stance, Option<Reason>, Option<&str>)) -> Outcome<()> {
    let refuse =
        |pointer: &str, detail: &str| Err(Refusal::field(Code::InvalidField, pointer, detail));
    match (stance, reason) {
        (Stance::Unreached, Some(Reason::Unreachable | Reason::TenantOnly)) => Ok(()),
        (Stance::Unreached, _) => refuse(
            "/reason",
            "unreached needs unreachable or tenant_only · 须注明无法联系或仅租户在家",
        ),
        (Stance::Conditional | Stance::Oppose, None) => refuse("/reason", "why? · 须注明原因"),
        (Stance::Conditional, _) if note.is_none() => {
            refuse("/note", "which condition? · 须写明条件")
        }
        (_, Some(Reason::Other)) if note.is_none() => refuse("/note", "what? · 须写明具体原因"),
        _ => Ok(()),
    }
}

/// Checks that a correction has the proof that a visit would have: by no other way do two clerks make a
/// household say something. What strikes an entry, or makes it an attempt in vain, has none.
///
/// # Errors
/// `consultation_confirmation_missing`; `invalid_field` for a proof of nothing.
pub fn check_correction(stance: Option<Stance>, confirmation: Option<Confirmation>) -> Outcome<()> {
    check_confirmation(stance.unwrap_or(Stance::Unreached), confirmation)
}

fn check_confirmation(stance: Stance, confirmation: Option<Confirmation>) -> Outcome<()> {
    let code = Code::ConsultationConfirmationMissing;
    match (stance, confirmation) {
        (Stance::Unreached, Some(_)) => {
            let detail = "nobody was there to confirm · 未联系上，不应有确认记录";
            Err(Refusal::field(Code::InvalidField, "/confirmation", detail))
        }
        (Stance::Support | Stance::Conditional | Stance::Oppose, None) => {
            let detail = "signed, message or recording · 签字、消息或录音录像";
            Err(Refusal::field(code, "/confirmation", detail))
        }
        _ => Ok(()),
    }
}
