//! Pure words that every slice speaks: ids, money, area, ratios, instants and legal days, pages,
//! error codes. Absent on purpose: I/O, clocks, database queries, HTTP, anything of ours.

pub mod area;
pub mod calendar;
pub mod code;
pub mod contact;
pub mod hex;
pub mod id;
pub mod money;
pub mod page;
pub mod proposal;
pub mod ratio;
pub mod refusal;
pub mod split;
pub mod text;
pub mod text_enum;
pub mod time;
pub mod upload;

pub use area::Area;
pub use calendar::{LastDay, Length, Period, WorkCalendar};
pub use code::Code;
pub use contact::{Contact, ContactKind};
pub use id::*;
pub use money::Fen;
pub use page::{Page, PageQuery};
pub use proposal::ProposalState;
pub use ratio::{Comparator, Ratio, Threshold};
pub use refusal::{FieldError, Outcome, Refusal, RuleBroken};
pub use time::{LocalDate, UtcTime};
pub use upload::UploadOutcome;
