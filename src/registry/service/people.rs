//! Households and residents: who lives where, which surveys ask. They own nothing here.

use serde_json::json;

use super::communities::require_text;
use crate::{
    kernel::{Code, Contact, HouseholdId, LocalDate, Outcome, Refusal, ResidentId, UnitId},
    platform::{auth::seal::Keys, db::WriteTx},
    registry::store::people::{self, Household, Resident},
};

/// A household that moves in.
#[derive(Debug, Clone)]
pub struct NewHousehold {
    /// Where it lives.
    pub unit_id: UnitId,
    /// Who speaks for it.
    pub name: String,
    /// Whether it rents.
    pub is_tenant: bool,
    /// Since when; today where nothing is said.
    pub on: Option<LocalDate>,
    /// Who lives in it: name, phone number, needs.
    pub residents: Vec<(String, Option<String>, Vec<String>)>,
}

/// The place to which a resident's phone number is sealed.
#[must_use]
pub fn resident_place(id: ResidentId) -> String {
    format!("residents.phone:{id}")
}

/// Enters a household.
///
/// # Errors
/// `invalid_field`, `invalid_phone`.
pub fn move_in(tx: &mut WriteTx<'_>, keys: &Keys, new: &NewHousehold) -> Outcome<Household> {
    require_text("/name", &new.name)?;
    let day = day(tx, new.on)?;
    let row = Household {
        id: HouseholdId::new(),
        unit_id: new.unit_id,
        name: new.name.trim().to_owned(),
        is_tenant: new.is_tenant,
        valid_from: day,
        valid_to: None,
        version: 1,
        recorded_at: tx.now(),
    };
    let mut people = Vec::new();
    for (name, phone, needs) in &new.residents {
        require_text("/residents", name)?;
        let id = ResidentId::new();
        let contact = phone.as_deref().map(str::parse::<Contact>).transpose();
        let contact = contact
            .map_err(|fault| Refusal::field(Code::InvalidPhone, "/residents/phone", fault))?;
        let sealed = contact.as_ref().map(|c| keys.seal_text(&resident_place(id), c.value()));
        people.push(Resident {
            id,
            household_id: row.id,
            name: name.trim().to_owned(),
            phone_index: contact.as_ref().map(|contact| keys.contact_index(contact)),
            phone_sealed: sealed.transpose()?,
            needs: json!(needs).to_string(),
            valid_from: day,
            valid_to: None,
            version: 1,
            recorded_at: tx.now(),
        });
    }
    people::insert_household(tx.conn(), &row, &people)?;
    let what = json!({"unit_id": row.unit_id, "residents": people.len()});
    tx.audit("registry.household_entered", ("household", row.id), (None, Some(&what)));
    Ok(row)
}

/// Ends a household's time in its unit.
///
/// # Errors
/// `invalid_field`, `stale_version`, `not_found`.
pub fn move_out(
    tx: &mut WriteTx<'_>,
    (id, version): (HouseholdId, Option<i32>),
    on: Option<LocalDate>,
) -> Outcome<Household> {
    let mut row = people::find_household(tx.conn(), id)?.ok_or(Refusal::new(Code::NotFound))?;
    let day = day(tx, on)?;
    if day < row.valid_from {
        let detail = "before it moved in · 早于入住日期";
        return Err(Refusal::field(Code::InvalidField, "/on", detail));
    }
    let stale = version.is_some_and(|version| version != row.version);
    if stale || people::end_household(tx.conn(), &row, day)? != 1 {
        return Err(Refusal::new(Code::StaleVersion).with("have", row.version));
    }
    tx.audit("registry.household_ended", ("household", id), (None, Some(&json!({"on": day}))));
    row.valid_to = Some(day);
    row.version += 1;
    Ok(row)
}

fn day(tx: &WriteTx<'_>, on: Option<LocalDate>) -> Outcome<LocalDate> {
    let today = tx.legal_now().local_date();
    match on {
        Some(on) if on > today => {
            let detail = format!("不能晚于今天 {today} (not after today)");
            Err(Refusal::field(Code::InvalidField, "/on", detail))
        }
        on => Ok(on.unwrap_or(today)),
    }
}
