use std::{fmt, time::Duration};

use crate::{Kind, Monitor, actix::Paths, drain::Budget};

/// What a start is given at least: gates and dependencies come late, and a restart does not mend them.
const START: Duration = Duration::from_secs(5 * 60);

/// The probes and the grace period of a pod that fit a monitor. Made by [`Monitor::kubernetes_probes`].
///
/// `Display` writes them as one YAML mapping: `terminationGracePeriodSeconds` belongs to the pod's `spec`, the probes to the
/// container. A comment that begins with `Warning` says where the monitor's own settings do not fit. There is no header in it, and
/// so no token: the probes need none.
///
/// ```
/// # use healthsdk::{Check, Monitor};
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// # let monitor = Monitor::builder().linked(false).check(Check::new("always", || async {})).build()?;
/// print!("{}", monitor.kubernetes_probes().port(9090));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct KubernetesProbes {
    startup: Probe,
    readiness: Probe,
    liveness: Probe,
    budget: Budget,
    worst_start: Duration,
    port: Option<u16>,
}

/// One probe; times in seconds.
#[derive(Clone, Debug)]
struct Probe {
    name: &'static str,
    path: Option<String>,
    period: u64,
    timeout: u64,
    failures: u64,
}

impl Monitor {
    /// The Kubernetes probes that fit this monitor's checks, deadline, paths, drain delay and grace period.
    ///
    /// | probe | period | timeout | failures | |
    /// | --- | --- | --- | --- | --- |
    /// | startup | 5 s | 2 s | 60 | five minutes; more where the startup checks may need them |
    /// | readiness | 5 s | 2 s | 2 | the checks have thresholds of their own |
    /// | liveness | 10 s | 5 s | 6 | a restart is the last resort |
    ///
    /// A timeout is longer than the deadline by 1 s at least, and no period is shorter than its timeout. The startup checks need at
    /// worst, as far as they pass at all: the initial delay, a first run that hangs until `cancel_after`, the retry interval, and a run
    /// that passes just within its timeout. The failures of the startup probe cover the slowest check, and two periods more.
    ///
    /// The grace period is that of [`MonitorBuilder::grace`](crate::MonitorBuilder::grace), which covers the drain delay and the
    /// shutdown timeout.
    pub fn kubernetes_probes(&self) -> KubernetesProbes {
        let engine = self.engine();
        KubernetesProbes::new(self.paths(), self.shutdown().budget(), engine.deadline(), engine.worst_start())
    }
}

impl KubernetesProbes {
    fn new(paths: &Paths, budget: Budget, deadline: Duration, worst_start: Duration) -> Self {
        let probe = |kind, name, period: u64, timeout: u64, failures| {
            let timeout = timeout.max(seconds(deadline) + 1);
            let path = paths.of(kind).map(str::to_owned);
            Probe { name, path, period: period.max(timeout), timeout, failures }
        };
        let mut startup = probe(Kind::Startup, "startupProbe", 5, 2, 0);
        startup.failures =
            seconds(START).div_ceil(startup.period).max(seconds(worst_start).div_ceil(startup.period) + 2);
        Self {
            startup,
            readiness: probe(Kind::Readiness, "readinessProbe", 5, 2, 2),
            liveness: probe(Kind::Liveness, "livenessProbe", 10, 5, 6),
            budget,
            worst_start,
            port: None,
        }
    }

    /// The port that the probes ask: that of [`Monitor::serve`], where there is one. Default: the container's port of the name `http`.
    pub fn port(self, port: u16) -> Self {
        Self { port: Some(port), ..self }
    }

    /// How long a kubelet takes at most to see the drain: a service that drains answers at once.
    fn noticed(&self) -> u64 {
        self.readiness.period * self.readiness.failures
    }

    fn write(&self, probe: &Probe, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Probe { name, path: Some(path), period, timeout, failures } = probe else {
            return writeln!(f, "# No {}: its path is switched off.", probe.name);
        };
        writeln!(f, "{name}:\n  httpGet:\n    path: {}", Scalar(path))?;
        match self.port {
            Some(port) => writeln!(f, "    port: {port}")?,
            None => writeln!(f, "    port: http")?,
        }
        writeln!(f, "  periodSeconds: {period}\n  timeoutSeconds: {timeout}\n  failureThreshold: {failures}")
    }
}

impl fmt::Display for KubernetesProbes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (delay, stop) = (seconds(self.budget.delay), self.budget.shutdown_timeout());
        writeln!(f, "# Of the pod: above the drain delay ({delay} s) and the shutdown timeout ({stop} s).")?;
        writeln!(f, "terminationGracePeriodSeconds: {}", seconds(self.budget.grace))?;

        let (start, worst) = (self.startup.period * self.startup.failures, seconds(self.worst_start));
        writeln!(f, "# Of the container: {start} s to start. The startup checks need {worst} s at worst.")?;
        self.write(&self.startup, f)?;

        let noticed = self.noticed();
        if self.readiness.path.is_some() && delay < noticed {
            writeln!(
                f,
                "# Warning: the drain delay ({delay} s) is shorter than this probe takes to take the pod"
            )?;
            writeln!(
                f,
                "# out of traffic ({noticed} s). Who deletes the pod does that at once; an eviction of the node, or a"
            )?;
            writeln!(
                f,
                "# load balancer that asks for itself, does not. Write `.drain_delay(..)` of {noticed} s at least."
            )?;
        }
        self.write(&self.readiness, f)?;

        let restart = self.liveness.period * self.liveness.failures;
        writeln!(f, "# {restart} s until a restart: the last resort.")?;
        self.write(&self.liveness, f)
    }
}

/// Whole seconds, rounded up.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// A string in YAML, quoted where it must be.
struct Scalar<'a>(&'a str);

impl fmt::Display for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
        if self.0.chars().all(plain) {
            return f.write_str(self.0);
        }
        // What JSON quotes, YAML reads.
        serde_json::Value::from(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests;
