use std::time::Duration;

use crate::{Kind, Status, kind::Kinds};

/// Whose dependency a check looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// This process alone: a failure takes this replica out.
    #[default]
    Local,
    /// All replicas share the dependency: it must pass once, and a failure afterwards is degraded, because taking
    /// every replica out at once would turn a partial outage into a whole one.
    Shared,
}

impl Scope {
    /// The word used in attributes, output and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Shared => "shared",
        }
    }
}

/// What sort of thing a check looks at: the `componentType` of `application/health+json`
/// (draft-inadarei-api-health-check-06, section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Component {
    /// A part of this service, or another service.
    Component,
    /// A database, cache or file store.
    Datastore,
    /// The machine or process: disk, memory, threads.
    System,
}

impl Component {
    /// The word used in attributes and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Datastore => "datastore",
            Self::System => "system",
        }
    }
}

/// The options of one check, as written: what is `None` takes its default when the plan is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) kinds: Kinds,
    pub(crate) timeout: Option<Duration>,
    pub(crate) cancel_after: Option<Duration>,
    pub(crate) interval: Option<Duration>,
    pub(crate) retry_interval: Option<Duration>,
    pub(crate) initial_delay: Option<Duration>,
    pub(crate) ttl: Option<Duration>,
    pub(crate) failure_threshold: Option<u32>,
    pub(crate) success_threshold: Option<u32>,
    pub(crate) failure_status: Status,
    pub(crate) scope: Scope,
    pub(crate) degraded_above: Option<Duration>,
    pub(crate) component: Option<Component>,
    pub(crate) allow_dependency: bool,
}

impl Options {
    pub(crate) const NONE: Self = Self {
        kinds: Kinds::NONE,
        timeout: None,
        cancel_after: None,
        interval: None,
        retry_interval: None,
        initial_delay: None,
        ttl: None,
        failure_threshold: None,
        success_threshold: None,
        failure_status: Status::Error,
        scope: Scope::Local,
        degraded_above: None,
        component: None,
        allow_dependency: false,
    };

    pub(crate) const fn add_kind(&mut self, kind: Kind) {
        self.kinds = self.kinds.with(kind);
    }
}

/// The option methods, the same on whatever declares a check. The type must have a field `options`.
macro_rules! option_methods {
    () => {
        /// Adds a kind; call it again for several. Default: readiness.
        pub const fn kind(mut self, kind: $crate::Kind) -> Self {
            self.options.add_kind(kind);
            self
        }

        /// When a run counts as failed. The run itself goes on until [`cancel_after`](Self::cancel_after).
        /// Default: 1 s.
        pub const fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.options.timeout = Some(timeout);
            self
        }

        /// When an unfinished run is dropped. Until then it keeps what it holds, such as a connection of a pool.
        /// Default: 8 timeouts, at least 8 s, but no longer than 1.9 intervals less the [`retry_interval`](Self::retry_interval), and
        /// no shorter than the [`timeout`](Self::timeout): 8 s with the defaults, 8.5 s at most with an interval of 5 s. For a
        /// check with a [`ttl`](Self::ttl) that only those who ask have run, no longer than a timeout and 2 retry intervals.
        ///
        /// Beyond that bound, one run that never ends can leave the check stale, and so failed, whatever the
        /// [`failure_threshold`](Self::failure_threshold). Where the bound is the timeout, every run that exceeds it is dropped at once.
        pub const fn cancel_after(mut self, cancel_after: ::std::time::Duration) -> Self {
            self.options.cancel_after = Some(cancel_after);
            self
        }

        /// The background period, from start to start, lengthened at random by up to 10 % so that replicas spread.
        /// Default: 5 s. Not together with [`ttl`](Self::ttl).
        pub const fn interval(mut self, interval: ::std::time::Duration) -> Self {
            self.options.interval = Some(interval);
            self
        }

        /// The period while a change of the published status is pending, counted from the end of a run.
        /// Default: 1 s, or the interval where that is shorter.
        pub const fn retry_interval(mut self, retry_interval: ::std::time::Duration) -> Self {
            self.options.retry_interval = Some(retry_interval);
            self
        }

        /// The wait before the first background run. Default: none.
        pub const fn initial_delay(mut self, initial_delay: ::std::time::Duration) -> Self {
            self.options.initial_delay = Some(initial_delay);
            self
        }

        /// Makes the check on-demand: run only when asked, and an answer younger than this is used again.
        /// Not together with [`interval`](Self::interval).
        pub const fn ttl(mut self, ttl: ::std::time::Duration) -> Self {
            self.options.ttl = Some(ttl);
            self
        }

        /// Failed runs in a row until the check is published as failed. Default: 3.
        pub const fn failure_threshold(mut self, failure_threshold: u32) -> Self {
            self.options.failure_threshold = Some(failure_threshold);
            self
        }

        /// Passed runs in a row until a failed check is published as recovered. Default: 2.
        pub const fn success_threshold(mut self, success_threshold: u32) -> Self {
            self.options.success_threshold = Some(success_threshold);
            self
        }

        /// What a failure counts as. Default: [`Status::Error`](crate::Status::Error).
        pub const fn failure_status(mut self, failure_status: $crate::Status) -> Self {
            self.options.failure_status = failure_status;
            self
        }

        /// Whether all replicas share what the check looks at. Default: [`Scope::Local`](crate::Scope::Local).
        pub const fn scope(mut self, scope: $crate::Scope) -> Self {
            self.options.scope = scope;
            self
        }

        /// A pass slower than this is degraded. Default: never.
        pub const fn degraded_above(mut self, degraded_above: ::std::time::Duration) -> Self {
            self.options.degraded_above = Some(degraded_above);
            self
        }

        /// What sort of thing the check looks at. Default: not said.
        pub const fn component(mut self, component: $crate::Component) -> Self {
            self.options.component = Some(component);
            self
        }

        /// Lets a liveness or startup check look at injected data: a fault of it then gets the container killed.
        pub const fn allow_dependency(mut self) -> Self {
            self.options.allow_dependency = true;
            self
        }
    };
}
pub(crate) use option_methods;
