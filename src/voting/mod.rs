//! The statutory owner vote 业主共同决定 (民法典 278-280): roll, ballots, count, result.
//! Its states are drawn in `docs/state-machines/voting.md`.

mod dto;
pub mod model;
mod pages;
mod routes;
pub mod rules;
mod service;
mod store;

pub use model::{
    Basis, Cast, Channel, Choice, DuplicatePolicy, ItemClass, NewItem, NewVote, PartOfCommunity,
    Reliance, SilentRule,
};
pub use routes::routes;
pub use rules::{
    count::{InvalidBallots, ItemCount, Standing, Verdict, Weight},
    explain::{Predicate, explain},
    flip::{Flip, flip},
    flip_area::{AreaFlip, flip_area},
    pack::{ClassRule, Matter, NATIONAL, RulePack, shipped_calendar},
    pack_compare::{PackChange, PackFault},
    pack_report::{PackReport, examine},
    pack_tests::PackTest,
    pack_use::PackWarning,
    pack_values::{PackValue, ValueUse},
    questions::{OptionCount, Question, are_whole as are_questions_whole, is_ranked},
    recheck::{draws as recheck_draws, sample as recheck_sample, suffices as recheck_suffices},
    roll::{OwnerRef, Roll, RollFault, RollProblem, RollRules, Space, UnitRow},
    select::{Attempt, Fate, Precedence, Selection, select},
    shipped::{SHIPPED, find_shipped},
    silence::{ClauseOutcome, SilenceClause},
    state::Blocker,
};
pub use service::steps;
pub use service::{
    boundary_guard::RunningVotes,
    cast::{CastQueue, cast_many, start_queue},
    checkpoints::keep_hourly_checkpoints,
    composite_views::{explain_composite, readiness_of_composite},
    count::{Recount, count_vote, recount, work_out},
    disputes::{DisputeView, file_dispute},
    draft::draft_vote,
    extension::{confirm_extension, propose_extension},
    facts::{Vote, calendar as work_calendar, find_vote, get_pack},
    incident::{KeyFault, Reopen, Reopened, Which, check_log_keys, reopen_logs},
    log::check_logs,
    log_check::{LogCheck, check_rows_against_logs},
    notices::Post,
    outcome::{ItemOutcome, VoteOutcome, VotePapers, find_outcome, find_papers},
    packs::{find_pack_in_force, load_shipped_packs},
    steps::{list_due, take_due_step},
};
pub use store::{rolls::list_voters, votes::list_items};
