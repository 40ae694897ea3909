use std::sync::mpsc;

use super::*;

fn pool(checks: usize) -> Arc<Pool> {
    Pool::start(checks, Arc::new(clock::Clock::new())).expect("a thread can be started")
}

#[track_caller]
fn eventually(what: &str, met: impl Fn() -> bool) {
    let began = Instant::now();
    while !met() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Jobs that block until the gate is opened.
fn block(pool: &Arc<Pool>, gate: &Arc<Mutex<()>>, jobs: usize) {
    for _ in 0..jobs {
        let gate = Arc::clone(gate);
        pool.call(move || drop(gate.lock()));
    }
}

/// Looks once it is time; what is queued and how many threads there are after it.
fn look(pool: &Arc<Pool>, at: &mut Instant) -> usize {
    *at = pool.progress(*at).expect("something is queued");
    pool.threads()
}

#[test]
fn threads_double_while_more_waits_than_is_taken_up_to_two_more_than_checks() {
    let (pool, gate) = (pool(1), Arc::new(Mutex::new(())));
    let closed = gate.lock().expect("nobody panicked with it");
    let mut at = Instant::now();
    assert_eq!(pool.progress(at), None, "nothing is watched");
    block(&pool, &gate, 9);
    let waiting = |jobs| move |pool: &Pool| pool.queue().jobs.len() == jobs;
    eventually("the first is taken", || waiting(8)(&pool));
    assert_eq!(look(&pool, &mut at), 1, "it is too early");
    block(&pool, &gate, 1);
    assert_eq!(look(&pool, &mut at), 2, "what comes meanwhile puts nothing off");
    eventually("the second is taken", || waiting(8)(&pool));
    assert_eq!(look(&pool, &mut at), 3, "and not four");
    eventually("the third is taken", || waiting(7)(&pool));
    for _ in 0..3 {
        let before = at;
        assert_eq!(look(&pool, &mut at), 3);
        assert_eq!(at, before + GRACE);
    }
    drop(closed);
    eventually("all are done", || waiting(0)(&pool));
    assert_eq!(pool.progress(at), None);
    assert_eq!(pool.progress(at), None, "it is not watched any more");
    pool.close();
    eventually("the threads have ended", || pool.threads() == 0);
}

#[test]
fn a_backlog_alone_is_worked_off_by_as_many_threads_as_run_in_parallel() {
    let (pool, gate) = (pool(1000), Arc::new(Mutex::new(())));
    let closed = gate.lock().expect("nobody panicked with it");
    let jobs = 9 * pool.parallel;
    block(&pool, &gate, jobs);
    let (mut at, mut threads) = (Instant::now(), 1);
    while threads < pool.parallel {
        eventually("each has one", || pool.queue().jobs.len() == jobs - threads);
        threads = look(&pool, &mut at);
    }
    eventually("each has one", || pool.queue().jobs.len() == jobs - threads);
    assert_eq!(look(&pool, &mut at), threads, "they take what waits");
    assert_eq!(look(&pool, &mut at), 2 * threads, "nothing was taken since");
    pool.close();
    drop(closed);
    eventually("the threads have ended", || pool.threads() == 0);
}

#[test]
fn after_the_end_one_more_thread_takes_what_is_left_as_long_as_there_may_be_one() {
    let (pool, gate) = (pool(0), Arc::new(Mutex::new(())));
    let closed = gate.lock().expect("nobody panicked with it");
    block(&pool, &gate, 1);
    eventually("the only thread is stuck", || pool.queue().jobs.is_empty());
    pool.close();
    assert_eq!(pool.threads(), 1, "nothing is left");
    let (done, is_done) = mpsc::channel();
    let last = done.clone();
    pool.call(move || done.send(()).expect("the test waits"));
    is_done.recv_timeout(Duration::from_secs(30)).expect("another takes it");
    eventually("that one has ended", || pool.threads() == 1);
    block(&pool, &gate, 1);
    eventually("both are stuck", || pool.queue().jobs.is_empty());
    pool.call(move || last.send(()).expect("the test waits"));
    assert_eq!(pool.threads(), 2, "there may be no third");
    drop(closed);
    is_done.recv_timeout(Duration::from_secs(30)).expect("one of them takes it");
    eventually("all threads have ended", || pool.threads() == 0);
}
