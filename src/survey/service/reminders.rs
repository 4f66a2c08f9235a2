//! Reminders 催办: the owners of the households without an answer are told that the survey is open,
//! once a day at the most. An event per household is written with the reminder; the worker sends later.
//! Who has answered meanwhile is not told. Absent on purpose: tenants, whom the register does not reach.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::facts::{get_survey, person};
use crate::kernel::{
    Code, Contact, LocalDate, Outcome, OwnerId, Refusal, SurveyHouseholdId, SurveyId,
    SurveyReminderId, UtcTime,
};
use crate::platform::{
    auth::{Reach, seal::Keys},
    db::{Conn, Db, WriteTx},
    messenger::{Message, Messenger},
    outbox,
};
use crate::registry::{RegisterScope, list_contacts, list_scope_units};
use crate::survey::{
    model::{ReminderRow, SurveyCommand, SurveyState},
    rules::state::next_state,
    store,
};

const REMIND: &str = "survey.reminded";
const SUBJECT: &str = "居民调查催办 · survey reminder";

/// A reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SurveyReminderView {
    /// The reminder.
    pub reminder_id: SurveyReminderId,
    /// The legal day.
    pub day: LocalDate,
    /// Households that had not answered.
    pub households: i32,
    /// When (legal time).
    pub asked_at: UtcTime,
    /// Who asked for it.
    pub asked_by: String,
}

impl From<ReminderRow> for SurveyReminderView {
    fn from(row: ReminderRow) -> Self {
        Self {
            reminder_id: row.id,
            day: row.day,
            households: row.households,
            asked_at: row.asked_at,
            asked_by: row.asker_name,
        }
    }
}

/// Reminds the households that have not answered.
///
/// # Errors
/// `not_found`; `survey_state_conflict`; `too_late`; `reminder_too_soon` on a day on which they were
/// reminded; `not_ready` where nobody is left.
pub fn remind(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyId, &Reach),
) -> Outcome<SurveyReminderView> {
    let survey = get_survey(tx.conn(), id, reach)?;
    next_state(survey.state, SurveyCommand::Remind)?;
    let (now, (asked_by, asker_name)) = (tx.legal_now(), person(tx)?);
    if now >= survey.closes_at {
        return Err(Refusal::new(Code::TooLate).with("closes_at", survey.closes_at.to_string()));
    }
    let day = now.local_date();
    if store::answers::has_reminder(tx.conn(), (id, day))? {
        return Err(Refusal::new(Code::ReminderTooSoon).with("last_on", day.to_string()));
    }
    let waiting = store::answers::list_missing(tx.conn(), (&survey, None), (0, i64::MAX))?;
    if waiting.is_empty() {
        return Err(Refusal::new(Code::NotReady).detail("各户均已答卷 · every household answered"));
    }
    let row = ReminderRow {
        id: SurveyReminderId::new(),
        survey_id: id,
        day,
        households: i32::try_from(waiting.len()).map_err(Refusal::internal)?,
        asked_at: now,
        asked_by,
        asker_name,
    };
    store::answers::insert_reminder(tx.conn(), &row)?;
    for household in waiting {
        let payload = json!({ "household_id": household.id, "reminder_id": row.id });
        tx.emit(REMIND, household.id, &payload);
    }
    let after = json!({ "reminder": row.id, "households": row.households });
    tx.audit("survey.reminded", ("survey", id), (None, Some(&after)));
    Ok(row.into())
}

/// The reminders of a survey, oldest first.
///
/// # Errors
/// `not_found`.
pub fn list(conn: &mut Conn, (id, reach): (SurveyId, &Reach)) -> Outcome<Vec<SurveyReminderView>> {
    let survey = get_survey(conn, id, reach)?;
    let rows = store::answers::list_reminders(conn, survey.id)?;
    Ok(rows.into_iter().map(SurveyReminderView::from).collect())
}

/// What sending needs.
#[derive(Clone)]
pub struct SurveyPost {
    /// The database.
    pub db: Db,
    /// What opens contacts.
    pub keys: Keys,
    /// The way to people.
    pub messenger: Messenger,
    /// Where people reach the server.
    pub public_url: String,
}

struct Letter {
    household: SurveyHouseholdId,
    contacts: Vec<(OwnerId, Contact)>,
    text: String,
}

impl SurveyPost {
    /// Sends the reminders that wait, one batch; answers how many there were. A gateway that fails is
    /// tried again with the whole household: a message's id tells it a repetition.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn deliver(&self) -> Outcome<usize> {
        outbox::run_batch(&self.db, REMIND, |event| self.send(event)).await
    }

    async fn send(&self, event: outbox::Event) -> Outcome<()> {
        let (keys, url, now) =
            (self.keys.clone(), self.public_url.clone(), self.db.clock().legal_now());
        let subject = event.subject.clone();
        let letter = self.db.read(move |conn| letter(conn, (&keys, &url, now), &subject)).await?;
        let Some(letter) = letter else { return Ok(()) };
        for (owner, contact) in letter.contacts {
            let id = format!("{}:{}:{owner}:{}", event.id, letter.household, contact.kind());
            let text = letter.text.clone();
            let message = Message { id, subject: SUBJECT.to_owned(), text };
            self.messenger.send(&contact, (&message, self.db.clock().now())).await?;
        }
        Ok(())
    }
}

/// What a household is told, while its survey is open and it has not answered.
fn letter(
    conn: &mut Conn,
    (keys, url, now): (&Keys, &str, UtcTime),
    subject: &str,
) -> Outcome<Option<Letter>> {
    let Ok(id) = subject.parse::<SurveyHouseholdId>() else { return Ok(None) };
    let Some(household) = store::surveys::find_household(conn, id)? else { return Ok(None) };
    let Some(survey) = store::surveys::find_survey(conn, household.survey_id)? else {
        return Ok(None);
    };
    let is_open = survey.state == SurveyState::Open && now < survey.closes_at;
    if !is_open || store::answers::count_answers_of(conn, id)? > 0 {
        return Ok(None);
    }
    let scope = RegisterScope::Units(vec![household.unit_id]);
    let units = list_scope_units(conn, &scope, now.local_date())?;
    let owners: Vec<OwnerId> =
        units.iter().flat_map(|unit| unit.owners.iter().map(|owner| owner.id)).collect();
    let contacts = list_contacts(conn, keys, &owners)?;
    let (title, until) = (&survey.title, survey.closes_at.local_text());
    let place = format!("{} {}", household.building, household.code);
    let text = format!(
        "【旧改】{place}：“{title}”尚未收到贵户答卷，请在 {until} 前填写：{url} 。家人、租户也可用入户发放的二维码填写。\
         Your household has not answered this survey yet; it closes at {until}."
    );
    Ok(Some(Letter { household: id, contacts, text }))
}
