//! Pure decisions of the statutory owner vote: no clock, no database, no files, no other slice.

pub mod amend;
mod conditions;
pub mod count;
pub mod explain;
pub mod flip;
pub mod flip_area;
pub mod objection;
pub mod pack;
mod pack_check;
pub mod periods;
pub mod roll;
pub mod select;
pub mod sheet;
pub mod state;
#[cfg(test)]
mod tests;
