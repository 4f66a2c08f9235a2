//! Who speaks for a department: named by the bureau for a division, recorded for good. A role alone
//! does not do: the reviewer of one department can't speak for another.

use serde::Serialize;
use serde_json::json;

use crate::identity::find_staff;
use crate::joint_review::{
    model::{DelegateRow, Departments},
    rules::{
        departments::{DATA, find},
        invite::must_be_known,
    },
    store::delegates,
};
use crate::kernel::{AccountId, Code, DelegateId, Outcome, Refusal, UtcTime};
use crate::platform::{
    auth::{Place, Reach, require},
    db::{Conn, WriteTx},
};

/// A delegate of a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DelegateView {
    /// The appointment.
    pub id: DelegateId,
    /// The account's login.
    pub login: String,
    /// The department.
    pub department: String,
    /// The delegate speaks where the division code begins so.
    pub division_code: String,
    /// Who named the delegate.
    pub named_by: String,
    /// When.
    pub named_at: UtcTime,
}

impl From<DelegateRow> for DelegateView {
    fn from(row: DelegateRow) -> Self {
        Self {
            id: row.id,
            login: row.login,
            department: row.department,
            division_code: row.division_code,
            named_by: row.actor_name,
            named_at: row.at,
        }
    }
}

/// The departments of the data.
#[must_use]
pub fn departments() -> &'static Departments {
    &DATA
}

fn place_of(division_code: &str) -> Place {
    Place { division_code: division_code.to_owned(), community_id: None, building_id: None }
}

/// Names a delegate.
///
/// # Errors
/// `not_found` outside the reach; `invalid_field` for an unknown department or login;
/// `already_exists` where the delegate stands.
pub fn appoint(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    (login, department, division_code): (&str, &str, &str),
) -> Outcome<DelegateView> {
    require(reach, &place_of(division_code), "review_oversee")?;
    must_be_known(&DATA, department, "/department")?;
    let account = find_staff(tx.conn(), login)?;
    let account_id = account.ok_or_else(|| {
        Refusal::field(Code::InvalidField, "/login", "没有此账号 · no such account")
    })?;
    let known = delegates::list_of_account(tx.conn(), account_id)?;
    let same =
        known.iter().find(|row| row.department == department && row.division_code == division_code);
    if let Some(row) = same {
        return Err(Refusal::new(Code::AlreadyExists).with("delegate_id", row.id.to_string()));
    }
    let row = DelegateRow {
        id: DelegateId::new(),
        account_id,
        login: login.to_lowercase(),
        department: department.to_owned(),
        division_code: division_code.to_owned(),
        ends_id: None,
        actor_name: tx.actor().name.clone(),
        at: tx.legal_now(),
    };
    keep(tx, row, "review_delegate.named")
}

fn keep(tx: &mut WriteTx<'_>, row: DelegateRow, action: &str) -> Outcome<DelegateView> {
    delegates::insert_delegate(tx.conn(), &row)?;
    let after = json!({ "account_id": row.account_id, "department": row.department,
        "division_code": row.division_code, "ends_id": row.ends_id });
    tx.audit(action, ("review_delegate", row.id), (None, Some(&after)));
    Ok(row.into())
}

/// Ends an appointment; what the delegate said stays.
///
/// # Errors
/// `not_found`.
pub fn end(tx: &mut WriteTx<'_>, reach: &Reach, id: DelegateId) -> Outcome<DelegateView> {
    let standing = delegates::list_standing(tx.conn())?;
    let found = standing.into_iter().find(|row| row.id == id);
    let found = found.filter(|row| reach.covers(&place_of(&row.division_code)));
    let old = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let row = DelegateRow {
        id: DelegateId::new(),
        ends_id: Some(id),
        actor_name: tx.actor().name.clone(),
        at: tx.legal_now(),
        ..old
    };
    keep(tx, row, "review_delegate.ended")
}

/// The delegates that stand within the reach.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, reach: &Reach) -> Outcome<Vec<DelegateView>> {
    let rows = delegates::list_standing(conn)?.into_iter();
    let within = rows.filter(|row| reach.covers(&place_of(&row.division_code)));
    Ok(within.map(Into::into).collect())
}

/// The appointment by which an account speaks for a department at a place.
///
/// # Errors
/// `review_not_delegate` with the departments that the account does speak for there.
pub(super) fn speaker(
    conn: &mut Conn,
    (account_id, department): (AccountId, &str),
    place: &Place,
) -> Outcome<DelegateRow> {
    let own = delegates::list_of_account(conn, account_id)?;
    let here = |row: &&DelegateRow| place.division_code.starts_with(&row.division_code);
    let found = own.iter().filter(here).find(|row| row.department == department);
    found.cloned().ok_or_else(|| {
        let yours: Vec<&str> = own.iter().filter(here).map(|row| &*row.department).collect();
        let is_known = find(department).is_some();
        let refusal = Refusal::new(Code::ReviewNotDelegate).with("departments", yours);
        if is_known { refusal } else { refusal.detail("没有此部门 · no such department") }
    })
}
