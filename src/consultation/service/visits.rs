//! Visits come in from phones, one batch after work without network. Each is answered by itself, and
//! the same visit sent again has no second effect.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::facts::{entries_of, get_consultation, households};
use crate::consultation::{
    model::{ClashRow, ConsultationCommand, ConsultationRow, NewVisit, StanceRow, StanceSource},
    rules::{
        standing::{Entry, clashes},
        state::next_state,
        visit::{Window, check},
    },
    store::{consultations, stances},
};
use crate::kernel::{
    Code, ConsultationId, Outcome, Refusal, StanceId, UnitId, UploadOutcome, UtcTime, VisitClashId,
    VisitKey, hex,
};
use crate::platform::{auth::Reach, db::WriteTx, two_people::Person};
use crate::registry::{RegisterScope, ScopeUnit};

/// The answer to one visit of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct VisitAnswer {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// The key that the phone made; absent where it can't be read.
    pub client_id: Option<VisitKey>,
    /// What became of it.
    pub outcome: UploadOutcome,
    /// The entry under the key.
    pub stance_id: Option<StanceId>,
    /// `other_content` or `later_word` for a conflict; the error code for a refusal.
    pub code: Option<String>,
    /// JSON pointer of the fault.
    pub pointer: Option<String>,
    /// What is wrong.
    pub detail: Option<String>,
}

/// What a batch does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BatchAnswer {
    /// One answer a visit, in the order of the batch.
    pub visits: Vec<VisitAnswer>,
    /// How many were recorded now.
    pub accepted: usize,
    /// How many clash.
    pub conflicts: usize,
    /// How many were refused.
    pub refused: usize,
}

struct Desk {
    row: ConsultationRow,
    windows: HashMap<i32, Window>,
    units: HashMap<UnitId, ScopeUnit>,
    entries: Vec<Entry>,
    known: HashMap<VisitKey, (StanceId, String)>,
    clashes: Vec<(VisitKey, String)>,
    person: Person,
    now: UtcTime,
    stances: Vec<StanceRow>,
    again: Vec<ClashRow>,
}

fn desk(
    tx: &mut WriteTx<'_>,
    row: ConsultationRow,
    visits: &[Result<NewVisit, VisitAnswer>],
) -> Outcome<Desk> {
    let (person, now) = (Person::of(tx)?, tx.legal_now());
    let keys: Vec<VisitKey> = visits.iter().flatten().map(|visit| visit.client_id).collect();
    let visited: HashSet<UnitId> = visits.iter().flatten().map(|visit| visit.unit_id).collect();
    let visited: Vec<UnitId> = visited.into_iter().collect();
    let conn = tx.conn();
    let rounds = consultations::list_rounds(conn, row.id)?;
    let window = |round: crate::consultation::model::RoundRow| {
        let window = Window { opened_at: round.opened_at, closed_at: round.closed_at };
        (round.number, window)
    };
    let units = households(conn, &RegisterScope::Community(row.community_id), now.local_date())?;
    let known = stances::list_of_keys(conn, row.id, &keys)?;
    let clashes = stances::list_clashes_of(conn, row.id, &keys)?;
    Ok(Desk {
        windows: rounds.into_iter().map(window).collect(),
        units: units.into_iter().map(|unit| (unit.id, unit)).collect(),
        entries: entries_of(conn, row.id, &visited)?,
        known: known
            .into_iter()
            .filter_map(|known| Some((known.client_key?, (known.id, known.digest))))
            .collect(),
        clashes: clashes.into_iter().map(|clash| (clash.client_key, clash.digest)).collect(),
        row,
        person,
        now,
        stances: Vec::new(),
        again: Vec::new(),
    })
}

impl Desk {
    fn judge(&mut self, index: usize, visit: &NewVisit) -> Outcome<VisitAnswer> {
        let content = serde_json::to_string(visit).map_err(Refusal::internal)?;
        let digest = hex::encode(&Sha256::digest(content.as_bytes()));
        let answer = |outcome, stance_id, code: Option<&str>| VisitAnswer {
            index,
            client_id: Some(visit.client_id),
            outcome,
            stance_id: Some(stance_id),
            code: code.map(str::to_owned),
            pointer: None,
            detail: None,
        };
        if let Some((id, known)) = self.known.get(&visit.client_id) {
            if *known == digest {
                return Ok(answer(UploadOutcome::Duplicate, *id, None));
            }
            let id = *id;
            self.keep_again(visit.client_id, digest, content);
            return Ok(answer(UploadOutcome::Conflict, id, Some("other_content")));
        }
        if !self.units.contains_key(&visit.unit_id) {
            let detail = "no dwelling of this community · 不是本小区住宅";
            let refusal = Refusal::field(Code::NotAHousehold, "/unit_id", detail);
            return Ok(refused((index, Some(visit.client_id)), &refusal));
        }
        if let Err(refusal) = check(visit, self.windows.get(&visit.round).copied(), self.now) {
            return Ok(refused((index, Some(visit.client_id)), &refusal));
        }
        let subject = (visit.unit_id, visit.stance);
        let clash = clashes(&self.entries, subject, (visit.visited_at, self.person.id));
        let id = self.keep(visit, digest, clash);
        if clash {
            return Ok(answer(UploadOutcome::Conflict, id, Some("later_word")));
        }
        Ok(answer(UploadOutcome::Accepted, id, None))
    }

