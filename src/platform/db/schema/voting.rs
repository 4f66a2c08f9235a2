//! Rule packs, votes, rolls, ballots, sheets, results.

use super::registry::{communities, owners};

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    rule_packs (id) {
        id -> DbId,
        pack_key -> Text,
        pack_version -> Integer,
        name -> Text,
        effective_from -> Date,
        digest -> Text,
        body -> Text,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    votes (id) {
        id -> DbId,
        community_id -> DbId,
        building_id -> Nullable<DbId>,
        entrance_id -> Nullable<DbId>,
        rule_pack_id -> DbId,
        title -> Text,
        description -> Text,
        state -> Text,
        record_on -> Nullable<Date>,
        roll_area -> Nullable<BigInt>,
        roll_heads -> Nullable<BigInt>,
        agenda_digest -> Nullable<Text>,
        noticed_at -> Nullable<Timestamp>,
        opens_at -> Nullable<Timestamp>,
        closes_at -> Nullable<Timestamp>,
        extensions -> Integer,
        closed_at -> Nullable<Timestamp>,
        counted_at -> Nullable<Timestamp>,
        published_at -> Nullable<Timestamp>,
        objections_until -> Nullable<Timestamp>,
        confirmed_at -> Nullable<Timestamp>,
        certificate -> Nullable<Text>,
        reliance -> Text,
        created_by -> Nullable<DbId>,
        created_at -> Timestamp,
        version -> Integer,
        scope_name -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_items (id) {
        id -> DbId,
        vote_id -> DbId,
        position -> Integer,
        title -> Text,
        description -> Text,
        matter -> Text,
        class -> Text,
        question_id -> Nullable<DbId>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_materials (id) {
        id -> DbId,
        vote_id -> DbId,
        file_name -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        digest -> Text,
        content -> Binary,
        created_at -> Timestamp,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_transitions (id) {
        id -> DbId,
        vote_id -> DbId,
        from_state -> Text,
        to_state -> Text,
        command -> Text,
        actor_name -> Text,
        at -> Timestamp,
        legal_at -> Timestamp,
        reason -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    heads (id) {
        id -> DbId,
        vote_id -> DbId,
        position -> Integer,
        area -> BigInt,
        is_developer_pool -> Bool,
        struck_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    head_owners (head_id, owner_id) {
        head_id -> DbId,
        owner_id -> DbId,
        vote_id -> DbId,
        may_cast -> Bool,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    roll_units (id) {
        id -> DbId,
        vote_id -> DbId,
        unit_id -> DbId,
        head_id -> Nullable<DbId>,
        position -> Integer,
        code -> Text,
        building -> Text,
        entrance -> Nullable<Text>,
        #[sql_name = "use"]
        unit_use -> Text,
        area -> BigInt,
        area_source -> Text,
        delivered -> Bool,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sheets (id) {
        id -> DbId,
        vote_id -> DbId,
        head_id -> DbId,
        unit_code -> Text,
        serial -> Text,
        issue_id -> DbId,
        batch_id -> Nullable<DbId>,
        state -> Text,
        registered_at -> Nullable<Timestamp>,
        registered_by -> Nullable<DbId>,
        settled_at -> Nullable<Timestamp>,
        ballot_void_at -> Nullable<Timestamp>,
        void_reason -> Nullable<Text>,
        void_note -> Nullable<Text>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sheet_issues (id) {
        id -> DbId,
        vote_id -> DbId,
        number -> Integer,
        sheets -> Integer,
        issued_at -> Timestamp,
        issued_by -> DbId,
        issuer_name -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sheet_batches (id) {
        id -> DbId,
        vote_id -> DbId,
        number -> Integer,
        first_collector -> DbId,
        second_collector -> DbId,
        place -> Text,
        seal -> Text,
        sheets -> Integer,
        registered_at -> Timestamp,
        registered_by -> DbId,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sheet_accounts (vote_id) {
        vote_id -> DbId,
        issued -> Integer,
        returned -> Integer,
        spoiled -> Integer,
        missing -> Integer,
        closed_at -> Timestamp,
        closed_by -> DbId,
        closer_name -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sheet_entries (id) {
        id -> DbId,
        sheet_id -> DbId,
        round -> Text,
        clerk_id -> DbId,
        session_id -> DbId,
        clerk_name -> Text,
        choices -> Text,
        invalid_reason -> Nullable<Text>,
        entered_at -> Timestamp,
        proxy_id -> Nullable<DbId>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sheet_scans (id) {
        id -> DbId,
        sheet_id -> DbId,
        digest -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        width -> Integer,
        height -> Integer,
        content -> Binary,
        reason -> Nullable<Text>,
        scanned_at -> Timestamp,
        scanned_by -> DbId,
        scanner_name -> Text,
        removed_at -> Nullable<Timestamp>,
        removed_by -> Nullable<DbId>,
        remover_name -> Nullable<Text>,
        removal_reason -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    sheet_rechecks (vote_id) {
        vote_id -> DbId,
        sheets -> Integer,
        draws -> Nullable<Integer>,
        seed -> Nullable<Text>,
        seed_source -> Nullable<Text>,
        seed_drawn_at -> Nullable<Timestamp>,
        started_at -> Timestamp,
        started_by -> DbId,
        starter_name -> Text,
        read_count -> Integer,
        differing -> Text,
        finished_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ballots (id) {
        id -> DbId,
        vote_id -> DbId,
        head_id -> DbId,
        owner_id -> Nullable<DbId>,
        sheet_id -> Nullable<DbId>,
        channel -> Text,
        cast_at -> Timestamp,
        receipt -> Text,
        log_seq -> BigInt,
        actor_id -> Nullable<DbId>,
        request_id -> Text,
        proxy_id -> Nullable<DbId>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ballot_choices (id) {
        id -> DbId,
        ballot_id -> DbId,
        item_id -> DbId,
        head_id -> DbId,
        choice -> Text,
        standing -> Bool,
        reading -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ballot_attempts (id) {
        id -> DbId,
        vote_id -> DbId,
        head_id -> Nullable<DbId>,
        sheet_id -> Nullable<DbId>,
        channel -> Text,
        at -> Timestamp,
        reason -> Text,
        actor_id -> Nullable<DbId>,
        request_id -> Text,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ballot_notices (id) {
        id -> DbId,
        vote_id -> DbId,
        ballot_id -> DbId,
        head_id -> DbId,
        owner_id -> Nullable<DbId>,
        occasion -> Text,
        cause -> Text,
        recipient -> Text,
        contact_kind -> Nullable<Text>,
        masked_contact -> Nullable<Text>,
        state -> Text,
        at -> Timestamp,
        created_at -> Timestamp,
        delivered_by -> Nullable<Text>,
        delivery_note -> Nullable<Text>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    ballot_disputes (id) {
        id -> DbId,
        vote_id -> DbId,
        ballot_id -> DbId,
        owner_id -> Nullable<DbId>,
        reason -> Text,
        text -> Text,
        unit_code -> Nullable<Text>,
        filer -> Nullable<DbId>,
        filed_by -> Text,
        filed_at -> Timestamp,
        log_seq -> BigInt,
        upheld -> Nullable<Bool>,
        ruling -> Nullable<Text>,
        choices -> Nullable<Text>,
        invalid_reason -> Nullable<Text>,
        proposed_by -> Nullable<DbId>,
        proposed_name -> Nullable<Text>,
        proposed_at -> Nullable<Timestamp>,
        confirmed_by -> Nullable<DbId>,
        confirmed_name -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
        ruling_seq -> Nullable<BigInt>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    item_results (id) {
        id -> DbId,
        vote_id -> DbId,
        item_id -> DbId,
        passed -> Bool,
        working -> Text,
        counted_at -> Timestamp,
        log_seq -> BigInt,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    objections (id) {
        id -> DbId,
        vote_id -> DbId,
        subject -> Text,
        owner_id -> Nullable<DbId>,
        unit_code -> Nullable<Text>,
        filed_by -> Text,
        text -> Text,
        filed_at -> Timestamp,
        answer -> Nullable<Text>,
        upheld -> Nullable<Bool>,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_challenges (id) {
        id -> DbId,
        vote_id -> DbId,
        item_id -> Nullable<DbId>,
        court -> Text,
        case_number -> Text,
        filed_on -> Date,
        outcome -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        annuls -> Bool,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_extensions (id) {
        id -> DbId,
        vote_id -> DbId,
        closes_at -> Timestamp,
        reason -> Text,
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
    roll_amendments (id) {
        id -> DbId,
        vote_id -> DbId,
        objection_id -> Nullable<DbId>,
        reason -> Text,
        difference -> Text,
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
diesel::joinable!(votes -> rule_packs (rule_pack_id));
diesel::joinable!(votes -> communities (community_id));
diesel::joinable!(vote_items -> votes (vote_id));
diesel::joinable!(heads -> votes (vote_id));
diesel::joinable!(head_owners -> heads (head_id));
diesel::joinable!(head_owners -> owners (owner_id));
diesel::joinable!(roll_units -> heads (head_id));
diesel::joinable!(sheets -> heads (head_id));
diesel::joinable!(sheet_entries -> sheets (sheet_id));
diesel::joinable!(sheet_scans -> sheets (sheet_id));
diesel::joinable!(ballots -> heads (head_id));
diesel::joinable!(ballot_choices -> ballots (ballot_id));
diesel::joinable!(ballot_notices -> ballots (ballot_id));
diesel::joinable!(ballot_disputes -> ballots (ballot_id));
