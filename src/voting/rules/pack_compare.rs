//! What a pack changes against another, and where that contradicts a clause. A copy may be stricter
//! than the law that it copies, never laxer; what rests on no read text only warns.

use serde::Serialize;
use toml::Value;

use crate::{
    kernel::{LocalDate, Ratio},
    voting::{
        model::{Basis, IdentityGrade, ItemClass},
        rules::{
            pack::RulePack,
            pack_check::is_weaker,
            pack_use::PackWarning,
            pack_values::{Found, threshold},
        },
    },
};

/// A fault of a rule pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PackFault {
    /// The line of the file, where it can be told.
    pub line: Option<u64>,
    /// JSON pointer of the value; empty for the file as a whole.
    pub pointer: String,
    /// What is wrong, in Chinese and English, with the clause.
    pub message: String,
}

impl PackFault {
    pub(super) fn at(pointer: &str, message: impl Into<String>) -> Self {
        Self { line: None, pointer: pointer.to_owned(), message: message.into() }
    }
}

/// A value that differs from the pack it was copied from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PackChange {
    /// The value, as `periods.notice`.
    pub name: String,
    /// The pack that it is compared with.
    pub against: String,
    /// What that one says.
    pub was: String,
    /// What this one says.
    pub now: String,
}

/// What a comparison found.
#[derive(Debug, Clone, Default)]
pub(super) struct Comparison {
    pub faults: Vec<PackFault>,
    pub warnings: Vec<PackWarning>,
    pub changes: Vec<PackChange>,
}

/// The pack that another is compared with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Base<'a> {
    pub id: &'a str,
    pub values: &'a [Found],
    /// Whether this is the pack it was copied from. Of all others only the values count that cite
    /// the same clause: who cites a clause must say what it says.
    pub is_parent: bool,
}

pub(super) fn compare(values: &[Found], base: Base<'_>) -> Comparison {
    let mut result = Comparison::default();
    for theirs in base.values {
        let ours = values.iter().find(|found| found.name == theirs.name);
        let by_law = theirs.basis() == Some(Basis::Law);
        match ours {
            Some(ours) if base.is_parent || (by_law && ours.clause() == theirs.clause()) => {
                compare_value(ours, theirs, base, &mut result);
            }
            None if base.is_parent && by_law => {
                let message = format!(
                    "缺少 {}，{}有此规定 · {} is missing; it stands in {} ({})",
                    theirs.name,
                    theirs.clause(),
                    theirs.name,
                    theirs.clause(),
                    base.id
                );
                result.faults.push(PackFault::at("", message));
            }
            _ => {}
        }
    }
    result
}

fn compare_value(ours: &Found, theirs: &Found, base: Base<'_>, result: &mut Comparison) {
    let (was, now) = (theirs.words(), ours.words());
    if theirs.value() != ours.value() && base.is_parent {
        let (was, now) = (was.1.clone(), now.1.clone());
        let against = base.id.to_owned();
        result.changes.push(PackChange { name: ours.name.clone(), against, was, now });
    }
    if keeps(ours, theirs) {
        return;
    }
    let (clause, sign) = (theirs.clause(), bound(theirs).sign());
    let message = format!(
        "与{clause}不符：该条为{}{}，此处为{} · contradicts {clause}: it says {}{}, here is {}",
        sign.0, was.0, now.0, sign.1, was.1, now.1
    );
    match theirs.basis() {
        Some(Basis::Law) => result.faults.push(PackFault::at(&ours.pointer, message)),
        Some(Basis::Page | Basis::List | Basis::Knowledge) => {
            result.warnings.push(PackWarning::of(&ours.name, message));
        }
        Some(Basis::Ours) | None => {}
    }
}

/// In which direction a copy may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    AtLeast,
    AtMost,
    Exact,
}

impl Bound {
    const fn sign(self) -> (&'static str, &'static str) {
        match self {
            Self::AtLeast => ("不低于 ", "at least "),
            Self::AtMost => ("不超过 ", "at most "),
            Self::Exact => ("", ""),
        }
    }
}

fn bound(found: &Found) -> Bound {
    match found.key() {
        _ if found.is_matter() => Bound::AtLeast,
        "notice"
        | "notice_extra"
        | "window_min_days"
        | "publicity"
        | "identity"
        | "participation_by_area"
        | "participation_by_heads"
        | "approval_by_area"
        | "approval_by_heads" => Bound::AtLeast,
        "window_max_days" | "extension_max_days" | "result_due" | "max_extensions"
        | "proxy_limit" | "objection_limit" => Bound::AtMost,
        _ => Bound::Exact,
    }
}

/// Whether our value keeps to the other: equal, or stricter where the clause draws a line.
fn keeps(ours: &Found, theirs: &Found) -> bool {
    let (Some(our), Some(their)) = (ours.value(), theirs.value()) else { return true };
    if our == their {
        return true;
    }
    let order = match bound(theirs) {
        Bound::Exact => return false,
        Bound::AtLeast => compare_strength(our, their),
        Bound::AtMost => compare_strength(their, our),
    };
    order.unwrap_or(false)
}

/// Whether `strong` asks at least as much as `weak`; `None` where they can't be compared.
fn compare_strength(strong: &Value, weak: &Value) -> Option<bool> {
    if let (Some(strong), Some(weak)) = (strong.as_integer(), weak.as_integer()) {
        return Some(strong >= weak);
    }
    if let (Some(strong), Some(weak)) = (threshold(strong.clone()), threshold(weak.clone())) {
        return Some(!is_weaker(strong, weak));
    }
    if let (Some(strong), Some(weak)) = (strong.as_str(), weak.as_str()) {
        return compare_words(strong, weak);
    }
    let days = |value: &Value| value.get("days").and_then(Value::as_integer);
    let shifts = |value: &Value| value.get("shift_to_working_day").and_then(Value::as_bool);
    Some(days(strong)? >= days(weak)? && shifts(strong)? >= shifts(weak)?)
}

fn compare_words(strong: &str, weak: &str) -> Option<bool> {
    if let (Ok(strong), Ok(weak)) = (strong.parse::<Ratio>(), weak.parse::<Ratio>()) {
        let times = |left: u32, right: u32| u64::from(left) * u64::from(right);
        return Some(times(strong.num(), weak.den()) >= times(weak.num(), strong.den()));
    }
    if let (Ok(strong), Ok(weak)) = (strong.parse::<ItemClass>(), weak.parse::<ItemClass>()) {
        return Some(strong >= weak);
    }
    let grade = |word: &str| word.parse::<IdentityGrade>().ok();
    Some(grade(strong)? >= grade(weak)?)
}

/// A pack whose law has ended lives on in a copy only where the authority of the place confirms it.
pub(super) fn outlives(pack: &RulePack, parent: &RulePack) -> Option<PackFault> {
    let until: LocalDate = parent.effective_until?;
    let later = pack.effective_until.is_none_or(|ours| ours > until);
    (later && pack.local_basis.is_none()).then(|| {
        PackFault::at(
            "/effective_until",
            format!(
                "“{}”只到 {until}；其后须有 local_basis（当地主管部门确认文件） · {} ends on {until}; \
                 afterwards local_basis must name the authority's confirmation",
                parent.name, parent.id
            ),
        )
    })
}
