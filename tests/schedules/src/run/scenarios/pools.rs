use std::sync::{Arc, Condvar, Mutex};

use super::explore;
use crate::run::{clock::Clock, pool::Pool};

/// Counts, and waits for a number.
#[derive(Default)]
pub(super) struct Count(Mutex<usize>, Condvar);

impl Count {
    pub(super) fn add(&self) {
        *self.0.lock().expect("no panic") += 1;
        self.1.notify_all();
    }

    pub(super) fn reaches(&self, number: usize) {
        let mut count = self.0.lock().expect("no panic");
        while *count < number {
            count = self.1.wait(count).expect("no panic");
        }
    }

    pub(super) fn get(&self) -> usize {
        *self.0.lock().expect("no panic")
    }
}

/// Two push a job each to a poller that may be idle, busy or not there yet; the pool is closed as soon as both have.
pub fn every_job_is_done_once() {
    explore(3, || {
        let pool = Pool::start(0, Arc::new(Clock::default())).expect("threads can be started");
        let done = Arc::new(Count::default());
        let push = || {
            let (pool, done) = (Arc::clone(&pool), Arc::clone(&done));
            move || pool.call(move || done.add())
        };
        let (here, there) = (push(), push());
        let there = loom::thread::spawn(there);
        here();
        there.join().expect("no panic");
        pool.close();
        done.reaches(2);
    });
}

/// The first job blocks its poller until the second is done: the clock sees to one more poller.
pub fn a_poller_that_blocks_gets_company() {
    explore(1, || {
        let clock = Arc::new(Clock::default());
        let pool = Pool::start(0, Arc::clone(&clock)).expect("threads can be started");
        let (of_clock, watched) = (Arc::clone(&clock), Arc::clone(&pool));
        let looks = loom::thread::spawn(move || of_clock.run(&watched));
        let done = Arc::new(Count::default());
        let (blocked, frees) = (Arc::clone(&done), Arc::clone(&done));
        pool.call(move || blocked.reaches(1));
        pool.call(move || frees.add());
        done.reaches(1);
        clock.close();
        pool.close();
        looks.join().expect("no panic");
    });
}
