//! Owners: entered once per identity number, changed with a trace, revealed with a reason.

use serde_json::json;

use crate::{
    kernel::{Code, Contact, ContactKind, Outcome, OwnerChangeId, OwnerId, Refusal},
    platform::{auth::seal::Keys, db::WriteTx},
    registry::{
        model::OwnerKind,
        rules::identity_number::{check_credit_code, check_resident_id, normalize_id},
        store::owners::{self, Owner, OwnerChange},
    },
};

/// The domain of the identity hash.
pub const IDENTITY: &str = "identity";

/// The place to which a personal value of an owner is sealed.
#[must_use]
pub fn owner_place(column: &str, owner: OwnerId) -> String {
    format!("owners.{column}:{owner}")
}

/// A number as the register hashes it.
#[must_use]
pub fn normal_number(text: &str) -> String {
    normalize_id(text)
}

/// An owner of the register, or somebody to be entered.
#[derive(Debug, Clone)]
pub enum OwnerInput {
    /// One of the register.
    Known(OwnerId),
    /// Somebody who may be new to it.
    Named(NewOwner),
}

/// Somebody who may be new to the register.
#[derive(Debug, Clone)]
pub struct NewOwner {
    /// Person, organization or developer.
    pub kind: OwnerKind,
    /// 证件号.
    pub number: String,
    /// 姓名.
    pub name: String,
    /// 联系电话.
    pub phone: Option<String>,
    /// 电子邮箱.
    pub email: Option<String>,
}

/// What an owner's row is changed to; what is absent stays, `None` inside empties.
#[derive(Debug, Clone, Default)]
pub struct OwnerPatch {
    /// Another name.
    pub name: Option<String>,
    /// Another phone number, or none.
    pub phone: Option<Option<String>>,
    /// Another e-mail address, or none.
    pub email: Option<Option<String>>,
}

/// Refuses an owner whom the register does not have.
///
/// # Errors
/// `invalid_field`.
pub fn require(tx: &mut WriteTx<'_>, id: OwnerId, pointer: &str) -> Outcome<()> {
    match owners::find_owner(tx.conn(), id)? {
        Some(_) => Ok(()),
        None => Err(Refusal::field(Code::InvalidField, pointer, "no such owner · 没有该业主")),
    }
}

/// The owner's id; somebody whose number the register does not have is entered.
///
/// # Errors
/// `invalid_id_number`, `invalid_phone`, `invalid_field`.
pub fn enter(tx: &mut WriteTx<'_>, keys: &Keys, input: &OwnerInput) -> Outcome<OwnerId> {
    let new = match input {
        OwnerInput::Known(id) => {
            require(tx, *id, "/owners")?;
            return Ok(*id);
        }
        OwnerInput::Named(new) => new,
    };
    super::communities::require_text("/name", &new.name)?;
    let number = match new.kind {
        OwnerKind::Person => check_resident_id(&new.number),
        OwnerKind::Organization | OwnerKind::Developer => check_credit_code(&new.number),
    };
    let number = number
        .map_err(|fault| Refusal::field(Code::InvalidIdNumber, "/owner_id", format!("{fault:?}")))?
        .into_string();
    let index = keys.blind_index(IDENTITY, &number);
    if let Some(known) = owners::find_owner_by_identity(tx.conn(), &index)? {
        return Ok(known.id);
    }
    let id = OwnerId::new();
    let tail = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
    let mut row = Owner {
        id,
        kind: new.kind,
        name: new.name.trim().to_owned(),
        identity_index: index,
        identity_sealed: keys.seal_text(&owner_place("identity", id), &number)?,
        identity_tail: tail,
        phone_index: None,
        phone_sealed: None,
        email_index: None,
        email_sealed: None,
        contact_bound_at: None,
        version: 1,
        created_at: tx.now(),
    };
    set_contacts(keys, &mut row, (Some(new.phone.clone()), Some(new.email.clone())))?;
    owners::insert_owner(tx.conn(), &row)?;
    tx.audit("registry.owner_entered", ("owner", id), (None, Some(&json!(row.identity_index))));
    Ok(id)
}

