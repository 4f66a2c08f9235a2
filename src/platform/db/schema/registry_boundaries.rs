//! Mergers and splits of communities.

use super::registry::communities;

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    boundary_changes (id) {
        id -> DbId,
        kind -> Text,
        effective_on -> Date,
        document_number -> Text,
        reason -> Text,
        decision_id -> Nullable<DbId>,
        proposed_by -> DbId,
        proposed_name -> Text,
        proposed_at -> Timestamp,
        confirmed_by -> Nullable<DbId>,
        confirmed_name -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
        withdrawn_name -> Nullable<Text>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    boundary_sources (change_id, community_id) {
        change_id -> DbId,
        community_id -> DbId,
        prefix -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    boundary_targets (id) {
        id -> DbId,
        change_id -> DbId,
        position -> Integer,
        name -> Text,
        division_code -> Text,
        community_id -> Nullable<DbId>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    boundary_parts (target_id, building_id) {
        target_id -> DbId,
        building_id -> DbId,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    building_periods (id) {
        id -> DbId,
        building_id -> DbId,
        community_id -> DbId,
        building_name -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Date,
        change_id -> DbId,
    }
}
diesel::joinable!(boundary_sources -> communities (community_id));
diesel::joinable!(boundary_sources -> boundary_changes (change_id));
diesel::joinable!(boundary_targets -> boundary_changes (change_id));
diesel::joinable!(boundary_parts -> boundary_targets (target_id));
diesel::joinable!(building_periods -> communities (community_id));
