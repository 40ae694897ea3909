use std::time::{Duration, Instant};

use healthsdk::Lifecycle;
use healthsdk_tests::receiver::{Receiver, Reply};
use healthsdk_tests::{Held, Logs};
use tracing::Level;

use crate::{OFTEN, SOON, builder, counted, flip, passed, started, started_of, types, webhook};

#[test]
fn when_the_drain_begins_what_waits_for_its_next_attempt_is_posted_at_once() {
    let receiver = Receiver::start();
    receiver.answer([Reply::Header(503, "Retry-After: 300".to_owned()), Reply::Status(200)]);
    let webhook = webhook(&receiver);
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    flip(&monitor, &switch, "plug", true);
    receiver.wait(1, SOON);
    let began = Instant::now();
    monitor.drain();
    counted(&deliveries, 1, 0);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_target_that_hangs_delays_the_stop_by_the_bound_alone_and_what_is_left_is_told() {
    let logs = Logs::of_process();
    let receiver = Receiver::start();
    receiver.answer([Reply::Hang]);
    let webhook = webhook(&receiver).flush_within(Duration::from_secs(2));
    let deliveries = webhook.deliveries();
    let at_once = builder().drain_delay(Duration::ZERO);
    let (monitor, switch) = started_of(at_once, "plug", webhook);
    flip(&monitor, &switch, "plug", true);
    flip(&monitor, &switch, "plug", false);
    receiver.wait(1, SOON);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    let began = Instant::now();
    let stop = monitor.shutdown_signal();
    monitor.drain();
    runtime.block_on(async { tokio::time::timeout(SOON, stop).await }).expect("the server is told to stop");
    let took = began.elapsed();
    assert!((Duration::from_secs(2)..Duration::from_secs(8)).contains(&took), "{took:?}");
    counted(&deliveries, 0, 2);
    let told = format!("2 alerts to {} were dropped", receiver.url(""));
    assert_eq!(logs.logged(Level::ERROR, &told, SOON).fields["dropped"], "2");
    assert!(monitor.lifecycle() >= Lifecycle::Draining);
}

#[test]
fn a_stop_with_nothing_to_post_waits_for_nothing() {
    let receiver = Receiver::start();
    let at_once = builder().drain_delay(Duration::ZERO);
    let target = webhook(&receiver).flush_within(Duration::from_mins(1));
    let (monitor, _switch) = started_of(at_once, "plug", target);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    let stop = monitor.shutdown_signal();
    let began = Instant::now();
    monitor.drain();
    runtime.block_on(async { tokio::time::timeout(SOON, stop).await }).expect("the server is told to stop");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn at_the_end_of_the_monitor_which_waits_for_nobody_what_waits_is_posted_or_told_as_dropped() {
    let receiver = Receiver::start();
    receiver.answer([Reply::Header(503, "Retry-After: 300".to_owned()), Reply::Status(200)]);
    let posted = webhook(&receiver);
    let deliveries = posted.deliveries();
    let (monitor, switch) = started("plug", posted);
    flip(&monitor, &switch, "plug", true);
    receiver.wait(1, SOON);
    let began = Instant::now();
    drop(monitor);
    assert!(began.elapsed() < Duration::from_secs(1));
    counted(&deliveries, 1, 0);

    let hangs = Receiver::start();
    hangs.answer([Reply::Status(503)]);
    let dropped = webhook(&hangs).flush_within(Duration::from_secs(1));
    let deliveries = dropped.deliveries();
    let (monitor, switch) = started("plug", dropped);
    flip(&monitor, &switch, "plug", true);
    hangs.wait(1, SOON);
    drop(monitor);
    counted(&deliveries, 0, 1);
}

#[test]
fn the_drain_itself_alerts_nobody() {
    let receiver = Receiver::start();
    let webhook = webhook(&receiver);
    let deliveries = webhook.deliveries();
    let held = Held::default();
    let builder = builder().check(held.check("plug")).webhook(webhook);
    let monitor = builder.build().expect("the check is legal");
    let mut transitions = monitor.subscribe();
    passed(&monitor, "plug");
    held.hold();
    monitor.drain();
    let runs = held.runs();
    held.fail();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    let told = runtime.block_on(async { tokio::time::timeout(OFTEN * 15, transitions.next()).await });
    assert!(told.is_err(), "{told:?}");
    assert_eq!(held.runs(), runs, "and nothing runs any more");
    drop(monitor);
    counted(&deliveries, 0, 0);
    assert!(types(&receiver).is_empty());
}
