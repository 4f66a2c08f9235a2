//! What is published about a vote: the notice 公告 with the roll's totals, and the result 结果公示.
//! Aggregates only: no name, phone, identity number or choice of a unit is ever loaded here.

use serde::Serialize;
use serde_json::Value;

use super::{
    agenda::Agenda,
    amendment::{AmendmentLine, posted_amendments},
    count::{ItemWorking, stored_workings},
    facts::Vote,
    questions::{QuestionView, views},
    roll::totals_by_building,
    silence::{SilenceNotice, silence_notice},
};
use crate::kernel::{Area, Code, LocalDate, Outcome, QuestionId, Refusal, UtcTime, VoteId};
use crate::platform::db::Conn;
use crate::registry::{RegisterScope, find_scope_place};
use crate::voting::{
    model::{
        BuildingTotals, ItemClass, PublishDetail, QuestionKind, RollUnitRow, Totals, VoteState,
    },
    store::{ballots, results, rolls, votes},
};

/// Who looks: that decides from when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Staff in whose reach the vote lies.
    Staff,
    /// An owner on the roll.
    Owner,
    /// Anybody.
    Public,
}

/// The rules that a vote goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PackRef {
    /// The pack.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// SHA-256 of its canonical text.
    pub digest: String,
}

/// What a sheet says of the vote itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct VoteHead {
    /// The vote.
    pub vote_id: VoteId,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The community 小区.
    pub community: String,
    /// The building and entrance, where the scope is smaller than the community.
    pub part: Option<String>,
    /// The present state.
    pub state: VoteState,
    /// The rules.
    pub rule_pack: PackRef,
    /// The day as of which owners stand on the roll.
    pub record_on: Option<LocalDate>,
    /// All heads and all area.
    pub roll: Totals,
    /// When notice was given (legal time; so are all of these).
    pub noticed_at: Option<UtcTime>,
    /// When ballots are taken from.
    pub opens_at: Option<UtcTime>,
    /// When ballots are taken until.
    pub closes_at: Option<UtcTime>,
    /// How often the close was moved.
    pub extensions: i32,
    /// SHA-256 over what was announced.
    pub agenda_digest: Option<String>,
    /// Why the vote ended without a result.
    pub void_reason: Option<String>,
}

/// A line of the law for one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Line {
    /// `participation_by_area` and so on.
    pub rule_id: String,
    /// `≥ 2/3`.
    pub threshold: String,
    /// The clause.
    pub clause: String,
}

/// An item as the notice announces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NoticeItem {
    /// Its number on the ballot.
    pub position: i32,
    /// What is asked.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The question that it is an option of.
    pub question: Option<NoticeQuestion>,
    /// Its class.
    pub class: ItemClass,
    /// The matters that it falls under, with their clauses.
    pub matters: Vec<String>,
    /// What it needs to pass.
    pub lines: Vec<Line>,
}

/// A question of which an item is an option, as the notice announces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NoticeQuestion {
    /// The question.
    pub id: QuestionId,
    /// What is asked.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// What it asks for.
    pub kind: QuestionKind,
    /// Options that one ballot may choose.
    pub choose_at_most: i32,
    /// Options that may win.
    pub seats: i32,
    /// The numbers of its options.
    pub items: Vec<i32>,
}

/// A material as the notice lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NoticeMaterial {
    /// Its name.
    pub file_name: String,
    /// SHA-256 of its content.
    pub digest: String,
}

/// Totals of one building.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BuildingLine {
    /// The building.
    pub building: String,
    /// Units that count.
    pub units: u64,
    /// Heads with a unit here.
    pub heads: u64,
    /// Their area here.
    pub area: Area,
}

/// The notice 公告.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Notice {
    /// The vote.
    pub vote: VoteHead,
    /// The agenda.
    pub items: Vec<NoticeItem>,
    /// The materials.
    pub materials: Vec<NoticeMaterial>,
    /// The roll's totals by building; a head with units in two buildings counts in both.
    pub buildings: Vec<BuildingLine>,
    /// What was amended of the roll since it was announced.
    pub amendments: Vec<AmendmentLine>,
    /// What silence means, where a clause is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence: Option<SilenceNotice>,
}

