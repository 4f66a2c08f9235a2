//! Paper sheets: issued to a head, brought back in a batch by two people, read blind by two clerks,
//! settled by a third where they differ, counted once.

use std::collections::{HashMap, hash_map::Entry};

use super::{Replay, Rule};
use crate::{
    ballot_log::{
        Ballot, Openings, PaperBatch, PaperClose, PaperIssue, PaperKey, PaperSpoil, What,
    },
    verifier::openings::open,
};

/// What the leaves say of paper.
#[derive(Debug, Default)]
pub(super) struct Paper {
    sheets: HashMap<String, Sheet>,
    batches: u64,
    /// Leaf, spoiled sheet, the one in its place.
    replaced: Vec<(u64, String, String)>,
}

#[derive(Debug)]
struct Sheet {
    head: u64,
    is_spoiled: bool,
    /// When its batch was registered.
    returned_at: Option<i64>,
    readings: Vec<Reading>,
    decision: Option<Reading>,
    is_cast: bool,
    /// Where its ballot stands among the ballots.
    ballot: Option<usize>,
}

/// What a sheet says, and by which power an agent signed it.
pub(super) fn signed(under: Option<u64>, text: &str) -> String {
    format!("{under:?} {text}")
}

/// A reading: by whom, and what, where it is opened.
#[derive(Debug)]
struct Reading {
    clerk: String,
    text: Option<String>,
}

impl Paper {
    /// Sheets with a ballot: serial, head, where the ballot stands.
    pub(super) fn cast(&self) -> impl Iterator<Item = (&str, u64, usize)> {
        let cast = self.sheets.iter();
        cast.filter_map(|(serial, sheet)| Some((serial.as_str(), sheet.head, sheet.ballot?)))
    }

    /// Whether a head has a sheet that is neither spoiled nor a ballot that is void.
    pub(super) fn is_out(&self, head: u64, is_void: impl Fn(usize) -> bool) -> bool {
        let mut own = self.sheets.values().filter(|sheet| sheet.head == head);
        own.any(|sheet| !sheet.is_spoiled && !sheet.ballot.is_some_and(&is_void))
    }

    /// Whether this person has read the sheet, or decided it.
    pub(super) fn has_read(&self, serial: &str, clerk: &str) -> bool {
        let sheet = self.sheets.get(serial);
        let mut readings =
            sheet.iter().flat_map(|sheet| sheet.readings.iter().chain(&sheet.decision));
        readings.any(|reading| reading.clerk == clerk)
    }
}

impl Sheet {
    /// What the sheet says, as far as it is opened; an error where it is not settled.
    fn settled(&self) -> Result<Option<&str>, &'static str> {
        let [first, second] = self.readings.as_slice() else {
            return Err("未经两人录入 (not read by two clerks)");
        };
        let decision = self.decision.as_ref();
        match (&first.text, &second.text) {
            (Some(first), Some(second)) if first == second => Ok(Some(first)),
            (Some(_), Some(_)) if decision.is_none() => {
                Err("两次录入不同，未经裁定 (the readings differ, and nobody decided)")
            }
            _ => Ok(decision.and_then(|decision| decision.text.as_deref())),
        }
    }
}

impl Replay {
    pub(super) fn issue(&mut self, seq: u64, issue: PaperIssue) {
        for (serial, head) in issue.sheets {
            let sheet = Sheet {
                head,
                is_spoiled: false,
                returned_at: None,
                readings: Vec::new(),
                decision: None,
                is_cast: false,
                ballot: None,
            };
            if self.roll.head(head).is_none() {
                self.paper_fault(seq, "发给了名册外的业主 (issued to a head that is not there)");
            }
            let is_new = match self.paper.sheets.entry(serial) {
                Entry::Vacant(place) => {
                    place.insert(sheet);
                    true
                }
                Entry::Occupied(_) => false,
            };
            if !is_new {
                self.paper_fault(seq, "编号重复 (a serial was issued twice)");
            }
        }
    }

    pub(super) fn spoil(&mut self, seq: u64, spoil: PaperSpoil) {
        match self.paper.sheets.get_mut(&spoil.serial) {
            Some(sheet) if !sheet.is_spoiled && sheet.returned_at.is_none() => {
                sheet.is_spoiled = true;
            }
            Some(_) => self.paper_fault(seq, "此票已作废或已收回 (spoiled already, or came back)"),
            None => self.paper_fault(seq, "未发出此编号 (a serial that was not issued)"),
        }
        if let Some(replacement) = spoil.replaced_by {
            self.paper.replaced.push((seq, spoil.serial, replacement));
        }
    }

    pub(super) fn batch(&mut self, seq: u64, batch: &PaperBatch) {
        self.paper.batches += 1;
        if !self.is_in_window(batch.at) {
            let message = "批次不在表决时间内 (a batch outside the window)";
            self.fault(seq, Rule::Window, message);
        }
        let [first, second] = &batch.collectors;
        if first == second {
            self.paper_fault(seq, "收票人须为两人 (two collectors are needed)");
        }
        if batch.batch != self.paper.batches {
            self.paper_fault(seq, "批号不连续 (batches are numbered from 1)");
        }
        for serial in &batch.serials {
            match self.paper.sheets.get_mut(serial) {
                Some(sheet) if !sheet.is_spoiled && sheet.returned_at.is_none() => {
                    sheet.returned_at = Some(batch.at);
                }
                Some(_) => {
                    self.paper_fault(
                        seq,
                        "已作废或已收回的票 (a sheet spoiled or returned before)",
                    );
                }
                None => self.paper_fault(seq, "未发出此编号 (a serial that was not issued)"),
            }
        }
    }

