//! Bugs for the soak to find. One is there where a build with `--cfg healthsdk_planted` is started with its name in
//! `HEALTHSDK_PLANTED`; any other build has none of this.

use std::{any::Any, sync::Arc, time::Duration};

use bugs::{has, keep, toil};

/// A run is begun beside the one that is under way.
pub(crate) fn second_run() -> bool {
    has("second-run")
}

/// An answer waits for its runs however long they take.
pub(crate) fn patience(deadline: Duration) -> Duration {
    if has("no-deadline") { Duration::from_secs(3600) } else { deadline }
}

/// A recovery is never published.
pub(crate) fn deaf() -> bool {
    has("deaf")
}

/// What a reader was given is kept for ever.
pub(crate) fn kept<T: Any + Send + Sync>(given: Arc<T>) -> Arc<T> {
    if has("leak") {
        keep(Arc::clone(&given) as _);
    }
    given
}

/// A freeze of the process goes unnoticed, and its dependencies are blamed for it.
pub(crate) fn blamed() -> bool {
    has("blamed")
}

/// Strangers are told what only friends may be.
pub(crate) fn chatty() -> bool {
    has("chatty")
}

/// Secrets stay in messages.
pub(crate) fn unredacted() -> bool {
    has("unredacted")
}

/// The engine's thread works more and more for nothing.
pub(crate) fn busy() {
    if has("busy") {
        toil();
    }
}

#[cfg(not(healthsdk_planted))]
mod bugs {
    use std::{any::Any, sync::Arc};

    pub(super) const fn has(_: &str) -> bool {
        false
    }

    pub(super) fn keep(_: Arc<dyn Any + Send + Sync>) {}

    pub(super) const fn toil() {}
}

#[cfg(healthsdk_planted)]
mod bugs {
    use std::{
        any::Any,
        sync::{Arc, LazyLock, Mutex, PoisonError},
        time::{Duration, Instant},
    };

    pub(super) fn has(bug: &str) -> bool {
        static CHOSEN: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("HEALTHSDK_PLANTED").ok());
        CHOSEN.as_deref() == Some(bug)
    }

    pub(super) fn keep(given: Arc<dyn Any + Send + Sync>) {
        static KEPT: Mutex<Vec<Arc<dyn Any + Send + Sync>>> = Mutex::new(Vec::new());
        KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(given);
    }

    /// For a part of the time since the last call, which is nearly all after five minutes.
    pub(super) fn toil() {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        static LAST: LazyLock<Mutex<Instant>> = LazyLock::new(|| Mutex::new(*BEGAN));
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let part = BEGAN.elapsed().as_secs_f64() / 300.0;
        let spins = last.elapsed().min(Duration::from_millis(300)).mul_f64(part.min(0.9));
        *last = Instant::now();
        let until = *last + spins;
        while Instant::now() < until {
            std::hint::spin_loop();
        }
    }
}
