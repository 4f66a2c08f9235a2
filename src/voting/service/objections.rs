//! Objections 异议 to the published roll and to the published result, with answers; challenges in
//! court after the confirmation (民法典 280). Absent on purpose: what follows from an upheld
//! objection: people decide that, and the answer says which step is open to them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::facts::{Vote, calendar};
use crate::kernel::{
    ChallengeId, Code, ItemId, LocalDate, ObjectionId, Outcome, OwnerId, Page, PageQuery, Refusal,
    UtcTime,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};
use crate::voting::{
    model::{
        ChallengeRow, Command, NewChallenge, NewObjection, ObjectionFilter, ObjectionRow,
        ObjectionSubject,
    },
    rules::{
        objection::{may_object, subject_of},
        periods::Dates,
        state::decide,
    },
    store::{objections, rolls, votes},
};

/// An objection with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ObjectionView {
    /// The objection.
    pub objection_id: ObjectionId,
    /// The roll or the result.
    pub subject: ObjectionSubject,
    /// The unit that it is about.
    pub unit_code: Option<String>,
    /// Who filed it, masked where it is an owner.
    pub filed_by: String,
    /// What is objected to, and why.
    pub text: String,
    /// When (legal time).
    pub filed_at: UtcTime,
    /// The answer.
    pub answer: Option<String>,
    /// Whether the objection was right.
    pub upheld: Option<bool>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// When (legal time).
    pub answered_at: Option<UtcTime>,
    /// What is to be done by hand where it was upheld.
    pub consequence: Option<String>,
    /// Rises with the answer.
    pub version: i32,
}

impl From<ObjectionRow> for ObjectionView {
    fn from(row: ObjectionRow) -> Self {
        Self {
            objection_id: row.id,
            subject: row.subject,
            unit_code: row.unit_code,
            filed_by: row.filed_by,
            text: row.text,
            filed_at: row.filed_at,
            answer: row.answer,
            upheld: row.upheld,
            answered_by: row.answered_by,
            answered_at: row.answered_at,
            consequence: (row.upheld == Some(true)).then(|| consequence(row.subject).to_owned()),
            version: row.version,
        }
    }
}

/// Nothing follows by itself: a roll that was published changes only by two people, and in public.
const fn consequence(subject: ObjectionSubject) -> &'static str {
    match subject {
        ObjectionSubject::Roll => {
            "名册有误：先更正登记，再于表决开始前由两人更正名册（POST /votes/{id}/roll/amendments），\
             或作废本次表决、重新冻结名册并公告（POST /votes/{id}/void）"
        }
        ObjectionSubject::Result => {
            "结果有误：不得确认；须作废本次表决并说明理由（POST /votes/{id}/void）"
        }
    }
}

/// Files an objection: an owner for the own head, or staff on behalf of a unit's owner.
///
/// # Errors
/// `too_late` after the window, `wrong_state` before it; `not_on_roll` for an owner without a head
/// or a result objection for a unit that is not on the roll; `invalid_field`.
pub fn file_objection(
    tx: &mut WriteTx<'_>,
    (vote, reach): (&Vote, &Reach),
    new: &NewObjection,
) -> Outcome<ObjectionView> {
    let (now, state) = (tx.legal_now(), vote.row.state);
    let subject = new.subject.unwrap_or(subject_of(state));
    may_object(subject, state, &vote.facts(now)?)?;
    let (owner_id, unit_code) = match (&new.unit_code, reach.owner_id()) {
        (Some(code), _) if reach.covers(&vote.place) => {
            let known = rolls::find_roll_unit(tx.conn(), vote.row.id, code)?.is_some();
            // A unit that the roll left out is the very thing to object to.
            if !known && subject == ObjectionSubject::Result {
                return Err(Refusal::new(Code::NotOnRoll).with("unit_code", code.as_str()));
            }
            (None, Some(code.clone()))
        }
        (code, Some(owner_id)) => {
            (Some(owner_id), own_unit(tx, vote, (owner_id, code.as_deref()))?)
        }
        (_, None) => {
            let detail = "on whose behalf? name a unit";
            return Err(Refusal::field(Code::InvalidField, "/unit_code", detail));
        }
    };
    let row = ObjectionRow {
        id: ObjectionId::new(),
        vote_id: vote.row.id,
        subject,
        owner_id,
        unit_code,
        filed_by: tx.actor().name.clone(),
        text: new.text.clone(),
        filed_at: now,
        answer: None,
        upheld: None,
        answered_by: None,
        answered_at: None,
        version: 1,
    };
    objections::insert_objection(tx.conn(), &row)?;
    tx.emit("objection.filed", row.id, &json!({ "vote_id": vote.row.id, "subject": subject }));
    let after = json!({ "subject": subject, "text": new.text });
    tx.audit("objection.filed", ("objection", row.id), (None, Some(&after)));
    Ok(row.into())
}

/// The unit that an owner objects for: one of the own head's, the first where none is named.
fn own_unit(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (owner_id, code): (OwnerId, Option<&str>),
) -> Outcome<Option<String>> {
    let heads: Vec<_> = rolls::list_heads_of_owner(tx.conn(), vote.row.id, owner_id)?
        .into_iter()
        .map(|(head, _)| head.id)
        .collect();
    let units = rolls::list_units_of_heads(tx.conn(), &heads)?;
    let mut units = units.into_iter().map(|unit| unit.code);
    let unit = units.find(|unit| code.is_none_or(|code| code == unit));
    unit.map(Some).ok_or_else(|| Refusal::new(Code::NotOnRoll))
}

