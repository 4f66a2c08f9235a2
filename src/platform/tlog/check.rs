//! A log's rows checked against each other: every leaf is hashed again. Absent on purpose: what was
//! signed (`signer`), what a leaf means.

use super::{
    store::{LeafRow, LogRow, list_stored},
    tree::Tree,
};
use crate::kernel::Outcome;
use crate::platform::db::{CHUNK, Conn};

/// Builds the log's tree anew; sentences that name the leaf where the rows do not fit. Every leaf is
/// handed to `each` with its openings.
///
/// # Errors
/// Of the database.
pub fn check_rows(
    conn: &mut Conn,
    log: &LogRow,
    mut each: impl FnMut(i64, &[u8], Option<&str>),
) -> Outcome<Vec<String>> {
    let (mut tree, mut faults, mut next) = (Tree::default(), Vec::new(), 0_i64);
    loop {
        let rows = list_stored(conn, log.id, (next, CHUNK))?;
        if rows.is_empty() {
            break;
        }
        for LeafRow { seq, leaf, hashes, openings, .. } in rows {
            if seq != next {
                faults.push(format!("leaf {next} is missing"));
            }
            next = seq.saturating_add(1);
            if tree.append(&leaf)? != hashes {
                faults.push(format!("leaf {seq} is not the one whose hash is stored"));
            }
            each(seq, &leaf, openings.as_deref());
        }
    }
    if next < log.size {
        faults.push(format!("leaf {next} is missing"));
    }
    let head = tree.head()?;
    let size = i64::try_from(head.size).unwrap_or(i64::MAX);
    if (size, &head.root[..], tree.frontier()?) != (log.size, &log.root, log.frontier.clone()) {
        faults.push(format!("its {size} leaves do not give the head of size {}", log.size));
    }
    Ok(faults)
}
