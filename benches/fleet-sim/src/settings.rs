use crate::time::{MILLISECOND, Micros, SECOND};

/// The options of a background check, under healthsdk's names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Check {
    pub(crate) interval: Micros,
    /// Up to so much of the interval is added at random.
    pub(crate) jitter: f64,
    pub(crate) timeout: Micros,
    pub(crate) cancel_after: Micros,
    pub(crate) retry_interval: Micros,
    /// Up to so much of the retry interval is added at random. healthsdk has none.
    pub(crate) retry_jitter: f64,
    pub(crate) failure_threshold: u32,
    pub(crate) success_threshold: u32,
    pub(crate) shared: bool,
    /// The engine's own clock being late makes runs void.
    pub(crate) freeze_rule: bool,
}

impl Check {
    pub(crate) const DEFAULT: Self = Self {
        interval: 5 * SECOND,
        jitter: 0.1,
        timeout: SECOND,
        cancel_after: 8 * SECOND,
        retry_interval: SECOND,
        retry_jitter: 0.0,
        failure_threshold: 3,
        success_threshold: 2,
        shared: false,
        freeze_rule: true,
    };

    pub(crate) const fn thresholds(self, failure: u32, success: u32) -> Self {
        Self { failure_threshold: failure, success_threshold: success, ..self }
    }

    pub(crate) const fn timeout(self, timeout: Micros) -> Self {
        Self { timeout, ..self }.dropped_by_default()
    }

    pub(crate) const fn interval(self, interval: Micros) -> Self {
        let retry_interval = if interval < SECOND { interval } else { SECOND };
        Self { interval, retry_interval, ..self }.dropped_by_default()
    }

    pub(crate) const fn retry_interval(self, retry_interval: Micros) -> Self {
        Self { retry_interval, ..self }.dropped_by_default()
    }

    /// So early that one run which never ends does not leave it stale.
    const fn dropped_by_default(self) -> Self {
        let usual = if self.timeout > SECOND { 8 * self.timeout } else { 8 * SECOND };
        let longest = (2 * self.interval - self.interval / 10).saturating_sub(self.retry_interval);
        let cancel_after = if usual < longest { usual } else { longest };
        let cancel_after = if cancel_after < self.timeout { self.timeout } else { cancel_after };
        Self { cancel_after, ..self }
    }

    pub(crate) fn stale_after(&self) -> Micros {
        3 * self.interval + self.timeout
    }
}

/// A prober that asks at a fixed period: a kubelet, or a node of a load balancer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    pub(crate) period: Micros,
    pub(crate) timeout: Micros,
    pub(crate) failure_threshold: u32,
    pub(crate) success_threshold: u32,
}

impl Probe {
    /// What Kubernetes does where a manifest says nothing.
    pub(crate) const KUBERNETES: Self =
        Self { period: 10 * SECOND, timeout: SECOND, failure_threshold: 3, success_threshold: 1 };
    /// What `Monitor::kubernetes_probes` prints for readiness.
    pub(crate) const PRINTED: Self =
        Self { period: 5 * SECOND, timeout: 2 * SECOND, failure_threshold: 2, success_threshold: 1 };
    /// As quick as a whole number of seconds allows with few false alarms of its own.
    pub(crate) const QUICK: Self =
        Self { period: 2 * SECOND, timeout: SECOND, failure_threshold: 1, success_threshold: 1 };
}

/// How long a healthy dependency takes for a cheap question, where the scenario is not about that.
pub(crate) const HEALTHY: Micros = 5 * MILLISECOND;
