mod details;
mod drain;
#[cfg(feature = "grpc")]
pub(crate) mod grpc;
#[cfg(all(feature = "systemd", target_os = "linux"))]
pub(crate) mod systemd;
#[cfg(feature = "webhook")]
pub(crate) mod webhook;
mod hook;
mod listener;
mod run;
#[cfg(feature = "metrics")]
pub(crate) mod metrics;
mod settings;

pub(crate) use details::*;
pub(crate) use drain::*;
pub(crate) use hook::*;
pub(crate) use listener::*;
pub(crate) use run::*;
pub(crate) use settings::*;

use std::{
    fmt::Write,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tracing::{error, info, warn};

use crate::{
    BuildError, Entry, Lifecycle, Scope, Status,
    drain::Budget,
    plan::{Plan, Planned},
    process::Release,
    run::{Change, Event, News, Transition},
    text::plain,
};

/// The one line at the start: what runs, and how soon a failure shows.
pub(crate) fn started(plan: &Plan, budget: &Budget) {
    let mut checks = String::new();
    for (index, planned) in plan.checks.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let info = &planned.info;
        write!(checks, "{separator}{} ({}, {})", info.name, info.kinds, info.scope.as_str())
            .expect("a String takes all");
    }
    let takes_out = |planned: &&Planned| {
        planned.info.failure_status == Status::Error && planned.info.scope == Scope::Local
    };
    let slowest = plan.checks.iter().filter(takes_out).max_by_key(|planned| planned.timing.worst_detection());
    let worst = slowest.map(|slowest| seconds(slowest.timing.worst_detection()));
    let told = slowest.zip(worst).map_or_else(
        || "; no failure of theirs alone answers 503".to_owned(),
        |(slowest, worst)| {
            format!("; a failure shows within {worst} s, of `{}` the latest", slowest.info.name)
        },
    );
    let set = overrides(plan);
    let (delay, stop) = (seconds(budget.delay), seconds(budget.longest()));
    info!(
        lifecycle = Lifecycle::Starting.as_str(),
        checks = plan.checks.len(),
        detect_within_seconds = worst,
        drain_delay_seconds = delay,
        drain_within_seconds = stop,
        "health checks started: {checks}{told}; a stop takes {delay} to {stop} s{set}"
    );
    if cfg!(panic = "abort") {
        warn!(
            "compiled with panic = \"abort\": a check that panics ends the process; use panic = \"unwind\""
        );
    }
}

/// What settings made of the checks.
fn overrides(plan: &Plan) -> String {
    let overridden =
        plan.checks.iter().filter_map(|planned| Some((planned, planned.info.overridden.as_deref()?)));
    let told: Vec<_> =
        overridden.map(|(planned, overridden)| override_summary(&planned.info.name, overridden)).collect();
    if told.is_empty() { String::new() } else { format!("; settings: {}", told.join(", ")) }
}

/// What of an event is for people.
pub(crate) fn event(event: &Event) {
    match event {
        Event::News(told) => news(told),
        Event::Adjusted(told) => adjusted(told),
        Event::Thawed { late } => thawed(*late),
        Event::Lifecycle { lifecycle: Lifecycle::Ready, .. } => ready(),
        Event::Lifecycle { .. }
        | Event::Began { .. }
        | Event::TimedOut { .. }
        | Event::Ended(_)
        | Event::Planned(_)
        | Event::Closed
        | Event::Beat(_) => {}
    }
}

fn news(news: &News) {
    match news {
        // Told with the setting that did it.
        News::Transition { transition: Transition { change: Change::Overridden, .. }, .. } => {}
        News::Transition { entry, transition } => transition_told(entry, transition),
        News::StillFailing { entry, lasted } => {
            let (name, lasted) = (entry.name(), seconds(*lasted));
            let reason = entry.message().map(plain);
            let reason = reason.as_deref();
            warn!(
                name: "health_check_still_failing",
                target: "healthsdk",
                check = name,
                status = entry.status().as_str(),
                reason,
                lasted_seconds = lasted,
                failures = entry.failures(),
                "check `{name}` still fails after {lasted:.0} s{}",
                tail(reason)
            );
        }
    }
}