    fn keep_again(&mut self, client_key: VisitKey, digest: String, content: String) {
        if self.clashes.contains(&(client_key, digest.clone())) {
            return;
        }
        self.clashes.push((client_key, digest.clone()));
        self.again.push(ClashRow {
            id: VisitClashId::new(),
            consultation_id: self.row.id,
            client_key,
            digest,
            content,
            receiver_name: self.person.name.clone(),
            received_at: self.now,
        });
    }

    fn keep(&mut self, visit: &NewVisit, digest: String, clash: bool) -> StanceId {
        let id = StanceId::new();
        self.known.insert(visit.client_id, (id, digest.clone()));
        self.entries.push(Entry {
            id,
            unit_id: visit.unit_id,
            round: visit.round,
            said_at: visit.visited_at,
            stance: visit.stance,
            reason: visit.reason,
            clash,
            corrected: None,
            recorded_by: self.person.id,
        });
        self.stances.push(StanceRow {
            id,
            consultation_id: self.row.id,
            unit_id: visit.unit_id,
            round: visit.round,
            source: StanceSource::Visit,
            stance: visit.stance,
            reason: visit.reason,
            note: visit.note.clone(),
            said_at: visit.visited_at,
            place: Some(visit.place.clone()),
            first_visitor: Some(visit.first.name.clone()),
            first_role: Some(visit.first.role),
            second_visitor: Some(visit.second.name.clone()),
            second_role: Some(visit.second.role),
            confirmation: visit.confirmation,
            clash,
            client_key: Some(visit.client_id),
            digest,
            recorded_by: self.person.id,
            recorder_name: self.person.name.clone(),
            recorded_at: self.now,
        });
        id
    }
}

/// The answer to a visit that is refused.
#[must_use]
pub fn refused((index, client_id): (usize, Option<VisitKey>), refusal: &Refusal) -> VisitAnswer {
    let field = refusal.errors().first();
    VisitAnswer {
        index,
        client_id,
        outcome: UploadOutcome::Refused,
        stance_id: None,
        code: Some(refusal.code().as_str().to_owned()),
        pointer: field.map(|field| format!("/visits/{index}{}", field.pointer)),
        detail: field.map(|field| field.detail.clone()),
    }
}

/// Records a batch of visits; those that could not be read come with their answer.
///
/// # Errors
/// `not_found`; `consultation_state_conflict` before the first round and after the end.
pub fn upload(
    tx: &mut WriteTx<'_>,
    (id, reach): (ConsultationId, &Reach),
    visits: &[Result<NewVisit, VisitAnswer>],
) -> Outcome<BatchAnswer> {
    let row = get_consultation(tx.conn(), id, reach)?;
    next_state(row.state, ConsultationCommand::Visit)?;
    let mut desk = desk(tx, row, visits)?;
    let mut answers = Vec::with_capacity(visits.len());
    for (index, visit) in visits.iter().enumerate() {
        answers.push(match visit {
            Ok(visit) => desk.judge(index, visit)?,
            Err(answer) => answer.clone(),
        });
    }
    stances::insert_stances(tx.conn(), &desk.stances)?;
    stances::insert_clashes(tx.conn(), &desk.again)?;
    let count = |outcome| answers.iter().filter(|answer| answer.outcome == outcome).count();
    let answer = BatchAnswer {
        accepted: count(UploadOutcome::Accepted),
        conflicts: count(UploadOutcome::Conflict),
        refused: count(UploadOutcome::Refused),
        visits: answers,
    };
    let kept: Vec<_> = desk.stances.iter().map(|row| (row.id, row.digest.as_str())).collect();
    if !kept.is_empty() || !desk.again.is_empty() {
        let after = json!({ "visits": kept, "again": desk.again.len() });
        tx.audit("consultation.visited", ("consultation", id), (None, Some(&after)));
    }
    Ok(answer)
}
