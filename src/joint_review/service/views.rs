//! A case as it is shown: all departments at once, item by item.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::{get_round, load};
use crate::joint_review::{
    model::{
        Clash, ClosureRow, InviteSource, ItemRow, MeetingRow, OpenPoint, OpinionRow, OpinionSource,
        Resolution, ResponseKind, ResponseRow, ReviewCommand, ReviewRow, ReviewState, Round,
        RoundRow, SilencePolicy, Verdict, Wants,
    },
    rules::{
        clashes::clashes,
        closing::{open_points, standings},
        departments::find,
        state::transitions,
    },
    store::cases,
};
use crate::kernel::{
    CommunityId, JointReviewId, LocalDate, Outcome, PlanVersionId, ProjectId, ReviewMeetingId,
    ReviewOpinionId, ReviewRoundId, UtcTime,
};
use crate::platform::db::Conn;

/// What followed an opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ResponseView {
    /// What it is.
    pub kind: ResponseKind,
    /// Why.
    pub reason: String,
    /// The version of the plan that answers an adopted opinion.
    pub plan_number: Option<i32>,
    /// The authority of a ruling.
    pub authority: Option<String>,
    /// SHA-256 of its document.
    pub document_sha256: Option<String>,
    /// Who recorded it.
    pub by: String,
    /// When (legal time, as all of these).
    pub at: UtcTime,
}

/// An opinion of a department, or its silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OpinionView {
    /// The opinion.
    pub id: ReviewOpinionId,
    /// The department.
    pub department: String,
    /// The item's position.
    pub item: i32,
    /// Given, carried over from an earlier round, or silence.
    pub source: OpinionSource,
    /// What it says; absent for silence.
    pub verdict: Option<Verdict>,
    /// What the department wants.
    pub wants: Option<Wants>,
    /// Why.
    pub text: String,
    /// Whether it came after the deadline.
    pub late: bool,
    /// The opinion of an earlier round that this one repeats.
    pub original_id: Option<ReviewOpinionId>,
    /// Who gave it.
    pub by: String,
    /// The login of whoever gave it.
    pub login: String,
    /// When.
    pub at: UtcTime,
    /// What followed it, in order.
    pub responses: Vec<ResponseView>,
}

/// How an item stands with a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StandingView {
    /// The department.
    pub department: String,
    /// How it stands.
    pub state: Resolution,
    /// What has to be done, in Chinese and English.
    pub message: String,
    /// The opinion that counts.
    pub opinion: Option<OpinionView>,
}

/// An item with every department that it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReviewedItemView {
    /// Its position.
    pub item: i32,
    /// The same for the same item of another version.
    pub key: String,
    /// Its code.
    pub code: String,
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Where.
    pub place: String,
    /// SHA-256 of its text.
    pub digest: String,
    /// How it stands with each department.
    pub departments: Vec<StandingView>,
}

/// A department that the round invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct InvitedView {
    /// The department.
    pub department: String,
    /// In English.
    pub department_en: String,
    /// Why it is invited.
    pub source: InviteSource,
    /// The same for people.
    pub reason: String,
    /// The items that it is asked about.
    pub asked: Vec<i32>,
    /// What its silence leads to.
    pub silence: SilencePolicy,
    /// Until when it is asked.
    pub due_at: UtcTime,
    /// Items of which it has said nothing yet.
    pub waiting: usize,
    /// Items that are not resolved with it, those included.
    pub unresolved: usize,
    /// Who invited it.
    pub invited_by: String,
    /// When.
    pub invited_at: UtcTime,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReviewRoundView {
    /// Its number.
    pub round: i32,
    /// The version of the plan.
    pub plan_id: PlanVersionId,
    /// Its number.
    pub plan_number: i32,
    /// SHA-256 of its document.
    pub plan_sha256: String,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: UtcTime,
    /// Who closed the case with it.
    pub closed_by: Option<String>,
    /// When.
    pub closed_at: Option<UtcTime>,
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MeetingView {
    /// The meeting.
    pub id: ReviewMeetingId,
    /// In which round.
    pub round: i32,
    /// The day.
    pub held_on: LocalDate,
    /// Where.
    pub place: String,
    /// Who took part.
    pub participants: String,
    /// What came out.
    pub summary: String,
    /// SHA-256 of the minutes.
    pub minutes_sha256: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UtcTime,
}

/// A joint review with the round that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CaseView {
    /// The case.
    pub id: JointReviewId,
    /// The project.
    pub project_id: ProjectId,
    /// Its community.
    pub community_id: CommunityId,
    /// The project's name.
    pub title: String,
    /// Whether it is closed.
    pub state: ReviewState,
    /// The number of the round that stands.
    pub round: i32,
    /// What may be done now.
    pub commands: Vec<ReviewCommand>,
    /// The rounds, in order.
    pub rounds: Vec<ReviewRoundView>,
    /// The departments of the round that stands.
    pub departments: Vec<InvitedView>,
    /// Its items.
    pub items: Vec<ReviewedItemView>,
    /// What keeps the case from being closed.
    pub open_points: Vec<OpenPoint>,
    /// Where two departments want opposite things.
    pub clashes: Vec<Clash>,
    /// The meetings of all rounds.
    pub meetings: Vec<MeetingView>,
}

