use std::{
    future::{pending, poll_fn},
    pin::pin,
    sync::{Arc, atomic::Ordering, mpsc},
    task::Poll,
    time::{Duration, Instant},
};

use tokio::time::sleep_until;

use super::{super::signals::Signals, Shutdown, lock};
use crate::{
    drain::{Cause, Step},
    observe,
    process::Process,
};

/// How long the end waits for the log.
const WRITTEN: Duration = Duration::from_millis(500);

impl Shutdown {
    /// From the first signal to the end, on the thread of the drain.
    pub(super) async fn run(self: &Arc<Self>) {
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
    pub(super) async fn next(&self, signals: &mut Option<Signals>) -> Option<Cause> {
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

    pub(super) fn take(&self, step: Step) {
        let Some(began) = lock(&self.drain).began() else { return };
        let (past, under_way) = (began.at.elapsed(), self.under_way());
        let holds = self.held();
        match step {
            Step::Report => self.engine.tell(move || observe::under_way(past, under_way.requests, &holds)),
            Step::Stop => {
                lock(&self.told).holds.clone_from(&holds);
                self.traffic.stop();
                self.engine.tell(move || observe::stopping(past, under_way.requests, &holds));
                self.stop.send_replace(true);
            }
            Step::Idle => {
                self.engine.steer(|process, _| Process::stop(process));
                if self.traffic.is_counted() {
                    self.tell_end(began.at, self.traffic.cut_short());
                }
            }
            Step::Cut => {
                let cut = self.traffic.requests() + self.traffic.cut_short();
                self.traffic.cut();
                self.engine.steer(|process, _| Process::stop(process));
                self.tell_end(began.at, cut);
            }
            Step::End => {
                self.tell(observe::forced);
                lock(&self.force).iter().for_each(|force| force());
            }
        }
    }

    /// Tells the end, and again only where more was cut since.
    pub(super) fn tell_end(&self, began: Instant, cut: usize) {
        let mut told = lock(&self.told);
        if told.takes_cut(cut) {
            let (took, holds) = (began.elapsed(), told.holds.clone());
            let counted = self.traffic.is_counted().then_some(cut);
            drop(told);
            self.tell(move || observe::stopped(took, counted, &holds));
        }
    }

    /// Waits until it is written, because the process may be about to end; a log that blocks cannot hold that up for long.
    pub(super) fn tell(&self, line: impl FnOnce() + Send + 'static) {
        let (written, writing) = mpsc::channel::<()>();
        self.engine.tell(move || {
            line();
            drop(written);
        });
        let _ = writing.recv_timeout(WRITTEN);
    }
}
