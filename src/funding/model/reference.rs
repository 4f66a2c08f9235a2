//! Reference data: named programmes, and the reports of the authorities.

use serde::{Deserialize, Serialize};

use super::Channel;

/// A named programme and the items that its money may pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingTag {
    /// The word.
    pub name: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Codes of the catalogue.
    pub codes: Vec<String>,
}

crate::text_enum! {
    /// What a column of a report may show.
    pub enum ReportField {
        /// Counts up from 1.
        Number = "number",
        /// 文号 of the source.
        Document = "document",
        /// The source's name.
        Source = "source",
        /// The channel, in Chinese.
        Channel = "channel",
        /// The division code of the project.
        Division = "division",
        /// The community's name.
        Community = "community",
        /// The project's name.
        Project = "project",
        /// The item's code.
        ItemCode = "item_code",
        /// The item's name.
        Item = "item",
        /// 基础类、完善类、提升类.
        Class = "class",
        /// The purpose of the source that covers the item.
        Purpose = "purpose",
        /// On which day it was allocated.
        AllocatedOn = "allocated_on",
        /// What the item costs, yuan.
        Cost = "cost",
        /// What stands of the allocation, yuan.
        Allocated = "allocated",
        /// What contracts bind, yuan.
        Committed = "committed",
        /// What is paid, yuan.
        Paid = "paid",
        /// What is allocated and not paid, yuan.
        Unpaid = "unpaid",
        /// The note of the allocation.
        Note = "note",
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportColumn {
    /// Its heading.
    pub label: String,
    /// What it shows.
    pub field: ReportField,
}

/// The report of an authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingReport {
    /// The word.
    pub name: String,
    /// Its title in Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Whose money.
    pub channels: Vec<Channel>,
    /// The columns, in order.
    pub columns: Vec<ReportColumn>,
}
