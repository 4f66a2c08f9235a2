//! Who may be whose agent. The law sets no cap (民法典 165 wants name, matter, scope, term and
//! signature); some cities and owners' rules do (潍坊市物业管理条例 32: three owners; 舟山 17).
//! Guardians and those through whom an organisation acts do not count (ours).

use crate::{
    kernel::{Code, Outcome, Refusal},
    voting::{
        model::ProxyKind,
        rules::{pack::RulePack, periods::broken},
    },
};

/// Refuses an agent who stands for too many heads with this one, or who may not be one. `others` are
/// the other heads of the vote for which the agent holds a written power.
///
/// # Errors
/// `proxy_limit_reached`, `proxy_agent_excluded`: each with numbers and clause.
pub fn may_stand(
    pack: &RulePack,
    (kind, is_property_staff): (ProxyKind, bool),
    others: u64,
) -> Outcome<()> {
    let excluded = pack.procedure.proxy_excludes_property_staff.as_ref();
    if let Some(rule) = excluded.filter(|rule| rule.value && is_property_staff) {
        let (have, need) = ("物业服务人员 · property staff", "其他人 · somebody else");
        let rule =
            broken("proxy_excludes_property_staff", &rule.clause, have.to_owned(), need.to_owned());
        return Err(Refusal::rule(Code::ProxyAgentExcluded, rule));
    }
    let Some(limit) = &pack.procedure.proxy_limit else { return Ok(()) };
    if kind != ProxyKind::Proxy || others < u64::from(limit.value) {
        return Ok(());
    }
    let (have, need) = (format!("{}", others + 1), format!("≤ {}", limit.value));
    Err(Refusal::rule(Code::ProxyLimitReached, broken("proxy_limit", &limit.clause, have, need)))
}
