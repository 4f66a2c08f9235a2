//! The gates 门槛 of 河北: 80 % to include, to be heard, to adopt, to be satisfied. 以上 includes the
//! number itself (民法典 1259), so a share is tested as 5·x ≥ 4·n in integers. The policies are data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{
    kernel::{Code, Outcome, Ratio, Refusal, Threshold},
    survey::model::{Denominator, GateRule, GateTest, GateVerdict, Purpose},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    key: String,
    #[serde(rename = "zh")]
    _zh: String,
    #[serde(rename = "en")]
    _en: String,
    gate: Vec<GateRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    policy: Vec<Policy>,
}

static POLICIES: LazyLock<Result<Vec<Policy>, String>> = LazyLock::new(|| {
    let text = include_str!("../../../seed/reference/survey-gates.toml");
    toml::from_str::<File>(text).map(|file| file.policy).map_err(|fault| fault.to_string())
});

/// The gate that a policy has for a purpose; none for wishes and opinions.
///
/// # Errors
/// `invalid_field` for a policy that is not shipped.
pub fn gate_of(policy: &str, purpose: Purpose) -> Outcome<Option<GateRule>> {
    let policies = POLICIES.as_ref().map_err(Refusal::internal)?;
    let Some(found) = policies.iter().find(|known| known.key == policy) else {
        let known: Vec<&str> = policies.iter().map(|known| known.key.as_str()).collect();
        let detail = format!("{policy} is not one of {}", known.join(", "));
        return Err(Refusal::field(Code::InvalidField, "/policy", detail));
    };
    let rule = found.gate.iter().find(|rule| rule.purpose == purpose).cloned();
    Ok(rule.map(|rule| GateRule { policy: policy.to_owned(), ..rule }))
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Households of the frozen roll.
    pub households: u64,
    /// Households with a valid answer.
    pub answered: u64,
    /// Those of them whose answer to the gate's question is in favour or satisfied.
    pub in_favour: u64,
}

fn test(rule_id: &str, have: u64, (of, total): (Denominator, u64), share: Ratio) -> GateTest {
    let threshold = Threshold::at_least(share);
    // Nothing of nothing is no majority: at least one answer is needed.
    let need = u64::try_from(threshold.least_part(total)).unwrap_or(u64::MAX).max(1);
    let met = threshold.is_met(have, total) && have > 0;
    GateTest { rule_id: rule_id.to_owned(), have, need, total, of, share, met }
}

/// Whether a gate is met, with its working.
#[must_use]
pub fn verdict(rule: &GateRule, counts: Counts) -> GateVerdict {
    let Counts { households, answered, in_favour } = counts;
    // Who was heard is who answered, whatever the answer.
    let (rule_id, have) = match rule.purpose {
        Purpose::Consult => ("heard", answered),
        _ => ("in_favour", in_favour),
    };
    let total = match rule.denominator {
        Denominator::Households => households,
        Denominator::Answers => answered,
    };
    let gate = test(rule_id, have, (rule.denominator, total), rule.share);
    let all = (Denominator::Households, households);
    let coverage = rule.coverage.map(|share| test("coverage", answered, all, share));
    let met = gate.met && coverage.as_ref().is_none_or(|test| test.met);
    GateVerdict { met, test: gate, coverage, answered, households, rule: rule.clone() }
}
