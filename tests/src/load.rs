//! Many clients that ask at a steady rate, and a tally of every answer and every failure.

mod client;
mod tally;

pub use tally::Tally;

use std::net::SocketAddr;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use client::LoadClient;

/// How many clients there are, and how often each asks.
#[derive(Clone, Copy, Debug)]
pub struct Clients {
    /// Those that keep their connection for as long as the other end does.
    pub keep_alive: u32,
    /// Those that open a connection for each request.
    pub one_request: u32,
    /// From the start of one request of a client to the start of its next one. A client that is late leaves out what it
    /// has missed.
    pub period: Duration,
}

/// Clients at work, each in a thread of its own. Dropping it ends them.
///
/// No request is tried again. A connection that the other end has closed before the next request was sent is replaced
/// by a new one, as any client does.
#[derive(Debug)]
pub struct Load {
    started: Instant,
    bound: Duration,
    clients: Vec<(Sender<()>, JoinHandle<Tally>)>,
}

impl Load {
    /// Sets the clients to work; `bound` is when they end by themselves.
    ///
    /// # Panics
    /// Where a thread cannot be started.
    pub fn start(addr: SocketAddr, path: &str, clients: Clients, bound: Duration) -> Load {
        let started = Instant::now();
        let number = clients.keep_alive + clients.one_request;
        let start = |index: u32| {
            let mut client = LoadClient::new(addr, path, index, index < clients.keep_alive, started);
            let mut next = started + clients.period * index / number;
            let (sender, stop) = mpsc::channel();
            let work = move || {
                let wait = |next: Instant| stop.recv_timeout(next.saturating_duration_since(Instant::now()));
                while wait(next) == Err(RecvTimeoutError::Timeout) && started.elapsed() < bound {
                    client.ask();
                    next = after(next, clients.period, Instant::now());
                }
                client.tally
            };
            let thread = thread::Builder::new().name(format!("client {index}")).spawn(work);
            (sender, thread.expect("a thread can be started"))
        };
        Load { started, bound, clients: (0..number).map(start).collect() }
    }

    /// Ends the clients after the requests under way, and tells what they have seen.
    ///
    /// # Panics
    /// Where the bound has passed, so that there was no load any more.
    #[track_caller]
    pub fn stop(self) -> Tally {
        let (senders, threads): (Vec<_>, Vec<_>) = self.clients.into_iter().unzip();
        drop(senders);
        let took = self.started.elapsed();
        let mut tally = Tally::default();
        for thread in threads {
            tally.add(thread.join().expect("a client does not panic"));
        }
        assert!(took < self.bound, "the load had ended after {:?}: {tally}", self.bound);
        tally.took = took;
        tally
    }
}

/// A period later, or at once where that has passed already.
fn after(start: Instant, period: Duration, now: Instant) -> Instant {
    let next = start + period;
    if next >= now { next } else { now }
}
