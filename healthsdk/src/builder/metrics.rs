use std::{any::Any, sync::Arc};

use super::MonitorBuilder;
use crate::observe::metrics::Metrics;

impl MonitorBuilder {
    /// Tells the recorder of the [`metrics`](https://docs.rs/metrics) facade what the checks do, under the names that
    /// `?format=openmetrics` has. Install the recorder first: what happens before is not counted. Gauges are told again every 5 s.
    ///
    /// Exporters choose the buckets of histograms. For `metrics-exporter-prometheus`, so that durations are a histogram of the same
    /// buckets, [`DURATION_BUCKETS`](crate::DURATION_BUCKETS):
    ///
    /// ```
    /// use healthsdk::{Check, DURATION_BUCKETS, Monitor};
    /// use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let durations = Matcher::Full("healthsdk_check_duration_seconds".to_owned());
    /// let exporter = PrometheusBuilder::new().set_buckets_for_metric(durations, &DURATION_BUCKETS)?;
    /// let page = exporter.install_recorder()?; // `page.render()` is what a scrape gets
    /// let monitor = Monitor::builder().check(Check::new("always", || async {})).metrics().build()?;
    /// # drop((page, monitor)); Ok(()) }
    /// ```
    pub fn metrics(mut self) -> Self {
        let known = self.observers.iter().any(|observer| (&**observer as &dyn Any).is::<Metrics>());
        if !known {
            self.observers.push(Arc::new(Metrics::default()));
        }
        self
    }
}
