use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
    time::Instant,
};

use tokio::sync::Notify;

use super::{
    counts::Deliveries,
    policy::{Message, Policy, Rules},
};
use crate::{
    Hold, Lifecycle, Transition, observe,
    run::{Event, Observer, Shutdown},
};

/// Where messages of one target wait: the engine's events come in, the target's own thread takes them out.
pub(super) struct Desk {
    name: String,
    limit: usize,
    deliveries: Deliveries,
    state: Mutex<State>,
    bell: Notify,
    shutdown: OnceLock<Weak<Shutdown>>,
}

struct State {
    policy: Policy,
    queue: VecDeque<Message>,
    /// Something is to be delivered, which the stop waits for.
    hold: Option<Hold>,
    /// Nothing comes any more.
    over: bool,
    /// The monitor is gone.
    closed: bool,
    /// Nobody takes anything out any more.
    ended: bool,
}

impl Desk {
    pub(super) fn new(name: String, rules: Rules, limit: usize, deliveries: Deliveries) -> Self {
        let policy = Policy::new(rules);
        let queue = VecDeque::new();
        let state = State { policy, queue, hold: None, over: false, closed: false, ended: false };
        let (state, bell, shutdown) = (Mutex::new(state), Notify::new(), OnceLock::new());
        Self { name, limit, deliveries, state, bell, shutdown }
    }

    /// From now on the stop waits for what is to be delivered.
    pub(super) fn attach(&self, shutdown: &Arc<Shutdown>) {
        let _ = self.shutdown.set(Arc::downgrade(shutdown));
        let mut state = self.state();
        if !state.queue.is_empty() {
            self.hold(&mut state);
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// The next to deliver. Where there is none, the stop does not wait any more.
    pub(super) fn next(&self, now: Instant) -> Option<Message> {
        let mut state = self.state();
        let due = state.policy.due(now);
        let lost = self.queue(&mut state, due);
        let next = state.queue.pop_front();
        let hold = if next.is_none() { state.hold.take() } else { None };
        drop(state);
        drop(hold);
        self.tell_lost(lost);
        next
    }

    /// What was said not to be well.
    pub(super) fn failing(&self) -> Vec<Message> {
        self.state().policy.failing().cloned().collect()
    }

    /// When time alone brings something.
    pub(super) fn wake(&self) -> Option<Instant> {
        self.state().policy.wake()
    }

    /// Whether nothing comes any more.
    pub(super) fn is_over(&self) -> bool {
        self.state().over
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// Empties it at the end, and says how many were left.
    pub(super) fn abandon(&self) -> usize {
        let mut state = self.state();
        let left = std::mem::take(&mut state.queue).len();
        state.ended = true;
        let hold = state.hold.take();
        drop(state);
        drop(hold);
        left
    }

    /// Waits until something has come.
    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Adds them, and says how many of the oldest were lost for it.
    fn queue(&self, state: &mut State, messages: impl IntoIterator<Item = Message>) -> u64 {
        let mut lost = 0;
        for message in messages {
            self.deliveries.add();
            state.queue.push_back(message);
            if state.ended || state.queue.len() > self.limit {
                state.queue.pop_front();
                lost += 1;
            }
        }
        if !state.queue.is_empty() {
            self.hold(state);
        }
        self.deliveries.drop(lost);
        lost
    }

    fn hold(&self, state: &mut State) {
        if state.hold.is_none()
            && let Some(shutdown) = self.shutdown.get().and_then(Weak::upgrade)
        {
            state.hold = Some(Hold::new(shutdown, format!("alerts to {}", self.name)));
        }
    }

    fn tell_lost(&self, lost: u64) {
        if lost > 0 {
            observe::webhook::overflown(&self.name, lost);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What an event makes of messages; `None` where it changes nothing for who takes them out.
    fn take(&mut self, event: &Event, now: Instant) -> Option<Vec<Message>> {
        match event {
            Event::Planned(planned) => return Some(self.policy.plan(*planned, now)),
            Event::Lifecycle { lifecycle, .. } if *lifecycle >= Lifecycle::Draining => self.over = true,
            Event::Closed => (self.over, self.closed) = (true, true),
            _ => {
                let transition = Transition::of(event)?;
                let check = transition.check().to_owned();
                let said = self.policy.take(transition, now);
                let changes = said.is_some() || self.policy.holds(&check);
                return changes.then(|| said.into_iter().collect());
            }
        }
        Some(Vec::new())
    }
}

impl Observer for Desk {
    fn see(&self, event: &Event) {
        let mut state = self.state();
        let Some(messages) = state.take(event, Instant::now()) else { return };
        let lost = self.queue(&mut state, messages);
        drop(state);
        self.bell.notify_one();
        self.tell_lost(lost);
    }

    fn sees_runs(&self) -> bool {
        false
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
