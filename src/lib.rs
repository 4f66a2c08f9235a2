//! jiugai（旧改）: one backend that carries the renovation of an old neighbourhood from the first
//! wish to the last warranty repair. This file is only the map; `docs/ARCHITECTURE.md` is the tour.
//!
//! `kernel` ← `platform` ← slices ← `app` (is used by; never backwards).

pub mod app;
pub mod ballot_log;
pub mod consultation;
pub mod elevator;
pub mod fund;
pub mod funding;
pub mod identity;
pub mod joint_review;
pub mod kernel;
pub mod ledger;
pub mod official_result;
pub mod platform;
pub mod registry;
pub mod renovation;
pub mod survey;
pub mod verifier;
pub mod voting;
pub mod witness;
