//! Who does what the plan says.

use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::phase::Phase;
use crate::plan::{Step, What};
use crate::process::lives;
use crate::shared::Shared;
use crate::spec::Spec;
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
    shared.sleep_until(Duration::MAX, |phase| !phase.is_over());
}

/// Switches one check of the service.
pub(crate) fn switch(spec: &Spec, steps: &[Step], shared: &Shared) {
    let name = spec.name;
    perform(steps, shared, |step| {
        let What::Switch(mode) = step.what else { return };
        shared.truth.set(name, None, Instant::now());
        match shared.control.switch(name, mode) {
            Ok(()) => shared.truth.set(name, Some(mode.verdict(spec.blocking)), Instant::now()),
            Err(error) => shared.phase.fail(format!("{name} cannot be switched to {mode}: {error}")),
        }
    });
}

/// Freezes the service.
pub(crate) fn freeze(pid: Pid, steps: &[Step], shared: &Shared) {
    perform(steps, shared, |step| {
        let What::Freeze(length) = step.what else { return };
        shared.freezes.begin(Instant::now());
        let stopped = kill(pid, Signal::SIGSTOP);
        thread::sleep(length);
        let went_on = kill(pid, Signal::SIGCONT);
        shared.freezes.end(Instant::now());
        // Where it has ended by itself, the watch tells.
        if let Err(error) = stopped.and(went_on)
            && lives(pid)
        {
            shared.phase.fail(format!("the service cannot be frozen: {error}"));
        }
    });
}

fn perform(steps: &[Step], shared: &Shared, mut act: impl FnMut(&Step)) {
    for step in steps {
        if !shared.sleep_until(step.at, Phase::is_probed) {
            return;
        }
        println!("{:8.1} s  {}: {}", shared.began.elapsed().as_secs_f64(), step.actor, step.what);
        if !matches!(step.what, What::Mend) {
            shared.counts.fault(&step.what);
        }
        act(step);
    }
    shared.sleep_until(Duration::MAX, Phase::is_probed);
}
