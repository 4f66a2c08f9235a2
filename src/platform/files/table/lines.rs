//! Which line of the file a CSV record starts on. The csv crate counts from where the record before
//! ended, which is wrong after blank lines and CRLF; here the line breaks themselves are kept.

use std::collections::VecDeque;

/// The line breaks between the last record asked for and what was decoded so far.
#[derive(Debug)]
pub(super) struct Lines {
    line: u64,
    at: u64,
    after_cr: bool,
    breaks: VecDeque<(u64, u64)>,
}

impl Lines {
    pub(super) const fn new() -> Self {
        Self { line: 1, at: 0, after_cr: false, breaks: VecDeque::new() }
    }

    /// Takes the next decoded bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let next = self.at + 1;
            match byte {
                b'\n' if self.after_cr => {
                    if let Some(last) = self.breaks.back_mut() {
                        last.1 = next;
                    }
                }
                b'\n' | b'\r' => self.breaks.push_back((self.at, next)),
                _ => {}
            }
            self.after_cr = *byte == b'\r';
            self.at = next;
        }
    }

    /// The line of a record that the csv crate says begins at `byte` (ascending calls only). The
    /// crate may stand on the blank lines before it, or between CR and LF.
    pub(super) fn line_at(&mut self, byte: u64) -> u64 {
        let mut start = byte;
        while let Some(&(from, to)) = self.breaks.front() {
            if from > start {
                break;
            }
            start = start.max(to);
            self.line += 1;
            self.breaks.pop_front();
        }
        self.line
    }
}
