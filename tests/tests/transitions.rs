//! What code is told of transitions: by subscriptions and by hooks.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use healthsdk::{Check, Kind, Lifecycle, Monitor, MonitorBuilder, Outcome, Status, Transition, Transitions};
use healthsdk_tests::{Held, Logs, eventually, eventually_some};
use tracing::Level;

const SOON: Duration = Duration::from_secs(20);
const OFTEN: Duration = Duration::from_millis(10);

/// A check that fails while it is told to, without thresholds.
#[derive(Clone, Default)]
struct Switch(Arc<AtomicBool>);

impl Switch {
    fn check(&self, name: &str) -> Check {
        let broken = Arc::clone(&self.0);
        let look = move || {
            let broken = broken.load(Ordering::SeqCst);
            async move { if broken { Outcome::error("unplugged") } else { Outcome::ok() } }
        };
        let check = Check::new(name.to_owned(), look).kind(Kind::Readiness).tags(["storage"]);
        check.interval(OFTEN).retry_interval(OFTEN).failure_threshold(1).success_threshold(1)
    }

    fn set(&self, broken: bool) {
        self.0.store(broken, Ordering::SeqCst);
    }
}

/// Fails and passes by turns.
fn flapping(name: String) -> Check {
    let runs = AtomicU64::new(0);
    let look = move || {
        let broken = runs.fetch_add(1, Ordering::SeqCst) % 2 == 1;
        async move { if broken { Outcome::error("unplugged") } else { Outcome::ok() } }
    };
    Check::new(name, look).interval(OFTEN).retry_interval(OFTEN).failure_threshold(1).success_threshold(1)
}

/// Calls this where a reader is woken.
struct Woken<F>(F);

impl<F: Fn() + Send + Sync + 'static> Wake for Woken<F> {
    fn wake(self: Arc<Self>) {
        self.0();
    }
}

/// Waits for the next one, and does this once it is there.
fn when_woken(transitions: &mut Transitions, call: impl Fn() + Send + Sync + 'static) {
    let waker = Waker::from(Arc::new(Woken(call)));
    assert!(transitions.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
}

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false)
}

fn next(transitions: &mut Transitions) -> Transition {
    let next = || transitions.next().now_or_never().flatten();
    eventually_some("a transition is told", SOON, next)
}

fn passed(monitor: &Monitor, check: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    eventually("it has passed", SOON, || {
        let report = runtime.block_on(monitor.report(Kind::Readiness));
        report.entries().any(|entry| entry.name() == check && entry.status() == Status::Ok)
    });
}

#[test]
fn a_subscriber_is_told_each_transition_in_order_with_all_that_the_log_says() {
    let switch = Switch::default();
    let monitor = builder().check(switch.check("plug")).build().expect("the check is legal");
    let mut transitions = monitor.subscribe();
    passed(&monitor, "plug");
    switch.set(true);
    let failure = next(&mut transitions);
    assert_eq!((failure.check(), failure.from(), failure.to()), ("plug", Status::Ok, Status::Error));
    assert_eq!((failure.reason(), failure.failures()), (Some("unplugged"), 1));
    assert!(failure.kinds().eq([Kind::Readiness]) && failure.tags().eq(["storage"]));
    assert!(failure.is_failure() && !failure.is_recovery() && !failure.is_planned());
    switch.set(false);
    let recovery = next(&mut transitions);
    assert_eq!((recovery.from(), recovery.to(), recovery.reason()), (Status::Error, Status::Ok, None));
    assert!(recovery.is_recovery() && !recovery.is_failure() && recovery.lasted() > Duration::ZERO);
    assert!(recovery.at() > failure.at());
    assert_eq!(transitions.missed(), 0);
}

#[test]
fn a_subscription_knows_nothing_of_before_and_ends_with_the_monitor_which_it_does_not_keep() {
    let switch = Switch::default();
    let monitor = builder().check(switch.check("plug")).build().expect("the check is legal");
    let mut first = monitor.subscribe();
    passed(&monitor, "plug");
    switch.set(true);
    assert!(next(&mut first).is_failure());
    let mut second = monitor.subscribe();
    switch.set(false);
    assert!(next(&mut second).is_recovery(), "the failure was before");
    drop(monitor);
    let mut ended = || second.next().now_or_never().is_some_and(|next| next.is_none());
    eventually("the stream ends", SOON, &mut ended);
    assert!(ended(), "and stays ended");
    assert!(next(&mut first).is_recovery(), "what was told before the end can be read after it");
}

