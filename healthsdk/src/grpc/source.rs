use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use tokio::sync::watch;

use crate::{
    Lifecycle, Monitor, Status,
    endpoint::Endpoint,
    proto::health_check_response::ServingStatus,
    run::{Engine, Hops, Reader},
};

/// What is asked. It keeps nothing running.
#[derive(Clone, Debug)]
pub(super) struct Source {
    engine: Weak<Engine>,
    reader: Reader,
}

/// What a service name stands for.
enum Service<'a> {
    Endpoint(Endpoint),
    Tag(&'a str),
}

impl<'a> Service<'a> {
    fn named(name: &'a str) -> Self {
        match name {
            "" | "readiness" => Self::Endpoint(Endpoint::Readiness),
            "liveness" => Self::Endpoint(Endpoint::Liveness),
            "startup" => Self::Endpoint(Endpoint::Startup),
            tag => Self::Tag(tag),
        }
    }
}

impl Source {
    pub(super) fn new(monitor: &Monitor) -> Self {
        let engine = Arc::downgrade(monitor.engine());
        Self { engine, reader: Reader::new(!monitor.details().tells_apart()) }
    }

    /// What is told of every publication; `None` where the monitor is gone.
    pub(super) fn publications(&self) -> Option<watch::Receiver<Lifecycle>> {
        self.engine.upgrade().map(|engine| engine.publications())
    }

    /// As one who asks through so many services.
    pub(super) fn through(&self, hops: Hops) -> Self {
        Self { engine: Weak::clone(&self.engine), reader: self.reader.through(hops) }
    }

    /// The status of a service, `ServiceUnknown` where there is none of the name, and whether the process drains; `None` where
    /// the monitor is gone.
    pub(super) async fn look(&self, service: &str) -> Option<(ServingStatus, bool)> {
        let engine = self.engine.upgrade()?;
        let service = Service::named(service);
        let endpoint = match service {
            Service::Endpoint(endpoint) => endpoint,
            Service::Tag(_) => Endpoint::Readiness,
        };
        let fresh = engine.peek(endpoint).map(|snapshot| Arc::clone(&snapshot));
        let snapshot = match fresh {
            Some(snapshot) => snapshot,
            None => engine.read(&endpoint.selection(), self.reader).await,
        };
        let status = match service {
            Service::Endpoint(endpoint) => Some(snapshot.status(endpoint)),
            Service::Tag(tag) => snapshot.tagged(tag),
        };
        let drains = snapshot.progress().lifecycle >= Lifecycle::Draining;
        Some((status.map_or(ServingStatus::ServiceUnknown, serving), drains))
    }

    /// The whole server and every tag; `None` where the monitor is gone.
    pub(super) async fn all(&self) -> Option<HashMap<String, ServingStatus>> {
        let engine = self.engine.upgrade()?;
        let snapshot = engine.read(&Endpoint::Readiness.selection(), self.reader).await;
        let tags = snapshot.tags().into_iter().filter(|tag| matches!(Service::named(tag), Service::Tag(_)));
        let tagged = tags.filter_map(|tag| Some((tag.to_owned(), snapshot.tagged(tag)?)));
        let server = (String::new(), snapshot.status(Endpoint::Readiness));
        Some(tagged.chain([server]).map(|(name, status)| (name, serving(status))).collect())
    }
}

fn serving(status: Status) -> ServingStatus {
    match status {
        Status::Ok | Status::Degraded => ServingStatus::Serving,
        Status::Error => ServingStatus::NotServing,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        time::{Duration, Instant},
    };

    use tokio::runtime::Builder;

    use super::*;
    use crate::{Check, Details};

    /// How often a check that runs when asked has run after a hundred looks, and how long these took.
    fn runs_of_a_hundred_looks(details: Details) -> (u32, Duration) {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let check = Check::new("asked", move || {
            counted.fetch_add(1, Ordering::SeqCst);
            async {}
        });
        let monitor =
            Monitor::builder().linked(false).check(check.ttl(Duration::from_millis(1))).details(details);
        let monitor = monitor.build().expect("the check is legal");
        let source = Source::new(&monitor);
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime can be made");
        let began = Instant::now();
        for _ in 0..100 {
            runtime.block_on(source.look("")).expect("the monitor is there");
            std::thread::sleep(Duration::from_millis(2));
        }
        (runs.load(Ordering::SeqCst), began.elapsed())
    }

    #[test]
    fn who_asks_starts_no_run_where_strangers_start_none() {
        let (runs, took) = runs_of_a_hundred_looks(Details::bearer("a-token-of-the-tests"));
        // One at the start, and the background's own.
        assert!(u64::from(runs) <= 1 + took.as_secs() / 5, "{runs} runs in {took:?}");
    }

    #[test]
    fn who_asks_starts_what_any_prober_starts() {
        let (runs, _) = runs_of_a_hundred_looks(Details::Never);
        assert!(runs > 10, "{runs} runs");
    }
}
