use std::time::Duration;

use tokio::sync::watch;

use super::{
    effect::Urgency,
    engine::Engine,
    lane::{Line, Told},
    moment::Moment,
    rest::Rest,
};
use crate::{Kind, Lifecycle, Status, about::About, process::Process};

impl Engine {
    pub(crate) fn lifecycle(&self) -> Lifecycle {
        self.snapshot.load().progress().lifecycle
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.snapshot.load().is_ready()
    }

    /// What is told of every transition of the lifecycle.
    pub(crate) fn transitions(&self) -> watch::Receiver<Lifecycle> {
        self.reached.subscribe()
    }

    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// How long the slowest check that holds the start may take to pass for the first time.
    pub(crate) fn worst_start(&self) -> Duration {
        let table = self.table();
        let holding = table.cells.iter().filter(|cell| {
            cell.info.kinds.contains(Kind::Startup) && cell.info.failure_status == Status::Error
        });
        holding.map(|cell| cell.timing.worst_first_pass()).max().unwrap_or_default()
    }

    /// What is told of every publication, with the lifecycle at that time.
    pub(crate) fn publications(&self) -> watch::Receiver<Lifecycle> {
        self.published.subscribe()
    }

    /// Probes are mounted on a server.
    pub(crate) fn serving(&self) {
        if !self.snapshot.load().progress().serving {
            self.steer(Process::serve);
        }
    }

    /// Changes what the process says of itself, and publishes what has changed before it returns.
    pub(crate) fn steer<T>(&self, change: impl FnOnce(&mut Process, Moment) -> T) -> T {
        let mut rest = Rest::default();
        let mut table = self.table();
        let now = Moment::now();
        let result = change(&mut table.process, now);
        if table.process.takes_change() {
            self.settle(&mut table, Urgency::AtOnce, now.at, &mut rest);
        }
        self.finish(table, rest);
        result
    }

    /// Readiness is over, and no check runs any more.
    pub(crate) fn drain(&self) {
        let mut rest = Rest::default();
        let mut table = self.table();
        let now = Moment::now();
        if table.process.drain(now) {
            if let Some(open) = table.freeze() {
                self.abandon(&mut table, &open, &mut rest);
            }
            self.settle(&mut table, Urgency::AtOnce, now.at, &mut rest);
        }
        self.finish(table, rest);
    }

    /// Has a poller write to the log: the caller has no time for a log that blocks.
    pub(crate) fn tell(&self, line: impl FnOnce() + Send + 'static) {
        self.journal.write([Line::Call(Told(Box::new(line)))], &self.pool);
    }
}
