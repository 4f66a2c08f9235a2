//! What a decision on a vote rests on, loaded once.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use diesel::QueryResult;

use crate::kernel::{Code, Outcome, Refusal, RulePackId, UtcTime, VoteId, WorkCalendar};
use crate::platform::{
    auth::{Place, Reach},
    db::Conn,
};
use crate::registry::RegisterScope;
use crate::voting::{
    model::VoteRow,
    rules::{
        count::Weight,
        pack::{RulePack, shipped_calendar},
        state::Facts,
    },
    store::{packs, proxies, scopes, votes},
};

static CALENDAR: LazyLock<Outcome<WorkCalendar>> = LazyLock::new(shipped_calendar);
/// Packs by id: a stored version never changes, so it is read and checked once.
static PACKS: LazyLock<Mutex<HashMap<RulePackId, Arc<RulePack>>>> = LazyLock::new(Mutex::default);

/// The State Council's calendars.
///
/// # Errors
/// `calendar_missing` if a shipped calendar can't be read.
pub fn calendar() -> Outcome<&'static WorkCalendar> {
    CALENDAR.as_ref().map_err(Clone::clone)
}

/// The rule pack that a vote pins.
///
/// # Errors
/// `not_found`; `rule_pack_invalid` if the stored text can't be read.
pub fn get_pack(conn: &mut Conn, id: RulePackId) -> Outcome<Arc<RulePack>> {
    if let Some(pack) = PACKS.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return Ok(Arc::clone(pack));
    }
    let pack = Arc::new(RulePack::from_toml(&packs::get_pack(conn, id)?.body)?);
    PACKS.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&pack));
    Ok(pack)
}

/// A vote with its pack and its place.
#[derive(Debug, Clone)]
pub struct Vote {
    /// The row.
    pub row: VoteRow,
    /// The pinned pack.
    pub pack: Arc<RulePack>,
    /// Where it is.
    pub place: Place,
    /// The part of the register that decides.
    pub scope: RegisterScope,
}

impl Vote {
    /// The facts of the vote itself; what needs counting starts at nothing.
    ///
    /// # Errors
    /// As [`calendar`].
    pub fn facts(&self, now: UtcTime) -> Outcome<Facts<'_>> {
        let row = &self.row;
        let unsigned = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(Facts {
            pack: &self.pack,
            calendar: calendar()?,
            now,
            items: 0,
            roll: Weight {
                area: unsigned(row.roll_area.unwrap_or_default().0),
                heads: unsigned(row.roll_heads.unwrap_or_default()),
            },
            roll_faults: 0,
            roll_objections_open: 0,
            noticed_at: row.noticed_at,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            extensions: unsigned(i64::from(row.extensions)),
            extend_to: None,
            sheets_unsettled: 0,
            sheets_unaccounted: 0,
            sheets_unchecked: 0,
            disputes_open: 0,
            rulings_uncounted: 0,
            counted_at: row.counted_at,
            published_at: row.published_at,
            result_objections_open: 0,
        })
    }
}

/// The part of the register that a vote's row names.
fn scope_of(conn: &mut Conn, row: &VoteRow) -> QueryResult<RegisterScope> {
    Ok(match (row.entrance_id, row.building_id) {
        (Some(id), _) => RegisterScope::Entrance(id),
        (None, Some(id)) => RegisterScope::Building(id),
        (None, None) if row.scope_name.is_none() => RegisterScope::Community(row.community_id),
        (None, None) => scopes::find_named_scope(conn, row.id)?,
    })
}

/// A vote within the reach: of staff by place, of an owner by standing on its roll or acting for
/// somebody who does.
///
/// # Errors
/// `not_found` for a vote that is not there or not within the reach.
pub fn get_vote(conn: &mut Conn, id: VoteId, reach: &Reach) -> Outcome<Vote> {
    let vote = find_vote(conn, id)?;
    if reach.covers(&vote.place) {
        return Ok(vote);
    }
    if let Some(owner_id) = reach.owner_id() {
        let heads = crate::voting::store::rolls::list_heads_of_owner(conn, id, owner_id)?;
        if !heads.is_empty() || !proxies::list_held(conn, &[id], &[owner_id])?.is_empty() {
            return Ok(vote);
        }
    }
    Err(Refusal::new(Code::NotFound))
}

/// A vote, whoever asks: for the ticker, the count, the public pages.
///
/// # Errors
/// `not_found`.
pub fn find_vote(conn: &mut Conn, id: VoteId) -> Outcome<Vote> {
    let found = votes::find_vote(conn, id)?;
    let (row, division_code) = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let pack = get_pack(conn, row.rule_pack_id)?;
    let place =
        Place { division_code, community_id: Some(row.community_id), building_id: row.building_id };
    let scope = scope_of(conn, &row)?;
    Ok(Vote { row, pack, place, scope })
}
