//! What is shown of a consultation: numbers to everybody who may look, histories by household.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::facts::{day_of, entries, entries_of, households, is_within, own_communities};
use crate::consultation::{
    model::{
        ClashRow, Confirmation, ConsultationRow, ConsultationState, CorrectionRow, Reason, Stance,
        StanceRow, StanceSource, Standing, Totals, Visitor,
    },
    rules::standing::{Entry, is_reached, standings, tally},
    store::{consultations, stances},
};
use crate::kernel::{
    Code, CommunityId, ConsultationId, LocalDate, Outcome, Page, PageQuery, ProposalState, Refusal,
    StanceCorrectionId, StanceId, UnitId, UtcTime, VisitKey,
};
use crate::platform::{auth::Reach, db::Conn};
use crate::registry::{RegisterScope, ScopeUnit};

/// A round with the numbers after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RoundView {
    /// 1 to 3.
    pub number: i32,
    /// When it opened (legal time, as all of these).
    pub opened_at: UtcTime,
    /// When it closed.
    pub closed_at: Option<UtcTime>,
    /// How households stand by what was recorded up to this round.
    pub totals: Totals,
}

/// The numbers of an entrance of a building.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlaceTotals {
    /// The building.
    pub building: String,
    /// The entrance; nothing for dwellings without one.
    pub entrance: Option<String>,
    /// Its numbers.
    pub totals: Totals,
}

/// A consultation in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ConsultationView {
    /// The consultation.
    pub consultation_id: ConsultationId,
    /// The community.
    pub community_id: CommunityId,
    /// What it is about.
    pub title: String,
    /// The aim in percent of the households: an aim, never a bar.
    pub target_percent: i32,
    /// Whether support reaches it.
    pub target_reached: bool,
    /// Where it stands.
    pub state: ConsultationState,
    /// The numbers over all households.
    pub totals: Totals,
    /// The rounds that opened.
    pub rounds: Vec<RoundView>,
    /// The numbers by building and entrance.
    pub places: Vec<PlaceTotals>,
    /// When it was prepared.
    pub created_at: UtcTime,
    /// When it ended.
    pub concluded_at: Option<UtcTime>,
}

fn standing_of(found: &HashMap<UnitId, Standing>, unit: UnitId) -> Standing {
    found.get(&unit).copied().unwrap_or(Standing::NotVisited)
}

fn totals_of(units: &[ScopeUnit], entries: &[Entry], after_round: i32) -> Totals {
    let found = standings(entries, after_round);
    tally(units.iter().map(|unit| standing_of(&found, unit.id)))
}

/// A consultation in numbers.
///
/// # Errors
/// Of the database.
pub fn view(conn: &mut Conn, row: &ConsultationRow, now: UtcTime) -> Outcome<ConsultationView> {
    let scope = RegisterScope::Community(row.community_id);
    let units = households(conn, &scope, day_of(row, now))?;
    let entries = entries(conn, row.id)?;
    let found = standings(&entries, 3);
    let mut by_place: BTreeMap<(&str, Option<&str>), Vec<Standing>> = BTreeMap::new();
    for unit in &units {
        let place = (unit.building.as_str(), unit.entrance.as_deref());
        by_place.entry(place).or_default().push(standing_of(&found, unit.id));
    }
    let place =
        |((building, entrance), found): ((&str, Option<&str>), Vec<Standing>)| PlaceTotals {
            building: building.to_owned(),
            entrance: entrance.map(str::to_owned),
            totals: tally(found.into_iter()),
        };
    let places = by_place.into_iter().map(place).collect();
    let round = |round: crate::consultation::model::RoundRow| RoundView {
        number: round.number,
        opened_at: round.opened_at,
        closed_at: round.closed_at,
        totals: totals_of(&units, &entries, round.number),
    };
    let rounds = consultations::list_rounds(conn, row.id)?.into_iter().map(round).collect();
    let totals = totals_of(&units, &entries, 3);
    Ok(ConsultationView {
        consultation_id: row.id,
        community_id: row.community_id,
        title: row.title.clone(),
        target_percent: row.target_percent,
        target_reached: is_reached(&totals, row.target_percent),
        state: row.state,
        totals,
        rounds,
        places,
        created_at: row.created_at,
        concluded_at: row.concluded_at,
    })
}

/// A consultation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ConsultationLine {
    /// The consultation.
    pub consultation_id: ConsultationId,
    /// The community.
    pub community_id: CommunityId,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub state: ConsultationState,
    /// When it was prepared.
    pub created_at: UtcTime,
}

/// Consultations within the reach, or of an owner's communities, newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    (reach, today): (&Reach, LocalDate),
    (community_id, page): (Option<CommunityId>, &PageQuery),
) -> Outcome<Page<ConsultationLine>> {
    let own = own_communities(conn, reach, today)?;
    let place = (page.cursor()?, page.fetch());
    let rows = consultations::list_consultations(conn, (reach, &own), community_id, place)?;
    let page = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(page.map(|row| ConsultationLine {
        consultation_id: row.id,
        community_id: row.community_id,
        title: row.title,
        state: row.state,
        created_at: row.created_at,
    }))
}

/// A correction beside its entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StanceCorrectionView {
    /// The correction.
    pub correction_id: StanceCorrectionId,
    /// What stands there by it; nothing where the entry is struck.
    pub stance: Option<Stance>,
    /// How the household confirmed it.
    pub confirmation: Option<Confirmation>,
    /// Why.
    pub why: String,
    /// Whether it took effect.
    pub state: ProposalState,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: UtcTime,
    /// Who confirmed or withdrew it.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<UtcTime>,
}

