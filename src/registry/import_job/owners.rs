//! Owners of a file: found in the register by the keyed hash of their number, or new.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    kernel::{Contact, ImportId, Outcome, OwnerId},
    platform::{
        auth::seal::Keys,
        db::{Db, WriteContext},
    },
    registry::{
        model::OwnerKind,
        register_file::RegisterRow,
        service::owners::{IDENTITY, owner_place},
        store::staging::{self, ImportOwner, KnownOwner},
    },
};

/// What the file says of an owner.
#[derive(Debug, Clone)]
struct Said {
    place: Option<u32>,
    number: String,
    kind: OwnerKind,
    name: String,
    phone: Option<Contact>,
    email: Option<Contact>,
}

/// Which owner has which number; stages those that the register does not have as the file has them.
pub(super) struct Owners {
    db: Db,
    keys: Keys,
    context: WriteContext,
    import_id: ImportId,
    /// By the owner's number within the file.
    ids: HashMap<u32, OwnerId>,
    /// Organizations and developers by their 社会信用代码: units name their developer so.
    by_code: HashMap<String, OwnerId>,
    changed: HashSet<OwnerId>,
}

impl Owners {
    pub(super) fn new(
        db: &Db,
        keys: &Keys,
        (context, import_id): (&WriteContext, ImportId),
    ) -> Self {
        Self {
            db: db.clone(),
            keys: keys.clone(),
            context: context.clone(),
            import_id,
            ids: HashMap::new(),
            by_code: HashMap::new(),
            changed: HashSet::new(),
        }
    }

    /// The owner of a row that was taken before.
    pub(super) fn find(&self, owner_number: u32) -> Option<OwnerId> {
        self.ids.get(&owner_number).copied()
    }

    /// The developer with a 社会信用代码.
    pub(super) fn find_developer(&self, code: &str) -> Option<OwnerId> {
        self.by_code.get(code).copied()
    }

    /// Whether the file has another name or contact than the register.
    pub(super) fn has_changed(&self, owner: OwnerId) -> bool {
        self.changed.contains(&owner)
    }

    /// Takes the owners of some rows.
    pub(super) fn take(&mut self, rows: &[RegisterRow]) -> Outcome<()> {
        let mut said: HashMap<u32, Said> = HashMap::new();
        for row in rows.iter().filter(|row| !self.ids.contains_key(&row.owner_number)) {
            said.entry(row.owner_number).or_insert_with(|| Said {
                place: Some(row.owner_number),
                number: row.owner_id.clone(),
                kind: row.owner_kind,
                name: row.owner_name.clone(),
                phone: row.phone.clone(),
                email: row.email.clone(),
            });
        }
        self.stage(said.into_values().collect())
    }

    /// Takes developers who are named beside units but own none of the file's rows.
    pub(super) fn take_developers(&mut self, numbers: Vec<String>) -> Outcome<()> {
        let developer = |number| Said {
            place: None,
            number,
            kind: OwnerKind::Developer,
            name: String::new(),
            phone: None,
            email: None,
        };
        let unknown = numbers.into_iter().filter(|number| !self.by_code.contains_key(number));
        let said = unknown.collect::<HashSet<_>>().into_iter().map(developer).collect();
        self.stage(said)
    }

    fn stage(&mut self, said: Vec<Said>) -> Outcome<()> {
        let indexed: Vec<(String, Said)> = said
            .into_iter()
            .map(|said| (self.keys.blind_index(IDENTITY, &said.number), said))
            .collect();
        let indices: Vec<String> = indexed.iter().map(|(index, _)| index.clone()).collect();
        let known =
            self.db.read_blocking(|conn| Ok(staging::list_known_owners(conn, &indices)?))?;
        let known: HashMap<String, KnownOwner> =
            known.into_iter().map(|owner| (owner.identity_index.clone(), owner)).collect();
        let mut staged = Vec::new();
        for (index, said) in indexed {
            let known = known.get(&index);
            let id = known.map_or_else(OwnerId::new, |owner| owner.id);
            self.ids.extend(said.place.map(|place| (place, id)));
            if said.kind != OwnerKind::Person {
                self.by_code.insert(said.number.clone(), id);
            }
            let row = self.row((id, index), &said, known.is_none())?;
            if known.is_none_or(|known| differs(known, &row)) {
                if known.is_some() {
                    self.changed.insert(id);
                }
                staged.push(row);
            }
        }
        let staged = Arc::new(staged);
        self.db.write_blocking(&self.context, "registry.import_stage_owners", move |tx| {
            Ok(staging::insert_import_owners(tx.conn(), &staged)?)
        })
    }

    fn row(
        &self,
        (owner_id, identity_index): (OwnerId, String),
        said: &Said,
        is_new: bool,
    ) -> Outcome<ImportOwner> {
        let keys = &self.keys;
        let seal = |column: &str, contact: &Option<Contact>| -> Outcome<Option<Vec<u8>>> {
            contact
                .as_ref()
                .map(|contact| keys.seal_text(&owner_place(column, owner_id), contact.value()))
                .transpose()
        };
        let index = |contact: &Option<Contact>| contact.as_ref().map(|c| keys.contact_index(c));
        let tail = said.number.chars().skip(said.number.chars().count().saturating_sub(4));
        Ok(ImportOwner {
            owner_id,
            import_id: self.import_id,
            is_new,
            kind: said.kind,
            name: said.name.clone(),
            identity_index,
            identity_sealed: keys.seal_text(&owner_place("identity", owner_id), &said.number)?,
            identity_tail: tail.collect(),
            phone_index: index(&said.phone),
            phone_sealed: seal("phone", &said.phone)?,
            email_index: index(&said.email),
            email_sealed: seal("email", &said.email)?,
        })
    }
}

/// What the file leaves blank is no change.
fn differs(known: &KnownOwner, row: &ImportOwner) -> bool {
    let other = |new: &Option<String>, old: &Option<String>| new.is_some() && new != old;
    (!row.name.is_empty() && row.name != known.name)
        || other(&row.phone_index, &known.phone_index)
        || other(&row.email_index, &known.email_index)
}
