use std::fmt;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use healthsdk::{Cause, Check, Entry, Monitor, Selection, Status};
use tokio::runtime::Handle;

use crate::case::Said;

/// A monitor of one check, on demand, without hysteresis.
pub(crate) struct Watch {
    monitor: Monitor,
    runtime: Handle,
}

/// What a report said, and how long it took to come.
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

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.entry.message().unwrap_or_default();
        write!(f, "{} after {:.3?}, {message:?}, {:?}", self.status().as_str(), self.took, self.entry.data())
    }
}

impl Reading {
    pub(crate) fn status(&self) -> Status {
        self.entry.status()
    }

    pub(crate) fn is(&self, expected: Said) -> bool {
        self.status() == expected.status && self.cause() == expected.cause.map(Cause::as_str)
    }

    /// The cause as a word, or nothing.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.entry.data().get("cause").and_then(|cause| cause.as_str())
    }
}
