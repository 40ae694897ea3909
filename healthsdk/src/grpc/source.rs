use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use tokio::sync::watch;

use super::proto::health_check_response::ServingStatus;
use crate::{Lifecycle, Monitor, Status, endpoint::Endpoint, run::Engine};

/// What is asked. It keeps nothing running.
#[derive(Clone, Debug)]
pub(super) struct Source {
    engine: Weak<Engine>,
    may_start: bool,
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
        Self { engine, may_start: !monitor.details().tells_apart() }
    }

    /// What is told of every publication; `None` where the monitor is gone.
    pub(super) fn publications(&self) -> Option<watch::Receiver<Lifecycle>> {
        self.engine.upgrade().map(|engine| engine.publications())
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
            None => engine.read(&endpoint.selection(), self.may_start).await,
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
        let snapshot = engine.read(&Endpoint::Readiness.selection(), self.may_start).await;
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
