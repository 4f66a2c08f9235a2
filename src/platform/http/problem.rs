//! RFC 9457 problems, made from refusals; actix's own errors answer in the same form.

use actix_web::{
    HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::kernel::{Code, FieldError, Refusal, RuleBroken};

/// The media type of every error.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// How a witness tells the size that it knows (c2sp.org/tlog-witness).
pub const TLOG_SIZE: &str = "text/x.tlog.size";

/// A refusal on its way to the client.
#[derive(Debug)]
pub struct Problem(pub Refusal);

/// What a client reads (RFC 9457 with our extension members).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A stable address of this kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The title in Chinese.
    pub title: String,
    /// The title in English.
    pub title_en: String,
    /// The HTTP status.
    pub status: u16,
    /// The sentence for this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The stable code.
    pub code: String,
    /// The id under which the log knows this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Named values.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
    /// The faults of fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The broken rule, with what it needs and what is there.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleBroken>,
}

impl ProblemBody {
    fn of(refusal: &Refusal) -> Self {
        let code = refusal.code();
        Self {
            kind: format!("/problems/{}", code.as_str()),
            title: code.title_zh().to_owned(),
            title_en: code.title_en().to_owned(),
            status: code.status(),
            detail: refusal.detail_text().map(str::to_owned),
            instance: None,
            code: code.as_str().to_owned(),
            request_id: None,
            params: refusal.params().clone(),
            errors: refusal.errors().to_vec(),
            rule: refusal.rule_broken().cloned(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        respond(&self.0, None)
    }
}

fn respond(refusal: &Refusal, place: Option<(String, String)>) -> HttpResponse {
    let mut body = ProblemBody::of(refusal);
    if let Some((instance, request_id)) = place {
        body.instance = Some(instance);
        body.request_id = Some(request_id);
    }
    let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.content_type(MEDIA_TYPE);
    if let Some(seconds) = refusal.retry_after_seconds() {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    response.body(serde_json::to_vec(&body).unwrap_or_default())
}

/// The outermost middleware: gives every error its path and request id, turns actix's own errors
/// into problems, and logs the cause of failures on our side.
///
/// # Errors
/// Whatever an inner middleware fails with.
pub async fn finish(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    let instance = request.path().to_owned();
    let request_id = request_id(request.request());
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return Ok(response);
    }
    let own = response.response().error().and_then(|error| error.as_error::<Problem>());
    let refusal = match own {
        Some(problem) => problem.0.clone(),
        None if is_told(&response) => return Ok(response),
        None => of_status(status),
    };
    Ok(answer(response, &refusal, (instance, request_id)))
}

fn answer(
    response: ServiceResponse<actix_web::body::BoxBody>,
    refusal: &Refusal,
    place: (String, String),
) -> ServiceResponse<actix_web::body::BoxBody> {
    if let Some(cause) = refusal.cause() {
        tracing::error!(cause, request_id = place.1, path = place.0, "request failed");
    }
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, respond(refusal, Some(place)))
}

/// Whether the answer says itself what is wrong: as a problem, as a page for people, or as the size
/// that a witness knows.
fn is_told(response: &ServiceResponse<actix_web::body::BoxBody>) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|value| {
        let is = |kind: &str| value.as_bytes().starts_with(kind.as_bytes());
        is(MEDIA_TYPE) || is("text/html") || is(TLOG_SIZE)
    })
}

fn of_status(status: StatusCode) -> Refusal {
    let code =
        Code::ALL.iter().copied().find(|code| code.status() == status.as_u16()).unwrap_or(
            if status.is_server_error() { Code::Internal } else { Code::MalformedRequest },
        );
    Refusal::new(code)
}

/// The id of the request: the one that the tracing middleware gave it.
#[must_use]
pub(crate) fn request_id(request: &actix_web::HttpRequest) -> String {
    use actix_web::HttpMessage;
    request
        .extensions()
        .get::<tracing_actix_web::RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// The default service: what no route answers.
///
/// # Errors
/// Always `not_found`.
pub async fn no_route() -> Result<HttpResponse, Problem> {
    std::future::ready(Err(Refusal::new(Code::NotFound).into())).await
}
