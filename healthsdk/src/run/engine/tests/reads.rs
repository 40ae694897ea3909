use tokio::{
    runtime::{Builder, Runtime},
    time::{sleep, timeout},
};

use super::*;
use crate::{
    endpoint::Endpoint,
    redact::Redactor,
    run::{Event, Reader},
};

const MOMENT: Duration = Duration::from_millis(50);
const HOUR: Duration = Duration::from_secs(60 * 60);

fn check() -> Check {
    Check::new("check", || async {}).interval(HOUR)
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime can be made")
}

/// How long one waits for what comes or does not.
fn waited(engine: &Engine, longest: Duration, enough: bool) -> Duration {
    let began = Instant::now();
    runtime().block_on(async {
        let wait = engine.wait(Endpoint::Readiness, Reader::new(false), longest, |_| enough);
        timeout(Duration::from_secs(30), wait).await.expect("it is answered");
    });
    began.elapsed()
}

#[test]
fn who_waits_is_answered_once_it_is_enough_or_the_time_is_up_or_the_service_drains() {
    let engine = engine(vec![check()]);
    waited(&engine, HOUR, true);
    assert!(waited(&engine, MOMENT, false) >= MOMENT);
    engine.drain();
    waited(&engine, HOUR, false);
    engine.close();
}

#[test]
fn what_no_run_is_due_for_is_read_without_asking_the_engine() {
    let engine = engine(vec![check()]);
    eventually("its first run is over", || engine.peek(Endpoint::Readiness).is_some());
    engine.close();
    let asked = super::engine(vec![Check::new("asked", || async {}).ttl(HOUR)]);
    assert!(asked.peek(Endpoint::Readiness).is_none());
    assert!(asked.peek(Endpoint::Liveness).is_some(), "no check is of that kind");
    asked.close();
}

#[test]
fn the_first_reader_waits_for_the_first_runs_and_for_no_later_ones() {
    let slow = Check::new("slow", || sleep(2 * MOMENT)).interval(HOUR);
    let later = check().initial_delay(HOUR);
    let draft = Draft { checks: vec![later, slow], ..Draft::default() };
    let engine = started(draft, Duration::from_secs(30), Vec::new());
    let selection = Endpoint::Readiness.selection();
    let report = runtime().block_on(engine.read(&selection, Reader::new(false))).report(&selection);
    let said: Vec<_> = report.entries().map(|entry| (entry.name(), entry.message())).collect();
    assert!(said.contains(&("check", Some("has not run yet"))) && said.contains(&("slow", None)), "{said:?}");
    engine.close();
}

#[test]
fn it_has_the_deadline_and_the_redaction_that_it_was_started_with() {
    let redactor = Redactor::with_hook(|text| text.replace("pa55", "(gone)").into());
    let engine =
        started(Draft { checks: vec![check()], redactor, ..Draft::default() }, 3 * MOMENT, Vec::new());
    assert_eq!(engine.deadline(), 3 * MOMENT);
    assert_eq!(engine.redactor().label("by pa55"), "by (gone)");
    engine.close();
}

/// What an observer was told of runs.
#[derive(Debug, Default)]
struct Runs(Mutex<Vec<&'static str>>);

impl Observer for Runs {
    fn see(&self, event: &Event) {
        let name = match event {
            Event::Began { .. } => "began",
            Event::Ended(run) => run.result.as_str(),
            _ => return,
        };
        self.0.lock().expect("nobody panicked with it").push(name);
    }
}

#[test]
fn observers_are_told_of_a_run_when_it_begins_and_when_it_ends() {
    let runs = Arc::new(Runs::default());
    let engine = observed(vec![check()], vec![runs.clone()]);
    eventually("both are told", || *runs.0.lock().expect("nobody panicked with it") == ["began", "ok"]);
    engine.close();
}