#[test]
fn a_subscription_is_a_stream_that_wakes_its_reader() {
    let switch = Switch::default();
    let monitor = builder().check(switch.check("plug")).build().expect("the check is legal");
    let mut transitions = monitor.subscribe();
    passed(&monitor, "plug");
    let told = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        runtime.block_on(StreamExt::next(&mut transitions))
    });
    switch.set(true);
    eventually("it is told", SOON, || told.is_finished());
    assert!(told.join().expect("it ran").is_some_and(|transition| transition.is_failure()));
}

#[test]
fn what_was_published_before_the_end_of_the_monitor_is_told_before_the_end_of_the_stream() {
    let switch = Switch::default();
    let monitor = builder().check(switch.check("plug")).build().expect("the check is legal");
    let (mut first, mut second) = (monitor.subscribe(), monitor.subscribe());
    passed(&monitor, "plug");
    let (woken, wakes) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    when_woken(&mut first, move || {
        let _ = woken.send(());
        let _ = gate.lock().map(|gate| gate.recv_timeout(SOON));
    });
    switch.set(true);
    wakes.recv_timeout(SOON).expect("the first reader is woken, and holds up the second");
    drop(monitor);
    assert!(second.next().now_or_never().is_none(), "it is not over yet");
    open.send(()).expect("it waits");
    assert!(next(&mut second).is_failure());
    let ended = || second.next().now_or_never().is_some_and(|next| next.is_none());
    eventually("the stream ends", SOON, ended);
}

#[test]
fn a_reader_that_panics_when_it_is_woken_harms_no_other() {
    let switch = Switch::default();
    let monitor = builder().check(switch.check("plug")).build().expect("the check is legal");
    let (mut panics, mut other) = (monitor.subscribe(), monitor.subscribe());
    passed(&monitor, "plug");
    when_woken(&mut panics, || panic!("it is no reader"));
    switch.set(true);
    assert!(next(&mut other).is_failure());
    assert!(next(&mut panics).is_failure(), "nor itself");
}

#[test]
fn a_slow_reader_learns_how_many_it_missed_and_holds_up_nobody() {
    let checks = (0..8).map(|number| flapping(format!("flapping-{number}")));
    let monitor = checks.fold(builder(), MonitorBuilder::check).build().expect("the checks are legal");
    let (mut slow, mut quick) = (monitor.subscribe(), monitor.subscribe());
    let mut told = 0;
    eventually("more than a queue holds has happened", SOON, || {
        while quick.next().now_or_never().is_some() {
            told += 1;
        }
        told > 600
    });
    assert_eq!(quick.missed(), 0);
    next(&mut slow);
    assert!(slow.missed() > 300, "{}", slow.missed());
    let again = slow.missed();
    next(&mut slow);
    assert_eq!(slow.missed(), again, "each is counted once");
}

#[test]
fn a_hook_that_panics_is_logged_with_its_place_and_called_again() {
    let logs = Logs::of_process();
    let switch = Switch::default();
    let (calls, called) = mpsc::channel();
    let line = line!() + 1;
    let builder = builder().on_transition(move |transition| {
        calls.send(transition.to()).expect("the test listens");
        panic!("{} is no pager", transition.check());
    });
    let monitor = builder.check(switch.check("panicking-hook")).build().expect("the check is legal");
    passed(&monitor, "panicking-hook");
    switch.set(true);
    assert_eq!(called.recv_timeout(SOON), Ok(Status::Error));
    let place = format!("{}:{line}", file!());
    let told = logs.logged(Level::ERROR, "panicking-hook is no pager", SOON);
    assert!(told.message.contains(&place) && told.fields["hook"].starts_with(&place), "{told}");
    switch.set(false);
    assert_eq!(called.recv_timeout(SOON), Ok(Status::Ok));
}

#[test]
fn a_hook_may_wait_for_a_runtime_of_its_own() {
    let switch = Switch::default();
    let (calls, called) = mpsc::channel();
    let builder = builder().on_transition(move |transition| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        let to = transition.to();
        calls.send(runtime.block_on(async move { to })).expect("the test listens");
    });
    let monitor = builder.check(switch.check("plug")).build().expect("the check is legal");
    passed(&monitor, "plug");
    switch.set(true);
    assert_eq!(called.recv_timeout(SOON), Ok(Status::Error));
}

#[test]
fn what_a_hook_panics_with_ends_no_line_of_the_log() {
    let logs = Logs::of_process();
    let switch = Switch::default();
    let builder = builder().on_transition(|_| panic!("first\nsecond\u{1b}[2J"));
    let monitor = builder.check(switch.check("panicking-lines")).build().expect("the check is legal");
    passed(&monitor, "panicking-lines");
    switch.set(true);
    logs.logged(Level::ERROR, r"panicked: first\nsecond\u{1b}[2J", SOON);
}

