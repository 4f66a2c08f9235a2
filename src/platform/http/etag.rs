//! Versions as entity tags: `If-Match: "3"` makes a change depend on version 3.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{EntityTag, Header, IfMatch as IfMatchHeader},
};

use super::Problem;
use crate::kernel::{Code, Refusal};

/// The version that a change depends on; `None` where the client does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i32>);

impl IfMatch {
    /// Refuses where the client named another version.
    ///
    /// # Errors
    /// `precondition_failed` with both versions.
    pub fn check(self, version: i32) -> Result<(), Refusal> {
        match self.0 {
            Some(wanted) if wanted != version => Err(Refusal::new(Code::PreconditionFailed)
                .with("have", version)
                .with("need", wanted)),
            _ => Ok(()),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request).map_err(Problem))
    }
}

fn read(request: &HttpRequest) -> Result<IfMatch, Refusal> {
    if !request.headers().contains_key("if-match") {
        return Ok(IfMatch(None));
    }
    let malformed = || Refusal::field(Code::MalformedRequest, "If-Match", "one version as \"3\"");
    match IfMatchHeader::parse(request).map_err(|_| malformed())? {
        IfMatchHeader::Any => Ok(IfMatch(None)),
        IfMatchHeader::Items(tags) => {
            let version = tags.first().and_then(|tag| tag.tag().parse().ok());
            version.map(|version| IfMatch(Some(version))).ok_or_else(malformed)
        }
    }
}

/// The entity tag of a version.
#[must_use]
pub fn etag(version: i32) -> EntityTag {
    EntityTag::new_strong(version.to_string())
}
