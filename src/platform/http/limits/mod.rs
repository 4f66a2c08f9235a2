//! What one client, or all of them together, may ask of the server: requests of one address, work
//! in flight by class with a short queue, and deadlines for bodies and answers. What can't be taken
//! is refused early and cheaply, with `Retry-After`. Absent on purpose: limits per account (sign-in
//! keeps its own), queues that hide an overload.

use std::{
    cell::Cell,
    net::SocketAddr,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web,
};

use super::Problem;
use crate::{
    kernel::{Code, Refusal},
    platform::config::Settings,
};

mod address;
mod class;
mod gate;
mod slow_body;
#[cfg(test)]
mod tests;

use address::Addresses;
use class::Class;
use gate::Gate;

/// The limits of one process, shared by its workers. Cheap to clone.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    addresses: Addresses,
    read: Gate,
    write: Gate,
    export: Gate,
    upload: Gate,
    hash: Gate,
    request_deadline: Duration,
    body_deadline: Duration,
}

/// An upload may take this many times as long as another request.
const UPLOAD_PATIENCE: u32 = 10;

impl Limits {
    /// The limits that the settings ask for.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let wait = Duration::from_millis(u64::from(settings.queue_wait_ms.get()));
        let seconds = |number: std::num::NonZeroU32| Duration::from_secs(u64::from(number.get()));
        Self(Arc::new(Inner {
            addresses: Addresses::new(settings),
            read: Gate::new(settings.in_flight_read, wait),
            write: Gate::new(settings.in_flight_write, wait),
            export: Gate::new(settings.in_flight_export, wait),
            upload: Gate::new(settings.in_flight_upload, wait),
            hash: Gate::new(settings.in_flight_hash, wait),
            request_deadline: seconds(settings.request_deadline_s),
            body_deadline: seconds(settings.body_deadline_s),
        }))
    }

    /// Whether the numbers of the process may go to this client. A forwarded request whose proxy
    /// is not trusted comes from anywhere.
    #[must_use]
    pub fn may_read_metrics(&self, request: &HttpRequest) -> bool {
        let forwarded = request.headers().get(header::X_FORWARDED_FOR);
        let forwarded = forwarded.map(|value| value.to_str().unwrap_or_default());
        let peer = request.peer_addr().as_ref().map(SocketAddr::ip);
        peer.is_some_and(|peer| self.0.addresses.may_read_metrics(peer, forwarded))
    }

    /// The network that a request comes from, for counting by address: an IPv4 address or an IPv6
    /// /64; empty where it came over no network.
    #[must_use]
    pub fn client_network(&self, request: &HttpRequest) -> String {
        let forwarded = request.headers().get(header::X_FORWARDED_FOR);
        let forwarded = forwarded.and_then(|value| value.to_str().ok());
        let peer = request.peer_addr().as_ref().map(SocketAddr::ip);
        peer.map(|peer| self.0.addresses.network(peer, forwarded).to_string()).unwrap_or_default()
    }

    fn gate(&self, class: Class) -> Option<&Gate> {
        match class {
            Class::Probe => None,
            Class::Read => Some(&self.0.read),
            Class::Write => Some(&self.0.write),
            Class::Export => Some(&self.0.export),
            Class::Upload => Some(&self.0.upload),
            Class::Hash => Some(&self.0.hash),
        }
    }
}

/// The middleware: lets a request through if its address and its class have room, and answers for
/// it where its body or its work takes too long. Without `Limits` in the app's data it does nothing.
///
/// # Errors
/// `deadline_exceeded`; every other refusal is a response.
pub async fn limit(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(limits) = request.app_data::<web::Data<Limits>>().map(|data| data.get_ref().clone())
    else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let class = class::of(&request);
    let Some(gate) = limits.gate(class) else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let forwarded = request.headers().get(header::X_FORWARDED_FOR);
    let forwarded = forwarded.and_then(|value| value.to_str().ok());
    let peer = request.peer_addr().as_ref().map(SocketAddr::ip);
    if let Err(refusal) = limits.0.addresses.check(peer, forwarded) {
        return Ok(refuse(request, class, refusal));
    }
    let Some(_place) = gate.enter().await else {
        return Ok(refuse(request, class, overloaded(class)));
    };
    let late = slow_body::watch(&mut request, limits.0.body_deadline, class);
    let deadline = match class {
        Class::Upload => limits.0.request_deadline * UPLOAD_PATIENCE,
        _ => limits.0.request_deadline,
    };
    answer(request, next, (class, deadline, late)).await
}

async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    (class, deadline, late): (Class, Duration, Rc<Cell<bool>>),
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let Ok(response) = tokio::time::timeout(deadline, next.call(request)).await else {
        count(class, Code::DeadlineExceeded.status(), started);
        return Err(Problem(Refusal::new(Code::DeadlineExceeded).retry_after(5)).into());
    };
    let response = response?.map_into_boxed_body();
    if late.get() {
        count(class, Code::BodyTimeout.status(), started);
        let (request, _) = response.into_parts();
        return Ok(ServiceResponse::from_err(Problem(Refusal::new(Code::BodyTimeout)), request));
    }
    count(class, response.status().as_u16(), started);
    Ok(response)
}

fn refuse(request: ServiceRequest, class: Class, refusal: Refusal) -> ServiceResponse<BoxBody> {
    count(class, refusal.code().status(), Instant::now());
    request.error_response(Problem(refusal))
}

/// Jitter keeps refused clients from coming back all at once.
fn overloaded(class: Class) -> Refusal {
    let seconds = rand::random_range(1..=4);
    Refusal::new(Code::Overloaded).with("class", class.as_str()).retry_after(seconds)
}

fn count(class: Class, status: u16, started: Instant) {
    let class = class.as_str();
    metrics::counter!("jiugai_http_requests", "class" => class, "status" => status.to_string())
        .increment(1);
    metrics::histogram!("jiugai_http_seconds", "class" => class).record(started.elapsed());
}