/// Answers an objection, once.
///
/// # Errors
/// `not_found`; `already_exists` where it has an answer.
pub fn answer_objection(
    tx: &mut WriteTx<'_>,
    (vote, id): (&Vote, ObjectionId),
    (upheld, answer): (bool, &str),
) -> Outcome<ObjectionView> {
    let (now, name) = (tx.legal_now(), tx.actor().name.clone());
    let found = objections::find_objection(tx.conn(), vote.row.id, id)?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if !objections::set_answer(tx.conn(), id, (answer, upheld), (&name, now))? {
        return Err(Refusal::new(Code::AlreadyExists).detail("the objection has its answer"));
    }
    let payload = json!({ "vote_id": vote.row.id, "upheld": upheld });
    tx.emit("objection.answered", id, &payload);
    let after = json!({ "upheld": upheld, "answer": answer });
    tx.audit("objection.answered", ("objection", id), (None, Some(&after)));
    let answered = ObjectionRow {
        answer: Some(answer.to_owned()),
        upheld: Some(upheld),
        answered_by: Some(name),
        answered_at: Some(now),
        version: row.version + 1,
        ..row
    };
    Ok(answered.into())
}

/// Objections of a vote; an owner sees the own ones only.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_objections(
    conn: &mut Conn,
    (vote, reach): (&Vote, &Reach),
    (filter, page): (ObjectionFilter, &PageQuery),
) -> Outcome<Page<ObjectionView>> {
    let owner_id = if reach.covers(&vote.place) { None } else { reach.owner_id() };
    let filter = ObjectionFilter { owner_id, ..filter };
    let place = (page.cursor()?, page.fetch());
    let rows = objections::list_objections(conn, vote.row.id, filter, place)?;
    Ok(Page::cut(rows, page.limit(), |row| row.id.to_string()).map(ObjectionView::from))
}

/// A challenge in court.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChallengeView {
    /// The record.
    pub challenge_id: ChallengeId,
    /// The item that is challenged; the whole vote where it is absent.
    pub item_id: Option<ItemId>,
    /// The court.
    pub court: String,
    /// 案号.
    pub case_number: String,
    /// When it was filed.
    pub filed_on: LocalDate,
    /// The last day of the year counted from the confirmation; the court counts from when the owner
    /// knew or should have known, so a later filing is recorded all the same.
    pub counted_until: Option<UtcTime>,
    /// What the court decided.
    pub outcome: Option<String>,
    /// Whether that annulled the item, or the whole vote.
    pub annuls: bool,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UtcTime,
}

/// Records a challenge of a confirmed result; the result stands until a court says otherwise.
///
/// # Errors
/// `wrong_state` before the confirmation; `invalid_field` for an item of another vote or a day to
/// come.
pub fn record_challenge(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    new: &NewChallenge,
) -> Outcome<ChallengeView> {
    let now = tx.legal_now();
    decide(vote.row.state, Command::RecordChallenge, &vote.facts(now)?)?;
    let refuse = |pointer, detail| Err(Refusal::field(Code::InvalidField, pointer, detail));
    if new.filed_on > now.local_date() {
        return refuse("/filed_on", "lies after today");
    }
    if let Some(item_id) = new.item_id {
        let items = votes::list_items(tx.conn(), vote.row.id)?;
        if items.iter().all(|item| item.id != item_id) {
            return refuse("/item_id", "not an item of this vote");
        }
    }
    let row = ChallengeRow {
        id: ChallengeId::new(),
        vote_id: vote.row.id,
        item_id: new.item_id,
        court: new.court.clone(),
        case_number: new.case_number.clone(),
        filed_on: new.filed_on,
        outcome: new.outcome.clone(),
        recorded_at: tx.now(),
        recorded_by: tx.actor().name.clone(),
        annuls: new.annuls,
    };
    objections::insert_challenge(tx.conn(), &row)?;
    let after = json!({ "court": row.court, "case_number": row.case_number, "annuls": row.annuls });
    tx.emit("vote.challenged", vote.row.id, &after);
    tx.audit("vote.challenged", ("vote", vote.row.id), (None, Some(&after)));
    challenge_view(vote, row)
}

/// The challenges of a vote.
///
/// # Errors
/// `invalid_cursor`; `calendar_missing`.
pub fn list_challenges(
    conn: &mut Conn,
    vote: &Vote,
    page: &PageQuery,
) -> Outcome<Page<ChallengeView>> {
    let rows = objections::list_challenges(conn, vote.row.id, (page.cursor()?, page.fetch()))?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.id.to_string());
    let items = items.into_iter().map(|row| challenge_view(vote, row)).collect::<Outcome<_>>()?;
    Ok(Page { items, next_cursor })
}

fn challenge_view(vote: &Vote, row: ChallengeRow) -> Outcome<ChallengeView> {
    let dates = Dates { pack: &vote.pack, calendar: calendar()? };
    let counted_until = vote.row.confirmed_at.map(|at| dates.challenge_until(at)).transpose()?;
    Ok(ChallengeView {
        challenge_id: row.id,
        item_id: row.item_id,
        court: row.court,
        case_number: row.case_number,
        filed_on: row.filed_on,
        counted_until,
        outcome: row.outcome,
        annuls: row.annuls,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
    })
}
