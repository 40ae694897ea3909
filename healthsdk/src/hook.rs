use std::{fmt, io, panic::Location, thread};

use tokio::runtime::Builder;

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
        let run = move || runtime.block_on(self.run(transitions, &redactor));
        thread::Builder::new().name("health-hook".to_owned()).spawn(run).map(drop)
    }

    /// Until the monitor is gone.
    async fn run(self, mut transitions: Transitions, redactor: &Redactor) {
        let Self { call, location } = self;
        let mut known = 0;
        while let Some(transition) = transitions.next().await {
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
