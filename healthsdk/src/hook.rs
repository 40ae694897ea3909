use std::{fmt, io, panic::Location, thread};

use tokio::runtime::{Builder, Runtime};

use crate::{
    Transition, observe,
    redact::Redactor,
    run::caught,
    transitions::{Subscribers, Transitions},
};

/// Something of the user's that is called for every transition, on a thread of its own.
pub(crate) struct Hook {
    call: Box<dyn Fn(&Transition) + Send>,
    location: &'static Location<'static>,
}

impl Hook {
    pub(crate) fn new(
        call: impl Fn(&Transition) + Send + 'static,
        location: &'static Location<'static>,
    ) -> Self {
        Self { call: Box::new(call), location }
    }

    /// Begins to listen before anything can happen.
    pub(crate) fn listen(self, subscribers: &Subscribers, redactor: &Redactor) -> io::Result<()> {
        let transitions = subscribers.open(Some(self.location));
        let runtime = Builder::new_current_thread().build()?;
        let redactor = redactor.clone();
        let run = move || self.run(transitions, &runtime, &redactor);
        thread::Builder::new().name("health-hook".to_owned()).spawn(run).map(drop)
    }

    /// Until the monitor is gone. What is called is outside of the runtime: it may have one of its own, and block on it.
    fn run(self, mut transitions: Transitions, runtime: &Runtime, redactor: &Redactor) {
        let Self { call, location } = self;
        let mut known = 0;
        while let Some(transition) = runtime.block_on(transitions.next()) {
            let missed = transitions.missed() - known;
            if missed > 0 {
                known = transitions.missed();
                observe::hook_missed(location, missed);
            }
            if let Err(message) = caught(|| call(&transition)) {
                observe::hook_panicked(location, &redactor.message(message));
            }
        }
        let _ = caught(|| drop(call));
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("location", &self.location).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    #[test]
    fn a_hook_of_a_monitor_that_does_not_start_ends() {
        let (held, ended) = mpsc::channel::<()>();
        let hook = Hook::new(move |_| drop(held.clone()), Location::caller());
        let subscribers = Subscribers::default();
        hook.listen(&subscribers, &Redactor::default()).expect("a thread can be started");
        drop(subscribers);
        let gone = Err(mpsc::RecvTimeoutError::Disconnected);
        assert_eq!(ended.recv_timeout(Duration::from_secs(20)), gone, "its thread has dropped it");
    }
}
