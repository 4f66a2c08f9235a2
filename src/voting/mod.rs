//! The statutory owner vote 业主共同决定 (民法典 278-280): roll, ballots, count, result.
//! Its states are drawn in `docs/state-machines/voting.md`.

mod dto;
pub mod model;
mod pages;
mod routes;
pub mod rules;
mod service;
mod store;

pub use model::{Cast, Channel, Choice, DuplicatePolicy, ItemClass, NewItem, NewVote};
pub use routes::routes;
pub use rules::{
    count::{InvalidBallots, ItemCount, Standing, Verdict, Weight},
    explain::{Predicate, explain},
    flip::{Flip, flip},
    flip_area::{AreaFlip, flip_area},
    pack::{ClassRule, Matter, NATIONAL, RulePack, shipped_calendar},
    roll::{OwnerRef, Roll, RollFault, RollProblem, RollRules, Space, UnitRow},
    select::{Attempt, Fate, Precedence, Selection, select},
};
pub use service::steps;
pub use service::{
    cast::{CastQueue, cast_many, start_queue},
    count::{Recount, count_vote, recount, work_out},
    disputes::{DisputeView, file_dispute},
    draft::draft_vote,
    facts::{Vote, find_vote},
    log::check_logs,
    notices::Post,
    packs::load_shipped_packs,
    steps::run_due_steps,
};
pub use store::{rolls::list_voters, votes::list_items};
