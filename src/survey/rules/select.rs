//! Which answer of a household counts: the latest that it gave before the close. Ours: of answers
//! given at one instant, the one that came here last.

use std::collections::HashMap;
use std::hash::Hash;

/// When an answer was given, when it came here, and its id, which breaks the tie.
pub type Moment<T, I> = (T, T, I);

/// The place of each household's counted answer in the list.
#[must_use]
pub fn counted<H: Copy + Eq + Hash, T: Ord + Copy, I: Ord + Copy>(
    answers: &[(H, Moment<T, I>)],
) -> HashMap<H, usize> {
    let mut latest: HashMap<H, (Moment<T, I>, usize)> = HashMap::new();
    for (at, (household, moment)) in answers.iter().enumerate() {
        let known = latest.get(household);
        if known.is_none_or(|(earlier, _)| earlier < moment) {
            latest.insert(*household, (*moment, at));
        }
    }
    latest.into_iter().map(|(household, (_, at))| (household, at)).collect()
}
