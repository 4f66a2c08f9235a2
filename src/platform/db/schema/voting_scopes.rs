//! The parts of a vote's scope, where several buildings or a named set of units decide.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_scope_buildings (vote_id, building_id) {
        vote_id -> DbId,
        building_id -> DbId,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_scope_units (vote_id, unit_id) {
        vote_id -> DbId,
        unit_id -> DbId,
    }
}
