//! One small vote with everything in it: 12 heads, 14 units, two items; on line and on paper, a
//! sheet that gives way, one that comes first, a decision between two readings, an invalid sheet, a
//! spoiled one, a refused ballot, an abstention, disputes, a sheet that was misread.

use crate::{
    support::vote_log::{CLOSES, DAY, OPENS, ORDINARY, SPECIAL, Spec, VoteLog},
    verifier::both,
};

/// Leaves of the story by name.
pub struct Story {
    pub log: VoteLog,
    /// An online ballot of head 0.
    pub online: u64,
    pub batch: u64,
    /// The first reading of a sheet.
    pub read: u64,
    /// The ballot of a sheet that two readings agree on.
    pub paper: u64,
    pub extension: u64,
    /// The ballot of a sheet that a third person decided.
    pub decided: u64,
    /// The ruling that the same sheet was misread.
    pub corrected: u64,
    pub tally: u64,
}

/// Twelve heads; heads 3 and 7 have two units.
pub fn spec() -> Spec {
    let area = |head: u64| 6_000 + 517 * head;
    let heads = (0..12_u64).map(|head| match head {
        3 | 7 => vec![area(head), 1_250],
        _ => vec![area(head)],
    });
    Spec {
        heads: heads.collect(),
        items: vec![("special", SPECIAL), ("ordinary", ORDINARY)],
        policy: "first_valid",
        max_changes: 0,
        invalid_participates: false,
    }
}

pub fn story() -> Story {
    let mut log = VoteLog::begin(20_260_302, &spec());
    let hour = DAY / 24;
    let serials = log.issue(&[3, 4, 5, 6, 8]);
    let online = log.online(0, OPENS, &["for", "for"]);
    log.online(1, OPENS + hour, &["for", "against"]);
    log.online(2, OPENS + 2 * hour, &["abstain", "for"]);
    log.attempt(0, OPENS + 3 * hour, "duplicate_ballot");
    // The sheet of head 6 is spoiled and issued again.
    let again = log.issue(&[6]).remove(0);
    log.spoil(&serials[3], Some(&again));
    let at = OPENS + 2 * DAY;
    let batch = log.batch(at, &[&serials[0], &serials[1], &serials[2], &again]);
    // Head 4 votes on line after its sheet was brought back: the sheet came first.
    log.online(4, at + hour, &["against", "against"]);
    let read = log.read_sheet(&serials[0], "clerk-a", &["for", "for"]);
    log.read_sheet(&serials[1], "clerk-b", &["for", "for"]);
    log.read_sheet(&serials[2], "clerk-a", &["for", "against"]);
    log.read_sheet(&serials[0], "clerk-b", &["for", "for"]);
    let paper = log.paper(3, (&serials[0], at), &["for", "for"]);
    let extension = log.extend(CLOSES - DAY, CLOSES + 2 * DAY);
    log.online(7, CLOSES + DAY, &["for", "for"]);
    log.online(9, CLOSES + DAY + 1, &["for", "abstain"]);
    log.online(10, CLOSES + 2 * DAY - 1, &["against", "for"]);
    log.close(CLOSES + 2 * DAY);
    log.attempt(11, CLOSES + 2 * DAY, "vote_closed");
    log.read_sheet(&serials[1], "clerk-c", &["for", "for"]);
    log.paper(4, (&serials[1], at), &["for", "for"]);
    log.read_sheet(&serials[2], "clerk-c", &["against", "against"]);
    log.decide(&serials[2], "clerk-d", &["for", "against"]);
    let decided = log.paper(5, (&serials[2], at), &["for", "against"]);
    log.read_sheet(&again, "clerk-a", &["invalid", "invalid"]);
    log.read_sheet(&again, "clerk-c", &["invalid", "invalid"]);
    log.paper(6, (&again, at), &["invalid", "invalid"]);
    log.close_paper([6, 4, 1, 1]);
    log.challenge(paper);
    let dispute = log.challenge(online);
    log.rule(dispute, false);
    // The sheet that a third person decided was misread all the same.
    let misread = log.challenge_as(decided, "misread");
    let corrected = log.correct(misread, &["for", "for"]);
    let tally = log.tally();
    Story { log, online, batch, read, paper, extension, decided, corrected, tally }
}

#[test]
fn a_good_vote_is_good_to_both() {
    let story = story();
    let key = story.log.key().vkey();
    let said = both(&[("good".to_owned(), story.log.files())], &key).remove(0);
    assert_eq!(said.faults, []);
    assert_eq!(said.exit, 0);
    let count = serde_json::to_value(story.log.count()).unwrap();
    assert_eq!(serde_json::Value::Array(said.items), count);
}
