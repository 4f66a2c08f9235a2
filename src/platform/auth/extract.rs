//! Who may call a handler stands in its arguments: `Authorized<VoteOpen>` answers 401 without a
//! valid token and 403 without the permission anywhere, and carries the scope in which it is held.
//! Make it the first argument, so that strangers learn nothing from the errors of a body.
//! Every decision is logged (ASVS 16.3.2). Absent on purpose: cookies (a bearer token needs no
//! protection against forged cross-site requests).

use std::{
    fmt,
    future::{Future, Ready, ready},
    marker::PhantomData,
    pin::Pin,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web,
};

use super::{Permission, Place, Principal, Reach};
use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::{
    db::{IdempotencyKey, WriteContext},
    http::{Problem, request_id},
};

/// Turns a bearer token into whoever sent it; implemented by `identity`, which knows the sessions.
pub trait Authenticator: Send + Sync {
    /// The principal of an access token whose session is alive.
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
    ) -> Pin<Box<dyn Future<Output = Outcome<Principal>> + 'a>>;
}

/// What the middleware found out, for the extractors of the same request.
struct Authenticated(Outcome<Principal>);

/// The middleware that asks the [`Authenticator`] once per request that brings a token.
///
/// # Errors
/// None of its own: a bad token is refused by the handler's [`Authorized`].
pub async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let authenticator = request.app_data::<web::Data<dyn Authenticator>>().cloned();
    if let (Some(token), Some(authenticator)) = (bearer(&request), authenticator) {
        let outcome = authenticator.authenticate(&token).await;
        request.extensions_mut().insert(Authenticated(outcome));
    }
    next.call(request).await
}

fn bearer(request: &ServiceRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// A caller who holds `P` somewhere.
pub struct Authorized<P> {
    principal: Principal,
    reach: Reach,
    context: WriteContext,
    permission: PhantomData<P>,
}

impl<P> fmt::Debug for Authorized<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorized({}, {:?})", self.principal.account_id, self.reach)
    }
}

impl<P: Permission> Authorized<P> {
    /// Whoever calls.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Where the permission is held.
    #[must_use]
    pub const fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The context of a write: actor, request id, idempotency key.
    #[must_use]
    pub fn context(&self) -> WriteContext {
        self.context.clone()
    }

    /// Refuses a thing outside the reach as if it did not exist, and logs the decision.
    ///
    /// # Errors
    /// `not_found`.
    pub fn require(&self, place: &Place) -> Outcome<()> {
        require(&self.reach, place, P::NAME)
    }
}

/// [`Authorized::require`] for services, which hold the reach only.
///
/// # Errors
/// `not_found`.
pub fn require(reach: &Reach, place: &Place, permission: &str) -> Outcome<()> {
    if reach.covers(place) {
        return Ok(());
    }
    let (division, community) = (&place.division_code, place.community_id);
    tracing::info!(target: "authorisation", permission, division, ?community, "outside the scope");
    Err(Refusal::new(Code::NotFound))
}

impl<P: Permission> FromRequest for Authorized<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(decide(request).map_err(Problem))
    }
}

fn decide<P: Permission>(request: &HttpRequest) -> Outcome<Authorized<P>> {
    let principal =
        principal_of(request).inspect_err(|_| log(request, P::NAME, (None, "unauthenticated")))?;
    let Some(reach) = principal.reach::<P>() else {
        log(request, P::NAME, (Some(&principal), "forbidden"));
        return Err(Refusal::new(Code::Forbidden).with("permission", P::NAME));
    };
    log(request, P::NAME, (Some(&principal), "allowed"));
    let context = WriteContext {
        actor: principal.actor::<P>(),
        request_id: request_id(request),
        idempotency: idempotency_key(request)?,
    };
    Ok(Authorized { principal, reach, context, permission: PhantomData })
}

fn principal_of(request: &HttpRequest) -> Outcome<Principal> {
    let extensions = request.extensions();
    let outcome = extensions.get::<Authenticated>().map(|found| found.0.clone());
    outcome.unwrap_or_else(|| Err(Refusal::new(Code::Unauthenticated)))
}

fn log(request: &HttpRequest, permission: &str, (who, decision): (Option<&Principal>, &str)) {
    let account = who.map(|principal| principal.account_id);
    let (method, path) = (request.method().as_str(), request.path());
    tracing::info!(target: "authorisation", ?account, permission, decision, method, path);
}

/// The client's idempotency key with the route it belongs to; the body adds its digest.
fn idempotency_key(request: &HttpRequest) -> Outcome<Option<IdempotencyKey>> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if !(1..=255).contains(&key.len()) {
        let detail = "1 to 255 visible ASCII characters";
        return Err(Refusal::field(Code::MalformedRequest, "Idempotency-Key", detail));
    }
    Ok(Some(IdempotencyKey {
        route: format!("{} {}", request.method(), request.path()),
        key: key.to_owned(),
        request_digest: String::new(),
    }))
}

/// The context of a write by somebody who has not signed in (sign-in itself).
#[must_use]
pub fn anonymous_context(request: &HttpRequest) -> WriteContext {
    let mut context = WriteContext::of(crate::platform::db::Actor::named("anonymous"));
    context.actor.role = "anonymous".to_owned();
    context.request_id = request_id(request);
    context
}
