//! What may be evidence: PDF, PNG, JPEG or CSV, told by the content and not by what the sender says.

/// The media type of a content, if it is one of those that are kept.
#[must_use]
pub fn media_type(content: &[u8], file_name: &str) -> Option<&'static str> {
    let is_text = || std::str::from_utf8(content).is_ok_and(|text| !text.contains('\0'));
    if content.starts_with(b"%PDF-") {
        Some("application/pdf")
    } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if content.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if file_name.to_ascii_lowercase().ends_with(".csv") && !content.is_empty() && is_text() {
        Some("text/csv")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_and_not_the_name() {
        assert_eq!(media_type(b"%PDF-1.7 ...", "result.png"), Some("application/pdf"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0", "a.jpg"), Some("image/jpeg"));
        assert_eq!(media_type("事项,结果\n".as_bytes(), "a.CSV"), Some("text/csv"));
        for (content, name) in [(&b"<html>"[..], "a.pdf"), (b"", "a.csv"), (b"a\0b", "a.csv")] {
            assert_eq!(media_type(content, name), None, "{name}");
        }
    }
}
