//! Use cases of the statutory vote, one file each: load facts → rules → store → event → audit.

pub mod cast;
pub mod certificate;
pub mod count;
pub mod draft;
pub mod facts;
pub mod log;
pub mod log_check;
pub mod log_files;
pub mod notice_lists;
pub mod notice_text;
pub mod notices;
pub mod objections;
pub mod packs;
pub mod paper;
pub mod paper_account;
pub mod paper_batch;
pub mod paper_code;
pub mod paper_issue;
pub mod paper_lists;
mod paper_log;
pub mod paper_views;
pub mod printing;
pub mod publication;
pub mod receipts;
pub mod roll;
pub mod steps;
pub mod views;
