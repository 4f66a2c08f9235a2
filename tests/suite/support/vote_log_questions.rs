//! Questions of a log that is made, and its own reading of who wins.

use jiugai::ballot_log::{
    Leaf,
    leaf::{ItemTally, Question},
};

use super::VoteLog;

impl VoteLog {
    /// Makes items options of questions: numbers, how many may be chosen, how many may win, kind, rank.
    pub fn ask(&mut self, questions: &[(&[u64], u64, u64, &str, &str)]) {
        let question =
            |(items, choose_at_most, seats, kind, rank_by): &(&[u64], u64, u64, &str, &str)| {
                Question {
                    title: "外墙颜色".to_owned(),
                    items: items.to_vec(),
                    choose_at_most: *choose_at_most,
                    seats: *seats,
                    kind: (*kind).to_owned(),
                    rank_by: (*rank_by).to_owned(),
                }
            };
        let Some(Leaf::Manifest(manifest)) = self.leaves.first_mut() else { panic!("a manifest") };
        manifest.questions = questions.iter().map(question).collect();
    }

    /// What the certificate says of each question.
    pub fn question_lines(&self, items: &[ItemTally]) -> Vec<String> {
        let lines = self.manifest_of().questions.iter().map(|question| {
            let won = won(question, items);
            let open = question.seats.saturating_sub(u64::try_from(won.len()).unwrap());
            let won: Vec<String> = won.iter().map(ToString::to_string).collect();
            let chosen = if won.is_empty() { "-".to_owned() } else { won.join(",") };
            let first = question.items.first().copied().unwrap_or_default();
            format!("question {first} chosen {chosen} open {open}")
        });
        lines.collect()
    }
}

/// Places are filled one after another by whoever stands before, or besides, nobody that is left but
/// himself; where a place has no such option, it and all after it stay open. With `both` what stands
/// besides may be many: then only who outdoes enough of them wins.
fn won(question: &Question, items: &[ItemTally]) -> Vec<u64> {
    let find = |position: &u64| items.iter().find(|item| u64::from(item.position) == *position);
    let mut passed: Vec<(u64, u64, u64)> = question
        .items
        .iter()
        .filter_map(find)
        .filter(|item| item.passed)
        .map(|item| (u64::from(item.position), item.in_favour.area, item.in_favour.heads))
        .collect();
    let seats = usize::try_from(question.seats).unwrap_or(usize::MAX);
    if passed.len() <= seats {
        return passed.into_iter().map(|(position, ..)| position).collect();
    }
    let mut won: Vec<u64> = match question.rank_by.as_str() {
        "both" => {
            // Enough others have no more of either, and less of one.
            let outdone = |own: &(u64, u64, u64)| {
                let less = |it: &&(u64, u64, u64)| {
                    it.1 <= own.1 && it.2 <= own.2 && (it.1, it.2) != (own.1, own.2)
                };
                passed.iter().filter(less).count()
            };
            let enough = passed.len() - seats;
            passed.iter().filter(|own| outdone(own) >= enough).map(|own| own.0).collect()
        }
        rank => {
            let key = |of: &(u64, u64, u64)| match rank {
                "heads_then_area" => (of.2, of.1),
                _ => (of.1, of.2),
            };
            passed.sort_by_key(|of| std::cmp::Reverse(key(of)));
            let first_out = key(&passed[seats]);
            passed.iter().filter(|of| key(of) > first_out).map(|of| of.0).collect()
        }
    };
    won.sort_unstable();
    won
}