fn transition_told(entry: &Entry, transition: &Transition) {
    let Transition { from, to, change, lasted, failures, planned, .. } = transition;
    let (name, lasted) = (entry.name(), seconds(*lasted));
    let reason = entry.message().map(plain);
    let reason = reason.as_deref();
    let tail = tail(reason);
    let what = match change {
        Change::Failed => format!("check `{name}` failed{tail}"),
        Change::NeverPassed => format!("check `{name}` has not passed yet{tail}"),
        Change::Recovered if *to == Status::Ok => format!("check `{name}` recovered after {lasted:.0} s"),
        Change::Recovered => format!("check `{name}` recovered after {lasted:.0} s, and is {to}{tail}"),
        Change::Shifted | Change::Overridden => {
            format!("check `{name}` is {to}, was {from} for {lasted:.0} s{tail}")
        }
    };
    let is_news = match change {
        Change::Recovered => true,
        Change::Shifted | Change::Overridden => *to == Status::Ok,
        Change::Failed | Change::NeverPassed => entry.info.failure_status == Status::Ok,
    };
    let (from, to) = (from.as_str(), to.as_str());
    if is_news {
        info!(
            name: "health_check_transition",
            target: "healthsdk",
            check = name,
            from,
            to,
            reason,
            lasted_seconds = lasted,
            failures,
            planned,
            "{what}"
        );
    } else {
        warn!(
            name: "health_check_transition",
            target: "healthsdk",
            check = name,
            from,
            to,
            reason,
            lasted_seconds = lasted,
            failures,
            planned,
            "{what}"
        );
    }
}

fn tail(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// To the millisecond.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e3).round() / 1e3
}

/// The process did not run for a while.
fn thawed(late: Duration) {
    let late = seconds(late);
    warn!(
        late_seconds = late,
        "the process did not run for {late:.1} s; health checks under way are void and run again"
    );
}

fn ready() {
    info!(lifecycle = Lifecycle::Ready.as_str(), "the service is ready");
}

pub(crate) fn gate(name: &str, release: &Release) {
    match release {
        Release::Done => info!(gate = name, "startup gate `{name}` is done"),
        Release::Failed(reason) => {
            let reason = &*plain(reason);
            warn!(gate = name, reason, "startup gate `{name}` failed, the service starts without: {reason}");
        }
        Release::Dropped => error!(
            gate = name,
            "startup gate `{name}` was dropped without `done` or `failed`: the service will never be ready"
        ),
    }
}

pub(crate) fn gate_too_late(name: &str) {
    warn!(
        gate = name,
        "startup gate `{name}` comes too late: the service is ready; close gates before the server runs"
    );
}

pub(crate) fn set_ready(ready: bool, reason: &str) {
    let reason = &*plain(reason);
    if ready {
        info!(reason, "the service says that it is ready again: {reason}");
    } else {
        info!(reason, "the service says that it is not ready: {reason}");
    }
}

/// Whoever is told of runs, or the log, took too long.
pub(crate) fn untold(lost: usize) {
    warn!(
        lost,
        "{lost} events of runs were told to no metrics and no dashboard, because the log, or an exporter of metrics, was blocked"
    );
}

/// A route found no monitor. Told once.
pub(crate) fn no_monitor(error: Option<&BuildError>) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if TOLD.swap(true, Ordering::Relaxed) {
        return;
    }
    if let Some(error) = error {
        error!("a health route has no monitor and answers 503, because {error}");
    } else {
        error!(
            "a health route has no monitor and answers 503; add `.configure(monitor.probes())` to its App, before any \
                 `scope(\"\")`, or `.app_data(monitor.clone())`"
        );
    }
}
