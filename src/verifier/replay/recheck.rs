//! The re-check of paper: the draw is repeated from its seed, and what was read again must be what was
//! drawn; no certificate over paper without it, nor where the last count needs a larger sample.

use std::collections::{BTreeMap, BTreeSet};

use super::{Replay, Rule, questions::option_counts, steps::as_count};
use crate::{
    ballot_log::{Recheck, RecheckDraw},
    voting::{Weight, is_ranked, recheck_draws, recheck_sample, recheck_suffices},
};

/// How far the re-check is.
#[derive(Debug, Default)]
pub(super) struct Rechecked {
    /// The serials of the last sample and of all that was read before it; all where there is none.
    drawn: Option<BTreeSet<String>>,
    /// Draws of the last sample.
    draws: Option<u64>,
    parts: u64,
    read: BTreeSet<String>,
    differs: bool,
    is_finished: bool,
}

impl Rechecked {
    /// Whether what was drawn is enough for so many draws; a difference made every sheet be read.
    fn suffices(&self, draws: Option<u64>) -> bool {
        self.differs || recheck_suffices(self.draws, draws)
    }
}

impl Replay {
    /// Sheets with a ballot, by serial: the area of its head and where the ballot stands.
    fn cast_sheets(&self) -> BTreeMap<String, (u64, usize)> {
        let cast = self.paper.cast();
        let area = |head| self.roll.head(head).map_or(0, |head| head.area);
        cast.map(|(serial, head, ballot)| (serial.to_owned(), (area(head), ballot))).collect()
    }

    pub(super) fn draw(&mut self, seq: u64, draw: &RecheckDraw) {
        let sheets = self.cast_sheets();
        let areas: Vec<u64> = sheets.values().map(|(area, _)| *area).collect();
        let count = u64::try_from(sheets.len()).unwrap_or(u64::MAX);
        let draws = self.draws(&areas);
        let is_needed = self.rechecked.is_finished && !self.rechecked.suffices(draws);
        if self.rechecked.drawn.is_some() && !is_needed {
            let message = "仅当上次复核已完成且最近一次计票需要更大样本时才再次抽取 (drawn again only \
                           where the re-check is finished and the last count needs more)";
            return self.fault(seq, Rule::Recheck, message);
        }
        let counted_at = self.counted.as_ref().map_or(i64::MAX, |counted| counted.tally.at);
        let seed = draw.seed.as_deref().unwrap_or_default();
        let is_seeded = !seed.is_empty()
            && draw.source.as_deref().is_some_and(|source| !source.is_empty())
            && draw.drawn_at.is_some_and(|at| counted_at <= at && at <= draw.at);
        if draw.sheets != count || draw.draws != draws || (draws.is_some() && !is_seeded) {
            let message = "抽取张数与计票不符，或种子不是计票后公开抽取的 (not as many draws as the \
                           count needs, or no seed that was drawn after it)";
            self.fault(seq, Rule::Recheck, message);
        }
        let places = draws.map(|draws| recheck_sample(seed, draws, &areas));
        let is_drawn = |place: &usize| places.as_ref().is_none_or(|places| places.contains(place));
        let drawn = sheets.into_keys().enumerate().filter(|(place, _)| is_drawn(place));
        let drawn = drawn.map(|(_, serial)| serial);
        // What was read before counts, and is told again.
        let read = std::mem::take(&mut self.rechecked.read);
        self.rechecked.drawn = Some(drawn.chain(read).collect());
        self.rechecked.draws = draws;
        (self.rechecked.parts, self.rechecked.is_finished) = (0, false);
    }

    /// The draws that the last count needs for sheets of these areas.
    fn draws(&self, areas: &[u64]) -> Option<u64> {
        // By a clause a single sheet may turn around whom the silent follow: all are read.
        self.manifest.as_ref().filter(|manifest| manifest.rules.silence.is_none())?;
        let area = areas.iter().fold(0_u64, |sum, area| sum.saturating_add(*area));
        let paper = Weight { area, heads: u64::try_from(areas.len()).unwrap_or(u64::MAX) };
        let items = self.counted.iter().flat_map(|counted| &counted.tally.items);
        let items: Vec<_> = items.map(as_count).zip(&self.classes).collect();
        let counts = self.counted.as_ref().map(|counted| option_counts(&counted.tally));
        // No margin of a line speaks for the order among options that pass.
        if is_ranked(&self.questions, &counts.unwrap_or_default()) {
            return None;
        }
        recheck_draws(&items, paper)
    }

    pub(super) fn recheck(&mut self, seq: u64, leaf: &Recheck) {
        if self.rechecked.drawn.is_none() || self.rechecked.is_finished {
            let message = "复核结果须在抽样之后，且只一次 (read again before the draw, or twice)";
            return self.fault(seq, Rule::Recheck, message);
        }
        let sheets = self.cast_sheets();
        self.rechecked.parts += 1;
        let mut is_wrong = leaf.part != self.rechecked.parts || leaf.parts < leaf.part;
        for (serial, reader) in &leaf.read {
            let reader = usize::try_from(*reader).ok().and_then(|at| leaf.by.get(at));
            let ballot = sheets.get(serial).map(|(_, ballot)| *ballot);
            let is_third = reader.is_some_and(|reader| {
                let has_ruled = ballot.is_some_and(|ballot| self.has_ruled(ballot, reader));
                !has_ruled && !self.paper.has_read(serial, reader)
            });
            let is_new = self.rechecked.read.insert(serial.clone());
            is_wrong |= !is_third || !is_new;
        }
        for serial in &leaf.differ {
            let is_read = leaf.read.iter().any(|(read, _)| read == serial);
            let ballot = sheets.get(serial).map(|(_, ballot)| *ballot);
            let is_disputed = ballot.is_some_and(|ballot| self.answers_for_difference(ballot));
            is_wrong |= !is_read || !is_disputed;
            self.rechecked.differs = true;
        }
        if leaf.part >= leaf.parts {
            self.rechecked.is_finished = true;
            is_wrong |= if self.rechecked.differs {
                !self.rechecked.read.iter().eq(sheets.keys())
            } else {
                self.rechecked.drawn.as_ref() != Some(&self.rechecked.read)
            };
        }
        if is_wrong {
            let message = "复核的票与抽样不符，或由录入人或裁决人复核，或差异未按录入有误提异议 (not the \
                           drawn sheets, or read by one who had read or ruled on them, or a \
                           difference that was not disputed as misread)";
            self.fault(seq, Rule::Recheck, message);
        }
    }

    /// A certificate over paper that stands needs a finished re-check, large enough for the last count.
    pub(super) fn must_be_rechecked(&mut self, seq: u64) {
        let stands = |(_, _, ballot): (&str, u64, usize)| {
            self.ballots.get(ballot).is_some_and(|ballot| !ballot.is_void)
        };
        if !self.paper.cast().any(stands) {
            return;
        }
        if !self.rechecked.is_finished {
            let message = "有纸质票而未复核 (paper ballots, and no re-check)";
            return self.fault(seq, Rule::Recheck, message);
        }
        let areas: Vec<u64> = self.cast_sheets().values().map(|(area, _)| *area).collect();
        if !self.rechecked.suffices(self.draws(&areas)) {
            let message = "复核样本小于最近一次计票所需 (the last count needs a larger re-check)";
            self.fault(seq, Rule::Recheck, message);
        }
    }
}