#[test]
fn a_hook_that_blocks_harms_nobody_and_what_it_misses_is_counted_in_the_log() {
    let logs = Logs::of_process();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let blocked = builder().on_transition(move |_| _ = gate.lock().expect("one thread").recv());
    let line = line!() - 1;
    let builder = blocked.on_transition(move |_| _ = counted.fetch_add(1, Ordering::SeqCst));
    let checks = (0..8).map(|number| flapping(format!("blocked-hook-{number}")));
    let monitor = checks.fold(builder, MonitorBuilder::check).build().expect("the checks are legal");
    eventually("the other hook is called on", SOON, || calls.load(Ordering::SeqCst) > 600);
    let place = format!("{}:{line}", file!());
    let behind = logs.with(&format!("the hook declared at {place}"));
    assert_eq!(behind.len(), 1, "once, not for each: {behind:?}");
    assert!(behind[0].message.contains("does not return"));
    open.send(()).expect("it waits");
    let missed = logs.logged(Level::WARN, "has missed", SOON);
    assert!(missed.message.contains(&place), "{missed}");
    assert!(missed.fields["missed"].parse::<u64>().is_ok_and(|missed| missed > 300), "{missed}");
    drop((open, monitor));
}

#[test]
fn hooks_end_with_the_monitor() {
    struct Ends(Sender<()>);
    impl Drop for Ends {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    let (ends, ended): (_, Receiver<()>) = mpsc::channel();
    let held = Mutex::new(Ends(ends));
    let hook = move |_: &Transition| drop(held.lock());
    let monitor = builder().allow_empty().on_transition(hook).build().expect("it may be empty");
    assert!(ended.try_recv().is_err());
    drop(monitor);
    assert_eq!(ended.recv_timeout(SOON), Ok(()), "the hook is dropped, and its thread ends");
}

#[test]
fn while_the_service_takes_itself_out_transitions_are_planned() {
    let switch = Switch::default();
    let monitor = builder().check(switch.check("plug")).build().expect("the check is legal");
    let mut transitions = monitor.subscribe();
    passed(&monitor, "plug");
    monitor.set_ready(false, "moving");
    switch.set(true);
    assert!(next(&mut transitions).is_planned());
    monitor.set_ready(true, "moved");
    switch.set(false);
    assert!(!next(&mut transitions).is_planned());
}

#[test]
fn while_the_maintenance_file_exists_transitions_are_planned_and_its_own_always_are() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("maintenance");
    let switch = Switch::default();
    let builder = builder().maintenance_file(&file).check(switch.check("plug"));
    let monitor = builder.build().expect("the check is legal");
    let mut transitions = monitor.subscribe();
    passed(&monitor, "process/maintenance");
    fs::write(&file, "moving").expect("the folder is there");
    let begins = next(&mut transitions);
    assert!(begins.is_planned() && begins.is_failure() && begins.check() == "process/maintenance");
    switch.set(true);
    let during = next(&mut transitions);
    assert!(during.is_planned() && during.check() == "plug");
    fs::remove_file(&file).expect("it is there");
    let ends = next(&mut transitions);
    assert!(ends.is_planned() && ends.is_recovery() && ends.check() == "process/maintenance");
    switch.set(false);
    assert!(!next(&mut transitions).is_planned());
}

#[test]
fn a_maintenance_file_that_cannot_be_looked_for_silences_nobody() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let no_folder = folder.path().join("file");
    fs::write(&no_folder, "").expect("the folder is there");
    let switch = Switch::default();
    let builder = builder().maintenance_file(no_folder.join("maintenance")).check(switch.check("plug"));
    let monitor = builder.build().expect("the check is legal");
    let mut transitions = monitor.subscribe();
    passed(&monitor, "plug");
    switch.set(true);
    let of_plug = || Some(next(&mut transitions)).filter(|transition| transition.check() == "plug");
    let failure = eventually_some("it is told", SOON, of_plug);
    assert!(!failure.is_planned());
}

#[test]
fn a_drain_is_the_end_of_transitions() {
    let held = Held::default();
    let monitor = builder().check(held.check("plug")).build().expect("the check is legal");
    let mut transitions = monitor.subscribe();
    passed(&monitor, "plug");
    held.hold();
    monitor.drain();
    eventually("it drains", SOON, || monitor.lifecycle() >= Lifecycle::Draining);
    let runs = held.runs();
    held.fail();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    let told = runtime.block_on(async { tokio::time::timeout(OFTEN * 30, transitions.next()).await });
    assert!(told.is_err(), "of what fails, nothing is told: {told:?}");
    assert_eq!(held.runs(), runs, "and nothing runs any more");
    drop(monitor);
    let end = || transitions.next().now_or_never();
    assert!(eventually_some("the stream ends", SOON, end).is_none(), "and nothing was told before");
}
