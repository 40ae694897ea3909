//! How loaded the workers of an actix-web server are: their connections, and how soon their event loops turn.
//!
//! - **Proves**: that each worker is below the connections it accepts at most, and that its event loop turned within half a second. actix gives
//!   a worker at its limit no more connections; once all are there, new ones wait in the backlog.
//! - **Does not prove**: that requests are answered in time. Of a worker without a connection so far nothing is known.
//! - **Kind**: readiness. Degraded from 80 % of the connections on, and by a worker that does not turn; never an error unless
//!   [asked for](Usage::error_at_percent), because the other replicas would get the load. For workers stuck for good there is the monitor's
//!   own watchdog, `watch_workers`.
//! - **Timeout**: the default. Degraded above 100 ms of delay; set [`degraded_above`](Check::degraded_above) for another bound.
//! - **Permission**: none.
//! - **Cost**: one empty task a worker and run, and a short lock a connection.

use std::{
    borrow::Cow,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

use actix_web::dev::Extensions;
use tokio::{runtime::Handle, time::timeout_at};

use super::measure::milliseconds;
pub use super::saturation::Usage;
use crate::{Check, Component, Outcome};

const DEGRADED_ABOVE: Duration = Duration::from_millis(100);
/// An event loop that does not turn for so long is told by name, instead of waiting for it.
const PATIENCE: Duration = Duration::from_millis(500);

/// The workers of one server, as its `on_connect` meets them. Clones are the same workers.
#[derive(Clone, Debug, Default)]
pub struct Workers(Arc<Mutex<Vec<Arc<Worker>>>>);

#[derive(Debug)]
struct Worker {
    name: String,
    thread: ThreadId,
    runtime: Handle,
    connections: AtomicUsize,
}

/// Lives in the data of a connection, and so as long.
struct Connection(Arc<Worker>);

impl Workers {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a connection until it ends, for the worker whose thread calls: from `on_connect`, which comes before `bind`.
    pub fn connected(&self, data: &mut Extensions) {
        let Ok(runtime) = Handle::try_current() else { return };
        let worker = self.current(runtime);
        worker.connections.fetch_add(1, Ordering::Relaxed);
        data.insert(Connection(worker));
    }

    fn current(&self, runtime: Handle) -> Arc<Worker> {
        let current = thread::current();
        let mut list = self.list();
        if let Some(worker) = list.iter().find(|worker| worker.thread == current.id()) {
            return Arc::clone(worker);
        }
        let name = current.name().unwrap_or("a worker").to_owned();
        let worker =
            Arc::new(Worker { name, thread: current.id(), runtime, connections: AtomicUsize::new(0) });
        list.push(Arc::clone(&worker));
        worker
    }

    fn list(&self) -> MutexGuard<'_, Vec<Arc<Worker>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Says how loaded the workers are, of which each accepts at most `max_connections`, as the server was told.
///
/// Data: `used`, `limit` and `percent` of the fullest worker; `connections` of all; `workers`; `delay_ms` of the slowest.
///
/// ```no_run,standalone_crate
/// use actix_web::web;
/// use healthsdk::{checks::actix_workers::{self, Usage, Workers}, health_check};
///
/// #[health_check(kind = "readiness")]
/// async fn workers(workers: web::Data<Workers>) -> Usage {
///     actix_workers::load(&workers, 25_000).await.degraded_at_percent(60)
/// }
/// ```
pub async fn load(workers: &Workers, max_connections: usize) -> Usage {
    let list = workers.list().clone();
    let asked = Instant::now();
    let turns: Vec<_> = list.iter().map(|worker| worker.runtime.spawn(async { Instant::now() })).collect();
    let (mut fullest, mut connections, mut alive) = (0, 0, 0_usize);
    let (mut slowest, mut stalled) = (Duration::ZERO, None);
    for (worker, turn) in list.iter().zip(turns) {
        match timeout_at((asked + PATIENCE).into(), turn).await {
            Ok(Ok(turned)) => slowest = slowest.max(turned.saturating_duration_since(asked)),
            Ok(Err(_)) => {
                workers.list().retain(|known| !Arc::ptr_eq(known, worker));
                continue;
            }
            Err(_) => {
                slowest = slowest.max(asked.elapsed());
                stalled.get_or_insert(worker);
            }
        }
        let here = worker.connections.load(Ordering::Relaxed);
        (fullest, connections, alive) = (fullest.max(here), connections + here, alive + 1);
    }
    let usage = if alive == 0 { Usage::of_figures() } else { Usage::from((fullest, max_connections)) };
    let usage = match stalled {
        Some(worker) => {
            usage.but(Outcome::degraded(format_args!("{} has not turned for {PATIENCE:?}", worker.name)))
        }
        None => usage,
    };
    usage.with("connections", connections).with("workers", alive).with("delay_ms", milliseconds(slowest))
}

/// A check of the workers' [`load`], of component [`System`](Component::System).
///
/// ```no_run
/// use actix_web::{App, HttpServer};
/// use healthsdk::{Monitor, checks::actix_workers::{self, Workers}};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let workers = Workers::new();
/// let monitor = Monitor::builder().check(actix_workers::of("workers", workers.clone(), 2000)).build()?;
/// let probes = monitor.probes();
/// HttpServer::new(move || App::new().configure(probes.clone()))
///     .max_connections(2000)
///     .on_connect(move |_, data| workers.connected(data))
///     .bind(("0.0.0.0", 8080))?
///     .run()
///     .await?;
/// # Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, workers: Workers, max_connections: usize) -> Check {
    let load = move || {
        let workers = workers.clone();
        async move { load(&workers, max_connections).await }
    };
    Check::new(name, load).component(Component::System).degraded_above(DEGRADED_ABOVE)
}
