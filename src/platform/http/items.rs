//! Batches of things that phones made without network: one that can't be read stops none of the others.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::kernel::{Code, Outcome, Refusal, VisitKey};

/// A thing of a batch, or its `client_id` as far as it can be read and why the thing can't be.
pub type ReadItem<T> = Result<T, (Option<VisitKey>, Refusal)>;

/// Reads each thing by itself and makes a command of it.
///
/// # Errors
/// `invalid_field` at `pointer` for none and for more than `most`.
pub fn read_items<T: DeserializeOwned, C>(
    (pointer, most): (&str, usize),
    values: Vec<Value>,
    into_command: impl Fn(T) -> Outcome<C>,
) -> Outcome<Vec<ReadItem<C>>> {
    let count = values.len();
    if !(1..=most).contains(&count) {
        let detail = format!("{count}; 1 to {most}");
        return Err(Refusal::field(Code::InvalidField, pointer, detail));
    }
    let read = |value: Value| {
        let key = value.get("client_id").and_then(|key| key.as_str()?.parse().ok());
        let thing = serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string();
            let pointer = match path.as_str() {
                "." => String::new(),
                path => format!("/{}", path.replace(['.', '['], "/").replace(']', "")),
            };
            (key, Refusal::field(Code::InvalidField, &pointer, error.inner()))
        })?;
        into_command(thing).map_err(|refusal| (key, refusal))
    };
    Ok(values.into_iter().map(read).collect())
}
