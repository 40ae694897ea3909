use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use metrics::{
    Counter, Gauge, Label, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};

use crate::{
    Entry, Lifecycle, Status,
    format::families::{self as f, CHECK_LABEL, Family, Type},
    run::{Event, News, Observer, Run, RunResult, Tallies},
};

/// Passes on what happens to the recorder of the process, which is code of the service.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    described: AtomicBool,
}

impl Observer for Metrics {
    fn see(&self, event: &Event) {
        match event {
            Event::Beat(tallies) => {
                if !self.described.swap(true, Ordering::Relaxed) {
                    f::ALL.iter().for_each(described);
                    tallies.checks.iter().for_each(|check| from_zero(&check.entry));
                    counter!(f::FREEZES.name).increment(0);
                }
                everything(tallies);
            }
            Event::Began { entry } => of(f::IN_FLIGHT, entry).set(1),
            Event::TimedOut { entry, .. } => {
                total(f::TIMEOUTS, vec![check(entry)]).increment(1);
                published(entry);
            }
            Event::Ended(run) => ended(run),
            Event::News(News::Transition { entry, transition }) => {
                transitions(entry, transition.to).increment(1);
                published(entry);
            }
            Event::Adjusted(adjusted) => published(&adjusted.entry),
            Event::News(News::StillFailing { .. }) | Event::Planned(_) | Event::Closed => {}
            Event::Lifecycle { lifecycle, .. } => states(*lifecycle),
            Event::Thawed { late } => {
                counter!(f::FREEZES.name).increment(1);
                lag(*late);
            }
        }
    }
}

fn ended(run: &Run) {
    let Run { entry, result, duration, at } = run;
    runs(entry, *result).increment(1);
    of(f::IN_FLIGHT, entry).set(0);
    published(entry);
    if result.is_completed() {
        of(f::COMPLETED, entry).set(f::timestamp(*at));
    }
    if result.is_measured() {
        histogram!(f::DURATION.name, vec![check(entry)]).record(*duration);
    }
}

/// What every gauge is now.
fn everything(tallies: &Tallies) {
    gauge!(f::BUILD.name, labels(f::build(&tallies.about))).set(1);
    gauge!(f::READY.name).set(u8::from(tallies.ready));
    states(tallies.lifecycle);
    lag(tallies.lag);
    for tallied in &tallies.checks {
        let entry = &tallied.entry;
        gauge!(f::CHECK.name, labels(f::declared(entry))).set(1);
        published(entry);
        of(f::IN_FLIGHT, entry).set(u8::from(tallied.in_flight));
        if let Some(at) = tallied.tally.completed_at() {
            of(f::COMPLETED, entry).set(f::timestamp(at));
        }
    }
}

fn published(entry: &Entry) {
    for (family, value) in f::OF_ENTRY {
        of(family, entry).set(value(entry));
    }
}

/// What is not counted yet is there all the same, or its first increase would be seen by nobody.
fn from_zero(entry: &Entry) {
    for result in RunResult::ALL {
        runs(entry, result).increment(0);
    }
    for to in Status::ALL {
        transitions(entry, to).increment(0);
    }
    total(f::TIMEOUTS, vec![check(entry)]).increment(0);
}

fn states(now: Lifecycle) {
    for (state, value) in f::states(now) {
        gauge!(f::LIFECYCLE.name, "state" => state).set(value);
    }
}

fn lag(late: Duration) {
    gauge!(f::LAG.name).set(late.as_secs_f64());
}

fn runs(entry: &Entry, result: RunResult) -> Counter {
    total(f::RUNS, vec![check(entry), Label::from_static_parts("outcome", result.as_str())])
}

fn transitions(entry: &Entry, to: Status) -> Counter {
    total(f::TRANSITIONS, vec![check(entry), Label::from_static_parts("to", to.as_str())])
}

fn total(family: Family, labels: Vec<Label>) -> Counter {
    counter!(family.name, labels)
}

fn of(family: Family, entry: &Entry) -> Gauge {
    gauge!(family.name, vec![check(entry)])
}

fn check(entry: &Entry) -> Label {
    Label::new(CHECK_LABEL, entry.name().to_owned())
}

fn labels(labels: f::Labels) -> Vec<Label> {
    labels.into_iter().map(|(label, value)| Label::new(label, value)).collect()
}

fn described(family: &Family) {
    let Family { name, r#type, help } = *family;
    let unit = if name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
    match r#type {
        Type::Gauge | Type::Info => describe_gauge!(name, unit, help),
        Type::Counter => describe_counter!(name, unit, help),
        Type::Histogram => describe_histogram!(name, unit, help),
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::SystemTime};

    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::{Outcome, run::Adjusted};

    #[test]
    fn what_settings_make_of_a_check_is_passed_on_at_once() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let entry = Arc::new(Entry::own("a".to_owned(), Outcome::error("gone"), SystemTime::UNIX_EPOCH));
        let adjusted = Adjusted { entry, changes: Vec::new(), transition: None };
        metrics::with_local_recorder(&recorder, || Metrics::default().see(&Event::Adjusted(adjusted)));
        let page = recorder.handle().render();
        assert!(page.contains("healthsdk_check_enabled{check=\"a\"} 1"), "{page}");
    }
}
