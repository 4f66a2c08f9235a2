//! What is shown of official results: to the desk in full, to everybody without names of people.

use std::collections::{HashMap, hash_map::Entry};

use serde::{Deserialize, Serialize};

use super::recount::recount;
use crate::kernel::{
    BuildingId, Code, CommunityId, EntranceId, OfficialFileId, OfficialResultId, Outcome, Page,
    PageQuery, Refusal, UtcTime,
};
use crate::official_result::{
    model::{
        NewOfficialItem, OfficialFileRow, OfficialFilter, OfficialItemRow, OfficialRow,
        OfficialState, OfficialSum,
    },
    rules::sheet,
    store,
};
use crate::platform::{auth::Reach, db::Conn};
use crate::registry::{RegisterScope, find_scope_place};
use crate::voting::{ItemClass, Predicate, get_pack};

/// What stands on every official result.
pub const STATEMENT: &str = "由官方平台表决，本系统只核对结果 · the platform ran the vote; here only its \
                             numbers were checked";

/// The rules by which the numbers were checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OfficialPack {
    /// The pack.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// SHA-256 of its canonical text.
    pub digest: String,
}

/// An item: what the platform says, and what the numbers give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ItemView {
    /// Its number, from 1.
    pub position: i32,
    /// What was asked.
    pub title: String,
    /// Its matters by the rule pack.
    pub matters: Vec<String>,
    /// Which thresholds it needs.
    pub class: ItemClass,
    /// Those who took part.
    pub participating: OfficialSum,
    /// 同意.
    #[serde(rename = "for")]
    pub in_favour: OfficialSum,
    /// 反对.
    pub against: OfficialSum,
    /// 弃权.
    pub abstain: OfficialSum,
    /// 无效.
    pub invalid: OfficialSum,
    /// The outcome as the platform states it.
    pub platform_passed: bool,
    /// The outcome that the numbers give by the rule pack.
    pub recount_passed: bool,
    /// Whether they agree; otherwise the result can't be confirmed.
    pub agrees: bool,
    /// Each test with its numbers, margin and clause.
    pub predicates: Vec<Predicate>,
}

/// A file of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OfficialEvidenceView)]
pub struct EvidenceView {
    /// The file.
    pub file_id: OfficialFileId,
    /// Its name.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub size_bytes: i64,
    /// SHA-256 of its content.
    pub sha256: String,
    /// When it was attached (legal time).
    pub uploaded_at: UtcTime,
    /// By whom.
    pub uploaded_by: String,
}

impl From<OfficialFileRow> for EvidenceView {
    fn from(row: OfficialFileRow) -> Self {
        Self {
            file_id: row.id,
            file_name: row.file_name,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            sha256: row.digest,
            uploaded_at: row.uploaded_at,
            uploaded_by: row.uploader_name,
        }
    }
}

/// An official result as everybody may see it: numbers and digests, no name of a person or a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicOfficialResult {
    /// The result.
    pub id: OfficialResultId,
    /// That the platform ran the vote, and only its numbers were checked here.
    pub statement: String,
    /// Where it stands.
    pub state: OfficialState,
    /// The community.
    pub community_id: CommunityId,
    /// Its name.
    pub community: String,
    /// The building, where one decided.
    pub building_id: Option<BuildingId>,
    /// The entrance, where one decided.
    pub entrance_id: Option<EntranceId>,
    /// The platform.
    pub platform: String,
    /// The platform's number of the vote.
    pub reference: String,
    /// The rules by which the numbers were checked.
    pub rule_pack: OfficialPack,
    /// When the vote opened.
    pub opens_at: UtcTime,
    /// When it closed.
    pub closes_at: UtcTime,
    /// The whole roll.
    pub total: OfficialSum,
    /// The items.
    pub items: Vec<ItemView>,
    /// SHA-256 of each file of evidence.
    pub evidence_sha256: Vec<String>,
    /// The result that this one corrects.
    pub replaces: Option<OfficialResultId>,
    /// Why it was corrected.
    pub correction_reason: Option<String>,
    /// The result that took the place of this one.
    pub replaced_by: Option<OfficialResultId>,
    /// When a second person confirmed it (legal time).
    pub confirmed_at: Option<UtcTime>,
}

/// An official result as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OfficialResultView {
    /// What everybody may see once it is confirmed.
    #[serde(flatten)]
    pub result: PublicOfficialResult,
    /// The evidence.
    pub files: Vec<EvidenceView>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When (legal time, as all of these).
    pub recorded_at: UtcTime,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<UtcTime>,
    /// Why it was withdrawn.
    pub withdrawal_reason: Option<String>,
}

fn sum(area: crate::kernel::Area, heads: i64) -> OfficialSum {
    OfficialSum { area, heads: u64::try_from(heads).unwrap_or(0) }
}

fn as_given(row: &OfficialItemRow) -> NewOfficialItem {
    NewOfficialItem {
        title: row.title.clone(),
        matters: row.matters.split(',').map(str::to_owned).collect(),
        participating: sum(row.participating_area, row.participating_heads),
        in_favour: sum(row.for_area, row.for_heads),
        against: sum(row.against_area, row.against_heads),
        abstain: sum(row.abstain_area, row.abstain_heads),
        invalid: sum(row.invalid_area, row.invalid_heads),
        passed: row.passed,
    }
}

/// The items of a result, counted again by its pack.
pub(super) fn item_views(conn: &mut Conn, row: &OfficialRow) -> Outcome<Vec<ItemView>> {
    let items = store::list_items(conn, &[row.id])?;
    counted_again(conn, row, items)
}

