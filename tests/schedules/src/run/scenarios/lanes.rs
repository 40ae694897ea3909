use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use super::explore;
use crate::run::{
    feed::Event,
    lane::{Lane, Line},
};

/// Two append, and whoever is told to take takes.
pub fn every_line_is_taken_once_in_order_by_one_taker_at_a_time() {
    explore(3, || {
        let lane = Arc::new(Lane::default());
        let (taken, busy) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let write = |lines: [usize; 2]| {
            let (lane, taken, busy) = (Arc::clone(&lane), Arc::clone(&taken), Arc::clone(&busy));
            move || {
                for number in lines {
                    if lane.append([Line::Event(Event(number))]) {
                        lane.take(|taking| {
                            let others = busy.fetch_add(1, Ordering::SeqCst);
                            let Line::Event(Event(number)) = taking else { return };
                            taken.lock().expect("no panic").push((number, others));
                            busy.fetch_sub(1, Ordering::SeqCst);
                        });
                    }
                }
            }
        };
        let (here, there) = (write([0, 1]), write([10, 11]));
        let there = loom::thread::spawn(there);
        here();
        there.join().expect("no panic");
        let taken = taken.lock().expect("no panic").clone();
        assert!(taken.iter().all(|(_, others)| *others == 0), "two took at once: {taken:?}");
        let of = |first| {
            let numbers = taken.iter().map(|(number, _)| *number);
            numbers.filter(|number| (first..first + 2).contains(number)).collect::<Vec<_>>()
        };
        assert_eq!((of(0), of(10)), (vec![0, 1], vec![10, 11]));
    });
}
