//! Who does what the plan says.

use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::plan::{Step, What};
use crate::shared::Shared;
use crate::stages::Stage;
use crate::verdict::Verdict;

/// Breaks and mends one server.
pub(crate) fn trouble(stage: &mut Stage, steps: &[Step], shared: &Shared) {
    let name = stage.name;
    perform(steps, shared, |step| {
        shared.truth.set(name, None, Instant::now());
        let verdict = if let What::Break(fault) = step.what {
            stage.break_by(fault);
            fault.verdict()
        } else {
            stage.mend();
            Verdict::Pass
        };
        shared.truth.set(name, Some(verdict), Instant::now());
    });
    stage.mend();
    // It goes with its actor.
    shared.sleep_until(Duration::MAX, |shared| !shared.is_over());
}

/// Switches one check of the service.
pub(crate) fn switch(name: &'static str, steps: &[Step], shared: &Shared) {
    perform(steps, shared, |step| {
        let What::Switch(mode) = step.what else { return };
        shared.truth.set(name, None, Instant::now());
        if shared.control.switch(name, mode).is_ok() {
            shared.truth.set(name, Some(mode.verdict()), Instant::now());
        }
    });
}

/// Freezes the service.
pub(crate) fn freeze(pid: Pid, steps: &[Step], shared: &Shared) {
    perform(steps, shared, |step| {
        let What::Freeze(length) = step.what else { return };
        shared.freezes.begin(Instant::now());
        // Where it has ended by itself, the watch tells.
        let _ = kill(pid, Signal::SIGSTOP);
        thread::sleep(length);
        let _ = kill(pid, Signal::SIGCONT);
        shared.freezes.end(Instant::now());
    });
}

fn perform(steps: &[Step], shared: &Shared, mut act: impl FnMut(&Step)) {
    for step in steps {
        if !shared.sleep_until(step.at, Shared::is_probed) {
            return;
        }
        println!("{:8.1} s  {}: {}", shared.began.elapsed().as_secs_f64(), step.actor, step.what);
        if !matches!(step.what, What::Mend) {
            shared.counts.fault(&step.what);
        }
        act(step);
    }
}
