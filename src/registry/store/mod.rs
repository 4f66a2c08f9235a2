//! All SQL of the registry. Absent on purpose: rules, HTTP, transactions of its own.

pub mod boundaries;
pub mod communities;
pub mod import_apply;
pub mod imports;
pub mod owners;
pub mod people;
pub mod staging;
pub mod units;

/// Whether a period `[valid_from, valid_to)` of a table holds a day.
macro_rules! holds {
    ($table:ident, $day:expr) => {
        diesel::BoolExpressionMethods::and(
            $table::valid_from.le($day),
            diesel::BoolExpressionMethods::or(
                $table::valid_to.is_null(),
                $table::valid_to.gt($day),
            ),
        )
    };
}
pub(super) use holds;
