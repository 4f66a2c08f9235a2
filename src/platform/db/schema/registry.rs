//! Communities, units, owners, imports.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    divisions (code) {
        code -> Text,
        name -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    communities (id) {
        id -> DbId,
        division_code -> Text,
        name -> Text,
        address -> Nullable<Text>,
        built_year -> Nullable<Integer>,
        structure -> Nullable<Text>,
        facilities -> Text,
        hazards -> Text,
        notes -> Nullable<Text>,
        register_version -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        ended_on -> Nullable<Date>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    buildings (id) {
        id -> DbId,
        community_id -> DbId,
        name -> Text,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    entrances (id) {
        id -> DbId,
        building_id -> DbId,
        name -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    owners (id) {
        id -> DbId,
        kind -> Text,
        name -> Text,
        identity_index -> Text,
        identity_sealed -> Binary,
        identity_tail -> Text,
        phone_index -> Nullable<Text>,
        phone_sealed -> Nullable<Binary>,
        email_index -> Nullable<Text>,
        email_sealed -> Nullable<Binary>,
        contact_bound_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    imports (id) {
        id -> DbId,
        community_id -> DbId,
        file_name -> Text,
        file_digest -> Text,
        state -> Text,
        lines_total -> BigInt,
        lines_read -> BigInt,
        units_new -> BigInt,
        units_changed -> BigInt,
        units_unchanged -> BigInt,
        units_vanished -> BigInt,
        fault_count -> BigInt,
        notes -> Text,
        register_version -> BigInt,
        committed_version -> Nullable<BigInt>,
        effective_on -> Date,
        created_by -> Text,
        created_at -> Timestamp,
        committed_at -> Nullable<Timestamp>,
        undone_at -> Nullable<Timestamp>,
        failure -> Nullable<Text>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    units (id) {
        id -> DbId,
        community_id -> DbId,
        building_id -> DbId,
        entrance_id -> Nullable<DbId>,
        code -> Text,
        version -> Integer,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    unit_facts (id) {
        id -> DbId,
        unit_id -> DbId,
        #[sql_name = "use"]
        unit_use -> Text,
        area -> Nullable<BigInt>,
        area_source -> Nullable<Text>,
        delivered -> Bool,
        developer_id -> Nullable<DbId>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        reason -> Text,
        import_id -> Nullable<DbId>,
        ended_by_id -> Nullable<DbId>,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ownerships (id) {
        id -> DbId,
        unit_id -> DbId,
        owner_id -> DbId,
        co_ownership -> Nullable<Text>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        reason -> Text,
        import_id -> Nullable<DbId>,
        ended_by_id -> Nullable<DbId>,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    unit_voters (id) {
        id -> DbId,
        unit_id -> DbId,
        owner_id -> DbId,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        evidence -> Text,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    import_faults (id) {
        id -> DbId,
        import_id -> DbId,
        sheet -> Text,
        line -> BigInt,
        column_name -> Text,
        code -> Text,
        message -> Text,
        message_en -> Text,
        masked_value -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    import_owners (import_id, owner_id) {
        owner_id -> DbId,
        import_id -> DbId,
        is_new -> Bool,
        kind -> Text,
        name -> Text,
        identity_index -> Text,
        identity_sealed -> Binary,
        identity_tail -> Text,
        phone_index -> Nullable<Text>,
        phone_sealed -> Nullable<Binary>,
        email_index -> Nullable<Text>,
        email_sealed -> Nullable<Binary>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    import_units (id) {
        id -> DbId,
        import_id -> DbId,
        unit_id -> DbId,
        line -> BigInt,
        sheet -> Text,
        code -> Text,
        building -> Text,
        building_id -> DbId,
        entrance -> Nullable<Text>,
        entrance_id -> Nullable<DbId>,
        #[sql_name = "use"]
        unit_use -> Text,
        area -> Nullable<BigInt>,
        area_source -> Nullable<Text>,
        delivered -> Bool,
        developer_id -> Nullable<DbId>,
        change -> Text,
        differences -> Text,
        is_new_unit -> Bool,
        has_new_facts -> Bool,
        has_new_owners -> Bool,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    import_ownerships (id) {
        id -> DbId,
        import_id -> DbId,
        unit_id -> DbId,
        owner_id -> DbId,
        co_ownership -> Nullable<Text>,
        is_new -> Bool,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    owner_changes (id) {
        id -> DbId,
        owner_id -> DbId,
        name -> Text,
        phone_index -> Nullable<Text>,
        phone_sealed -> Nullable<Binary>,
        email_index -> Nullable<Text>,
        email_sealed -> Nullable<Binary>,
        contact_bound_at -> Nullable<Timestamp>,
        reason -> Text,
        changed_by -> Text,
        import_id -> Nullable<DbId>,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    households (id) {
        id -> DbId,
        unit_id -> DbId,
        name -> Text,
        is_tenant -> Bool,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        version -> Integer,
        recorded_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    residents (id) {
        id -> DbId,
        household_id -> DbId,
        name -> Text,
        phone_index -> Nullable<Text>,
        phone_sealed -> Nullable<Binary>,
        needs -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        version -> Integer,
        recorded_at -> Timestamp,
    }
}
diesel::joinable!(communities -> divisions (division_code));
diesel::joinable!(buildings -> communities (community_id));
diesel::joinable!(entrances -> buildings (building_id));
diesel::joinable!(units -> communities (community_id));
diesel::joinable!(units -> buildings (building_id));
diesel::joinable!(units -> entrances (entrance_id));
diesel::joinable!(unit_facts -> units (unit_id));
diesel::joinable!(ownerships -> units (unit_id));
diesel::joinable!(ownerships -> owners (owner_id));
diesel::joinable!(unit_voters -> units (unit_id));
diesel::joinable!(households -> units (unit_id));
diesel::joinable!(residents -> households (household_id));
diesel::allow_columns_to_appear_in_same_group_by_clause!(units::building_id, unit_facts::unit_use,);
