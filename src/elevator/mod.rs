//! Added elevators 加装电梯: a case per entrance, from one household's request to the agreement that
//! every payer signed, or to a reserved pit 预留基坑. Its states: `docs/state-machines/elevator.md`.
//!
//! Invariants: shares sum to cost − subsidy to the fen; a signature belongs to one version of the
//! plan; nothing is agreed without passed votes or over open objections; entrances do not wait for
//! each other. Absent on purpose: the vote itself (`voting`), payment, and who joins later.

mod dto;
mod model;
mod pages;
mod routes;
mod rules;
mod service;
mod store;

pub use routes::routes;