impl From<ResponseRow> for ResponseView {
    fn from(row: ResponseRow) -> Self {
        Self {
            kind: row.kind,
            reason: row.reason,
            plan_number: row.plan_number,
            authority: row.authority,
            document_sha256: row.document_sha256,
            by: row.author_name,
            at: row.at,
        }
    }
}

fn opinion_view(row: &OpinionRow, item: i32, round: &Round) -> OpinionView {
    let of = |response: &&ResponseRow| response.opinion_id == row.root();
    OpinionView {
        id: row.id,
        department: row.department.clone(),
        item,
        source: row.source,
        verdict: row.verdict,
        wants: row.wants,
        text: row.text.clone(),
        late: row.late,
        original_id: row.original_id,
        by: row.author_name.clone(),
        login: row.author_login.clone(),
        at: row.at,
        responses: round.responses.iter().filter(of).cloned().map(Into::into).collect(),
    }
}

/// The items with how each stands with each department.
pub(super) fn items_view(round: &Round) -> Vec<ReviewedItemView> {
    let mut by_item: BTreeMap<i32, Vec<StandingView>> = BTreeMap::new();
    for (department, item, opinion, state) in standings(round) {
        by_item.entry(item.position).or_default().push(StandingView {
            department: department.to_owned(),
            state,
            message: state.todo().to_owned(),
            opinion: opinion.map(|row| opinion_view(row, item.position, round)),
        });
    }
    let view = |item: &ItemRow| ReviewedItemView {
        item: item.position,
        key: item.item_key.clone(),
        code: item.code.clone(),
        title: item.title.clone(),
        title_en: item.title_en.clone(),
        place: item.place.clone(),
        digest: item.digest.clone(),
        departments: by_item.remove(&item.position).unwrap_or_default(),
    };
    round.items.iter().map(view).collect()
}

fn invited_view(round: &Round) -> Vec<InvitedView> {
    let standings = standings(round);
    let view = |one: &crate::joint_review::model::Invitation| {
        let own = || standings.iter().filter(|(name, ..)| *name == one.row.department);
        InvitedView {
            department: one.row.department.clone(),
            department_en: find(&one.row.department).map_or("", |known| &known.en).to_owned(),
            source: one.row.source,
            reason: one.row.reason.clone(),
            asked: one.asked.clone(),
            silence: one.row.silence,
            due_at: one.row.due_at,
            waiting: own().filter(|(.., state)| *state == Resolution::NoOpinion).count(),
            unresolved: own().filter(|(.., state)| !state.is_resolved()).count(),
            invited_by: one.row.inviter_name.clone(),
            invited_at: one.row.invited_at,
        }
    };
    round.invitations.iter().map(view).collect()
}

fn round_view(row: &RoundRow, closures: &[ClosureRow]) -> ReviewRoundView {
    let closed = closures.iter().find(|closure| closure.round_id == row.id);
    ReviewRoundView {
        round: row.number,
        plan_id: row.plan_version_id,
        plan_number: row.plan_number,
        plan_sha256: row.plan_sha256.clone(),
        opened_by: row.opener_name.clone(),
        opened_at: row.opened_at,
        closed_by: closed.map(|closure| closure.closer_name.clone()),
        closed_at: closed.map(|closure| closure.at),
    }
}

fn meeting_view(row: MeetingRow, rounds: &[RoundRow]) -> MeetingView {
    let round = rounds.iter().find(|round| round.id == row.round_id);
    MeetingView {
        id: row.id,
        round: round.map_or(0, |round| round.number),
        held_on: row.held_on,
        place: row.place,
        participants: row.participants,
        summary: row.summary,
        minutes_sha256: row.minutes_sha256,
        recorded_by: row.recorder_name,
        recorded_at: row.at,
    }
}

/// A case in full.
///
/// # Errors
/// Of the database.
pub fn view(conn: &mut Conn, row: ReviewRow) -> Outcome<CaseView> {
    let rounds = cases::list_rounds(conn, row.id)?;
    let ids: Vec<ReviewRoundId> = rounds.iter().map(|round| round.id).collect();
    let closures = cases::list_closures(conn, &ids)?;
    let meetings = cases::list_meetings(conn, &ids)?;
    let standing = get_round(conn, row.id, row.round)?;
    let round = load(conn, &standing)?;
    Ok(CaseView {
        id: row.id,
        project_id: row.project_id,
        community_id: row.community_id,
        title: row.title,
        state: row.state,
        round: row.round,
        commands: transitions(row.state).iter().map(|(command, _)| *command).collect(),
        departments: invited_view(&round),
        items: items_view(&round),
        open_points: open_points(&round),
        clashes: clashes(&round),
        meetings: meetings.into_iter().map(|row| meeting_view(row, &rounds)).collect(),
        rounds: rounds.iter().map(|row| round_view(row, &closures)).collect(),
    })
}

/// Everything that was said in a round, what was replaced too, in order.
///
/// # Errors
/// `not_found` for a round that is not there.
pub fn opinions_of(conn: &mut Conn, row: &ReviewRow, number: i32) -> Outcome<Vec<OpinionView>> {
    let round_row = get_round(conn, row.id, number)?;
    let round = load(conn, &round_row)?;
    let position = |opinion: &OpinionRow| {
        let item = round.items.iter().find(|item| item.id == opinion.item_id);
        item.map_or(0, |item| item.position)
    };
    let view = |row: &OpinionRow| opinion_view(row, position(row), &round);
    Ok(round.opinions.iter().map(view).collect())
}
