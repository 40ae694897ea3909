use std::{
    collections::VecDeque,
    io,
    num::NonZero,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::{caught::caught, clock, driver::driver};

/// How long more may be queued than pollers are idle, with nothing taken from the queue, until there are more pollers.
const GRACE: Duration = Duration::from_millis(2);
/// How long a poller waits for work before it ends, unless it is the last.
const IDLE: Duration = Duration::from_secs(10);
/// Threads for a backlog at least, where there are few processors: a check that blocks mostly waits.
const LEAST_PARALLEL: usize = 4;

/// The threads that poll checks. A check may block its thread or spin: then there are more threads, at most one per check
/// and two for the others.
#[derive(Debug)]
pub(super) struct Pool {
    queue: Mutex<Queue>,
    work: Condvar,
    limit: usize,
    /// Threads for checks that block for a moment each.
    parallel: usize,
    /// Asks the clock for a call of [`Pool::progress`].
    clock: Arc<clock::Clock>,
}

#[derive(Debug, Default)]
struct Queue {
    jobs: VecDeque<Job>,
    idle: usize,
    threads: usize,
    taken: u64,
    /// What `taken` was, and since when, while the queue is watched for progress.
    watched: Option<(u64, Instant)>,
    closed: bool,
}

/// What a poller does at a time.
pub(super) trait Work: Send + Sync {
    fn work(self: Arc<Self>);
}

pub(super) enum Job {
    Work(Arc<dyn Work>),
    /// Something that may block and is not a check: a log line, the end.
    Call(Box<dyn FnOnce() + Send>),
}

impl Pool {
    /// A pool for so many checks, with its first thread.
    pub(super) fn start(checks: usize, clock: Arc<clock::Clock>) -> io::Result<Arc<Self>> {
        driver()?;
        let queue = Mutex::new(Queue { threads: 1, ..Queue::default() });
        let parallel = thread::available_parallelism().map_or(1, NonZero::get).max(LEAST_PARALLEL);
        let pool = Arc::new(Self { queue, work: Condvar::new(), limit: checks + 2, parallel, clock });
        pool.spawn()?;
        Ok(pool)
    }

    /// A pool in which all stays queued.
    #[cfg(test)]
    pub(super) fn without_threads(clock: Arc<clock::Clock>) -> Arc<Self> {
        Arc::new(Self { queue: Mutex::default(), work: Condvar::new(), limit: 0, parallel: 0, clock })
    }

    pub(super) fn push<W: Work + 'static>(self: &Arc<Self>, work: impl IntoIterator<Item = Arc<W>>) {
        self.add(work.into_iter().map(|work| Job::Work(work)));
    }

    /// Calls something on a poller that has no place on the clock's thread or a caller's.
    pub(super) fn call(self: &Arc<Self>, job: impl FnOnce() + Send + 'static) {
        self.add([Job::Call(Box::new(job))]);
    }

    /// Lets the threads end once the queue is empty. Joins none.
    pub(super) fn close(self: &Arc<Self>) {
        let mut queue = self.queue();
        queue.closed = true;
        self.work.notify_all();
        self.see_to_the_rest(queue);
    }

    #[cfg(test)]
    pub(super) fn threads(&self) -> usize {
        self.queue().threads
    }

    fn add(self: &Arc<Self>, jobs: impl IntoIterator<Item = Job>) {
        let mut queue = self.queue();
        queue.jobs.extend(jobs);
        if queue.closed {
            return self.see_to_the_rest(queue);
        }
        if queue.idle > 0 {
            self.work.notify_one();
        }
        if queue.jobs.len() > queue.idle && queue.watched.is_none() {
            let now = Instant::now();
            queue.watched = Some((queue.taken, now));
            drop(queue);
            self.clock.wake_at(now + GRACE);
        }
    }

    /// After the end no clock looks at the queue, and every thread may be stuck: one more takes what is left.
    fn see_to_the_rest(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue>) {
        if queue.jobs.is_empty() || queue.idle > 0 || queue.threads >= self.limit {
            return;
        }
        queue.threads += 1;
        drop(queue);
        if self.spawn().is_err() {
            self.queue().threads -= 1;
        }
    }

    /// Doubles the threads where the queue stands still. Called by the clock; says when to call again.
    pub(super) fn progress(self: &Arc<Self>, now: Instant) -> Option<Instant> {
        let mut queue = self.queue();
        let (taken, since) = queue.watched?;
        if now < since + GRACE {
            return Some(since + GRACE);
        }
        if queue.jobs.is_empty() {
            queue.watched = None;
            return None;
        }
        let done = queue.taken - taken;
        // Nothing taken is a thread that blocks. Less taken than waits is a backlog, which as many threads as processors
        // work off.
        let stuck = queue.idle == 0
            && (done == 0
                || (queue.threads < self.parallel
                    && usize::try_from(done).is_ok_and(|done| done < queue.jobs.len())));
        queue.watched = Some((queue.taken, now));
        let room = self.limit.saturating_sub(queue.threads);
        let more = if stuck { queue.jobs.len().min(queue.threads.max(1)).min(room) } else { 0 };
        queue.threads += more;
        drop(queue);
        for spawned in 0..more {
            if self.spawn().is_err() {
                // Tried again at the next look; until then what waits turns stale, which readers see.
                self.queue().threads -= more - spawned;
                break;
            }
        }
        Some(now + GRACE)
    }

    fn spawn(self: &Arc<Self>) -> io::Result<()> {
        let pool = Arc::clone(self);
        clock::spawn("health-poll", move || {
            let _context = driver().expect("the pool was made with it").enter();
            while let Some(job) = pool.next() {
                match job {
                    Job::Work(work) => work.work(),
                    Job::Call(call) => {
                        let _ = caught(call);
                    }
                }
            }
        })
    }

    /// The next job, or `None` where the thread is not needed any more.
    fn next(&self) -> Option<Job> {
        let mut queue = self.queue();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                queue.taken += 1;
                if !queue.jobs.is_empty() && queue.idle > 0 {
                    self.work.notify_one();
                }
                return Some(job);
            }
            if queue.closed {
                queue.threads -= 1;
                return None;
            }
            queue.idle += 1;
            let (woken, waited) = self.work.wait_timeout(queue, IDLE).unwrap_or_else(PoisonError::into_inner);
            queue = woken;
            queue.idle -= 1;
            if waited.timed_out() && queue.threads > 1 && queue.jobs.is_empty() {
                queue.threads -= 1;
                return None;
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Work(_) => "Work",
            Self::Call(_) => "Call",
        })
    }
}

// With its path, as another crate mounts this file elsewhere.
#[cfg(test)]
#[path = "pool/tests.rs"]
mod tests;
