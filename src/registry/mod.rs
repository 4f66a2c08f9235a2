//! The registry: division 区划 → community 小区 → building 楼栋 → entrance 单元 → exclusive unit
//! 专有部分 → ownership, all with valid-time history. Households and residents stand apart from
//! owners: surveys ask households, the law asks owners. Absent on purpose: votes, money.

mod directory;
mod dto;
mod export;
mod import_job;
mod model;
mod register_file;
mod routes;
mod rules;
mod scope_units;
mod service;
mod store;

pub use directory::{
    ContactOwner, EntrancePlace, Identity, find_identity, find_owners_by_contact,
    find_place_of_building, find_place_of_community, identify, list_contacts, list_entrance_places,
    list_entrances_of_owner, list_owned_units,
};
pub use import_job::{ReadImport, read as read_import};
pub use model::{
    AreaSource, CoOwnership, ImportState, OwnerKind, UnitUse, VanishedUnits, WorkKind,
};
pub use register_file::{
    IdRule, Progress, RegisterFile, RegisterRow, RowFault, read_register, stream_register,
};
pub use routes::routes;
pub use rules::identity_number::{IdFault, IdNumber, check_credit_code, check_resident_id};
pub use scope_units::{
    RegisterScope, ScopeOwner, ScopePlace, ScopeUnit, UnitPlace, find_scope_place,
    list_building_names, list_scope_units, list_unit_places, list_unit_uses,
};
pub use service::boundaries::{
    BoundaryGuard, VoteInTheWay, WorkInTheWay, find_beginning as find_community_beginning,
    require_standing as require_standing_community,
};
pub use service::communities::{enter_named as enter_community, keep_division};
pub use service::import::{
    NewImport, commit as commit_import, end_abandoned as end_abandoned_imports,
    open as open_import, undo as undo_import,
};
pub use store::{
    communities::{Division, has_communities, list_communities_named},
    imports::{Import, list_faults as list_import_faults},
};
