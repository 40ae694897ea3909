use std::{
    io,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sd_notify::NotifyState;
use tokio::{
    sync::watch,
    time::{timeout, timeout_at},
};

use super::{
    socket, status,
    watchdog::{Ping, Watchdog},
};
use crate::{
    Lifecycle, Selection, Status,
    endpoint::Endpoint,
    observe,
    run::{Engine, Reader},
};

/// Asks as often as a prober does, so that checks which run only when asked do.
const PERIOD: Duration = Duration::from_secs(5);

/// Tells systemd what the engine publishes. It keeps nothing running.
#[derive(Debug)]
pub(super) struct Notifier {
    engine: Weak<Engine>,
    publications: watch::Receiver<Lifecycle>,
    watchdog: Option<Watchdog>,
    told: Told,
    asked: Option<Instant>,
    _claim: Claim,
}

/// What systemd knows.
#[derive(Debug, Default)]
struct Told {
    status: String,
    ready: bool,
    stopping: bool,
    /// The last attempt failed, which was logged.
    failed: bool,
}

impl Notifier {
    pub(super) fn new(engine: &Arc<Engine>) -> io::Result<Self> {
        Ok(Self {
            engine: Arc::downgrade(engine),
            publications: engine.publications(),
            watchdog: sd_notify::watchdog_enabled().map(|period| Watchdog::new(period, Instant::now())),
            told: Told::default(),
            asked: None,
            _claim: Claim::new()?,
        })
    }

    /// Tells how things are now.
    pub(super) fn begin(&mut self, engine: &Engine) -> io::Result<()> {
        self.told.tell(engine)
    }

    /// Goes on until the monitor is gone.
    pub(super) async fn run(mut self) {
        while let Some(engine) = self.engine.upgrade() {
            // Before the look, which sees all that was published until now.
            self.publications.mark_unchanged();
            let now = Instant::now();
            let mut next = *self.asked.get_or_insert(now) + PERIOD;
            if now >= next {
                // Begins the runs that a reader would wait for, and waits for none.
                let everything = Selection::everything();
                let _ = timeout(Duration::ZERO, engine.read(&everything, Reader::new(true))).await;
                self.asked = Some(now);
                next = now + PERIOD;
            }
            let mut told = self.told.tell(&engine);
            if let Some(watchdog) = &mut self.watchdog {
                told = ping(watchdog, &engine).and(told);
                next = next.min(watchdog.due());
            }
            self.log(&engine, told);
            drop(engine);
            if let Ok(Err(_)) = timeout_at(next.into(), self.publications.changed()).await {
                return;
            }
        }
    }

    /// The first failure of a row. On a poller: a log that blocks holds up no ping.
    fn log(&mut self, engine: &Engine, told: io::Result<()>) {
        let failed = told.is_err();
        if let Err(error) = told
            && !self.told.failed
        {
            engine.tell(move || observe::systemd::not_notified(&error));
        }
        self.told.failed = failed;
    }
}

impl Told {
    /// What is news, in one datagram.
    fn tell(&mut self, engine: &Engine) -> io::Result<()> {
        let snapshot = engine.latest();
        let lifecycle = snapshot.progress().lifecycle;
        let report = snapshot.report(&Selection::everything());
        let (live, ready) = (snapshot.status(Endpoint::Liveness), snapshot.status(Endpoint::Readiness));
        let status = status::text(lifecycle, live, ready, report.entries());
        let now_ready = lifecycle == Lifecycle::Ready && !self.ready;
        let now_stops = lifecycle >= Lifecycle::Draining && !self.stopping;
        let mut news = Vec::new();
        news.extend(now_ready.then_some(NotifyState::Ready));
        news.extend(now_stops.then_some(NotifyState::Stopping));
        news.extend((status != self.status).then_some(NotifyState::Status(&status)));
        if !news.is_empty() {
            socket::send(&news)?;
            self.ready |= now_ready;
            self.stopping |= now_stops;
            self.status = status;
        }
        Ok(())
    }
}

fn ping(watchdog: &mut Watchdog, engine: &Arc<Engine>) -> io::Result<()> {
    let live = engine.latest().status(Endpoint::Liveness) != Status::Error;
    let ping = watchdog.step(live && engine.is_on_time(), Instant::now());
    match ping {
        Ping::None | Ping::Due => {}
        Ping::Resumed => engine.tell(observe::systemd::watchdog_resumed),
        Ping::LeftOut => engine.tell(move || observe::systemd::watchdog_silent(live)),
    }
    if matches!(ping, Ping::Due | Ping::Resumed) {
        socket::send(&[NotifyState::Watchdog]).inspect_err(|_| watchdog.again(Instant::now()))?;
    }
    Ok(())
}

/// A process has one state for systemd, and one monitor that tells it.
#[derive(Debug)]
struct Claim;

static CLAIMED: AtomicBool = AtomicBool::new(false);

impl Claim {
    fn new() -> io::Result<Self> {
        if CLAIMED.swap(true, Ordering::AcqRel) {
            let error = "a monitor of this process notifies systemd already";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, error));
        }
        Ok(Self)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        CLAIMED.store(false, Ordering::Release);
    }
}
