use std::{collections::BTreeMap, sync::Arc, time::SystemTime};

use crate::{
    Component, Entry, Kind, Lifecycle, Scope, Status, info::Info, kind::Kinds, last::Last,
    lifecycle::Progress, run::Moment,
};

const READINESS: Kinds = Kinds::NONE.with(Kind::Readiness);
const BOTH: Kinds = READINESS.with(Kind::Startup);

/// What the process says of itself, beside the checks: each reason why it is not ready is an entry of its own.
///
/// The names have a slash, which names of checks cannot have.
#[derive(Debug, Default)]
pub(crate) struct Process {
    progress: Progress,
    gates: BTreeMap<String, Gate>,
    holds: BTreeMap<Holding, (String, Moment)>,
    entries: Vec<Arc<Entry>>,
    changed: bool,
}

/// Why readiness is held while the process has started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holding {
    /// The service says so itself.
    Service,
    /// The main server does not accept connections.
    Listener,
}

/// How a startup gate was released.
#[derive(Clone, Debug)]
pub(crate) enum Release {
    Done,
    /// The service starts without it.
    Failed(String),
    /// The guard was dropped: what it stood for will never be done.
    Dropped,
}

#[derive(Debug)]
struct Gate {
    opened: Moment,
    released: Option<(Release, Moment)>,
}

impl Gate {
    fn holds(&self) -> bool {
        matches!(self.released, None | Some((Release::Dropped, _)))
    }
}

impl Process {
    pub(crate) fn new(now: Moment) -> Self {
        let mut process = Self::default();
        process.render(now);
        process
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress
    }

    /// What is to be shown now, ordered by name.
    pub(crate) fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// True where there is something to publish since the last time.
    pub(crate) fn takes_change(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Probes are mounted on a server.
    pub(crate) fn serve(&mut self, now: Moment) {
        self.progress.serving = true;
        self.render(now);
    }

    /// Latches once everything has come together. `passed`: every startup check has passed once.
    pub(crate) fn start(&mut self, passed: bool) {
        let closed = self.gates.values().any(Gate::holds);
        if self.progress.lifecycle == Lifecycle::Starting && passed && !closed && self.progress.serving {
            self.progress.started = true;
            self.progress.lifecycle = Lifecycle::Ready;
        }
    }

    /// Closes a gate; `None` where the process has started already. Otherwise the name it is known by.
    pub(crate) fn gate(&mut self, name: &str, now: Moment) -> Option<String> {
        if self.progress.lifecycle > Lifecycle::Starting {
            return None;
        }
        let taken = |name: &str| self.gates.contains_key(name);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let name = [name.to_owned()].into_iter().chain(numbered).find(|name| !taken(name))?;
        self.gates.insert(name.clone(), Gate { opened: now, released: None });
        self.render(now);
        Some(name)
    }

    /// Releases a gate, once.
    pub(crate) fn release(&mut self, gate: &str, release: Release, now: Moment) {
        if let Some(gate) = self.gates.get_mut(gate)
            && gate.released.is_none()
        {
            gate.released = Some((release, now));
            self.render(now);
        }
    }

    /// Holds readiness with a reason, or lets it go. True where it held, and does not any more, or the other way round.
    pub(crate) fn hold(&mut self, hold: Holding, reason: Option<String>, now: Moment) -> bool {
        let before = self.holds.get(&hold).cloned();
        let flips = before.is_some() != reason.is_some();
        if before.as_ref().map(|(told, _)| told) == reason.as_ref() {
            return false;
        }
        match reason {
            Some(reason) => {
                let since = before.map_or(now, |(_, since)| since);
                self.holds.insert(hold, (reason, since));
            }
            None => drop(self.holds.remove(&hold)),
        }
        self.progress.held = !self.holds.is_empty();
        self.render(now);
        flips
    }

    /// The service says that it is not ready.
    pub(crate) fn is_taken_out(&self) -> bool {
        self.holds.contains_key(&Holding::Service)
    }

    /// Irrevocable. True the first time.
    pub(crate) fn drain(&mut self, now: Moment) -> bool {
        let first = self.progress.lifecycle < Lifecycle::Draining;
        if first {
            self.progress.lifecycle = Lifecycle::Draining;
            self.render(now);
        }
        first
    }

    pub(crate) fn stop(&mut self) {
        self.changed |= self.progress.lifecycle != Lifecycle::Stopped;
        self.progress.lifecycle = Lifecycle::Stopped;
    }

    fn render(&mut self, now: Moment) {
        self.changed = true;
        let since = |name: &str| {
            let before = self.entries.iter().find(|entry| entry.name() == name);
            before.map_or(now.wall, |entry| entry.since)
        };
        let mut entries: Vec<_> =
            self.gates.iter().filter_map(|(name, gate)| gate_entry(name, gate)).collect();
        let error = |name: &str, message: &str, since| entry(name, READINESS, Status::Error, message, since);
        for (hold, (reason, began)) in &self.holds {
            let name = match hold {
                Holding::Service => "process/ready",
                Holding::Listener => "process/listener",
            };
            entries.push(error(name, reason, began.wall));
        }
        if self.progress.lifecycle >= Lifecycle::Draining {
            entries.push(error("process/draining", "draining", since("process/draining")));
        } else if !self.progress.serving {
            let message = "the main server does not run yet, or lacks `.configure(monitor.probes())` or `monitor.without_probes()`";
            let mut unserved = entry("process/server", BOTH, Status::Error, message, since("process/server"));
            unserved.pending = true;
            entries.push(unserved);
        }
        entries.sort_by(|a, b| a.name().cmp(b.name()));
        self.entries = entries.into_iter().map(Arc::new).collect();
    }
}

/// Why readiness is held where no other entry tells.
pub(crate) fn unstarted(since: SystemTime) -> Entry {
    entry("process/starting", READINESS, Status::Error, "a startup check has not passed yet", since)
}

fn gate_entry(name: &str, gate: &Gate) -> Option<Entry> {
    let (status, message, at) = match &gate.released {
        None => (Status::Error, "startup gate is closed".to_owned(), gate.opened),
        Some((Release::Done, _)) => return None,
        Some((Release::Failed(reason), at)) => (Status::Degraded, format!("started without: {reason}"), *at),
        Some((Release::Dropped, at)) => {
            let message = "startup gate was dropped without `done` or `failed`, and stays closed";
            (Status::Error, message.to_owned(), *at)
        }
    };
    let mut entry = entry(&format!("startup/{name}"), BOTH, status, &message, at.wall);
    entry.pending = gate.released.is_none();
    entry.started = !gate.holds();
    Some(entry)
}

fn entry(name: &str, kinds: Kinds, status: Status, message: &str, since: SystemTime) -> Entry {
    let info = Info {
        name: name.to_owned().into(),
        kinds,
        tags: Box::default(),
        description: None,
        component: Some(Component::System),
        scope: Scope::Local,
        failure_status: Status::Error,
        location: None,
        enabled: true,
        overridden: None,
    };
    Entry {
        info: Arc::new(info),
        status,
        pending: false,
        started: false,
        last: Last::told(message),
        since,
        failures: 0,
        running_since: None,
    }
}

#[cfg(test)]
mod tests;
