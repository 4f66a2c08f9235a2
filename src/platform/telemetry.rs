//! What the process tells its operators: structured log lines and numbers for `/metrics`
//! (Prometheus text). Absent on purpose: exporters that call out, anything personal in a label.

use std::io::IsTerminal;

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::{Span, field::Empty};
use tracing_actix_web::{DefaultRootSpanBuilder, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use crate::platform::{
    config::{LogFormat, Settings},
    http::request_id,
};

/// Paths that go on with a secret: whoever reads the log must not be able to use it.
const SECRETS: &[&str] = &["/api/v1/public/survey-links/"];

/// The span of a request: the usual one, without the secrets that stand in paths.
#[derive(Debug)]
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        if !SECRETS.iter().any(|path| request.path().starts_with(path)) {
            return DefaultRootSpanBuilder::on_request_start(request);
        }
        let route = request.match_pattern().unwrap_or_else(|| "default".to_owned());
        tracing::info_span!(
            "HTTP request",
            http.method = %request.method(),
            http.route = %route,
            http.target = %route,
            http.status_code = Empty,
            otel.kind = "server",
            otel.status_code = Empty,
            request_id = %request_id(request.request()),
            exception.message = Empty,
            exception.details = Empty,
        )
    }

    fn on_request_end<B: MessageBody>(
        span: Span,
        outcome: &Result<ServiceResponse<B>, actix_web::Error>,
    ) {
        DefaultRootSpanBuilder::on_request_end(span, outcome);
    }
}

/// The numbers of this process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Collects the numbers of the whole process from now on.
    ///
    /// # Errors
    /// They are collected already.
    pub fn install() -> Result<Self, BuildError> {
        builder()?.install_recorder().map(Self)
    }

    /// Numbers that nothing adds to: for tests, which share one process.
    ///
    /// # Errors
    /// Never with the fixed buckets below.
    pub fn detached() -> Result<Self, BuildError> {
        Ok(Self(builder()?.build_recorder().handle()))
    }

    /// The numbers as Prometheus reads them.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.run_upkeep();
        self.0.render()
    }
}

/// Seconds; fine around what a ballot takes, coarse beyond what anybody waits for.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Things taken together.
const SIZES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("seconds".to_owned()), BUCKETS)?
        .set_buckets_for_metric(Matcher::Suffix("size".to_owned()), SIZES)
}

/// Sends log lines to standard error in the chosen form.
///
/// # Errors
/// The filter can't be read, or a log is set up already.
pub fn start_log(settings: &Settings) -> Result<(), String> {
    let filter =
        EnvFilter::try_new(&settings.log_filter).map_err(|fault| format!("log_filter: {fault}"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match settings.log_format {
        LogFormat::Pretty => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).try_init(),
    };
    started.map_err(|fault| format!("log: {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_path_reaches_the_log() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let writer = std::sync::Arc::new(file.reopen().unwrap());
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(writer).finish();
        tracing::subscriber::with_default(log, || {
            let path = "/api/v1/public/survey-links/0123abcd/page?x=0123abcd";
            let request = actix_web::test::TestRequest::with_uri(path).to_srv_request();
            RequestSpan::on_request_start(&request).in_scope(|| tracing::info!("answered"));
        });
        let text = std::fs::read_to_string(file.path()).unwrap();
        assert!(text.contains("answered") && text.contains("http.method=GET"), "{text}");
        assert!(!text.contains("0123abcd"), "{text}");
    }

    #[test]
    fn numbers_come_out_as_prometheus_text() {
        let recorder = builder().unwrap().build_recorder();
        let metrics = Metrics(recorder.handle());
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("jiugai_test", "label" => "a").increment(2);
            metrics::histogram!("jiugai_seconds").record(0.003);
        });
        let text = metrics.render();
        assert!(text.contains("jiugai_test{label=\"a\"} 2"), "{text}");
        assert!(text.contains("jiugai_seconds_bucket{le=\"0.005\"} 1"), "{text}");
    }
}
