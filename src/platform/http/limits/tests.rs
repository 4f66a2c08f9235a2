//! Each limit refuses what is over it, with the code and `Retry-After`, and lets the rest through.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{App, HttpResponse, dev::Payload, http::Method, middleware::from_fn, test, web};

use super::*;
use crate::platform::config::{Settings, SettingsLayer, parse_file};

fn limits(text: &str) -> Limits {
    Limits::new(&Settings::from_layer(parse_file(text).unwrap()).unwrap())
}

/// Never answers.
async fn slow() -> HttpResponse {
    std::future::pending().await
}

async fn take(body: web::Bytes) -> HttpResponse {
    HttpResponse::Ok().body(body)
}

macro_rules! app {
    ($limits:expr) => {
        test::init_service(
            App::new()
                .app_data(web::Data::new($limits))
                .route("/livez", web::get().to(HttpResponse::Ok))
                .route("/quick", web::get().to(HttpResponse::Ok))
                .route("/slow", web::get().to(slow))
                .route("/take", web::post().to(take))
                .wrap(from_fn(limit)),
        )
        .await
    };
}

#[test]
async fn an_address_that_asks_too_often_is_told_when_to_return() {
    let app = app!(limits("rate_per_minute = 1\nrate_burst = 2"));
    let ask = |path: &str| {
        test::TestRequest::get().uri(path).peer_addr("192.0.2.1:9".parse().unwrap()).to_request()
    };
    for status in [200, 200, 429] {
        let response = test::call_service(&app, ask("/quick")).await;
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers().contains_key(header::RETRY_AFTER), status == 429);
    }
    assert_eq!(test::call_service(&app, ask("/livez")).await.status().as_u16(), 200);
}

fn with_deadlines(request_deadline: u64, body_deadline: u64) -> Limits {
    let Limits(inner) = limits("in_flight_read = 1\nqueue_wait_ms = 10");
    let mut inner = Arc::into_inner(inner).unwrap();
    inner.request_deadline = Duration::from_millis(request_deadline);
    inner.body_deadline = Duration::from_millis(body_deadline);
    Limits(Arc::new(inner))
}

#[test]
async fn work_beyond_the_places_and_their_queue_is_refused() {
    let app = app!(with_deadlines(500, 500));
    let ask = |path: &str| test::TestRequest::get().uri(path).to_request();
    let first = test::try_call_service(&app, ask("/slow"));
    let second = test::call_service(&app, ask("/quick"));
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.unwrap_err().as_response_error().status_code().as_u16(), 503);
    assert_eq!(second.status().as_u16(), 503);
    assert!(second.headers().contains_key(header::RETRY_AFTER));
    // The place of the request that was given up is free again.
    assert_eq!(test::call_service(&app, ask("/quick")).await.status().as_u16(), 200);
}

/// One piece of a body, and then nothing.
struct Stuck(Option<web::Bytes>);

impl futures_core::Stream for Stuck {
    type Item = Result<web::Bytes, actix_web::error::PayloadError>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.take().map_or(Poll::Pending, |piece| Poll::Ready(Some(Ok(piece))))
    }
}

#[test]
async fn a_body_that_stops_coming_is_cut_off() {
    let app = app!(with_deadlines(5_000, 20));
    let request = test::TestRequest::post()
        .uri("/take")
        .insert_header((header::CONTENT_LENGTH, "50"))
        .to_request();
    let body = Stuck(Some(web::Bytes::from_static(b"{")));
    let body: Payload = Payload::Stream { payload: Box::pin(body) };
    let (request, _) = request.replace_payload(body);
    assert_eq!(test::call_service(&app, request).await.status().as_u16(), 408);
}

#[test]
async fn a_body_that_comes_in_time_arrives_whole() {
    let app = app!(Limits::new(&Settings::from_layer(SettingsLayer::default()).unwrap()));
    let request = test::TestRequest::post()
        .uri("/take")
        .insert_header((header::CONTENT_LENGTH, "5"))
        .set_payload("hello")
        .to_request();
    assert_eq!(test::call_and_read_body(&app, request).await, "hello");
}

#[test]
async fn forwarded_addresses_are_believed_from_proxies_only() {
    let proxies = "10.0.0.0/8".parse().unwrap();
    let of = |peer: &str, forwarded| {
        address::client(peer.parse().unwrap(), Some(forwarded), &proxies).to_string()
    };
    assert_eq!(of("192.0.2.1", "198.51.100.7"), "192.0.2.1");
    assert_eq!(of("10.0.0.1", "198.51.100.7"), "198.51.100.7");
    assert_eq!(of("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.2.3.4"), "198.51.100.7");
    assert_eq!(of("10.0.0.1", "nonsense"), "10.0.0.1");
    let network = address::network_of("2001:db8:1:2:3:4:5:6".parse().unwrap());
    assert_eq!(network.to_string(), "2001:db8:1:2::");
}

#[test]
async fn requests_wait_with_what_costs_alike() {
    let of = |method: Method, path, kind| class::of_parts(&method, path, kind).as_str();
    assert_eq!(of(Method::GET, "/readyz", ""), "probe");
    assert_eq!(of(Method::GET, "/api/v1/votes", ""), "read");
    assert_eq!(of(Method::GET, "/api/v1/votes/1/result.csv", ""), "export");
    assert_eq!(of(Method::GET, "/api/v1/votes/1/print/ballots", ""), "export");
    assert_eq!(of(Method::GET, "/api/v1/public/votes/1/result.html", ""), "read");
    assert_eq!(of(Method::POST, "/api/v1/votes/1/ballots", "application/json"), "write");
    assert_eq!(of(Method::POST, "/api/v1/votes/1/close", ""), "write");
    assert_eq!(of(Method::POST, "/api/v1/imports", "multipart/form-data; boundary=x"), "upload");
    assert_eq!(of(Method::POST, "/api/v1/auth/password", "application/json"), "hash");
}

#[test]
async fn metrics_are_for_known_addresses_and_not_through_strange_proxies() {
    let limits = limits("trusted_proxies = '10.0.0.0/8'\nmetrics_from = '127.0.0.1,192.0.2.0/24'");
    let may = |peer: &str, forwarded: Option<&str>| {
        let mut request = test::TestRequest::get().peer_addr(format!("{peer}:9").parse().unwrap());
        if let Some(hop) = forwarded {
            request = request.insert_header((header::X_FORWARDED_FOR, hop));
        }
        limits.may_read_metrics(&request.to_http_request())
    };
    assert!(may("127.0.0.1", None) && may("192.0.2.9", None));
    assert!(!may("198.51.100.7", None) && !may("127.0.0.1", Some("198.51.100.7")));
    assert!(may("10.0.0.1", Some("192.0.2.9")) && !may("10.0.0.1", Some("198.51.100.7")));
}
