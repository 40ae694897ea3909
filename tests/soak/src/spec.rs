//! The checks of the service: what they are declared with there, and what they are judged by here, out of one table.

use std::time::Duration;

use healthsdk::{Kind, Scope, Status};

/// What a check asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Nobody: it does what the soak has switched it to, and takes this long where it passes.
    Switched(Duration),
    /// A server of this name.
    Server(&'static str),
}

/// One check of the service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it answers for.
    pub(crate) kinds: &'static [Kind],
    /// A background check where there is one.
    pub(crate) interval: Option<Duration>,
    /// An on-demand check where there is one.
    pub(crate) ttl: Option<Duration>,
    /// As the option.
    pub(crate) timeout: Duration,
    /// As the option.
    pub(crate) cancel_after: Duration,
    /// As the option.
    pub(crate) retry_interval: Duration,
    /// As the option.
    pub(crate) failure_threshold: u32,
    /// As the option.
    pub(crate) success_threshold: u32,
    /// As the option.
    pub(crate) failure_status: Status,
    /// As the option.
    pub(crate) scope: Scope,
    /// As the option.
    pub(crate) degraded_above: Option<Duration>,
    /// A plain function, which may block.
    pub(crate) blocking: bool,
    /// Whether the soak troubles it.
    pub(crate) troubled: bool,
    /// How long a client may take to find its server again.
    pub(crate) comeback: Duration,
    /// What it asks.
    pub(crate) body: Body,
}

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

const PLAIN: Spec = Spec {
    name: "",
    kinds: &[Kind::Readiness],
    interval: Some(ms(500)),
    ttl: None,
    timeout: ms(1000),
    cancel_after: ms(2000),
    retry_interval: ms(500),
    failure_threshold: 2,
    success_threshold: 2,
    failure_status: Status::Error,
    scope: Scope::Local,
    degraded_above: None,
    blocking: false,
    troubled: true,
    comeback: ms(0),
    body: Body::Switched(ms(5)),
};

const ON_DEMAND: Spec =
    Spec { interval: None, ttl: Some(ms(500)), timeout: ms(2000), cancel_after: ms(4000), ..PLAIN };

const SERVER: Spec = Spec { cancel_after: ms(3000), comeback: ms(3000), ..PLAIN };

/// All of them.
pub(crate) const SPECS: [Spec; 17] = [
    // Liveness is for the process itself: no fault below may touch these two.
    Spec {
        name: "steady",
        kinds: &[Kind::Liveness],
        troubled: false,
        body: Body::Switched(ms(300)),
        failure_threshold: 1,
        ..PLAIN
    },
    Spec { name: "both", kinds: &[Kind::Liveness, Kind::Readiness], troubled: false, ..ON_DEMAND },
    Spec { name: "migrated", kinds: &[Kind::Startup], troubled: false, ..PLAIN },
    Spec { name: "background", ..PLAIN },
    Spec {
        name: "eager",
        failure_threshold: 1,
        success_threshold: 1,
        body: Body::Switched(ms(250)),
        ..PLAIN
    },
    Spec { name: "patient", interval: Some(ms(1000)), failure_threshold: 3, success_threshold: 3, ..PLAIN },
    Spec { name: "shared", scope: Scope::Shared, ..PLAIN },
    Spec { name: "soft", failure_status: Status::Degraded, ..PLAIN },
    Spec { name: "ignored", failure_status: Status::Ok, ..PLAIN },
    Spec {
        name: "measured",
        timeout: ms(2000),
        cancel_after: ms(4000),
        degraded_above: Some(ms(600)),
        ..PLAIN
    },
    Spec { name: "blocking", blocking: true, ..PLAIN },
    Spec { name: "demand", ..ON_DEMAND },
    Spec { name: "demand-blocking", blocking: true, scope: Scope::Shared, ttl: Some(ms(1000)), ..ON_DEMAND },
    Spec { name: "postgres", body: Body::Server("postgres"), interval: Some(ms(1000)), ..SERVER },
    Spec { name: "redis", body: Body::Server("redis"), comeback: ms(3000), ..ON_DEMAND },
    Spec { name: "memcached", body: Body::Server("memcached"), blocking: true, comeback: ms(6000), ..SERVER },
    Spec { name: "nats", body: Body::Server("nats"), scope: Scope::Shared, ..SERVER },
];

/// Those of a service with these servers.
pub(crate) fn specs(servers: &[&str]) -> Vec<Spec> {
    let has = |spec: &Spec| match spec.body {
        Body::Switched(_) => true,
        Body::Server(name) => servers.contains(&name),
    };
    SPECS.into_iter().filter(has).collect()
}
