//! HTTP in one form: errors are `application/problem+json`, bodies are read with a limit and a
//! pointer to the fault, commands are idempotent. Absent on purpose: anything of a slice.

mod body;
mod command;
mod drain;
mod etag;
mod headers;
mod items;
mod limits;
mod picture;
mod problem;

pub use body::{Body, path_config, query_config};
pub use command::{REPLAYED, attempt, command, page_of, private_file};
pub use drain::Drain;
pub use etag::{IfMatch, etag};
pub use headers::secure;
pub use items::{ReadItem, read_items};
pub use limits::{Limits, limit};
pub use picture::read_picture;
pub(crate) use problem::request_id;
pub use problem::{Problem, ProblemBody, TLOG_SIZE, finish, no_route};
