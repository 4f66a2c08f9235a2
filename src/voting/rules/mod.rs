//! Pure decisions of the statutory owner vote: no clock, no database, no files, no other slice.

pub mod amend;
pub mod composite;
pub mod composite_words;
mod conditions;
pub mod count;
pub mod delivery;
pub mod explain;
pub mod flip;
pub mod flip_area;
pub mod objection;
pub mod pack;
mod pack_check;
pub mod pack_compare;
mod pack_duty;
pub mod pack_parts;
pub mod pack_report;
pub mod pack_tests;
pub mod pack_use;
pub mod pack_values;
mod pack_words;
pub mod periods;
pub mod proxy;
pub mod questions;
pub mod recheck;
pub mod roll;
pub mod select;
pub mod sheet;
pub mod shipped;
pub mod silence;
pub mod sitting;
pub mod state;
#[cfg(test)]
mod tests;
