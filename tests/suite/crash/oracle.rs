//! Compares what the clients know with what the database holds.

use std::collections::HashMap;

use diesel::{QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::{BallotId, HeadId, ItemId, UtcTime},
    platform::db::{Conn, list_faults, schema},
    voting::Choice,
};

use super::clients::{Fate, Receipt, Sent};

type Stored = (BallotId, HeadId, String, UtcTime);
type StoredChoice = (BallotId, HeadId, ItemId, Choice, bool);

/// Everything that is wrong; empty where every promise was kept.
pub fn faults(conn: &mut Conn, item: ItemId, ledger: &[Sent]) -> Vec<String> {
    use schema::{ballot_choices, ballots, idempotent_answers as answers};
    let mut faults = list_faults(conn).unwrap();
    let stored: Vec<Stored> = ballots::table
        .select((ballots::id, ballots::head_id, ballots::receipt, ballots::cast_at))
        .load(conn)
        .unwrap();
    let choices: Vec<StoredChoice> = ballot_choices::table
        .select((
            ballot_choices::ballot_id,
            ballot_choices::head_id,
            ballot_choices::item_id,
            ballot_choices::choice,
            ballot_choices::standing,
        ))
        .load(conn)
        .unwrap();
    let kept: Vec<(String, String)> =
        answers::table.select((answers::key, answers::body)).load(conn).unwrap();
    let kept: HashMap<String, Receipt> = kept
        .into_iter()
        .filter_map(|(key, body)| Some((key, serde_json::from_str(&body).ok()?)))
        .collect();
    faults.extend(doubled(&choices));
    for ballot in ledger {
        faults.extend(promise(ballot, (item, &stored, &choices), kept.get(&ballot.key)));
    }
    faults.extend(halves(&stored, &choices, ledger, &kept));
    faults
}

/// No head has two standing choices on one item.
fn doubled(choices: &[StoredChoice]) -> Vec<String> {
    let mut standing: HashMap<(HeadId, ItemId), usize> = HashMap::new();
    for (_, head, item, _, _) in choices.iter().filter(|choice| choice.4) {
        *standing.entry((*head, *item)).or_default() += 1;
    }
    let several = standing.iter().filter(|(_, count)| **count > 1);
    several.map(|((head, _), count)| format!("head {head}: {count} standing choices")).collect()
}

/// What was acknowledged is there and the same; what was refused is not.
fn promise(
    sent: &Sent,
    (item, stored, choices): (ItemId, &[Stored], &[StoredChoice]),
    kept: Option<&Receipt>,
) -> Vec<String> {
    let mut faults = Vec::new();
    match &sent.fate {
        Fate::Unknown => {}
        Fate::Refused(code) if kept.is_some() => {
            faults.push(format!("{}: refused with {code}, and taken", sent.key));
        }
        Fate::Refused(code) => {
            let has_ballot = stored.iter().any(|(_, head, ..)| *head == sent.head_id);
            if has_ballot != (code == "duplicate_ballot") {
                faults.push(format!("{}: {code}, has a ballot: {has_ballot}", sent.key));
            }
        }
        Fate::Acked(receipt) => {
            let expected =
                (receipt.ballot_id, sent.head_id, receipt.receipt.clone(), receipt.cast_at);
            if !stored.contains(&expected) {
                faults.push(format!("ballot {} is lost or another", receipt.receipt));
            }
            if kept != Some(receipt) {
                faults.push(format!("the answer to {} is lost or another", sent.key));
            }
            let choice: Choice = sent.choice.parse().unwrap();
            let expected = (receipt.ballot_id, sent.head_id, item, choice, true);
            if !choices.contains(&expected) {
                let found = choices.iter().find(|found| found.0 == receipt.ballot_id);
                faults.push(format!("{}: {choice} stands as {found:?}", receipt.receipt));
            }
        }
    }
    faults
}

/// A ballot, its choice and its kept answer come together or not at all, and from a client.
fn halves(
    stored: &[Stored],
    choices: &[StoredChoice],
    ledger: &[Sent],
    kept: &HashMap<String, Receipt>,
) -> Vec<String> {
    let known = ledger.iter().filter_map(|sent| kept.get(&sent.key));
    let known: Vec<BallotId> = known.map(|receipt| receipt.ballot_id).collect();
    let mut faults = Vec::new();
    for (id, ..) in stored {
        if known.iter().filter(|found| *found == id).count() != 1 {
            faults.push(format!("ballot {id} has no kept answer, or several"));
        }
        if choices.iter().filter(|choice| choice.0 == *id).count() != 1 {
            faults.push(format!("ballot {id} has no choice, or several"));
        }
    }
    if known.len() != stored.len() || choices.len() != stored.len() {
        let (answers, choices, ballots) = (known.len(), choices.len(), stored.len());
        faults.push(format!("{ballots} ballots, {choices} choices, {answers} kept answers"));
    }
    faults
}
