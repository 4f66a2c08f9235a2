//! The register as identity asks it (identity stands below the registry and can't).

use diesel::QueryResult;

use crate::{
    identity::{Directory, DirectoryOwner},
    platform::{
        auth::{Place, Scope},
        db::Conn,
    },
    registry,
};

/// Identity's questions, answered by the registry.
#[derive(Debug, Clone, Copy)]
pub struct RegistryDirectory;

impl Directory for RegistryDirectory {
    fn find_by_contact(
        &self,
        conn: &mut Conn,
        contact_index: &str,
    ) -> QueryResult<Vec<DirectoryOwner>> {
        let owners = registry::find_owners_by_contact(conn, contact_index)?;
        let owner = |owner: registry::ContactOwner| DirectoryOwner {
            owner_id: owner.id,
            masked_name: owner.masked_name,
            id_tail: owner.id_tail,
        };
        Ok(owners.into_iter().map(owner).collect())
    }

    fn find_place(&self, conn: &mut Conn, scope: &Scope) -> QueryResult<Option<Place>> {
        match scope {
            Scope::Community(id) => registry::find_place_of_community(conn, *id),
            Scope::Building(id) => registry::find_place_of_building(conn, *id),
            Scope::Division(code) => {
                Ok(Some(Place { division_code: code.clone(), ..Place::default() }))
            }
            Scope::Everything | Scope::Own => Ok(Some(Place::default())),
        }
    }
}
