//! What changed between two versions of a plan, in plain words.

use std::collections::BTreeMap;

use crate::{
    kernel::Fen,
    renovation::model::{NewPlanItem, PlanChange, PlanContent},
    renovation::rules::catalogue,
};

/// Code and place.
pub type Key = (String, String);

/// The item's place for people: its id, where it has one.
fn place(item: &NewPlanItem) -> String {
    match (item.building_id, item.entrance_id) {
        (Some(id), _) => format!("楼栋 {id} · building"),
        (None, Some(id)) => format!("单元 {id} · entrance"),
        (None, None) => "小区 · community".to_owned(),
    }
}

/// Items by code and place; the same twice is added up.
pub fn by_key(items: &[NewPlanItem]) -> BTreeMap<Key, NewPlanItem> {
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
    let names = |content: &PlanContent| {
        let names: Vec<&str> = content.drawings.iter().map(|one| one.file_name.as_str()).collect();
        names.join("、")
    };
    let redrawn = (before.drawings != after.drawings).then(|| {
        let (old, new) = (names(before), names(after));
        PlanChange::new(
            format!("图纸变更：{old} → {new}"),
            format!("drawings changed: {old} → {new}"),
        )
    });
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
        .chain(redrawn)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::LocalDate,
        renovation::model::{ManagementModel, Quantity},
        renovation::rules::change_order::weigh,
    };

    fn day(text: &str) -> LocalDate {
        text.parse().unwrap()
    }

    fn item(code: &str, quantity: i64, cost: i64) -> NewPlanItem {
        NewPlanItem {
            code: code.to_owned(),
            quantity: Quantity(quantity),
            building_id: None,
            entrance_id: None,
            cost: Fen(cost),
            mandatory: true,
            note: String::new(),
            chosen: None,
        }
    }

    fn content(items: Vec<NewPlanItem>) -> PlanContent {
        PlanContent {
            funding: "财政".to_owned(),
            management_model: None,
            starts_on: Some(day("2026-06-01")),
            ends_on: None,
            note: String::new(),
            items,
            drawings: Vec::new(),
        }
    }

    #[test]
    fn a_change_order_is_small_up_to_the_limit_and_a_fen_more_is_not() {
        let limit = "1/20".parse().unwrap();
        let before = content(vec![item("B01", 100_000, 1_000_000), item("I03", 8_000, 1_000_000)]);
        let is_small = |items| weigh(&before, &content(items), limit).is_small;
        let lamps = item("I03", 8_000, 1_000_000);
        assert!(is_small(vec![item("B01", 100_000, 1_100_000), lamps.clone()]));
        assert!(!is_small(vec![item("B01", 100_000, 1_100_001), lamps.clone()]));
        // More here does not make up for less there.
        let both = vec![item("B01", 100_000, 1_050_001), item("I03", 8_000, 950_000)];
        assert!(!is_small(both));
        // A tenth of the pipe is a tenth of its cost, though the estimate stays.
        assert!(is_small(vec![item("B01", 90_000, 1_000_000), lamps.clone()]));
        assert!(!is_small(vec![item("B01", 89_999, 1_000_000), lamps.clone()]));
        // What is mandatory, who pays and who manages is never small.
        let mut optional = vec![item("B01", 100_000, 1_000_000), lamps.clone()];
        optional[0].mandatory = false;
        assert!(!is_small(optional));
        assert!(!is_small(vec![lamps.clone()]));
        let same = || content(before.items.clone());
        for changed in [
            PlanContent { funding: "业主".to_owned(), ..same() },
            PlanContent { management_model: Some(ManagementModel::Other), ..same() },
        ] {
            let found = weigh(&before, &changed, limit);
            assert_eq!((found.is_small, found.reasons.len(), found.changed), (false, 1, Fen(0)));
        }
        assert!(weigh(&before, &PlanContent { note: "x".to_owned(), ..same() }, limit).is_small);
    }

    #[test]
    fn a_diff_says_in_plain_words_what_changed() {
        let before = content(vec![item("B01", 120_000, 1_200_000), item("I03", 8_000, 80_000)]);
        assert_eq!(diff(&before, &before), []);
        let mut after = PlanContent {
            management_model: Some(ManagementModel::PropertyCompany),
            items: vec![item("B01", 130_500, 1_200_000), item("I14", 1_000, 60_000_000)],
            ..before.clone()
        };
        after.items[0].mandatory = false;
        let told: Vec<String> = diff(&before, &after).into_iter().map(|one| one.zh).collect();
        assert_eq!(
            told,
            [
                "数量变更：B01 供水设施改造（小区 · community） 120.000 → 130.500",
                "必选变更：B01 供水设施改造（小区 · community） 必选 · mandatory → 可选 · optional",
                "新增：I14 加装电梯（小区 · community） 1.000 部，600000.00 元",
                "取消：I03 照明设施（小区 · community） 8.000 盏，800.00 元",
                "管理模式变更：- → property_company",
            ]
        );
        let english = &diff(&before, &after)[2].en;
        assert_eq!(english, "added: I14 Elevators (小区 · community) 1.000 部, 600000.00 yuan");
    }
}
