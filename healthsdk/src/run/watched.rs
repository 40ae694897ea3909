use std::{sync::Arc, time::Instant};

use super::{engine::Engine, snapshot::Snapshot};

impl Engine {
    /// The snapshot as it is, without waiting for anything.
    pub(crate) fn latest(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Whether the engine's own clock is on time.
    pub(crate) fn is_on_time(&self) -> bool {
        !self.clock.is_late(Instant::now())
    }
}
