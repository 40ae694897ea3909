//! What is exported, however it is exported: the names of the metrics, and what the gauges are.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{Component, Entry, Kind, Lifecycle, about::About};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Gauge,
    Counter,
    Histogram,
    /// A gauge that is 1, for its labels.
    Info,
}

/// All samples of one name. What ends in `_seconds` has that unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Family {
    /// As it stands in samples, but for the suffixes of a histogram.
    pub(crate) name: &'static str,
    pub(crate) r#type: Type,
    pub(crate) help: &'static str,
}

const fn family(r#type: Type, name: &'static str, help: &'static str) -> Family {
    Family { name, r#type, help }
}

pub(crate) const BUILD: Family =
    family(Type::Info, "healthsdk_build_info", "Name, version and commit of the service");
pub(crate) const READY: Family =
    family(Type::Gauge, "healthsdk_ready", "Whether readiness is no error: 1 or 0");
pub(crate) const LIFECYCLE: Family =
    family(Type::Gauge, "healthsdk_lifecycle", "1 for what the process is doing, 0 for the other states");
pub(crate) const LAG: Family = family(
    Type::Gauge,
    "healthsdk_engine_lag_seconds",
    "How late the engine's own clock was at worst, over the last minute or two",
);
pub(crate) const FREEZES: Family = family(
    Type::Counter,
    "healthsdk_engine_frozen_total",
    "Times that the process did not run for more than a second",
);
pub(crate) const CHECK: Family =
    family(Type::Info, "healthsdk_check_info", "Kinds, tags, component and scope of a check");
pub(crate) const STATUS: Family = family(
    Type::Gauge,
    "healthsdk_check_status",
    "Published status of a check: 0 is ok, 1 degraded, 2 an error",
);
pub(crate) const PENDING: Family = family(
    Type::Gauge,
    "healthsdk_check_pending",
    "Whether a check has neither passed nor been given up yet: 1 or 0",
);
pub(crate) const FAILURES: Family =
    family(Type::Gauge, "healthsdk_check_consecutive_failures", "Failed runs in a row");
pub(crate) const ENABLED: Family = family(
    Type::Gauge,
    "healthsdk_check_enabled",
    "0 where settings have switched the check off, otherwise 1",
);
pub(crate) const OVERRIDDEN: Family = family(
    Type::Gauge,
    "healthsdk_check_overridden",
    "Whether settings changed what the code says of the check: 1 or 0",
);
pub(crate) const IN_FLIGHT: Family =
    family(Type::Gauge, "healthsdk_check_in_flight", "Whether a run is under way: 1 or 0");
pub(crate) const COMPLETED: Family = family(
    Type::Gauge,
    "healthsdk_check_last_completed_timestamp_seconds",
    "When a run last ended by itself; absent before the first",
);
pub(crate) const RUNS: Family =
    family(Type::Counter, "healthsdk_check_runs_total", "Runs that have ended, by what they came to");
pub(crate) const TIMEOUTS: Family = family(
    Type::Counter,
    "healthsdk_check_timeouts_total",
    "Runs that have used up their timeout, whether they have ended or not",
);
pub(crate) const TRANSITIONS: Family = family(
    Type::Counter,
    "healthsdk_check_transitions_total",
    "Changes of the status that people were told of, by what it became",
);
pub(crate) const DURATION: Family =
    family(Type::Histogram, "healthsdk_check_duration_seconds", "How long runs took that have ended");

#[cfg_attr(not(feature = "metrics"), allow(dead_code, reason = "a page has each where it stands"))]
pub(crate) const ALL: [Family; 17] = [
    BUILD,
    READY,
    LIFECYCLE,
    LAG,
    FREEZES,
    CHECK,
    STATUS,
    PENDING,
    FAILURES,
    ENABLED,
    OVERRIDDEN,
    IN_FLIGHT,
    COMPLETED,
    RUNS,
    TIMEOUTS,
    TRANSITIONS,
    DURATION,
];

type OfEntry = fn(&Entry) -> u32;

/// The gauges that an entry alone decides.
pub(crate) const OF_ENTRY: [(Family, OfEntry); 5] = [
    (STATUS, |entry| entry.status() as u32),
    (PENDING, |entry| entry.is_pending().into()),
    (FAILURES, Entry::failures),
    (ENABLED, |entry| entry.info.enabled.into()),
    (OVERRIDDEN, |entry| entry.overridden().is_some().into()),
];

/// Labels and their values.
pub(crate) type Labels = Vec<(&'static str, String)>;

pub(crate) const CHECK_LABEL: &str = "check";
/// Of a service that was named without care.
const LONGEST: usize = 200;
const MOST_TAGS: usize = 16;

/// What was given of the service's name, version and commit.
pub(crate) fn build(about: &About) -> Labels {
    let build = &about.build;
    [("service", &build.service), ("version", &build.version), ("commit", &build.commit)]
        .into_iter()
        .map(|(label, value)| (label, value.iter().flat_map(|value| value.chars()).take(LONGEST).collect()))
        .collect()
}

/// What is declared of a check, all of it in words of a bounded length.
pub(crate) fn declared(entry: &Entry) -> Labels {
    let kinds: Vec<_> = entry.kinds().map(Kind::as_str).collect();
    let tags: Vec<_> = entry.tags().take(MOST_TAGS).collect();
    let component = entry.component().map(Component::as_str);
    vec![
        (CHECK_LABEL, entry.name().to_owned()),
        ("kinds", kinds.join(",")),
        ("tags", tags.join(",")),
        ("component", component.unwrap_or_default().to_owned()),
        ("scope", entry.info.scope.as_str().to_owned()),
    ]
}

/// The states of the process, and 1 for the present one.
pub(crate) fn states(now: Lifecycle) -> impl Iterator<Item = (&'static str, u32)> {
    Lifecycle::ALL.into_iter().map(move |state| (state.as_str(), u32::from(state == now)))
}

/// Seconds since 1970, to the millisecond.
pub(crate) fn timestamp(time: SystemTime) -> f64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Duration::new(since.as_secs(), since.subsec_millis() * 1_000_000).as_secs_f64()
}
