use std::{
    cell::Cell,
    collections::BTreeSet,
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant, SystemTime},
};

use tokio::{
    sync::watch,
    time::{sleep_until, timeout_at},
};

use super::{
    delivery::Delivery,
    desk::Desk,
    origin::Origin,
    policy::{Message, Says},
    post::{Failure, Post},
    retry,
    target::Form,
};
use crate::{Lifecycle, observe, run::caught};

/// The longest pause while what waits is flushed.
const HURRIED: Duration = Duration::from_millis(250);

/// Delivers the messages of one target, one after the other, on a thread of its own.
#[derive(Debug)]
pub(super) struct Worker {
    desk: Arc<Desk>,
    post: Post,
    form: Form,
    origin: Origin,
    give_up_after: Duration,
    flush_within: Duration,
    lifecycle: watch::Receiver<Lifecycle>,
    current: Option<Current>,
    /// The checks of which the target knows that they are not well.
    known: BTreeSet<String>,
    refresh_at: Instant,
    /// When what is left is dropped.
    ends_at: Cell<Option<Instant>>,
    /// The last attempt failed, which was told.
    fails: bool,
}

/// What is being delivered.
#[derive(Debug)]
struct Current {
    message: Message,
    id: String,
    failures: u32,
    /// When the next attempt is due.
    at: Instant,
    /// An attempt may have been taken though it failed.
    uncertain: bool,
}

impl Worker {
    pub(super) fn new(
        desk: Arc<Desk>,
        post: Post,
        form: Form,
        origin: Origin,
        delivery: &Delivery,
        lifecycle: watch::Receiver<Lifecycle>,
    ) -> Self {
        Self {
            desk,
            post,
            form,
            origin,
            give_up_after: delivery.give_up_after,
            flush_within: delivery.flush_within,
            lifecycle,
            current: None,
            known: BTreeSet::new(),
            refresh_at: Instant::now(),
            ends_at: Cell::default(),
            fails: false,
        }
    }

    /// Until the drain or the monitor's end, and what was left has been seen to.
    pub(super) async fn run(mut self) {
        loop {
            let now = Instant::now();
            self.look_for_the_end(now);
            if self.current.is_none() {
                self.current = self.desk.next(now).map(|message| Current::new(message, now));
            }
            let attempt = self.current.as_ref().map(|current| current.at <= now);
            match attempt {
                _ if self.ends_at.get().is_some_and(|at| at <= now) => break,
                Some(true) => self.attempt().await,
                None if self.desk.is_over() => break,
                None if self.refresh_due().is_some_and(|at| at <= now) => self.refresh().await,
                _ => self.wait().await,
            }
        }
        let left = self.desk.abandon() + usize::from(self.current.is_some());
        if left > 0 {
            let left = u64::try_from(left).unwrap_or(u64::MAX);
            self.desk.deliveries().drop(left);
            tell(|| observe::webhook::left_over(self.desk.name(), left));
        }
    }

    fn look_for_the_end(&mut self, now: Instant) {
        let ends =
            || *self.lifecycle.borrow() >= Lifecycle::Draining || self.lifecycle.has_changed().is_err();
        if self.ends_at.get().is_none() && (ends() || self.desk.is_closed()) {
            self.ends_at.set(Some(now + self.flush_within));
            self.current.iter_mut().for_each(|current| current.at = now);
        }
    }

    async fn attempt(&mut self) {
        let Some(mut current) = self.current.take() else { return };
        if current.message.says == Says::Recovered && !self.known.contains(current.message.check()) {
            return self.drop(&current.message, "what it recovers from was not delivered");
        }
        let (headers, body) =
            self.form.message(&current.message, &current.id, &self.origin, SystemTime::now());
        match self.within_bounds(self.post.send(&headers, body)).await {
            None => self.current = Some(current),
            Some(Ok(())) => self.delivered(&current.message),
            Some(Err(failure)) => {
                current.uncertain |= failure.uncertain;
                self.failed(current, &failure);
            }
        }
    }

    fn delivered(&mut self, message: &Message) {
        self.desk.deliveries().deliver();
        if self.known.is_empty() {
            self.plan_refresh();
        }
        self.learn(message);
        self.works();
    }

