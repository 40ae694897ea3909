use std::{
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use super::Engine;
use crate::{
    BuildInfo, Check,
    about::About,
    plan::{Draft, Plan},
    process::Process,
    redact::Redactor,
    run::{
        Observer, cell::Cell, clock::Clock, journal::Journal, launch::SLICE, moment::Moment, pool::Pool,
        table::Table,
    },
};

mod life;
mod reads;
mod schedules;
mod settings;

fn engine(checks: Vec<Check>) -> Arc<Engine> {
    observed(checks, Vec::new())
}

fn observed(checks: Vec<Check>, observers: Vec<Arc<dyn Observer>>) -> Arc<Engine> {
    started(Draft { checks, ..Draft::default() }, Duration::from_millis(200), observers)
}

fn started(draft: Draft, deadline: Duration, observers: Vec<Arc<dyn Observer>>) -> Arc<Engine> {
    let plan = Plan::new(draft).expect("the checks are legal");
    let about = About { build: BuildInfo::default(), started_at: SystemTime::now() };
    Engine::start(plan, deadline, about, observers).expect("threads can be started")
}

/// An engine without threads, on time for an hour: what is queued stays queued.
fn still(checks: Vec<Check>) -> Arc<Engine> {
    let hour = Duration::from_secs(60 * 60);
    let plan = Plan::new(Draft { checks, ..Draft::default() }).expect("the checks are legal");
    let now = Moment::now();
    let clock = Arc::new(Clock::new());
    clock.looked(now.at + hour);
    let cells = plan.checks.into_iter().map(|planned| Cell::new(planned, now)).collect();
    let mut table = Table::new(cells, Process::new(now), now.at);
    let about = Arc::new(About { build: BuildInfo::default(), started_at: SystemTime::UNIX_EPOCH });
    let first = table.snapshot(&about);
    let engine = Arc::new_cyclic(|this| Engine {
        table: Mutex::new(table),
        snapshot: ArcSwap::from_pointee(first),
        pool: Pool::without_threads(Arc::clone(&clock)),
        deadline: hour,
        published: watch::Sender::default(),
        reached: watch::Sender::default(),
        clock,
        journal: Arc::new(Journal::new(Vec::new())),
        about,
        redactor: Redactor::default(),
        this: Weak::clone(this),
    });
    engine.first_round(now);
    engine
}

#[track_caller]
fn eventually(what: &str, met: impl Fn() -> bool) {
    let began = Instant::now();
    while !met() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn stuck_threads_are_at_most_as_many_as_checks_and_end_with_what_held_them() {
    let (inside, free) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let checks = (0..20).map(|number| {
        let (inside, free) = (Arc::clone(&inside), Arc::clone(&free));
        Check::blocking(format!("check-{number}"), move || {
            inside.fetch_add(1, Ordering::SeqCst);
            while !free.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(1));
            }
        })
    });
    let engine = engine(checks.collect());
    eventually("all twenty are begun", || inside.load(Ordering::SeqCst) == 20);
    assert!(engine.pool.threads() <= 22, "{} threads", engine.pool.threads());
    engine.close();
    free.store(true, Ordering::SeqCst);
    eventually("the threads have ended", || engine.pool.threads() == 0);
}

#[test]
fn of_runs_that_begin_together_so_many_are_made_at_first_and_the_others_once_those_are_polled() {
    let polled = Arc::new(AtomicUsize::new(0));
    let checks = || {
        let check = |number| {
            let polled = Arc::clone(&polled);
            Check::new(format!("check-{number}"), move || {
                polled.fetch_add(1, Ordering::SeqCst);
                std::future::pending::<()>()
            })
        };
        (0..2 * SLICE + 5).map(check).collect()
    };
    let made = |engine: &Engine| {
        let table = engine.table();
        let flights = table.cells.iter().map(|cell| cell.flight.as_ref().expect("it has begun"));
        flights.filter(|flight| flight.attempt.is_some()).count()
    };
    assert_eq!(made(&still(checks())), SLICE);
    let engine = engine(checks());
    eventually("all are polled, though none ends", || polled.load(Ordering::SeqCst) == 2 * SLICE + 5);
    assert_eq!(made(&engine), 2 * SLICE + 5);
    engine.close();
}

