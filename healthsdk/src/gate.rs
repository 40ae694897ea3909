use std::{fmt::Display, sync::Arc};

use crate::{
    Lifecycle, observe,
    process::{Process, Release},
    run::Engine,
};

/// Something that must be done before the service is ready: a cache to warm, a model to load. Until it is released,
/// `/readyz` and `/startupz` answer 503. Made by [`Monitor::startup_gate`](crate::Monitor::startup_gate).
///
/// One that is dropped without [`done`](Self::done) or [`failed`](Self::failed) stays closed, and says so in the log and
/// in reports: what it stood for ended in a panic or an early return, and will never be done.
#[must_use = "a gate that is dropped stays closed"]
#[derive(Debug)]
pub struct StartupGate {
    engine: Arc<Engine>,
    /// `None` once released.
    name: Option<String>,
}

impl StartupGate {
    pub(crate) fn close(engine: Arc<Engine>, name: &str) -> Self {
        let name = engine.redactor().label(name);
        let known_as = engine.steer(|process, now| process.gate(&name, now));
        if known_as.is_none() {
            engine.tell(move || observe::gate_too_late(&name));
        }
        Self { engine, name: known_as }
    }

    /// It is done.
    pub fn done(mut self) {
        self.release(Release::Done);
    }

    /// It failed, and the service starts without it: reports tell so, with the reason, as degraded.
    pub fn failed(mut self, reason: impl Display) {
        self.release(Release::Failed(self.engine.redactor().reason(&reason)));
    }

    fn release(&mut self, release: Release) {
        let Some(name) = self.name.take() else { return };
        let told = release.clone();
        self.engine.steer(|process, now| Process::release(process, &name, release, now));
        // A warm-up that a stop ends drops its gate, and nobody waits for it any more.
        if self.engine.lifecycle() < Lifecycle::Draining {
            self.engine.tell(move || observe::gate(&name, &told));
        }
    }
}

impl Drop for StartupGate {
    fn drop(&mut self) {
        self.release(Release::Dropped);
    }
}
