use std::{
    convert::Infallible,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::{sleep, timeout},
};

use super::{Dashboard, history::Slot};
use crate::{Lifecycle, run::Engine};

/// What happens within this is one event.
const GAP: Duration = Duration::from_millis(250);
/// An event comes at least this often, so that a reader knows that it is still told.
const BEAT: Duration = Duration::from_secs(15);
/// After this the reader asks anew, and whether it may is decided anew.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// After this a reader comes back from a stream that has ended.
const RETRY: &[u8] = b"retry: 2000\n";

/// What keeps a page up to date, one document after another. Each is made when the reader takes it: one that is slow gets the newest.
#[derive(Debug)]
pub(crate) struct Events {
    dashboard: Dashboard,
    /// A stream keeps no monitor alive.
    engine: Weak<Engine>,
    publications: watch::Receiver<Lifecycle>,
    began: Instant,
    known: Option<Slot>,
    drains: bool,
    _place: OwnedSemaphorePermit,
}

impl Events {
    /// `None` where as many streams are there already as may be.
    pub(crate) fn new(dashboard: &Dashboard, engine: &Arc<Engine>) -> Option<Self> {
        Some(Self {
            _place: Arc::clone(&dashboard.streams).try_acquire_owned().ok()?,
            dashboard: dashboard.clone(),
            engine: Arc::downgrade(engine),
            publications: engine.publications(),
            began: Instant::now(),
            known: None,
            drains: false,
        })
    }

    /// As `text/event-stream` has it. Ends when the service drains, having told so.
    pub(crate) fn stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, Self::next)
    }

    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let first = self.known.is_none();
        if !first && (self.drains || self.began.elapsed() > LONGEST || !self.news().await) {
            return None;
        }
        self.publications.mark_unchanged();
        let snapshot = self.engine.upgrade()?.latest();
        self.drains = snapshot.progress().lifecycle >= Lifecycle::Draining;
        let (slot, document) = self.dashboard.document(&snapshot, self.known);
        self.known = Some(slot);
        let parts = [if first { RETRY } else { b"" }, b"data: ", &document, b"\n\n"];
        Some((Ok(parts.concat().into()), self))
    }

    /// Waits for what is new, or until it is time for a sign of life. False where nothing will ever come.
    async fn news(&mut self) -> bool {
        match timeout(BEAT, self.publications.changed()).await {
            Ok(Ok(())) => {
                sleep(GAP).await;
                true
            }
            Ok(Err(_)) => false,
            Err(_) => true,
        }
    }
}
