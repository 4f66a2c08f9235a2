//! What changed between two versions of a plan, in plain words.

use std::collections::BTreeMap;

use crate::{
    kernel::Fen,
    renovation::model::{NewPlanItem, PlanChange, PlanContent},
    renovation::rules::catalogue,
};

type Key = (String, String);

/// The item's place for people: its id, where it has one.
fn place(item: &NewPlanItem) -> String {
    match (item.building_id, item.entrance_id) {
        (Some(id), _) => format!("楼栋 {id} · building"),
        (None, Some(id)) => format!("单元 {id} · entrance"),
        (None, None) => "小区 · community".to_owned(),
    }
}

/// Items by code and place; the same twice is added up.
fn by_key(items: &[NewPlanItem]) -> BTreeMap<Key, NewPlanItem> {
    let mut found: BTreeMap<Key, NewPlanItem> = BTreeMap::new();
    for item in items {
        let key = (item.code.clone(), place(item));
        match found.get_mut(&key) {
            None => drop(found.insert(key, item.clone())),
            Some(known) => {
                known.quantity.0 = known.quantity.0.saturating_add(item.quantity.0);
                known.cost = Fen(known.cost.0.saturating_add(item.cost.0));
                known.mandatory |= item.mandatory;
            }
        }
    }
    found
}

fn names((code, place): &Key) -> (String, String) {
    let known = catalogue::find(code);
    let (zh, en) = known.map_or(("", ""), |item| (item.zh.as_str(), item.en.as_str()));
    (format!("{code} {zh}（{place}）"), format!("{code} {en} ({place})"))
}

fn amounts(item: &NewPlanItem) -> (String, String) {
    let unit = catalogue::find(&item.code).map_or("", |known| known.unit.as_str());
    let quantity = item.quantity;
    let cost = item.cost;
    (format!("{quantity} {unit}，{cost} 元"), format!("{quantity} {unit}, {cost} yuan"))
}

/// What the later version changes, items first.
#[must_use]
pub fn diff(before: &PlanContent, after: &PlanContent) -> Vec<PlanChange> {
    let (old, new) = (by_key(&before.items), by_key(&after.items));
    let mut found = Vec::new();
    for (key, item) in &new {
        let (zh, en) = names(key);
        let (now_zh, now_en) = amounts(item);
        match old.get(key) {
            None => found.push(PlanChange::new(
                format!("新增：{zh} {now_zh}"),
                format!("added: {en} {now_en}"),
            )),
            Some(known) => found.extend(changes_of((&zh, &en), known, item)),
        }
    }
    for (key, item) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        let ((zh, en), (was_zh, was_en)) = (names(key), amounts(item));
        let (zh, en) = (format!("取消：{zh} {was_zh}"), format!("removed: {en} {was_en}"));
        found.push(PlanChange::new(zh, en));
    }
    found.extend(texts(before, after));
    found
}

fn changes_of((zh, en): (&str, &str), known: &NewPlanItem, item: &NewPlanItem) -> Vec<PlanChange> {
    let mut found = Vec::new();
    let mut changed = |what: (&str, &str), old: String, new: String| {
        if old != new {
            found.push(PlanChange::new(
                format!("{}变更：{zh} {old} → {new}", what.0),
                format!("{} changed: {en} {old} → {new}", what.1),
            ));
        }
    };
    changed(("数量", "quantity"), known.quantity.to_string(), item.quantity.to_string());
    changed(("造价", "cost"), known.cost.to_string(), item.cost.to_string());
    let word = |is: bool| if is { "必选 · mandatory" } else { "可选 · optional" }.to_owned();
    changed(("必选", "mandatory"), word(known.mandatory), word(item.mandatory));
    changed(("说明", "note"), known.note.clone(), item.note.clone());
    found
}

fn texts(before: &PlanContent, after: &PlanContent) -> Vec<PlanChange> {
    let day = |day: Option<crate::kernel::LocalDate>| {
        day.map_or_else(|| "-".to_owned(), |day| day.to_string())
    };
    let model = |content: &PlanContent| {
        content.management_model.map_or("-", |model| model.as_str()).to_owned()
    };
    let pairs = [
        (("资金方案", "funding"), before.funding.clone(), after.funding.clone()),
        (("管理模式", "management model"), model(before), model(after)),
        (("开工", "start"), day(before.starts_on), day(after.starts_on)),
        (("完工", "end"), day(before.ends_on), day(after.ends_on)),
        (("备注", "note"), before.note.clone(), after.note.clone()),
    ];
    pairs
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|((zh, en), old, new)| {
            PlanChange::new(
                format!("{zh}变更：{old} → {new}"),
                format!("{en} changed: {old} → {new}"),
            )
        })
        .collect()
}
