//! Composite decisions, and votes cloned from others.

use super::voting::votes;

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    composites (id) {
        id -> DbId,
        rule_pack_id -> DbId,
        composite_key -> Text,
        title -> Text,
        created_by -> DbId,
        creator_name -> Text,
        created_at -> Timestamp,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    composite_places (id) {
        id -> DbId,
        composite_id -> DbId,
        position -> Integer,
        name -> Text,
        division_code -> Text,
        community_id -> DbId,
        building_id -> Nullable<DbId>,
        entrance_id -> Nullable<DbId>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    composite_members (id) {
        id -> DbId,
        composite_id -> DbId,
        place_id -> DbId,
        part -> Integer,
        vote_id -> DbId,
        added_at -> Timestamp,
        added_name -> Text,
        replaced_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    composite_decisions (composite_id) {
        composite_id -> DbId,
        approved -> Bool,
        authority -> Text,
        document_number -> Text,
        decided_on -> Date,
        evidence -> Text,
        announcement -> Text,
        recorded_by -> DbId,
        recorder_name -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_clones (vote_id) {
        vote_id -> DbId,
        source_id -> DbId,
    }
}
diesel::joinable!(composite_members -> votes (vote_id));
diesel::joinable!(vote_clones -> votes (source_id));
