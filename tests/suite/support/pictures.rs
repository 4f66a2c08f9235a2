//! Pictures for the tests of uploads, good ones and bad ones, made by hand where a library would not.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma, Rgb, RgbImage};

/// Stands in the EXIF of [`with_exif`].
pub const GPS_MARK: &[u8] = b"31 13 49.0 N 121 28 25.0 E";

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Jpeg)
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Png)
}

fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let shade = |n: u32| u8::try_from(n % 256).unwrap();
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([shade(x * 3), shade(y * 5), 90]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A picture of a QR code on paper.
pub fn qr(text: &str) -> Vec<u8> {
    let code = qrcode::QrCode::new(text).unwrap();
    let (width, colors) = (code.width(), code.to_colors());
    let side = u32::try_from(width + 8).unwrap() * 6;
    let picture = GrayImage::from_fn(side, side, |x, y| {
        let at = |n: u32| usize::try_from(n / 6).unwrap().checked_sub(4).filter(|n| *n < width);
        let dark =
            at(x).zip(at(y)).is_some_and(|(x, y)| colors[y * width + x] == qrcode::Color::Dark);
        Luma([if dark { 20 } else { 235 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Puts an APP1 segment behind the first marker of a JPEG: a camera, a turn by 90°, a place.
pub fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()]
            .concat()
    };
    // Directory at 8: three entries, then GPS at 50 (one entry), then the texts at 68.
    let mark = u32::try_from(GPS_MARK.len()).unwrap();
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x0110, 2, 8, 68));
    tiff.extend(entry(0x0112, 3, 1, 6));
    tiff.extend(entry(0x8825, 4, 1, 50));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(1_u16.to_le_bytes());
    tiff.extend(entry(0x0002, 2, mark, 76));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(b"Camera\0\0");
    tiff.extend(GPS_MARK);
    let body = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = u16::try_from(body.len() + 2).unwrap();
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), &body, &jpeg[2..]].concat()
}

/// A PNG of a few bytes that says it has `side`² pixels in colour.
pub fn png_bomb(side: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let named = [kind.as_slice(), body].concat();
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&length[..], &named, &crc32(&named).to_be_bytes()].concat()
    };
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    // An empty deflate stream: nobody should come as far as to read it.
    let data = [0x78, 0x9c, 0x03, 0, 0, 0, 0, 1];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &data),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// The most memory that this process ever held, in KB.
pub fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
