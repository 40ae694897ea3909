use std::{
    collections::BTreeMap,
    future::{pending, poll_fn},
    io,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::Poll,
    time::{Duration, Instant},
};

use tokio::{
    runtime::Builder,
    sync::{Notify, watch},
    time::sleep_until,
};

use super::{clock, engine::Engine, signals::Signals, traffic::Traffic};
use crate::{
    drain::{Again, Budget, Cause, Drain, Step, UnderWay},
    observe,
    process::Process,
};

/// How long the installation of signal handlers may take.
const INSTALLED: Duration = Duration::from_secs(5);
/// What a shell reports of a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

type Installed = mpsc::Sender<io::Result<()>>;

/// Takes the process from the first signal to its end, on a thread of its own, so that nothing that a service or a check does
/// delays it.
#[derive(Debug)]
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
    closed: AtomicBool,
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

    /// Resolves when the server is to stop. From the call on, signals begin the drain.
    pub(crate) fn signal(self: &Arc<Self>) -> impl Future<Output = ()> + Send + 'static {
        if let Err(error) = self.listen() {
            self.engine.tell(move || observe::no_signals(&error));
        }
        let (shutdown, mut stop) = (Arc::clone(self), self.stop.subscribe());
        async move {
            if stop.wait_for(|stop| *stop).await.is_err() {
                unreachable!("`shutdown` holds the sender");
            }
            drop(shutdown);
        }
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
        self.look.notify_one();
    }

    /// The monitor is gone, and the process about to end: tells what was cut, where that was not told yet.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.look.notify_one();
        let drain = lock(&self.drain);
        if let Some(began) = drain.began().filter(|_| !drain.is_over()) {
            self.tell_end(began.at, self.traffic.requests());
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
                observe::ended_at_once(cause);
                std::process::exit(INTERRUPTED);
            }
        }
    }

    fn listen(self: &Arc<Self>) -> io::Result<()> {
        let (installed, installation) = mpsc::channel();
        *lock(&self.install) = Some(installed);
        self.start()?;
        self.look.notify_one();
        installation.recv_timeout(INSTALLED).map_err(io::Error::other)?
    }

    fn start(self: &Arc<Self>) -> io::Result<()> {
        let mut runs = lock(&self.runs);
        if !*runs {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let shutdown = Arc::clone(self);
            clock::spawn("health-drain", move || runtime.block_on(shutdown.run()))?;
            *runs = true;
        }
        Ok(())
    }

    async fn run(self: Arc<Self>) {
        let mut signals = None;
        while !self.closed.load(Ordering::SeqCst) {
            if let Some(installed) = lock(&self.install).take() {
                let result = match signals {
                    Some(_) => Ok(()),
                    None => Signals::install().map(|new| signals = Some(new)),
                };
                // Who asked may have given up.
                let _ = installed.send(result);
            }
            while let Some(step) = self.step() {
                self.take(step);
            }
            if let Some(cause) = self.next(&mut signals).await {
                self.begin(cause);
            }
        }
    }

    /// The next signal, or nothing where there may be something to see to.
    async fn next(&self, signals: &mut Option<Signals>) -> Option<Cause> {
        let wake = lock(&self.drain).wake();
        let mut due = pin!(async {
            match wake {
                Some(at) => sleep_until(at.into()).await,
                None => pending().await,
            }
        });
        let mut look = pin!(self.look.notified());
        let mut ended = pin!(self.traffic.ended());
        poll_fn(|context| {
            if let Some(signals) = signals
                && let Poll::Ready(cause) = signals.poll(context)
            {
                return Poll::Ready(Some(cause));
            }
            let woken = look.as_mut().poll(context).is_ready()
                || ended.as_mut().poll(context).is_ready()
                || due.as_mut().poll(context).is_ready();
            if woken { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }

    fn step(&self) -> Option<Step> {
        let under_way = self.under_way();
        lock(&self.drain).step(Instant::now(), under_way)
    }

    fn take(&self, step: Step) {
        let Some(began) = lock(&self.drain).began() else { return };
        let (past, under_way) = (began.at.elapsed(), self.under_way());
        let holds = self.held();
        match step {
            Step::Report => self.engine.tell(move || observe::under_way(past, under_way.requests, &holds)),
            Step::Stop => {
                self.traffic.stop();
                self.engine.tell(move || observe::stopping(past, under_way.requests, &holds));
                self.stop.send_replace(true);
            }
            Step::Cut => {
                let requests = under_way.requests;
                self.traffic.cut();
                self.end(began.at, requests);
            }
            Step::Over => self.end(began.at, 0),
        }
    }

    fn end(&self, began: Instant, requests: usize) {
        self.engine.steer(|process, _| Process::stop(process));
        // Under the lock: who closes waits until it is told, or the process would end before.
        let _told = lock(&self.drain);
        self.tell_end(began, requests);
    }

    fn tell_end(&self, began: Instant, requests: usize) {
        observe::stopped(began.elapsed(), requests + self.traffic.cut_short(), &self.held());
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
