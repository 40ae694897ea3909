use std::time::Duration;

use super::MonitorBuilder;

/// What probers other than a kubelet ask for. Each is off by default.
impl MonitorBuilder {
    /// The status code of a failing answer, 400 to 599. Default: 503, which every prober takes for a failure. Kubernetes' own components
    /// answer 500.
    pub fn failure_code(mut self, code: u16) -> Self {
        self.faults.extend(self.dialect.set_failure(code).err());
        self
    }

    /// The status code of a degraded answer: 200 to 299 (but not 204 to 206) or 400 to 599. Default: 200. Consul takes 429 for a warning;
    /// a kubelet and most load balancers take it for a failure.
    ///
    /// Answers about liveness or startup alone stay 200, because what they fail gets a container killed.
    pub fn degraded_code(mut self, code: u16) -> Self {
        self.faults.extend(self.dialect.set_degraded(code).err());
        self
    }

    /// How long `?wait=` holds an answer at most; a longer one is cut to this. Default: 30 s. At most 1 h; with zero nobody waits.
    pub fn longest_wait(mut self, longest: Duration) -> Self {
        self.faults.extend(self.dialect.set_longest_wait(longest).err());
        self
    }

    /// Answers failing readiness probes with `x-envoy-immediate-health-check-fail: true`, so that Envoy sends no more requests without waiting
    /// for its own threshold. While the service drains, each of its answers has it that passes the
    /// [`drain_middleware`](crate::Monitor::drain_middleware). Envoy heeds it only where it has a health check of its own for the
    /// cluster.
    pub fn envoy_immediate_fail(mut self) -> Self {
        self.dialect.envoy_immediate_fail = true;
        self
    }

    /// Answers degraded probes with `x-envoy-degraded: true`: Envoy then sends requests to other hosts first.
    pub fn envoy_degraded(mut self) -> Self {
        self.dialect.envoy_degraded = true;
        self
    }

    /// Answers probes with `x-envoy-upstream-healthchecked-cluster: <name>`, which Envoy compares with its `service_name_matcher`, so
    /// that it notices when an address belongs to another service by now. Visible ASCII characters without spaces.
    pub fn envoy_cluster(mut self, name: impl AsRef<str>) -> Self {
        self.faults.extend(self.dialect.set_envoy_cluster(name.as_ref()).err());
        self
    }
}
