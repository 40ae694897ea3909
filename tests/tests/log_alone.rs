//! A service that has a logger for `log`, and no subscriber of `tracing`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use healthsdk::{Check, Monitor, Outcome};
use healthsdk_tests::eventually;
use log::{LevelFilter, Log, Metadata, Record};

const SOON: Duration = Duration::from_secs(20);
const OFTEN: Duration = Duration::from_millis(5);

struct Collect(Mutex<Vec<String>>);

static RUNS: AtomicU64 = AtomicU64::new(0);
static LINES: Collect = Collect(Mutex::new(Vec::new()));

impl Log for Collect {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{} {}", record.target(), record.args());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn flush(&self) {}
}

#[test]
fn a_logger_has_a_line_for_each_transition_and_none_for_a_run() {
    log::set_logger(&LINES).expect("there is no other");
    log::set_max_level(LevelFilter::Trace);
    let look = || async {
        let run = RUNS.fetch_add(1, Ordering::SeqCst);
        if run < 50 { Outcome::ok() } else { Outcome::error("unplugged") }
    };
    let check = Check::new("plug", look).interval(OFTEN).retry_interval(OFTEN).failure_threshold(50);
    let monitor = Monitor::builder().linked(false).check(check).build().expect("the check is legal");
    let of_check = || {
        let lines = LINES.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines
            .iter()
            .filter(|line| line.starts_with("healthsdk") || line.contains("health_check"))
            .cloned()
            .collect::<Vec<_>>()
    };
    eventually("it fails", SOON, || of_check().iter().any(|line| line.contains("`plug` failed: unplugged")));
    assert_eq!(of_check().len(), 2, "the start and the failure: {:?}", of_check());
    assert!(RUNS.load(Ordering::SeqCst) >= 100);
    drop(monitor);
}
