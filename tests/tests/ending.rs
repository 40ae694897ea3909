//! The end of a monitor: wherever its last clone is dropped, nothing panics, nothing waits, and nothing of it stays.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use healthsdk::{Check, Monitor};
use healthsdk_tests::{Service, eventually, http};

const SOON: Duration = Duration::from_secs(20);

/// The threads of this process that belong to monitors. The one for sockets stays: it belongs to the process.
fn threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux lists threads");
    let names = tasks.flatten().filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| matches!(name.trim(), "health-poll" | "health-clock")).count()
}

/// A monitor with one check of each sort under way.
fn busy(stop: &Arc<AtomicBool>) -> Monitor {
    let (blocked, begun) = (Arc::clone(stop), Arc::new(AtomicBool::new(false)));
    let begins = Arc::clone(&begun);
    let block = move || {
        begins.store(true, Ordering::SeqCst);
        while !blocked.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
    };
    let monitor = Monitor::builder()
        .linked(false)
        .check(Check::new("awaits", std::future::pending::<()>))
        .check(Check::new("quick", || async {}).interval(Duration::from_millis(1)))
        .check(Check::blocking("blocks", block))
        .build();
    let monitor = monitor.expect("the checks are legal");
    eventually("the one that blocks does so", SOON, || begun.load(Ordering::SeqCst));
    monitor
}

/// One test, because it counts the threads of the process.
#[test]
fn the_last_clone_may_be_dropped_anywhere_and_its_threads_end() {
    let stop = Arc::new(AtomicBool::new(false));
    let began = Instant::now();

    drop(busy(&stop));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let monitor = busy(&stop);
    runtime.block_on(async move {
        monitor.report(healthsdk::Selection::everything()).await;
        drop(monitor);
    });

    let held = web::Data::new(Mutex::new(Some(busy(&stop))));
    let service = Service::start(move |config| {
        config.app_data(held.clone()).route(
            "/drop",
            web::get().to(|held: web::Data<Mutex<Option<Monitor>>>| async move {
                drop(held.lock().expect("nobody panicked").take());
                HttpResponse::Ok().finish()
            }),
        );
    });
    assert_eq!(http::get(service.addr(), "/drop").status, 200);

    let (own, dropped) = (Arc::new(Mutex::new(None::<Monitor>)), Arc::new(AtomicU32::new(0)));
    let (in_check, told) = (Arc::clone(&own), Arc::clone(&dropped));
    let check = Check::new("drops-its-own", move || {
        let monitor = in_check.lock().expect("nobody panicked").take();
        told.fetch_add(u32::from(monitor.is_some()), Ordering::SeqCst);
        async move { drop(monitor) }
    });
    let monitor = Monitor::builder().linked(false).check(check.interval(Duration::from_millis(1))).build();
    *own.lock().expect("nobody panicked") = Some(monitor.expect("the check is legal"));
    eventually("the check dropped its own monitor", SOON, || dropped.load(Ordering::SeqCst) == 1);

    assert!(began.elapsed() < SOON, "three blocked checks held nobody up");
    assert!(threads() >= 3, "the blocked ones are still there");
    stop.store(true, Ordering::SeqCst);
    eventually("all threads have ended", SOON, || threads() == 0);
}
