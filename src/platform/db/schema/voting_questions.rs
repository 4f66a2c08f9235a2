//! Questions whose options are items, and the run-offs between options that were left open.

use super::votes;

diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_questions (id) {
        id -> DbId,
        vote_id -> DbId,
        position -> Integer,
        title -> Text,
        description -> Text,
        kind -> Text,
        choose_at_most -> Integer,
        seats -> Integer,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    use crate::kernel::id::DbId;
    vote_run_offs (vote_id) {
        vote_id -> DbId,
        question_id -> DbId,
    }
}
diesel::joinable!(vote_run_offs -> votes (vote_id));
