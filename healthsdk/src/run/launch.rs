use std::{sync::Arc, vec};

use super::{attempt::Attempt, engine::Engine, table::Table};

/// Runs that are made at a time: however many begin at once, no more than these take memory before they are polled.
pub(super) const SLICE: usize = 1024;

/// Some runs for pollers, and the checks whose runs have begun as well.
pub(super) struct Launch {
    attempts: Vec<Arc<Attempt>>,
    later: vec::IntoIter<usize>,
}

impl Engine {
    /// Makes the next ones.
    pub(super) fn next(&self, table: &mut Table, mut begun: vec::IntoIter<usize>) -> Launch {
        let mut attempts = Vec::with_capacity(begun.len().min(SLICE));
        let made = begun.by_ref().filter_map(|check| table.launch(check, &self.pool, self.this.clone()));
        attempts.extend(made.take(SLICE));
        Launch { attempts, later: begun }
    }

    /// Queues them. Who polls the last has the next ones made.
    pub(super) fn launch(&self, Launch { attempts, later }: Launch) {
        if !attempts.is_empty() {
            self.pool.push(attempts);
        }
        if later.len() == 0 {
            return;
        }
        let this = self.this.clone();
        self.pool.call(move || {
            if let Some(engine) = this.upgrade() {
                let next = engine.next(&mut engine.table(), later);
                engine.launch(next);
            }
        });
    }
}
