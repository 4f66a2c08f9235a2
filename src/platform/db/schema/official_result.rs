//! Results of official platforms 官方平台表决结果.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    official_results (id) {
        id -> DbId,
        division_code -> Text,
        community_id -> DbId,
        building_id -> Nullable<DbId>,
        entrance_id -> Nullable<DbId>,
        rule_pack_id -> DbId,
        platform -> Text,
        reference -> Text,
        opens_at -> Timestamp,
        closes_at -> Timestamp,
        total_area -> BigInt,
        total_heads -> BigInt,
        state -> Text,
        replaces_id -> Nullable<DbId>,
        correction_reason -> Nullable<Text>,
        recorded_by -> DbId,
        recorder_name -> Text,
        recorded_at -> Timestamp,
        confirmed_by -> Nullable<DbId>,
        confirmer_name -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
        withdrawn_name -> Nullable<Text>,
        withdrawn_at -> Nullable<Timestamp>,
        withdrawal_reason -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    official_result_items (id) {
        id -> DbId,
        result_id -> DbId,
        position -> Integer,
        title -> Text,
        matters -> Text,
        class -> Text,
        participating_area -> BigInt,
        participating_heads -> BigInt,
        for_area -> BigInt,
        for_heads -> BigInt,
        against_area -> BigInt,
        against_heads -> BigInt,
        abstain_area -> BigInt,
        abstain_heads -> BigInt,
        invalid_area -> BigInt,
        invalid_heads -> BigInt,
        passed -> Bool,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    official_result_files (id) {
        id -> DbId,
        result_id -> DbId,
        file_name -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        digest -> Text,
        content -> Binary,
        uploaded_at -> Timestamp,
        uploaded_by -> DbId,
        uploader_name -> Text,
    }
}
