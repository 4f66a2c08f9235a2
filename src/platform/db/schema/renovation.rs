//! Renovation projects 改造项目: policy, stages, plan versions, evidence.

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    policy_packs (id) {
        id -> DbId,
        pack_key -> Text,
        pack_version -> Integer,
        digest -> Text,
        body -> Text,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    projects (id) {
        id -> DbId,
        division_code -> Text,
        community_id -> DbId,
        policy_pack_id -> DbId,
        name -> Text,
        stage -> Text,
        resume_stage -> Nullable<Text>,
        reason -> Nullable<Text>,
        substitute_id -> Nullable<DbId>,
        creator_name -> Text,
        created_at -> Timestamp,
        moved_at -> Timestamp,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    project_steps (id) {
        id -> DbId,
        project_id -> DbId,
        command -> Text,
        from_stage -> Nullable<Text>,
        to_stage -> Text,
        reason -> Nullable<Text>,
        proof -> Nullable<Text>,
        actor_name -> Text,
        at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    plan_versions (id) {
        id -> DbId,
        project_id -> DbId,
        number -> Integer,
        state -> Text,
        funding -> Text,
        management_model -> Nullable<Text>,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        note -> Text,
        cost -> BigInt,
        digest -> Text,
        canonical -> Text,
        author_name -> Text,
        created_at -> Timestamp,
        fixer_name -> Nullable<Text>,
        fixed_at -> Nullable<Timestamp>,
        drawings -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    plan_items (id) {
        id -> DbId,
        plan_version_id -> DbId,
        position -> Integer,
        code -> Text,
        quantity -> BigInt,
        building_id -> Nullable<DbId>,
        entrance_id -> Nullable<DbId>,
        cost -> BigInt,
        mandatory -> Bool,
        note -> Text,
        chosen -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    project_evidence (id) {
        id -> DbId,
        project_id -> DbId,
        requirement -> Text,
        kind -> Text,
        reference_id -> Nullable<DbId>,
        plan_version_id -> Nullable<DbId>,
        starts_on -> Nullable<Date>,
        place -> Nullable<Text>,
        model -> Nullable<Text>,
        title -> Nullable<Text>,
        number -> Nullable<Text>,
        sha256 -> Nullable<Text>,
        withdraws_id -> Nullable<DbId>,
        reason -> Nullable<Text>,
        recorder_name -> Text,
        recorded_at -> Timestamp,
        item_id -> Nullable<DbId>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    project_deadlines (id) {
        id -> DbId,
        project_id -> DbId,
        kind -> Text,
        stage -> Text,
        evidence_id -> Nullable<DbId>,
        fires_at -> Timestamp,
        state -> Text,
        settled_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    plan_drawings (id) {
        id -> DbId,
        project_id -> DbId,
        file_name -> Text,
        digest -> Text,
        original_digest -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        width -> Integer,
        height -> Integer,
        content -> Binary,
        uploader_name -> Text,
        uploaded_at -> Timestamp,
    }
}
