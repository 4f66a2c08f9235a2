//! The departments that the program ships, as data.

use std::{collections::BTreeSet, sync::LazyLock};

use crate::joint_review::model::{Department, Departments};

/// The data's text.
pub const TEXT: &str = include_str!("../../../seed/reference/review-departments.toml");

/// The departments; empty where the shipped text is broken, which a test rules out.
pub static DATA: LazyLock<Departments> = LazyLock::new(|| {
    let none = Departments { days: 1, basis: String::new(), department: Vec::new() };
    read(TEXT).unwrap_or(none)
});

/// Reads and checks the data.
///
/// # Errors
/// What is wrong.
pub fn read(text: &str) -> Result<Departments, String> {
    let data: Departments = toml::from_str(text).map_err(|fault| fault.to_string())?;
    let names: BTreeSet<&str> = data.department.iter().map(|one| one.name.as_str()).collect();
    if names.len() != data.department.len() || names.contains("") {
        return Err("a department stands there twice, or without a name".to_owned());
    }
    if !(1..=60).contains(&data.days) {
        return Err("days: 1 to 60".to_owned());
    }
    Ok(data)
}

/// The department of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Department> {
    DATA.department.iter().find(|one| one.name == name)
}
