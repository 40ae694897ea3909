//! A log that blocks, as one that writes into a full pipe, keeps nothing from code that waits for transitions.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use healthsdk::{Check, Monitor, Transition};
use tracing::{Event, Subscriber, subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

const SOON: Duration = Duration::from_secs(30);
const MOMENT: Duration = Duration::from_millis(10);

/// Blocks at the first event of a transition, until the other end is dropped.
struct Blocks {
    arrived: mpsc::Sender<()>,
    released: Mutex<mpsc::Receiver<()>>,
}

impl<S: Subscriber> Layer<S> for Blocks {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().name() == "health_check_transition" {
            // Once the test is over, nobody waits on the other ends.
            let _ = self.arrived.send(());
            let _ = self.released.lock().map(|released| released.recv());
        }
    }
}

#[test]
fn hooks_and_subscribers_hear_of_all_that_comes_while_the_log_is_blocked() {
    let (arrived, blocked) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let blocks = Blocks { arrived, released: Mutex::new(released) };
    subscriber::set_global_default(tracing_subscriber::registry().with(blocks)).expect("there is no other");

    let passes = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&passes);
    let look = move || std::future::ready(switch.load(Ordering::SeqCst).then_some(()).ok_or("off"));
    let check = Check::new("subject", look).interval(MOMENT).retry_interval(MOMENT);
    let (told, hear) = mpsc::channel();
    let hook = move |transition: &Transition| {
        let _ = told.send(transition.to().as_str());
    };
    let monitor = Monitor::builder()
        .linked(false)
        .check(check.failure_threshold(1).success_threshold(1))
        .on_transition(hook)
        .build()
        .expect("it is legal");

    assert_eq!(hear.recv_timeout(SOON), Ok("error"));
    blocked.recv_timeout(SOON).expect("the log is told, and blocks");
    for to in ["ok", "error", "ok"] {
        passes.store(to == "ok", Ordering::SeqCst);
        assert_eq!(hear.recv_timeout(SOON), Ok(to), "while the log is blocked");
    }
    drop(release);
    drop(monitor);
}
