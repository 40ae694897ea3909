//! From `tracing` to the log and to an OpenTelemetry collector.

use std::error::Error;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Level, Metadata};
use tracing_subscriber::{Layer, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Lines go to standard error, spans to where `OTEL_EXPORTER_OTLP_ENDPOINT` says, or to nobody.
///
/// The provider is to be shut down at the end, so that the last spans are sent.
pub(crate) fn start(service: &'static str) -> Result<Option<SdkTracerProvider>, Box<dyn Error>> {
    let provider = std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").map(|_| provider(service)).transpose()?;
    let spans = provider.as_ref().map(|provider| {
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer(service));
        // What sends the spans must not make further ones.
        layer.with_location(false).with_threads(false).with_filter(filter_fn(is_ours))
    });
    let lines = fmt::layer().with_writer(std::io::stderr).with_filter(filter_fn(is_for_people));
    tracing_subscriber::registry().with(lines).with(spans).init();
    Ok(provider)
}

fn provider(service: &'static str) -> Result<SdkTracerProvider, Box<dyn Error>> {
    let exporter = SpanExporter::builder().with_http().build()?;
    let resource = Resource::builder().with_service_name(service).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    ["healthsdk", "observability"].iter().any(|ours| metadata.target().starts_with(ours))
}

fn is_for_people(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO && metadata.target() != "healthsdk::run"
}
