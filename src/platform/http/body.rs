//! Request bodies: JSON with a limit, unknown fields refused, and a pointer to the fault.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::Problem;
use crate::kernel::{Code, Refusal};
use crate::platform::db::WriteContext;

/// Bytes of a JSON body at the most.
const LIMIT: usize = 256 * 1024;

/// A JSON body. Use it in place of `web::Json`.
#[derive(Debug, Clone)]
pub struct Body<T> {
    /// The value.
    pub value: T,
    digest: String,
}

impl<T> Body<T> {
    /// The context with this body's digest beside its idempotency key: the same key with another
    /// body is refused.
    #[must_use]
    pub fn bind(&self, mut context: WriteContext) -> WriteContext {
        if let Some(key) = &mut context.idempotency {
            key.request_digest.clone_from(&self.digest);
        }
        context
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"));
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                let need = "Content-Type: application/json";
                return Err(Refusal::new(Code::UnsupportedMediaType).detail(need).into());
            }
            let bytes = bytes.await.map_err(|error| {
                let status = error.as_response_error().status_code().as_u16();
                let code = if status == Code::PayloadTooLarge.status() {
                    Code::PayloadTooLarge
                } else {
                    Code::MalformedRequest
                };
                Refusal::new(code).with("limit_bytes", LIMIT)
            })?;
            parse(&bytes).map_err(Problem)
        })
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<Body<T>, Refusal> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let inner = error.inner();
        if inner.is_syntax() || inner.is_eof() {
            return Refusal::new(Code::MalformedRequest).detail(inner);
        }
        Refusal::field(Code::InvalidField, &pointer(error.path()), inner)
    })?;
    deserializer.end().map_err(|error| Refusal::new(Code::MalformedRequest).detail(error))?;
    let digest = crate::kernel::hex::encode(&Sha256::digest(bytes));
    Ok(Body { value, digest })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// A path segment that is not what the route needs names nothing: 404.
#[must_use]
pub fn path_config() -> web::PathConfig {
    web::PathConfig::default().error_handler(|_, _| Problem(Refusal::new(Code::NotFound)).into())
}

/// A query string that the route can't read: 400 with the reason.
#[must_use]
pub fn query_config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, _| {
        Problem(Refusal::new(Code::MalformedRequest).detail(error)).into()
    })
}