    fn failed(&mut self, mut current: Current, failure: &Failure) {
        let now = Instant::now();
        current.failures = current.failures.saturating_add(1);
        let mut pause = retry::pause(current.failures, failure.asked, fastrand::f64());
        if self.ends_at.get().is_some() {
            pause = pause.min(HURRIED);
        }
        current.at = now + pause;
        let too_old = current.at > current.message.made + self.give_up_after;
        if failure.again && !too_old {
            self.tell_failure(&failure.why);
            self.current = Some(current);
            return;
        }
        if current.uncertain {
            self.learn(&current.message);
        }
        self.drop(&current.message, &failure.why);
    }

    /// The target knows what the message says.
    fn learn(&mut self, message: &Message) {
        if message.says == Says::Recovered {
            self.known.remove(message.check());
        } else {
            self.known.insert(message.check().to_owned());
        }
    }

    fn drop(&self, message: &Message, why: &str) {
        self.desk.deliveries().drop(1);
        tell(|| observe::webhook::dropped(self.desk.name(), message.check(), message.transition.to(), why));
    }

    /// Says once more what lasts, where the target forgets it otherwise.
    async fn refresh(&mut self) {
        let failing = self.desk.failing();
        let body = self.form.refreshed(&failing, &self.origin, SystemTime::now());
        match self.within_bounds(self.post.send(&[], body)).await {
            None => {}
            Some(Ok(())) => {
                self.known.extend(failing.iter().map(|message| message.check().to_owned()));
                self.works();
            }
            Some(Err(failure)) => self.tell_failure(&failure.why),
        }
        self.plan_refresh();
    }

    fn plan_refresh(&mut self) {
        let period = self.form.refresh().unwrap_or_default();
        self.refresh_at = Instant::now() + period.mul_f64(0.9 + fastrand::f64() / 10.0);
    }

    fn refresh_due(&self) -> Option<Instant> {
        let fails = || !self.desk.failing().is_empty();
        (self.form.refresh().is_some() && self.ends_at.get().is_none() && fails()).then_some(self.refresh_at)
    }

    fn works(&mut self) {
        if std::mem::take(&mut self.fails) {
            tell(|| observe::webhook::works_again(self.desk.name()));
        }
    }

    fn tell_failure(&mut self, why: &str) {
        if !std::mem::replace(&mut self.fails, true) {
            tell(|| observe::webhook::fails(self.desk.name(), why));
        }
    }

    /// `None` where the end came first.
    async fn within_bounds<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        let mut lifecycle = self.lifecycle.clone();
        let mut end = pin!(async {
            if let Some(at) = self.ends_at.get() {
                return sleep_until(at.into()).await;
            }
            let _ = lifecycle.wait_for(|lifecycle| *lifecycle >= Lifecycle::Draining).await;
            let at = Instant::now() + self.flush_within;
            self.ends_at.set(Some(at));
            sleep_until(at.into()).await;
        });
        let mut call = pin!(call);
        poll_fn(|context| match call.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending => end.as_mut().poll(context).map(|()| None),
        })
        .await
    }

    /// Until something comes, or time alone brings something.
    async fn wait(&mut self) {
        let next = self.current.as_ref().map(|current| current.at);
        let times = [next, self.desk.wake(), self.refresh_due(), self.ends_at.get()];
        let wake = times.into_iter().flatten().min();
        let ended = self.ends_at.get().is_some();
        let mut rung = pin!(self.desk.rung());
        let mut lifecycle = self.lifecycle.clone();
        let mut drained = pin!(lifecycle.wait_for(|lifecycle| *lifecycle >= Lifecycle::Draining));
        let news = poll_fn(|context| match rung.as_mut().poll(context) {
            Poll::Pending if !ended => drained.as_mut().poll(context).map(drop),
            poll => poll,
        });
        match wake {
            Some(at) => drop(timeout_at(at.into(), news).await),
            None => news.await,
        }
    }
}

impl Current {
    fn new(message: Message, now: Instant) -> Self {
        let id = format!("msg_{:032x}", fastrand::u128(..));
        Self { message, id, failures: 0, at: now, uncertain: false }
    }
}

/// The log is the service's: a panic of it is not ours.
fn tell(line: impl FnOnce()) {
    let _ = caught(line);
}