    /// Opens a reading; `None` and a fault where the sheet can't be read now.
    fn reading(&mut self, seq: u64, reading: PaperKey, opened: &Openings) -> Option<Reading> {
        let what: Option<What> =
            open(opened.what.as_ref(), &reading.what, (seq, &mut self.findings));
        let text = what.and(opened.what.as_ref());
        let text = text.map(|what| signed(reading.under, &what.text));
        self.closed_readings += u64::from(text.is_none());
        let sheet = self.paper.sheets.get(&reading.serial);
        if sheet.is_some_and(|sheet| sheet.returned_at.is_some() && !sheet.is_spoiled) {
            return Some(Reading { clerk: reading.clerk, text });
        }
        self.paper_fault(seq, "录入了未收回的票 (a sheet that was not brought back is read)");
        None
    }

    pub(super) fn key_sheet(&mut self, seq: u64, key: PaperKey, opened: &Openings) {
        let serial = key.serial.clone();
        let Some(reading) = self.reading(seq, key, opened) else { return };
        let Some(sheet) = self.paper.sheets.get_mut(&serial) else { return };
        let is_same = sheet.readings.iter().any(|earlier| earlier.clerk == reading.clerk);
        let is_third = sheet.readings.len() >= 2;
        if is_same {
            self.paper_fault(seq, "同一人录入两次 (the same clerk read the sheet twice)");
        } else if is_third {
            self.paper_fault(seq, "录入多于两次 (read more than twice)");
        } else {
            sheet.readings.push(reading);
        }
    }

    pub(super) fn adjudicate(&mut self, seq: u64, key: PaperKey, opened: &Openings) {
        let serial = key.serial.clone();
        let Some(reading) = self.reading(seq, key, opened) else { return };
        let Some(sheet) = self.paper.sheets.get_mut(&serial) else { return };
        let is_same = sheet.readings.iter().any(|earlier| earlier.clerk == reading.clerk);
        let [first, second] = sheet.readings.as_slice() else {
            return self.paper_fault(seq, "裁定前未经两人录入 (decided before two had read it)");
        };
        let agree = first.text.is_some() && first.text == second.text;
        if is_same || agree || sheet.decision.is_some() {
            let message = "裁定须由第三人对不同的录入作出，且只一次 (a third person decides, once, \
                           between two readings that differ)";
            self.paper_fault(seq, message);
        } else {
            sheet.decision = Some(reading);
        }
    }

    /// Takes the ballot of a sheet; answers the head that it was issued to.
    pub(super) fn take_sheet(
        &mut self,
        seq: u64,
        ballot: &Ballot,
        (who, what): (Option<u64>, Option<&str>),
    ) -> Option<u64> {
        let place = self.ballots.len();
        // No serial at all is not the empty one.
        let sheet = ballot.serial.as_deref().and_then(|serial| self.paper.sheets.get_mut(serial));
        let Some(sheet) = sheet else {
            self.paper_fault(seq, "未发出此编号 (a serial that was not issued)");
            return None;
        };
        let settled = sheet.settled();
        let head = self.roll.head(sheet.head).is_some().then_some(sheet.head);
        let is_wrong = |read: &str| what.is_some_and(|what| what != read);
        let message = if sheet.is_spoiled {
            Some("已作废的票 (a spoiled sheet)")
        } else if sheet.is_cast {
            Some("同一张票计入两次 (a sheet is cast twice)")
        } else if sheet.returned_at != Some(ballot.at) {
            Some("时间不是其批次登记的时间 (its time is not that of its batch)")
        } else if who.is_some_and(|who| who != sheet.head) {
            Some("发给的是另一业主 (issued to another head)")
        } else if head.is_none() {
            Some("发给的业主已不在名册 (issued to a head that is not on the roll)")
        } else {
            match settled {
                Err(message) => Some(message),
                Ok(Some(read)) if is_wrong(read) => {
                    Some("与录入不同 (it does not say what was read)")
                }
                Ok(_) => None,
            }
        };
        sheet.is_cast = true;
        sheet.ballot = Some(place);
        if let Some(message) = message {
            self.paper_fault(seq, message);
        }
        head
    }

    pub(super) fn close_paper(&mut self, seq: u64, sums: &PaperClose) {
        let (mut issued, mut returned, mut spoiled) = (0, 0, 0);
        for sheet in self.paper.sheets.values() {
            issued += 1;
            spoiled += u64::from(sheet.is_spoiled);
            returned += u64::from(!sheet.is_spoiled && sheet.returned_at.is_some());
        }
        let is_same = (sums.issued, sums.returned, sums.spoiled) == (issued, returned, spoiled);
        let sum = sums.returned.saturating_add(sums.spoiled).saturating_add(sums.missing);
        if !is_same || sums.issued != sum {
            let message = "发出的票未全部说明去向 (not every issued sheet is accounted for)";
            self.paper_fault(seq, message);
        }
    }

    /// After the last leaf: a sheet in the place of a spoiled one is of the same head.
    pub(super) fn finish_paper(&mut self) {
        for (seq, spoiled, replacement) in std::mem::take(&mut self.paper.replaced) {
            let head = |serial| self.paper.sheets.get(serial).map(|sheet: &Sheet| sheet.head);
            if head(&replacement).is_none() || head(&spoiled) != head(&replacement) {
                self.paper_fault(
                    seq,
                    "补发的票不属于同一业主 (replaced by a sheet of another head)",
                );
            }
        }
    }

    fn paper_fault(&mut self, seq: u64, message: &str) {
        self.fault(seq, Rule::Paper, message);
    }
}
