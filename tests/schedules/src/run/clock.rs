//! A clock that looks at the pool when it is asked to, however late.

use std::{
    io,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::pool::Pool;

const HOUR: Duration = Duration::from_secs(3600);

#[derive(Debug, Default)]
pub(super) struct Clock {
    asked: Mutex<Asked>,
    ring: Condvar,
}

#[derive(Debug, Default)]
struct Asked {
    asked: bool,
    closed: bool,
}

impl Clock {
    pub(super) fn wake_at(&self, _: Instant) {
        self.asked.lock().expect("no panic").asked = true;
        self.ring.notify_one();
    }

    pub(super) fn close(&self) {
        self.asked.lock().expect("no panic").closed = true;
        self.ring.notify_one();
    }

    /// Looks at the progress of the pool each time it is asked to, and again, an hour later, as long as the pool wants it.
    pub(super) fn run(&self, pool: &Arc<Pool>) {
        let mut now = Instant::now();
        let mut asked = self.asked.lock().expect("no panic");
        while !asked.closed {
            if std::mem::take(&mut asked.asked) {
                drop(asked);
                now += HOUR;
                let again = pool.progress(now).is_some();
                // Whatever else can go on does so meanwhile.
                loom::thread::yield_now();
                asked = self.asked.lock().expect("no panic");
                asked.asked |= again;
            } else {
                asked = self.ring.wait(asked).expect("no panic");
            }
        }
    }
}

pub(super) fn spawn(_: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    drop(thread::spawn(body));
    Ok(())
}