/// A unit that took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct UnitArea {
    /// Its number.
    pub code: String,
    /// Its area.
    pub area: Area,
}

/// The result 结果公示.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ResultSheet {
    /// The vote.
    pub vote: VoteHead,
    /// When the last ballot could be cast.
    pub closed_at: Option<UtcTime>,
    /// When it was counted.
    pub counted_at: Option<UtcTime>,
    /// How often rulings on disputed ballots led to another count, in the place of the one before.
    pub recounts: usize,
    /// When the preliminary result was published.
    pub published_at: Option<UtcTime>,
    /// Until when objections are taken.
    pub objections_until: Option<UtcTime>,
    /// When the result became final.
    pub confirmed_at: Option<UtcTime>,
    /// The working of each item: sums, tests, thresholds, clauses, outcome.
    #[schema(value_type = Vec<ItemWorking>)]
    pub items: Vec<Value>,
    /// What came of each question: which of its options won, which places are open.
    pub questions: Vec<QuestionView>,
    /// The units that took part, never what they chose; only where the pack says so, and only for
    /// owners on the roll and staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participants: Option<Vec<UnitArea>>,
}

/// The notice, once it was given.
///
/// # Errors
/// `not_found` before.
pub fn notice(conn: &mut Conn, vote: &Vote) -> Outcome<Notice> {
    if vote.row.noticed_at.is_none() {
        return Err(Refusal::new(Code::NotFound));
    }
    let units = rolls::list_whole_roll(conn, vote.row.id)?;
    let materials = votes::list_materials(conn, vote.row.id)?
        .into_iter()
        .map(|row| NoticeMaterial { file_name: row.file_name, digest: row.digest })
        .collect();
    let building = |totals: BuildingTotals| {
        let BuildingTotals { building, units, heads, area } = totals;
        BuildingLine { building, units, heads, area }
    };
    Ok(Notice {
        vote: vote_head(conn, vote, &units)?,
        items: list_notice_items(conn, vote)?,
        materials,
        buildings: totals_by_building(&units).into_iter().map(building).collect(),
        amendments: posted_amendments(conn, vote)?,
        silence: silence_notice(conn, vote)?,
    })
}

