//! Small numbers: a building where fewer than three households answered shows no distribution, or a
//! neighbour could be read from it. Ours, as is the number. What the whole minus the shown buildings
//! would give away is kept back too: the smallest shown building is then hidden with it.

/// The fewest answers whose distribution is shown.
pub const FEWEST: u64 = 3;

/// Which buildings show their distribution, by their numbers of answers.
#[must_use]
pub fn shown(answers: &[u64]) -> Vec<bool> {
    let mut shown: Vec<bool> = answers.iter().map(|count| *count >= FEWEST).collect();
    loop {
        let hidden: u64 =
            answers.iter().zip(&shown).filter(|(_, is_shown)| !**is_shown).map(|(n, _)| *n).sum();
        if hidden == 0 || hidden >= FEWEST {
            return shown;
        }
        let smallest = (0..answers.len())
            .filter(|at| shown.get(*at).copied().unwrap_or(false))
            .min_by_key(|at| answers.get(*at).copied());
        let Some(place) = smallest.and_then(|at| shown.get_mut(at)) else { return shown };
        *place = false;
    }
}
