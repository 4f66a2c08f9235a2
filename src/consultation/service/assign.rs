//! Visits are given out by building to two people; each sees what is theirs.

use serde::Serialize;
use serde_json::json;

use super::{
    facts::get_consultation,
    targets::{Asked, page_of_units, targets},
};
use crate::consultation::{
    model::{AssignmentRow, ConsultationRow, NewAssignment},
    rules::state::{assignable_round, last_round},
    store::assignments,
};
use crate::identity::find_staff;
use crate::kernel::{
    AccountId, AssignmentId, Code, ConsultationId, Outcome, Page, PageQuery, Refusal, UnitId,
    UtcTime,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
    two_people::Person,
};

/// What was given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Assigned {
    /// The round.
    pub round: i32,
    /// How many households.
    pub households: usize,
}

/// Gives the households that the open or next round visits in a building to two visitors; who had them
/// before has them no longer.
///
/// # Errors
/// `not_found`; `consultation_state_conflict` after the last round; `invalid_field` for a login that is
/// none, for one person twice, and for a building of another community.
pub fn assign(
    tx: &mut WriteTx<'_>,
    (id, reach): (ConsultationId, &Reach),
    new: &NewAssignment,
) -> Outcome<Assigned> {
    let row = get_consultation(tx.conn(), id, reach)?;
    let round = assignable_round(row.state).ok_or_else(|| {
        Refusal::new(Code::ConsultationStateConflict).with("state", row.state.as_str())
    })?;
    let first = visitor(tx.conn(), (0, &new.first))?;
    let second = visitor(tx.conn(), (1, &new.second))?;
    if first == second {
        let detail = "two people · 两名不同人员";
        return Err(Refusal::field(Code::InvalidField, "/visitors", detail));
    }
    let (person, now) = (Person::of(tx)?, tx.legal_now());
    let asked = Asked { round, building_id: Some(new.building_id) };
    let found = targets(tx.conn(), (&row, now), asked)?;
    let assignment = |unit_id: UnitId| AssignmentRow {
        id: AssignmentId::new(),
        consultation_id: id,
        round,
        unit_id,
        first_account: first,
        first_login: new.first.clone(),
        second_account: second,
        second_login: new.second.clone(),
        assigned_by: person.id,
        assigner_name: person.name.clone(),
        assigned_at: now,
    };
    let rows: Vec<_> = found.iter().map(|target| assignment(target.unit_id)).collect();
    assignments::insert_assignments(tx.conn(), &rows)?;
    let after = json!({ "round": round, "building": new.building_id, "households": rows.len(),
        "visitors": [first, second] });
    tx.emit("consultation.assigned", id, &after);
    tx.audit("consultation.assigned", ("consultation", id), (None, Some(&after)));
    Ok(Assigned { round, households: rows.len() })
}

fn visitor(conn: &mut Conn, (index, login): (usize, &str)) -> Outcome<AccountId> {
    find_staff(conn, login)?.ok_or_else(|| {
        let detail = "no account of this login · 没有该账号";
        Refusal::field(Code::InvalidField, &format!("/visitors/{index}"), detail)
    })
}

/// A household that somebody is to visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OwnAssignment {
    /// The round.
    pub round: i32,
    /// The household's unit.
    pub unit_id: UnitId,
    /// Its number 房号.
    pub unit_code: String,
    /// Its building.
    pub building: String,
    /// Its entrance.
    pub entrance: Option<String>,
    /// The logins of the two.
    pub visitors: Vec<String>,
    /// Whether an entry of this round is there.
    pub done: bool,
}

/// What the caller is to visit in the open or next round, by building and number.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_own(
    conn: &mut Conn,
    (row, now): (&ConsultationRow, UtcTime),
    (account, page): (AccountId, &PageQuery),
) -> Outcome<Page<OwnAssignment>> {
    let round = assignable_round(row.state).unwrap_or_else(|| last_round(row.state));
    let mut holds = std::collections::HashMap::new();
    for assignment in assignments::list_assignments(conn, (row.id, round))? {
        let visitors = [assignment.first_account, assignment.second_account];
        holds.insert(assignment.unit_id, visitors.contains(&account));
    }
    let found = targets(conn, (row, now), Asked { round, building_id: None })?;
    let own = found.into_iter().filter(|target| holds.get(&target.unit_id) == Some(&true));
    let own = own.map(|target| OwnAssignment {
        round,
        unit_id: target.unit_id,
        unit_code: target.unit_code,
        building: target.building,
        entrance: target.entrance,
        visitors: target.assigned_to,
        done: target.visits > 0,
    });
    page_of_units(own.collect(), page, |own| own.unit_id)
}
