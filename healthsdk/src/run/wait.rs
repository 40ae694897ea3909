use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{engine::Engine, reader::Reader, snapshot::Snapshot};
use crate::{Lifecycle, endpoint::Endpoint};

/// Checks that only run when asked are asked no more often than this.
const PAUSE: Duration = Duration::from_millis(50);

impl Engine {
    /// The snapshot as soon as it is enough, the service drains, or the time is up; and at most the deadline later.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub(crate) async fn wait(
        &self,
        endpoint: Endpoint,
        reader: Reader,
        longest: Duration,
        enough: impl Fn(&Snapshot) -> bool,
    ) -> Arc<Snapshot> {
        let mut publications = self.publications();
        let until = Instant::now() + longest;
        loop {
            publications.borrow_and_update();
            let snapshot = self.read(&endpoint.selection(), reader).await;
            let now = Instant::now();
            if enough(&snapshot) || snapshot.progress().lifecycle >= Lifecycle::Draining || now >= until {
                return snapshot;
            }
            let expires = snapshot.valid_until(endpoint).map(|expires| expires.max(now + PAUSE));
            let next = expires.map_or(until, |expires| expires.min(until));
            // The engine, and so the sender, lives as long as `self`; what is missed by time is read next.
            let _ = tokio::time::timeout_at(next.into(), publications.changed()).await;
        }
    }
}
