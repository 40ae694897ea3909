use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

/// The workers that are watched.
#[derive(Debug)]
pub(crate) struct Workers {
    epoch: Instant,
    list: Mutex<List>,
}

#[derive(Debug, Default)]
struct List {
    workers: Vec<Worker>,
    registered: u64,
}

#[derive(Debug)]
struct Worker {
    number: u64,
    thread: ThreadId,
    /// Milliseconds after the epoch.
    stamp: Arc<AtomicU64>,
}

/// One worker's hold on its stamp; dropped when the worker ends.
#[derive(Debug)]
pub(crate) struct Stamp {
    workers: Arc<Workers>,
    stamp: Arc<AtomicU64>,
}

impl Workers {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { epoch: Instant::now(), list: Mutex::default() })
    }

    /// Registers the current thread; `None` where it is there already, because it serves several addresses.
    pub(crate) fn register(self: &Arc<Self>) -> Option<Stamp> {
        let current = thread::current();
        let mut list = self.list();
        if list.workers.iter().any(|worker| worker.thread == current.id()) {
            return None;
        }
        let number = current.name().and_then(number).unwrap_or(list.registered);
        list.registered += 1;
        let stamp = Arc::new(AtomicU64::new(self.now()));
        list.workers.push(Worker { number, thread: current.id(), stamp: Arc::clone(&stamp) });
        Some(Stamp { workers: Arc::clone(self), stamp })
    }

    /// Each worker's number and its last stamp.
    pub(super) fn stamps(&self) -> Vec<(u64, Instant)> {
        let at = |worker: &Worker| self.epoch + Duration::from_millis(worker.stamp.load(Ordering::Relaxed));
        self.list().workers.iter().map(|worker| (worker.number, at(worker))).collect()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stamp {
    /// The worker's event loop has turned.
    pub(crate) fn set(&self) {
        self.stamp.store(self.workers.now(), Ordering::Relaxed);
    }
}

impl Drop for Stamp {
    fn drop(&mut self) {
        self.workers.list().workers.retain(|worker| !Arc::ptr_eq(&worker.stamp, &self.stamp));
    }
}

/// The number at the end of a worker's name, as `actix-server worker 3`.
fn number(thread: &str) -> Option<u64> {
    let digits = thread.len() - thread.trim_end_matches(|end: char| end.is_ascii_digit()).len();
    thread[thread.len() - digits..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_known_by_the_number_in_its_name_or_by_its_turn() {
        let workers = Workers::new();
        let register_as = |name: &str| {
            let workers = Arc::clone(&workers);
            let thread = thread::Builder::new().name(name.to_owned());
            thread.spawn(move || workers.register()).expect("a thread starts").join().expect("it ends")
        };
        let names = ["actix-server worker 7", "actix-rt|system:0|arbiter:12", "unnumbered"];
        let _stamps: Vec<_> = names.map(register_as).into();
        let numbers: Vec<_> = workers.stamps().iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [7, 12, 2]);
    }

    #[test]
    fn a_worker_of_two_addresses_is_watched_once_and_until_it_ends() {
        let workers = Workers::new();
        let stamp = workers.register().expect("it is new");
        assert!(workers.register().is_none());
        assert_eq!(workers.stamps().len(), 1);
        drop(stamp);
        assert!(workers.stamps().is_empty());
        assert!(workers.register().is_some());
    }
}
