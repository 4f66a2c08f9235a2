//! All SQL of the slice, by table. Absent on purpose: decisions, other slices' tables.

pub mod amendments;
pub mod ballots;
pub mod composites;
pub mod deliveries;
pub mod disputes;
pub mod extensions;
pub mod notices;
pub mod objections;
pub mod packs;
pub mod proxies;
pub mod questions;
pub mod reminders;
pub mod results;
pub mod rolls;
pub mod scans;
pub mod scopes;
pub mod sheet_ledger;
pub mod sheets;
pub mod sittings;
pub mod transfers;
pub mod votes;