/// Changes an owner's name or contacts; what was there before is kept. A changed contact may be used
/// to vote only after a hold, which starts now.
///
/// # Errors
/// `invalid_phone`, `invalid_field`, `stale_version`, `not_found`.
pub fn change(
    tx: &mut WriteTx<'_>,
    keys: &Keys,
    (id, version): (OwnerId, Option<i32>),
    (patch, reason): (&OwnerPatch, &str),
) -> Outcome<Owner> {
    super::communities::require_text("/reason", reason)?;
    let old = owners::find_owner(tx.conn(), id)?.ok_or(Refusal::new(Code::NotFound))?;
    if version.is_some_and(|version| version != old.version) {
        return Err(Refusal::new(Code::StaleVersion).with("have", old.version));
    }
    let mut row = old.clone();
    if let Some(name) = &patch.name {
        super::communities::require_text("/name", name)?;
        row.name = name.trim().to_owned();
    }
    set_contacts(keys, &mut row, (patch.phone.clone(), patch.email.clone()))?;
    if (&row.phone_index, &row.email_index) != (&old.phone_index, &old.email_index) {
        row.contact_bound_at = Some(tx.now());
    }
    let kept = before(tx, &old, reason);
    owners::insert_owner_change(tx.conn(), &kept)?;
    if owners::set_owner(tx.conn(), &row)? != 1 {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let shown = |row: &Owner| json!([row.name, row.phone_index, row.email_index]);
    tx.audit("registry.owner_changed", ("owner", id), (Some(&shown(&old)), Some(&shown(&row))));
    row.version += 1;
    Ok(row)
}

/// What an owner's row says before it is changed.
pub fn before(tx: &WriteTx<'_>, old: &Owner, reason: &str) -> OwnerChange {
    OwnerChange {
        id: OwnerChangeId::new(),
        owner_id: old.id,
        name: old.name.clone(),
        phone_index: old.phone_index.clone(),
        phone_sealed: old.phone_sealed.clone(),
        email_index: old.email_index.clone(),
        email_sealed: old.email_sealed.clone(),
        contact_bound_at: old.contact_bound_at,
        reason: reason.to_owned(),
        changed_by: tx.actor().name.clone(),
        import_id: None,
        recorded_at: tx.now(),
    }
}

fn set_contacts(
    keys: &Keys,
    row: &mut Owner,
    (phone, email): (Option<Option<String>>, Option<Option<String>>),
) -> Outcome<()> {
    if let Some(phone) = phone {
        let contact = contact(phone, ContactKind::Phone)?;
        (row.phone_index, row.phone_sealed) = sealed(keys, (row.id, "phone"), contact)?;
    }
    if let Some(email) = email {
        let contact = contact(email, ContactKind::Email)?;
        (row.email_index, row.email_sealed) = sealed(keys, (row.id, "email"), contact)?;
    }
    Ok(())
}

fn contact(text: Option<String>, kind: ContactKind) -> Outcome<Option<Contact>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let contact = text.parse::<Contact>().ok().filter(|contact| contact.kind() == kind);
    contact.map(Some).ok_or_else(|| match kind {
        ContactKind::Phone => {
            Refusal::field(Code::InvalidPhone, "/phone", "11 digits · 应为11位手机号码")
        }
        ContactKind::Email => {
            Refusal::field(Code::InvalidField, "/email", "name@example.org · 电子邮箱不正确")
        }
    })
}

type Sealed = (Option<String>, Option<Vec<u8>>);

fn sealed(keys: &Keys, (id, column): (OwnerId, &str), contact: Option<Contact>) -> Outcome<Sealed> {
    let Some(contact) = contact else { return Ok((None, None)) };
    let value = keys.seal_text(&owner_place(column, id), contact.value())?;
    Ok((Some(keys.contact_index(&contact)), Some(value)))
}

/// An owner's personal data in full.
#[derive(Debug, Clone)]
pub struct Revealed {
    /// 证件号.
    pub number: String,
    /// 联系电话.
    pub phone: Option<String>,
    /// 电子邮箱.
    pub email: Option<String>,
}

/// Opens what is sealed of an owner.
///
/// # Errors
/// `internal` where the master key is another one.
pub fn open(keys: &Keys, owner: &Owner) -> Outcome<Revealed> {
    let open = |column: &str, value: &Option<Vec<u8>>| {
        value
            .as_ref()
            .map(|value| keys.open_text(&owner_place(column, owner.id), value))
            .transpose()
    };
    Ok(Revealed {
        number: keys.open_text(&owner_place("identity", owner.id), &owner.identity_sealed)?,
        phone: open("phone", &owner.phone_sealed)?,
        email: open("email", &owner.email_sealed)?,
    })
}

/// Shows an owner's personal data in full, with a reason that the audit trail keeps.
///
/// # Errors
/// `invalid_field` without a reason, `not_found`.
pub fn reveal(
    tx: &mut WriteTx<'_>,
    keys: &Keys,
    (id, reason): (OwnerId, &str),
) -> Outcome<(Owner, Revealed)> {
    super::communities::require_text("/reason", reason)?;
    let owner = owners::find_owner(tx.conn(), id)?.ok_or(Refusal::new(Code::NotFound))?;
    let revealed = open(keys, &owner)?;
    tx.audit("registry.owner_revealed", ("owner", id), (None, Some(&json!({"reason": reason}))));
    Ok((owner, revealed))
}

/// The hash and the last four characters of a resident's number, as the register keeps them.
///
/// # Errors
/// `invalid_id_number`.
pub fn index_resident(keys: &Keys, number: &str) -> Outcome<(String, String)> {
    let number = check_resident_id(number)
        .map_err(|fault| Refusal::field(Code::InvalidIdNumber, "/number", format!("{fault:?}")))?
        .into_string();
    let tail = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
    Ok((keys.blind_index(IDENTITY, &number), tail))
}
