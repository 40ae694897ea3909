use std::thread;
use std::time::{Duration, Instant, SystemTime};

use healthsdk::{Check, Entry, Monitor, Selection, Status};
use tokio::runtime::Handle;

/// A monitor of one check, on demand, without hysteresis.
pub(crate) struct Watch {
    monitor: Monitor,
    runtime: Handle,
}

/// What a report said, and how long it took to come.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) entry: Entry,
    pub(crate) took: Duration,
}

impl Watch {
    pub(crate) fn new(check: Check, timeout: Duration, cancel_after: Duration, runtime: &Handle) -> Self {
        let check = check
            .ttl(Duration::from_millis(1))
            .timeout(timeout)
            .cancel_after(cancel_after)
            .failure_threshold(1)
            .success_threshold(1);
        let builder = Monitor::builder().linked(false).deadline(Duration::from_secs(30)).check(check);
        Self { monitor: builder.build().expect("the check is legal"), runtime: runtime.clone() }
    }

    /// Asks, as a probe does, until it is told of a run that began afterwards. One from before may still have to end.
    pub(crate) fn ask(&self) -> Reading {
        loop {
            let asked = (Instant::now(), SystemTime::now());
            let report = self.runtime.block_on(self.monitor.report(Selection::everything()));
            let took = asked.0.elapsed();
            let entry = report.entries().next().expect("the monitor has one check").clone();
            if entry.checked_at().is_some_and(|at| at >= asked.1) {
                return Reading { entry, took };
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Asks until the check passes; else tells what it said last.
    pub(crate) fn passes(&self, within: Duration) -> Result<(), Box<Reading>> {
        let begun = Instant::now();
        loop {
            let reading = self.ask();
            if reading.status() == Status::Ok {
                return Ok(());
            }
            if begun.elapsed() > within {
                return Err(Box::new(reading));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Reading {
    pub(crate) fn status(&self) -> Status {
        self.entry.status()
    }

    /// The cause as a word, or nothing.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.entry.data().get("cause").and_then(|cause| cause.as_str())
    }
}
