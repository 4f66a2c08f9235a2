//! From one round to the next: what carries over, and what moved.

use std::collections::{BTreeMap, BTreeSet};

use crate::joint_review::model::{ItemMove, ItemRow, Move, OpinionRow, Round};

use super::closing::latest;

/// The opinions that stand on an item that did not change, each with the item's key. Silence is not
/// carried: the department is asked again.
#[must_use]
pub fn carried<'a>(before: &'a Round, now: &[(&str, &str)]) -> Vec<(&'a str, &'a OpinionRow)> {
    let now: BTreeMap<&str, &str> = now.iter().copied().collect();
    let stands = latest(&before.opinions);
    let mut found: Vec<_> = stands
        .into_values()
        .filter(|opinion| opinion.verdict.is_some())
        .filter_map(|opinion| {
            let item = before.items.iter().find(|item| item.id == opinion.item_id)?;
            let is_same = now.get(item.item_key.as_str()) == Some(&item.digest.as_str());
            is_same.then_some((item.item_key.as_str(), opinion))
        })
        .collect();
    found.sort_by_key(|(_, opinion)| opinion.id);
    found
}

/// What became of each item that is of concern, the later round's order first.
#[must_use]
pub fn moves(
    from: &[ItemRow],
    to: &[ItemRow],
    concern: Option<&BTreeSet<String>>,
) -> Vec<ItemMove> {
    let old = |key: &str| from.iter().find(|item| item.item_key == key);
    let of = |item: &ItemRow, change, from: Option<i32>, to: Option<i32>| ItemMove {
        key: item.item_key.clone(),
        title: item.title.clone(),
        place: item.place.clone(),
        change,
        from,
        to,
    };
    let later = to.iter().map(|item| {
        let known = old(&item.item_key);
        let change = match known {
            None => Move::Added,
            Some(known) if known.digest == item.digest => Move::Same,
            Some(_) => Move::Changed,
        };
        of(item, change, known.map(|known| known.position), Some(item.position))
    });
    let gone = from.iter().filter(|item| to.iter().all(|known| known.item_key != item.item_key));
    let gone = gone.map(|item| of(item, Move::Removed, Some(item.position), None));
    let is_wanted = |one: &ItemMove| concern.is_none_or(|keys| keys.contains(&one.key));
    later.chain(gone).filter(is_wanted).collect()
}
