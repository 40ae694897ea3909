use std::{hint::black_box, sync::Once};

use healthsdk::{DURATION_BUCKETS, MonitorBuilder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tracing::level_filters::LevelFilter;

/// What is rendered besides.
pub(crate) const PAGES: &[&str] = &["html"];

/// With an exporter of metrics, a subscriber that takes what services log, and somebody who waits for transitions. The dashboard
/// keeps its history by itself.
pub(crate) fn equipped(builder: MonitorBuilder) -> MonitorBuilder {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let durations = Matcher::Full("healthsdk_check_duration_seconds".to_owned());
        let exporter = PrometheusBuilder::new().set_buckets_for_metric(durations, &DURATION_BUCKETS);
        let installed = exporter.and_then(PrometheusBuilder::install_recorder);
        installed.expect("the process has no other recorder");
        tracing_subscriber::fmt().with_max_level(LevelFilter::WARN).with_writer(std::io::sink).init();
    });
    builder.metrics().on_transition(|transition| {
        black_box(transition.at());
    })
}
