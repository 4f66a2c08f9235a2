//! Which queue a request waits in: what costs alike waits together, so that exports can't keep
//! ballots out.

use actix_web::{
    dev::ServiceRequest,
    http::{Method, header},
};

/// A class of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Probes and metrics: never limited.
    Probe,
    /// A read.
    Read,
    /// A write.
    Write,
    /// A sheet, a table, an export.
    Export,
    /// A file.
    Upload,
    /// A password to check: memory and processor by design.
    Hash,
}

impl Class {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Read => "read",
            Self::Write => "write",
            Self::Export => "export",
            Self::Upload => "upload",
            Self::Hash => "hash",
        }
    }
}

pub(super) fn of(request: &ServiceRequest) -> Class {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
    of_parts(request.method(), request.path(), kind)
}

pub(super) fn of_parts(method: &Method, path: &str, content_type: &str) -> Class {
    let last = path.rsplit('/').next().unwrap_or_default();
    if matches!(path, "/livez" | "/readyz" | "/metrics") {
        return Class::Probe;
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        let is_sheet = ["csv", "xlsx", "html", "zip"].iter().any(|end| {
            last.rsplit_once('.').is_some_and(|(_, extension)| extension == *end) || last == *end
        });
        // What is posted publicly is asked for by everybody at once, and cheap.
        let is_posted = path.contains("/public/");
        return if (is_sheet && !is_posted) || path.contains("/print/") {
            Class::Export
        } else {
            Class::Read
        };
    }
    if last.contains("password") || last == "sign-in" || last == "sessions" {
        return Class::Hash;
    }
    let is_file = !content_type.is_empty() && !content_type.contains("json");
    if is_file { Class::Upload } else { Class::Write }
}
