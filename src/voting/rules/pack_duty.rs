//! What a pack must carry beside its values: a source for what was only seen on a page, the clause,
//! warning and proof that silence needs, matters that exist.

use crate::{
    kernel::LocalDate,
    voting::{
        model::{Basis, SilentRule},
        rules::{
            pack::RulePack, pack_compare::PackFault, pack_values::collect, shipped::find_shipped,
        },
    },
};

/// Every duty that a pack does not meet.
pub(super) fn duties(pack: &RulePack, parent: Option<&RulePack>) -> Vec<PackFault> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, pointer: &str, message: &str| {
        if !holds {
            faults.push(PackFault::at(pointer, message));
        }
    };
    for value in collect(pack).unwrap_or_default() {
        let named = !value.clause().trim().is_empty();
        must(named, &value.pointer, "缺少条款 · every value names its clause");
        let seen = value.basis() != Some(Basis::Page) || value.text("source").is_some();
        must(seen, &value.pointer, "basis = page 须有 source（网址） · a page needs its source");
    }
    let ends_late = pack.effective_until.is_none_or(|until| until >= pack.effective_from);
    must(ends_late, "/effective_until", "早于生效日 · before effective_from");
    if let Some(base) = &pack.based_on {
        let known = find_shipped(base).is_some() || parent.is_some_and(|parent| parent.id == *base);
        must(known, "/based_on", "没有这个规则包 · no rule pack has this name");
    }
    let knows = |key: &String| pack.matter(key).is_some();
    for (index, composite) in pack.composites.iter().enumerate() {
        let known = composite.parts.iter().all(|part| knows(&part.matter));
        let pointer = format!("/composite/{index}/parts");
        must(known, &pointer, "含未知事项 · names a matter that the pack has not");
    }
    silence_duties(pack, &mut must);
    faults
}

fn silence_duties(pack: &RulePack, must: &mut impl FnMut(bool, &str, &str)) {
    let rule = pack.switches.silent_rule.value;
    let silence = pack.silence.as_ref();
    let covered =
        silence.is_none_or(|silence| silence.matters.iter().all(|key| pack.matter(key).is_some()));
    must(covered, "/silence/matters", "含未知事项 · names a matter that the pack has not");
    let adopted = silence.and_then(|silence| silence.adopted.as_ref());
    if rule == SilentRule::None {
        let message = "silent_rule 为 none，条款不生效 · an adopted clause needs its silent_rule";
        must(adopted.is_none(), "/silence/adopted", message);
        return;
    }
    let at = "/switches/silent_rule";
    let message = "须有 silence.adopted：条款、采用日期、告知语、逐户送达 · silence needs the adopted \
                   clause with its date, warning and proof of delivery";
    must(adopted.is_some(), at, message);
    if let Some(adopted) = adopted {
        let at = "/silence/adopted";
        let message = "须逐户送达证明 · silence needs proof of delivery per unit";
        must(adopted.delivery_proof, at, message);
        let message = "须有告知语 · owners must be told what their silence means";
        must(!adopted.warning.trim().is_empty(), at, message);
    }
    if rule == SilentRule::Objection {
        let limit = silence.and_then(|silence| silence.objection_limit.as_ref());
        must(limit.is_some(), at, "须有 silence.objection_limit · it needs the objectors' limit");
        let law_from = LocalDate::from_ymd(2021, 1, 1);
        let older = pack.effective_until.zip(law_from).is_some_and(|(until, from)| until < from);
        let message = "民法典施行后的异议表决须有 local_basis · since 民法典 278 the objection method \
                       needs local_basis";
        must(older || pack.local_basis.is_some(), at, message);
    }
}
