//! Pictures that people send: decoded within limits and written anew, so that nothing but the pixels
//! is kept. Metadata (place, camera, thumbnail) and anything behind the picture's end are gone.
//! Absent on purpose: formats beyond JPEG, PNG and WebP; thumbnails.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use sha2::{Digest, Sha256};

use crate::kernel::{Code, Outcome, Refusal, hex};

/// Bytes of a picture at the most, as it comes and as it is kept.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Pixels at the most: 50 megapixels.
const MOST_PIXELS: u64 = 50_000_000;
/// Bytes that decoding may take.
const MOST_ALLOCATED: u64 = 64 * 1024 * 1024;
/// Of 100: writing on paper stays sharp.
const QUALITY: u8 = 88;
/// A code is looked for on at most so many pixels along the longer side.
const CODE_SIDE: u32 = 4_000;
/// What is taken, for the refusal.
const ACCEPTED: &[&str] = &["image/jpeg", "image/png", "image/webp"];

/// A decoded picture, turned as its camera said.
#[derive(Debug)]
pub struct Picture {
    pixels: DynamicImage,
    format: ImageFormat,
}

/// A picture as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanPicture {
    /// `image/jpeg` or `image/png`.
    pub media_type: &'static str,
    /// The file, written by us.
    pub content: Vec<u8>,
    /// SHA-256 of `content` in hex.
    pub digest: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Picture {
    /// Decodes a picture by its content, whatever its name says. Size and pixels are checked before
    /// any pixel is read.
    ///
    /// # Errors
    /// `payload_too_large`, `unsupported_media_type`, `image_too_large`, `image_unreadable`.
    pub fn decode(bytes: &[u8]) -> Outcome<Self> {
        check_size(bytes.len())?;
        let format = image::guess_format(bytes).ok();
        let format = format
            .filter(|f| matches!(f, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP));
        let format = format
            .ok_or_else(|| Refusal::new(Code::UnsupportedMediaType).with("accepted", ACCEPTED))?;
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(MOST_ALLOCATED);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(refused)?;
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MOST_PIXELS || decoder.total_bytes() > MOST_ALLOCATED {
            return Err(Refusal::new(Code::ImageTooLarge)
                .with("width", width)
                .with("height", height)
                .with("limit_pixels", MOST_PIXELS)
                .with("limit_bytes", MOST_ALLOCATED));
        }
        // A turn that can't be read is none.
        let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let mut pixels = DynamicImage::from_decoder(decoder).map_err(refused)?;
        pixels.apply_orientation(turn);
        Ok(Self { pixels, format })
    }

    /// The texts of the QR codes on it.
    #[must_use]
    pub fn codes(&self) -> Vec<String> {
        let is_large = self.pixels.width().max(self.pixels.height()) > CODE_SIDE;
        let grey = if is_large {
            self.pixels.thumbnail(CODE_SIDE, CODE_SIDE).into_luma8()
        } else {
            self.pixels.to_luma8()
        };
        let (width, height) = grey.dimensions();
        let (Ok(width), Ok(height)) = (usize::try_from(width), usize::try_from(height)) else {
            return Vec::new();
        };
        let grey = grey.into_raw();
        let at = |x: usize, y: usize| grey.get(y * width + x).copied().unwrap_or(u8::MAX);
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
        let grids = prepared.detect_grids();
        grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
    }

    /// Writes it anew: PNG stays PNG, everything else becomes JPEG unless it has transparency.
    ///
    /// # Errors
    /// `payload_too_large` where it grows beyond [`MOST_BYTES`].
    pub fn clean(self) -> Outcome<CleanPicture> {
        let Self { pixels, format } = self;
        let (width, height) = (pixels.width(), pixels.height());
        let mut content = Vec::new();
        let media_type = if format == ImageFormat::Png || pixels.color().has_alpha() {
            pixels.write_with_encoder(PngEncoder::new(&mut content)).map_err(Refusal::internal)?;
            "image/png"
        } else {
            let encoder = JpegEncoder::new_with_quality(&mut content, QUALITY);
            pixels.write_with_encoder(encoder).map_err(Refusal::internal)?;
            "image/jpeg"
        };
        check_size(content.len())?;
        let digest = hex::encode(&Sha256::digest(&content));
        Ok(CleanPicture { media_type, content, digest, width, height })
    }
}

fn check_size(bytes: usize) -> Outcome<()> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(Refusal::new(Code::PayloadTooLarge).with("bytes", bytes).with("limit_bytes", MOST_BYTES))
}

fn refused(error: ImageError) -> Refusal {
    let code = match &error {
        ImageError::Limits(_) => Code::ImageTooLarge,
        _ => Code::ImageUnreadable,
    };
    Refusal::new(code).detail(error)
}
