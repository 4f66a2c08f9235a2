//! The names of a log: `host/subject`, and `host/subject-r2`, `-r3`… where it went on after an
//! incident.

/// The name without its revision, and the revision: 1 for a log that never went on.
#[must_use]
pub fn split_revision(origin: &str) -> (&str, u32) {
    let split = origin.rsplit_once("-r").and_then(|(base, digits)| {
        let revision: u32 = digits.parse().ok()?;
        (revision > 1 && revision.to_string() == digits).then_some((base, revision))
    });
    split.unwrap_or((origin, 1))
}

/// The name of a revision.
#[must_use]
pub fn with_revision(base: &str, revision: u32) -> String {
    if revision > 1 { format!("{base}-r{revision}") } else { base.to_owned() }
}

/// Whose log it is: the name without host and revision.
#[must_use]
pub fn subject_of(origin: &str) -> &str {
    let (base, _) = split_revision(origin);
    base.split_once('/').map_or(base, |(_, subject)| subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_and_put_together() {
        for (origin, base, revision) in [
            ("h/deployment", "h/deployment", 1),
            ("h/v/0190-r2", "h/v/0190", 2),
            ("h/v/0190-r12", "h/v/0190", 12),
            ("my-r2.example/v/1", "my-r2.example/v/1", 1),
            ("h/v/1-r1", "h/v/1-r1", 1),
            ("h/v/1-r02", "h/v/1-r02", 1),
            ("h/v/1-r+2", "h/v/1-r+2", 1),
        ] {
            assert_eq!(split_revision(origin), (base, revision));
            assert_eq!(with_revision(base, revision), origin);
        }
        assert_eq!(subject_of("h:80/v/1-r3"), "v/1");
    }
}
