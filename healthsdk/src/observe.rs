use std::{fmt::Write, time::Duration};

use tracing::{error, info, warn};

use crate::{
    BuildError, Lifecycle, Status,
    plan::Plan,
    run::{Change, News, Transition},
};

/// The one line at the start: what runs, and how soon a failure shows.
pub(crate) fn started(plan: &Plan) {
    let mut checks = String::new();
    for (index, planned) in plan.checks.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let info = &planned.info;
        write!(checks, "{separator}{} ({}, {})", info.name, info.kinds, info.scope.as_str())
            .expect("a String takes all");
    }
    let worst = plan.checks.iter().map(|planned| planned.timing.worst_detection()).max().unwrap_or_default();
    let worst = worst.as_secs_f64();
    info!(
        checks = plan.checks.len(),
        detect_within_seconds = worst,
        "health checks started: {checks}; a failure shows within {worst} s"
    );
    if cfg!(panic = "abort") {
        warn!(
            "compiled with panic = \"abort\": a check that panics ends the process; use panic = \"unwind\""
        );
    }
}

pub(crate) fn news(news: &News) {
    match news {
        News::Transition { entry, transition } => transition_told(entry, transition),
        News::StillFailing { entry, lasted } => {
            let reason = entry.message().unwrap_or_default();
            let lasted = lasted.as_secs_f64();
            warn!(
                check = entry.name(),
                status = entry.status().as_str(),
                reason,
                lasted_seconds = lasted,
                failures = entry.failures(),
                "check `{}` still fails after {lasted:.0} s: {reason}",
                entry.name()
            );
        }
    }
}

fn transition_told(entry: &crate::Entry, transition: &Transition) {
    let Transition { from, to, change, lasted, failures, .. } = transition;
    let (name, reason) = (entry.name(), entry.message().unwrap_or_default());
    let (from, to, lasted) = (from.as_str(), to.as_str(), lasted.as_secs_f64());
    let what = match change {
        Change::Failed => format!("check `{name}` failed: {reason}"),
        Change::NeverPassed => format!("check `{name}` has not passed yet: {reason}"),
        Change::Recovered => format!("check `{name}` recovered after {lasted:.0} s"),
        Change::Shifted => format!("check `{name}` is {to}, was {from} for {lasted:.0} s: {reason}"),
    };
    let level_is_info = match change {
        Change::Recovered => true,
        Change::Shifted => *to == *Status::Ok.as_str(),
        Change::Failed | Change::NeverPassed => entry.info.failure_status == Status::Ok,
    };
    if level_is_info {
        info!(check = name, from, to, reason, lasted_seconds = lasted, failures, "{what}");
    } else {
        warn!(check = name, from, to, reason, lasted_seconds = lasted, failures, "{what}");
    }
}

/// The process did not run for a while.
pub(crate) fn thawed(late: Duration) {
    let late = late.as_secs_f64();
    warn!(
        late_seconds = late,
        "the process did not run for {late:.1} s; health checks under way are void and run again"
    );
}

pub(crate) fn lifecycle(lifecycle: Lifecycle) {
    info!(lifecycle = lifecycle.as_str(), "the service is {lifecycle}");
}

/// A route found no monitor. Told once.
pub(crate) fn no_monitor(error: Option<&BuildError>) {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        if let Some(error) = error {
            error!("a health route has no monitor and answers 503, because {error}");
        } else {
            error!(
                "a health route has no monitor and answers 503; add `.configure(monitor.probes())` to its App, before any \
                 `scope(\"\")`, or `.app_data(monitor.clone())`"
            );
        }
    });
}
