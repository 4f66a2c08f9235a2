//! Whether a vote can be run here by a pack, and what must be said first. A rule that the engine does
//! not keep yet is a refusal with its own code: a vote never runs past a rule in silence.

use serde::Serialize;

use crate::{
    kernel::{Code, LocalDate},
    voting::{
        model::{Basis, IdentityGrade, TieRule},
        rules::{pack::RulePack, pack_values::collect, periods::broken, state::Blocker},
    },
};

/// What a user must know before relying on a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PackWarning {
    /// The value, as `switches.max_changes`; `pack` where it is the pack as a whole.
    pub name: String,
    /// How far the value may be trusted, where that is why.
    pub basis: Option<Basis>,
    /// The warning, in Chinese and English.
    pub message: String,
}

impl PackWarning {
    pub(super) fn of(name: &str, message: String) -> Self {
        Self { name: name.to_owned(), basis: None, message }
    }
}

/// Why no vote can be run here by this pack, each with its code and clause.
#[must_use]
pub fn refusals(pack: &RulePack) -> Vec<Blocker> {
    let procedure = &pack.procedure;
    let mut found = Vec::new();
    let mut refuse = |code, rule_id, clause: &str, (have, need): (String, &str)| {
        let rule = broken(rule_id, clause, have, need.to_owned());
        found.push(Blocker { code, rule, earliest: None });
    };
    let platform = procedure.official_platform_required.as_ref().filter(|rule| rule.value);
    if let Some(rule) = platform
        && procedure.recognised_platform.is_none()
    {
        let need = "recognised_platform · 主管部门认定文件";
        let have = "-".to_owned();
        let id = "official_platform_required";
        refuse(Code::OfficialPlatformRequired, id, &rule.clause, (have, need));
    }
    if let Some(identity) = &procedure.identity
        && identity.value > IdentityGrade::Registered
    {
        let have = IdentityGrade::Registered.to_string();
        let need = identity.value.as_str();
        refuse(Code::RulePackUnsupported, "identity", &identity.clause, (have, need));
    }
    if let Some(tie) = pack.questions.tie.as_ref().filter(|tie| tie.value != TieRule::RunOff) {
        let (have, need) = (TieRule::RunOff.to_string(), tie.value.as_str());
        refuse(Code::RulePackUnsupported, "tie", &tie.clause, (have, need));
    }
    found
}

/// Why no vote may open under this pack on that day.
#[must_use]
pub fn not_in_force(pack: &RulePack, day: LocalDate) -> Option<Blocker> {
    let until = pack.effective_until.map(|until| until.to_string()).unwrap_or_default();
    let need = format!("{} – {until}", pack.effective_from);
    let rule = broken("rule_pack_in_force", &pack.name, day.to_string(), need);
    let code = Code::RulePackNotInForce;
    (!pack.is_in_force(day)).then_some(Blocker { code, rule, earliest: None })
}

/// Why no vote may open on that day by the pack's clause on silence: it was not adopted yet.
pub(super) fn not_adopted(pack: &RulePack, day: LocalDate) -> Option<Blocker> {
    let adopted = pack.silence.as_ref()?.adopted.as_ref().filter(|of| of.adopted_on > day)?;
    let need = format!("≥ {}", adopted.adopted_on);
    let rule = broken("silence_adopted", &adopted.clause, day.to_string(), need);
    Some(Blocker { code: Code::RulePackNotInForce, rule, earliest: None })
}

/// Why no paper ballot is taken.
pub(super) fn no_paper(pack: &RulePack) -> Option<Blocker> {
    let rule = pack.procedure.paper_allowed.as_ref().filter(|rule| !rule.value)?;
    let need = "online · 网上表决".to_owned();
    let rule = broken("paper_allowed", &rule.clause, "paper".to_owned(), need);
    Some(Blocker { code: Code::RulePackUnsupported, rule, earliest: None })
}

/// What a user must know: cautions of the pack, values that were not checked against their text,
/// decisions that one vote alone does not make.
#[must_use]
pub fn warnings(pack: &RulePack) -> Vec<PackWarning> {
    let caution = |text: &String| PackWarning::of("pack", text.clone());
    let mut found: Vec<_> = pack.cautions.iter().map(caution).collect();
    for value in collect(pack).unwrap_or_default() {
        let because = match value.basis() {
            Some(Basis::Page) => "仅见转载网页，未核对原文 · only a page was seen, not the text",
            Some(Basis::List) => {
                "出自可复制政策清单，不具约束力 · from a list of good practice, not binding"
            }
            Some(Basis::Knowledge) => "未经核对 · not checked",
            Some(Basis::Law | Basis::Ours) | None => continue,
        };
        let source = value.text("source").map(|source| format!(" [{source}]")).unwrap_or_default();
        let message = format!("{}：{because}{source}", value.clause());
        found.push(PackWarning { name: value.name.clone(), basis: value.basis(), message });
    }
    for composite in &pack.composites {
        let message = format!(
            "“{}”须各次表决均通过，请以组合表决（/composite-decisions）一并判定 · all its votes must \
             pass; they are decided together under /composite-decisions",
            composite.title
        );
        found.push(PackWarning::of(&format!("composite.{}", composite.key), message));
    }
    found
}