fn counted_again(
    conn: &mut Conn,
    row: &OfficialRow,
    items: Vec<OfficialItemRow>,
) -> Outcome<Vec<ItemView>> {
    let pack = get_pack(conn, row.rule_pack_id)?;
    let total = sum(row.total_area, row.total_heads);
    let item = |row: OfficialItemRow| {
        let given = as_given(&row);
        let class = pack.class(row.class);
        let (recount_passed, predicates) = recount(total, &given, class)?;
        Ok(ItemView {
            position: row.position,
            title: given.title,
            matters: given.matters,
            class: row.class,
            participating: given.participating,
            in_favour: given.in_favour,
            against: given.against,
            abstain: given.abstain,
            invalid: given.invalid,
            platform_passed: given.passed,
            recount_passed,
            agrees: given.passed == recount_passed,
            predicates,
        })
    };
    items.into_iter().map(item).collect()
}

fn public_view(
    conn: &mut Conn,
    row: &OfficialRow,
    (files, items, community): (&[EvidenceView], Vec<OfficialItemRow>, &str),
    replaced_by: Option<OfficialResultId>,
) -> Outcome<PublicOfficialResult> {
    let pack = get_pack(conn, row.rule_pack_id)?;
    Ok(PublicOfficialResult {
        id: row.id,
        statement: STATEMENT.to_owned(),
        state: row.state,
        community_id: row.community_id,
        community: community.to_owned(),
        building_id: row.building_id,
        entrance_id: row.entrance_id,
        platform: row.platform.clone(),
        reference: row.reference.clone(),
        rule_pack: OfficialPack {
            id: pack.id.clone(),
            version: pack.version,
            name: pack.name.clone(),
            digest: pack.digest()?,
        },
        opens_at: row.opens_at,
        closes_at: row.closes_at,
        total: sum(row.total_area, row.total_heads),
        items: counted_again(conn, row, items)?,
        evidence_sha256: files.iter().map(|file| file.sha256.clone()).collect(),
        replaces: row.replaces_id,
        correction_reason: row.correction_reason.clone(),
        replaced_by,
        confirmed_at: row.confirmed_at,
    })
}

/// A result in full.
///
/// # Errors
/// Of the database.
pub fn view(conn: &mut Conn, row: OfficialRow) -> Outcome<OfficialResultView> {
    let views = views(conn, vec![row])?;
    views.into_iter().next().ok_or_else(|| Refusal::internal("one view of one row"))
}

fn views(conn: &mut Conn, rows: Vec<OfficialRow>) -> Outcome<Vec<OfficialResultView>> {
    let ids: Vec<OfficialResultId> = rows.iter().map(|row| row.id).collect();
    let replaced: HashMap<_, _> = store::list_replacements(conn, &ids)?.into_iter().collect();
    let mut files: HashMap<OfficialResultId, Vec<EvidenceView>> = HashMap::new();
    for row in store::list_files(conn, &ids)? {
        files.entry(row.result_id).or_default().push(row.into());
    }
    let mut items: HashMap<OfficialResultId, Vec<OfficialItemRow>> = HashMap::new();
    for row in store::list_items(conn, &ids)? {
        items.entry(row.result_id).or_default().push(row);
    }
    let mut communities: HashMap<CommunityId, String> = HashMap::new();
    for row in &rows {
        if let Entry::Vacant(entry) = communities.entry(row.community_id) {
            let place = find_scope_place(conn, &RegisterScope::Community(row.community_id))?;
            entry.insert(place.map(|place| place.community).unwrap_or_default());
        }
    }
    rows.into_iter()
        .map(|row| {
            let files = files.remove(&row.id).unwrap_or_default();
            let items = items.remove(&row.id).unwrap_or_default();
            let community = communities.get(&row.community_id).map_or("", String::as_str);
            let replaced_by = replaced.get(&row.id).copied();
            Ok(OfficialResultView {
                result: public_view(conn, &row, (&files, items, community), replaced_by)?,
                files,
                recorded_by: row.recorder_name,
                recorded_at: row.recorded_at,
                confirmed_by: row.confirmer_name,
                withdrawn_by: row.withdrawn_name,
                withdrawn_at: row.withdrawn_at,
                withdrawal_reason: row.withdrawal_reason,
            })
        })
        .collect()
}

/// Results within the reach, newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    (filter, page): (&OfficialFilter, &PageQuery),
) -> Outcome<Page<OfficialResultView>> {
    let rows = store::list_results(conn, reach, filter, (page.cursor()?, page.fetch()))?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// What everybody may see of a community, newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_public(
    conn: &mut Conn,
    id: CommunityId,
    page: &PageQuery,
) -> Outcome<Page<PublicOfficialResult>> {
    let rows = store::list_public(conn, id, (page.cursor()?, page.fetch()))?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.id.to_string());
    let items = views(conn, items)?.into_iter().map(|view| view.result).collect();
    Ok(Page { items, next_cursor })
}

/// A confirmed or superseded result, for everybody.
///
/// # Errors
/// `not_found` for any other.
pub fn find_public(conn: &mut Conn, id: OfficialResultId) -> Outcome<PublicOfficialResult> {
    let row = store::find_result(conn, id)?.filter(|row| row.confirmed_at.is_some());
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    Ok(view(conn, row)?.result)
}

/// The empty CSV template.
#[must_use]
pub fn template() -> String {
    sheet::template()
}