#[test]
fn checks_of_one_interval_spread_over_a_tenth_of_it() {
    let hour = Duration::from_secs(60 * 60);
    let checks = (0..50).map(|number| Check::new(format!("check-{number}"), || async {}).interval(hour));
    let engine = engine(checks.collect());
    let due = || {
        let table = engine.table();
        table
            .cells
            .iter()
            .map(|cell| cell.schedule.due.filter(|_| cell.flight.is_none()))
            .collect::<Option<Vec<_>>>()
    };
    let began = Instant::now();
    eventually("all have run once", || {
        due().is_some_and(|due| due.iter().all(|due| *due > began + hour / 2))
    });
    let due = due().expect("none is under way");
    let (first, last) = (due.iter().min().expect("fifty"), due.iter().max().expect("fifty"));
    assert!(*last - *first > hour / 30, "begun together, they are due within {:?}", *last - *first);
    assert!(*last <= Instant::now() + hour + hour / 10);
    engine.close();
}

#[test]
fn a_backlog_of_checks_that_block_for_a_moment_gets_more_threads() {
    let checks = (0..400)
        .map(|number| Check::blocking(format!("check-{number}"), || thread::sleep(Duration::from_millis(5))));
    let engine = engine(checks.collect());
    eventually("four work it off", || engine.pool.threads() >= 4);
    engine.close();
}

#[test]
fn destructors_that_panic_at_the_end_harm_nobody() {
    struct Bomb(Arc<AtomicUsize>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
            std::panic::panic_any(Payload);
        }
    }
    struct Payload;
    impl Drop for Payload {
        fn drop(&mut self) {
            panic!("the payload as well");
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let checks = (0..5).map(|number| {
        let bomb = Bomb(Arc::clone(&dropped));
        Check::new(format!("check-{number}"), move || {
            let _ = &bomb;
            std::future::pending::<()>()
        })
    });
    let engine = engine(checks.collect());
    engine.close();
    eventually("all five are dropped", || dropped.load(Ordering::SeqCst) == 5);
    eventually("the threads have ended", || engine.pool.threads() == 0);
}

#[test]
fn closing_joins_nothing_and_has_pollers_drop_what_is_left() {
    struct Tell(Arc<AtomicUsize>);
    impl Drop for Tell {
        fn drop(&mut self) {
            assert_eq!(thread::current().name(), Some("health-poll"));
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let (begun, dropped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let check = {
        let (begun, dropped, kept) = (Arc::clone(&begun), Arc::clone(&dropped), Tell(Arc::clone(&dropped)));
        Check::new("for-ever", move || {
            let _ = &kept;
            let tell = Tell(Arc::clone(&dropped));
            begun.fetch_add(1, Ordering::SeqCst);
            async move {
                std::future::pending::<()>().await;
                drop(tell);
            }
        })
    };
    let kept = Tell(Arc::clone(&dropped));
    let never_asked = Check::new("never-asked", move || {
        let _ = &kept;
        async {}
    });
    let engine = engine(vec![check, never_asked.ttl(Duration::from_secs(1))]);
    eventually("it is begun", || begun.load(Ordering::SeqCst) == 1);
    engine.close();
    eventually("the future and what the checks themselves held are dropped", || {
        dropped.load(Ordering::SeqCst) == 3
    });
    eventually("the engine's own threads let go of it", || Arc::strong_count(&engine) == 1);
}

#[test]
fn a_log_that_blocks_holds_up_no_check() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let check = Check::new("counted", move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async {}
    });
    let engine = engine(vec![check.interval(Duration::from_millis(5))]);
    let (free, held) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (log_free, log_held) = (Arc::clone(&free), Arc::clone(&held));
    engine.pool.call(move || {
        log_held.store(true, Ordering::SeqCst);
        while !log_free.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
    });
    eventually("the line is being written", || held.load(Ordering::SeqCst));
    let before = runs.load(Ordering::SeqCst);
    eventually("the check runs on", || runs.load(Ordering::SeqCst) > before + 10);
    free.store(true, Ordering::SeqCst);
    engine.close();
}
