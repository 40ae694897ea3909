mod course;

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use tokio::{
    runtime::Builder,
    sync::{Notify, watch},
};

use super::{caught::caught, clock, engine::Engine, traffic::Traffic};
use crate::{
    drain::{Again, Budget, Cause, Drain, UnderWay},
    observe,
};

/// How long the installation of signal handlers may take.
const INSTALLED: Duration = Duration::from_secs(5);
/// What a shell reports of a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

type Installed = mpsc::Sender<io::Result<()>>;

/// Takes the process from the first signal to its end, on a thread of its own, so that nothing that a service or a check does
/// delays it.
pub(crate) struct Shutdown {
    engine: Arc<Engine>,
    traffic: Traffic,
    budget: Budget,
    drain: Mutex<Drain>,
    holds: Mutex<BTreeMap<u64, String>>,
    /// True once the server is to stop.
    stop: watch::Sender<bool>,
    look: Notify,
    runs: Mutex<bool>,
    /// Who waits for the signal handlers.
    install: Mutex<Option<Installed>>,
    installed: Mutex<bool>,
    /// Ends the server where it does not end by itself.
    force: Mutex<Vec<Force>>,
    told: Mutex<Told>,
    closed: AtomicBool,
}

/// Ends what serves.
type Force = Box<dyn Fn() + Send>;

/// What people know of the end.
#[derive(Debug, Default)]
struct Told {
    /// What was held when the server was told to stop.
    holds: Vec<String>,
    /// How many requests were told of as cut, once the end was told.
    cut: Option<usize>,
}

impl Told {
    /// Whether it is news that so many were cut.
    fn takes_cut(&mut self, cut: usize) -> bool {
        self.cut.replace(cut).is_none_or(|before| before < cut)
    }
}

impl Shutdown {
    pub(crate) fn new(engine: Arc<Engine>, budget: Budget) -> Self {
        Self {
            engine,
            traffic: Traffic::default(),
            budget,
            drain: Mutex::new(Drain::new(budget)),
            holds: Mutex::default(),
            stop: watch::Sender::new(false),
            look: Notify::new(),
            runs: Mutex::default(),
            install: Mutex::default(),
            installed: Mutex::default(),
            force: Mutex::default(),
            told: Mutex::default(),
            closed: AtomicBool::new(false),
        }
    }

    pub(crate) fn budget(&self) -> Budget {
        self.budget
    }

    pub(crate) fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Begins the drain, or does what a further signal does.
    pub(crate) fn begin(self: &Arc<Self>, cause: Cause) {
        let mut drain = lock(&self.drain);
        let now = Instant::now();
        if drain.began().is_some() {
            let again = drain.again(cause, now);
            drop(drain);
            return self.again(cause, again);
        }
        let began = drain.begin(cause, self.engine.lifecycle(), now);
        // Before anything that may take time: from here on readiness answers 503.
        self.engine.drain();
        drop(drain);
        let (requests, holds) = (self.traffic.requests(), self.held());
        self.engine.tell(move || observe::draining(&began, requests, &holds));
        match self.start() {
            Ok(()) => self.look.notify_one(),
            Err(error) => {
                self.engine.tell(move || observe::no_drain_thread(&error));
                self.stop.send_replace(true);
            }
        }
    }

    /// Resolves when the server is to stop. From the call on, signals begin the drain; `force` ends the server where it has not
    /// ended in time.
    pub(crate) fn signal(
        self: &Arc<Self>,
        force: Option<Force>,
    ) -> impl Future<Output = ()> + Send + 'static {
        lock(&self.force).extend(force);
        if let Err(error) = self.listen() {
            self.engine.tell(move || observe::no_signals(&error));
        }
        let mut stop = self.stop.subscribe();
        // The sender lives as long as the monitor, which the caller holds until then.
        async move { drop(stop.wait_for(|stop| *stop).await) }
    }

    /// Delays the stop until it is released.
    pub(crate) fn hold(&self, job: String) -> u64 {
        let mut holds = lock(&self.holds);
        let id = holds.last_key_value().map_or(0, |(last, _)| last + 1);
        holds.insert(id, job);
        id
    }

    pub(crate) fn release(&self, id: u64) {
        lock(&self.holds).remove(&id);
        if lock(&self.drain).began().is_some() {
            self.look.notify_one();
        }
    }

    /// The monitor is gone, and the process about to end: tells what was cut, where that was not told yet.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.look.notify_one();
        let began = lock(&self.drain).began();
        if let Some(began) = began {
            self.tell_end(began.at, self.traffic.requests() + self.traffic.cut_short());
        }
    }

    fn again(&self, cause: Cause, again: Again) {
        match again {
            Again::Nothing => {}
            Again::Hurries => {
                self.engine.tell(move || observe::hurried(cause));
                self.look.notify_one();
            }
            Again::Ends => {
                self.tell(move || observe::ended_at_once(cause));
                std::process::exit(INTERRUPTED);
            }
        }
    }

    fn listen(self: &Arc<Self>) -> io::Result<()> {
        let mut done = lock(&self.installed);
        if !*done {
            let (installed, installation) = mpsc::channel();
            *lock(&self.install) = Some(installed);
            self.start()?;
            self.look.notify_one();
            installation.recv_timeout(INSTALLED).map_err(io::Error::other)??;
            *done = true;
        }
        Ok(())
    }

    fn start(self: &Arc<Self>) -> io::Result<()> {
        let mut runs = lock(&self.runs);
        if !*runs {
            let shutdown = Arc::clone(self);
            clock::spawn("health-drain", move || {
                let run = || -> io::Result<()> {
                    Builder::new_current_thread().enable_all().build()?.block_on(shutdown.run());
                    Ok(())
                };
                if let Err(error) = caught(run).unwrap_or_else(|_| Err(io::Error::other("it panicked"))) {
                    shutdown.engine.tell(move || observe::no_drain_thread(&error));
                    shutdown.stop.send_replace(true);
                }
            })?;
            *runs = true;
        }
        Ok(())
    }

    fn under_way(&self) -> UnderWay {
        UnderWay { requests: self.traffic.requests(), holds: lock(&self.holds).len() }
    }

    fn held(&self) -> Vec<String> {
        lock(&self.holds).values().cloned().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shutdown").field("budget", &self.budget).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
