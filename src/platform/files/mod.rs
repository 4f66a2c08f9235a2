//! Files that people give us and take from us. `table` reads tables out of XLSX and CSV,
//! `sheet` writes them; `picture` takes images and keeps nothing but their pixels; [`qr_svg`] draws.
//! Absent on purpose: what the columns mean (a slice says so with its column table).

pub mod picture;
pub mod sheet;
pub mod table;

use std::io::{self, Read};

use qrcode::{QrCode, render::svg};
use sha2::{Digest, Sha256};

use crate::kernel::{Outcome, Refusal};

/// SHA-256 of all that a reader gives, in hex.
///
/// # Errors
/// Those of the reader.
pub fn digest(reader: &mut impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            return Ok(crate::kernel::hex::encode(&digest.finalize()));
        }
        digest.update(buffer.get(..count).unwrap_or_default());
    }
}

/// A QR code as an image within a page.
///
/// # Errors
/// `internal` where the text is too long for one.
pub fn qr_svg(text: &str) -> Outcome<String> {
    let code = QrCode::new(text).map_err(Refusal::internal)?;
    let image = code.render::<svg::Color<'_>>().min_dimensions(120, 120).build();
    // Within a page the XML declaration would be a stray comment.
    let start = image.find("<svg").unwrap_or(0);
    Ok(image.get(start..).unwrap_or_default().to_owned())
}