/// The items as a notice and a ballot show them.
///
/// # Errors
/// Of the database.
pub fn list_notice_items(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<NoticeItem>> {
    let agenda = Agenda::load(conn, vote.row.id)?;
    let question = |id: QuestionId| {
        let row = agenda.questions.iter().find(|row| row.id == id)?;
        Some(NoticeQuestion {
            id,
            title: row.title.clone(),
            description: row.description.clone(),
            kind: row.kind,
            choose_at_most: row.choose_at_most,
            seats: row.seats,
            items: agenda.positions(id).collect(),
        })
    };
    Ok(agenda
        .items
        .iter()
        .map(|item| {
            let class = vote.pack.class(item.class);
            let line = |rule_id: &str, line: &crate::voting::rules::pack::Sourced<_>| Line {
                rule_id: rule_id.to_owned(),
                threshold: ToString::to_string(&line.value),
                clause: line.clause.clone(),
            };
            let matter = |key: &str| {
                let matter = vote.pack.matter(key)?;
                Some(format!("{}（{}）", matter.title, matter.clause))
            };
            NoticeItem {
                position: item.position,
                title: item.title.clone(),
                description: item.description.clone(),
                question: item.question_id.and_then(question),
                class: item.class,
                matters: item.matter.split(',').filter_map(matter).collect(),
                lines: vec![
                    line("participation_by_area", &class.participation_by_area),
                    line("participation_by_heads", &class.participation_by_heads),
                    line("approval_by_area", &class.approval_by_area),
                    line("approval_by_heads", &class.approval_by_heads),
                ],
            }
        })
        .collect())
}

/// The result: for staff once counted, for everybody once published.
///
/// # Errors
/// `result_hidden` before that; `not_found` for a vote that was never announced or ended without a
/// result.
pub fn result(conn: &mut Conn, vote: &Vote, reader: Reader) -> Outcome<ResultSheet> {
    check_shown(vote, reader)?;
    let units = rolls::list_whole_roll(conn, vote.row.id)?;
    let detail = vote.pack.switches.publish_detail.value;
    let participants = match (detail, reader) {
        (PublishDetail::UnitAndArea, Reader::Staff | Reader::Owner) => {
            Some(participants(conn, vote, &units)?)
        }
        (PublishDetail::UnitAndArea, Reader::Public) | (PublishDetail::Aggregates, _) => None,
    };
    Ok(ResultSheet {
        vote: vote_head(conn, vote, &units)?,
        closed_at: vote.row.closed_at,
        counted_at: vote.row.counted_at,
        recounts: results::count_counts(conn, vote.row.id)?.saturating_sub(1),
        published_at: vote.row.published_at,
        objections_until: vote.row.objections_until,
        confirmed_at: vote.row.confirmed_at,
        items: stored_workings(conn, vote)?,
        questions: views(conn, vote)?,
        participants,
    })
}

fn check_shown(vote: &Vote, reader: Reader) -> Outcome<()> {
    match (vote.row.state, reader) {
        (VoteState::Published | VoteState::Confirmed, _) | (VoteState::Counted, Reader::Staff) => {
            Ok(())
        }
        (VoteState::Draft | VoteState::RollFrozen | VoteState::Voided, _) => {
            Err(Refusal::new(Code::NotFound))
        }
        (
            VoteState::Noticed
            | VoteState::Open
            | VoteState::Extended
            | VoteState::Closed
            | VoteState::Counted,
            _,
        ) => Err(Refusal::new(Code::ResultHidden).with("state", vote.row.state.as_str())),
    }
}

fn participants(conn: &mut Conn, vote: &Vote, units: &[RollUnitRow]) -> Outcome<Vec<UnitArea>> {
    let heads: std::collections::HashSet<_> =
        ballots::list_participants(conn, vote.row.id)?.into_iter().collect();
    let took_part = |unit: &&RollUnitRow| unit.head_id.is_some_and(|head| heads.contains(&head));
    let unit_area = |unit: &RollUnitRow| UnitArea { code: unit.code.clone(), area: unit.area };
    Ok(units.iter().filter(took_part).map(unit_area).collect())
}

/// What every sheet says of its vote.
///
/// # Errors
/// Of the database.
pub fn vote_head(conn: &mut Conn, vote: &Vote, units: &[RollUnitRow]) -> Outcome<VoteHead> {
    let (row, pack) = (&vote.row, &vote.pack);
    // By the vote's own community: its buildings may have moved to another since.
    let place = find_scope_place(conn, &RegisterScope::Community(vote.row.community_id))?;
    let first = units.first();
    let building = first.filter(|_| row.building_id.is_some() || row.entrance_id.is_some());
    let entrance =
        first.filter(|_| row.entrance_id.is_some()).and_then(|unit| unit.entrance.clone());
    let place_name =
        |unit: &RollUnitRow| format!("{}{}", unit.building, entrance.unwrap_or_default());
    let part = row.scope_name.clone().or_else(|| building.map(place_name));
    let void_reason = match row.state {
        VoteState::Voided => votes::list_transitions(conn, row.id)?
            .into_iter()
            .find(|step| step.to_state == VoteState::Voided)
            .and_then(|step| step.reason),
        _ => None,
    };
    Ok(VoteHead {
        vote_id: row.id,
        title: row.title.clone(),
        description: row.description.clone(),
        community: place.map(|place| place.community).unwrap_or_default(),
        part,
        state: row.state,
        rule_pack: PackRef {
            id: pack.id.clone(),
            version: pack.version,
            name: pack.name.clone(),
            digest: pack.digest()?,
        },
        record_on: row.record_on,
        roll: Totals {
            area: row.roll_area.unwrap_or_default(),
            heads: u64::try_from(row.roll_heads.unwrap_or_default()).unwrap_or(0),
        },
        noticed_at: row.noticed_at,
        opens_at: row.opens_at,
        closes_at: row.closes_at,
        extensions: row.extensions,
        agenda_digest: row.agenda_digest.clone(),
        void_reason,
    })
}