impl From<CorrectionRow> for StanceCorrectionView {
    fn from(row: CorrectionRow) -> Self {
        Self {
            correction_id: row.id,
            stance: row.stance,
            confirmation: row.confirmation,
            why: row.why,
            state: row.state,
            proposed_by: row.proposer_name,
            proposed_at: row.proposed_at,
            settled_by: row.settler_name,
            settled_at: row.settled_at,
        }
    }
}

/// An entry of a household's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StanceView {
    /// The entry.
    pub stance_id: StanceId,
    /// The household.
    pub unit_id: UnitId,
    /// The round; 0 before the first.
    pub round: i32,
    /// From whom it comes.
    pub source: StanceSource,
    /// What was entered.
    pub stance: Stance,
    /// Why.
    pub reason: Option<Reason>,
    /// A condition, or what was conceded.
    pub note: Option<String>,
    /// When it was said (legal time).
    pub said_at: UtcTime,
    /// Where.
    pub place: Option<String>,
    /// The two visitors.
    pub visitors: Vec<Visitor>,
    /// How the household confirmed it.
    pub confirmation: Option<Confirmation>,
    /// Whether it came after somebody else's record of a later word; then it does not count.
    pub conflict: bool,
    /// The key that the phone made.
    pub client_id: Option<VisitKey>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UtcTime,
    /// Corrections, in order.
    pub corrections: Vec<StanceCorrectionView>,
}

/// An entry as it is shown.
#[must_use]
pub fn stance_view(row: StanceRow, corrections: Vec<StanceCorrectionView>) -> StanceView {
    let visitors = [(row.first_visitor, row.first_role), (row.second_visitor, row.second_role)];
    let visitor = |(name, role): (Option<String>, _)| Some(Visitor { name: name?, role: role? });
    StanceView {
        stance_id: row.id,
        unit_id: row.unit_id,
        round: row.round,
        source: row.source,
        stance: row.stance,
        reason: row.reason,
        note: row.note,
        said_at: row.said_at,
        place: row.place,
        visitors: visitors.into_iter().filter_map(visitor).collect(),
        confirmation: row.confirmation,
        conflict: row.clash,
        client_id: row.client_key,
        recorded_by: row.recorder_name,
        recorded_at: row.recorded_at,
        corrections,
    }
}

/// A household with all that is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ConsultedHouseholdView)]
pub struct HouseholdView {
    /// The household's unit.
    pub unit_id: UnitId,
    /// Its number 房号.
    pub unit_code: String,
    /// Its building.
    pub building: String,
    /// Its entrance.
    pub entrance: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// What was said, in the order of saying.
    pub history: Vec<StanceView>,
}

/// A household with all that is on record.
///
/// # Errors
/// `not_found` where the unit is no household of the community.
pub fn household(
    conn: &mut Conn,
    (row, unit_id): (&ConsultationRow, UnitId),
    day: LocalDate,
) -> Outcome<HouseholdView> {
    let none = || Refusal::new(Code::NotFound);
    if !is_within(conn, row.community_id, unit_id)? {
        return Err(none());
    }
    let units = households(conn, &RegisterScope::Units(vec![unit_id]), day)?;
    let unit = units.into_iter().next().ok_or_else(none)?;
    let found = standings(&entries_of(conn, row.id, &[unit_id])?, 3);
    let mut history = Vec::new();
    for stance in stances::list_of_unit(conn, (row.id, unit_id))? {
        let corrections = stances::list_corrections(conn, row.id, Some(stance.id))?;
        history.push(stance_view(stance, corrections.into_iter().map(Into::into).collect()));
    }
    Ok(HouseholdView {
        unit_id,
        unit_code: unit.code,
        building: unit.building,
        entrance: unit.entrance,
        standing: standing_of(&found, unit_id),
        history,
    })
}

/// A visit that came again under its key with other content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OtherContentView {
    /// The key that the phone made.
    pub client_id: VisitKey,
    /// What came, as JSON text.
    pub content: String,
    /// Who sent it.
    pub received_by: String,
    /// When.
    pub received_at: UtcTime,
}

impl From<ClashRow> for OtherContentView {
    fn from(row: ClashRow) -> Self {
        Self {
            client_id: row.client_key,
            content: row.content,
            received_by: row.receiver_name,
            received_at: row.received_at,
        }
    }
}

/// What waits for somebody's eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ConflictsView {
    /// Visits that do not count because somebody else had recorded a later word; newest first.
    pub later_word: Vec<StanceView>,
    /// Give this back as `cursor` to read on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Visits that came again with other content; the last 200.
    pub other_content: Vec<OtherContentView>,
}

/// The conflicts of a consultation.
///
/// # Errors
/// `invalid_cursor`.
pub fn conflicts(
    conn: &mut Conn,
    row: &ConsultationRow,
    page: &PageQuery,
) -> Outcome<ConflictsView> {
    let rows = stances::list_clashing(conn, row.id, (page.cursor()?, page.fetch()))?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.id.to_string());
    let mut later_word = Vec::new();
    for stance in items {
        let corrections = stances::list_corrections(conn, row.id, Some(stance.id))?;
        later_word.push(stance_view(stance, corrections.into_iter().map(Into::into).collect()));
    }
    let other = stances::list_clashes(conn, row.id)?;
    Ok(ConflictsView {
        later_word,
        next_cursor,
        other_content: other.into_iter().map(Into::into).collect(),
    })
}
