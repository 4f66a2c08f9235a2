//! Text files into UTF-8: which encoding a file has, and a reader that decodes it strictly.
//! UTF-8 wins wherever the whole file is valid UTF-8; otherwise it is GB18030 (which contains GBK
//! and GB 2312), otherwise the file is refused. Nothing is replaced silently.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{lines::Lines, refuse, unreadable};
use crate::kernel::Outcome;

const CHUNK: usize = 64 * 1024;

/// What one pass over a text file found.
pub(super) struct Survey {
    pub(super) encoding: &'static Encoding,
    pub(super) lines: u64,
    pub(super) delimiter: u8,
}

/// Reads the whole file once and rewinds it.
pub(super) fn survey<R: Read + Seek>(file: &mut R) -> Outcome<Survey> {
    let mut bom = [0u8; 2];
    let known = file.read(&mut bom).map_err(unreadable)?;
    let candidates: &[&Encoding] = match (known, bom) {
        (2, [0xff, 0xfe]) => &[UTF_16LE],
        (2, [0xfe, 0xff]) => &[UTF_16BE],
        _ => &[UTF_8, GB18030],
    };
    for encoding in candidates {
        if let Some(survey) = try_encoding(file, encoding)? {
            file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
            return Ok(survey);
        }
    }
    Err(refuse(
        "既不是 UTF-8 也不是 GB18030 编码的文本，也不是 .xlsx 工作簿",
        "neither UTF-8 nor GB18030 text, nor an .xlsx workbook",
    ))
}

fn try_encoding<R: Read + Seek>(
    file: &mut R,
    encoding: &'static Encoding,
) -> Outcome<Option<Survey>> {
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut text = Decoded::new(&mut *file, encoding);
    let mut buffer = vec![0; CHUNK];
    let mut survey = Survey { encoding, lines: 1, delimiter: b',' };
    let mut first = true;
    loop {
        let count = match text.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(Some(survey));
        }
        if bytes.contains(&0) {
            return Err(refuse("文件含有 NUL 字符", "the file contains NUL characters"));
        }
        survey.lines += bytes.iter().fold(0, |sum, byte| sum + u64::from(*byte == b'\n'));
        if first {
            survey.delimiter = delimiter(bytes);
            first = false;
        }
    }
}

/// The most frequent of comma, tab and semicolon at the beginning of the file.
fn delimiter(bytes: &[u8]) -> u8 {
    let count = |delimiter: u8| bytes.iter().filter(|byte| **byte == delimiter).count();
    let most = |best: u8, next: u8| if count(next) > count(best) { next } else { best };
    most(most(b',', b'\t'), b';')
}

/// A strict decoder as a reader: `InvalidData` where the text breaks its encoding.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    done: bool,
    pub(super) lines: Lines,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            from: 0,
            to: 0,
            ended: false,
            done: false,
            lines: Lines::new(),
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.len() < 4 {
            return Err(io::Error::other("a decoder needs room for one character"));
        }
        while !self.done {
            let raw = self.raw.get(self.from..self.to).unwrap_or_default();
            let (result, taken, given) =
                self.decoder.decode_to_utf8_without_replacement(raw, out, self.ended);
            self.from += taken;
            // A decoder that was told of the end and came to it must not be called again.
            self.done = self.ended && result == DecoderResult::InputEmpty;
            if let DecoderResult::Malformed(..) = result {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "broken encoding"));
            }
            if given > 0 {
                self.lines.feed(out.get(..given).unwrap_or_default());
                return Ok(given);
            }
            if !self.ended {
                self.from = 0;
                self.to = self.inner.read(&mut self.raw)?;
                self.ended = self.to == 0;
            }
        }
        Ok(0)
    }
}
