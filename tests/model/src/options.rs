use std::time::Duration;

/// How bad it is; the worst counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It works.
    #[default]
    Ok,
    /// It works, but not as it should.
    Degraded,
    /// It does not work.
    Error,
}

/// Whose dependency it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// This replica's alone.
    #[default]
    Local,
    /// That of all replicas: it must pass once, and a failure afterwards is degraded.
    Shared,
}

/// The options of one check, with the defaults of healthsdk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// From start to start, lengthened at random by up to a tenth. Without meaning where there is a `ttl`.
    pub interval: Duration,
    /// Before the first run in the background.
    pub initial_delay: Duration,
    /// From the end of a run to the start of the next, while a change is pending.
    pub retry_interval: Duration,
    /// A run that takes longer has failed.
    pub timeout: Duration,
    /// A run that takes longer is dropped.
    pub cancel_after: Duration,
    /// Failures in a row until it is published as failed.
    pub failure_threshold: u32,
    /// Passes in a row until a failed one works again.
    pub success_threshold: u32,
    /// What a failure counts as.
    pub failure_status: Status,
    /// Whose dependency it is.
    pub scope: Scope,
    /// A pass slower than this is degraded.
    pub degraded_above: Option<Duration>,
    /// Makes it on-demand: run when asked, and an answer younger than this is used again.
    pub ttl: Option<Duration>,
    /// How often an on-demand check runs in the background as well, for callers who may not start a run.
    pub refresh: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(5),
            initial_delay: Duration::ZERO,
            retry_interval: Duration::from_secs(1),
            timeout: Duration::from_secs(1),
            cancel_after: Duration::from_secs(8),
            failure_threshold: 3,
            success_threshold: 2,
            failure_status: Status::Error,
            scope: Scope::Local,
            degraded_above: None,
            ttl: None,
            refresh: None,
        }
    }
}

impl Options {
    /// From one run in the background to the next; `None` where only questions start them.
    pub fn period(&self) -> Option<Duration> {
        if self.ttl.is_some() { self.refresh } else { Some(self.interval) }
    }

    /// How long nothing may be completed.
    pub fn stale_after(&self) -> Duration {
        3 * self.period().unwrap_or(self.retry_interval) + self.timeout
    }

    /// Whether it runs at other times than with those.
    pub(crate) fn runs_otherwise(&self, than: &Self) -> bool {
        let cadence = |options: &Self| {
            (options.period(), options.ttl, options.ttl.is_none().then_some(options.initial_delay))
        };
        cadence(self) != cadence(than)
    }
}
