//! What a case is made of: a client as a service has it, and the server behind it.

use std::any::Any;
use std::fmt::Display;
use std::pin::Pin;

use healthsdk::Check;
use healthsdk_tests::servers::{Kind, Server};

/// One client as a service has it, with the check of it.
pub trait Subject {
    /// The check, as a user makes it. Called once for each monitor; its time is set by who calls.
    fn check(&self) -> Check;

    /// How many connections the client may have at most.
    fn limit(&self) -> usize {
        1
    }

    /// Takes every connection of its pool; see [`take`]. `None` where it has no pool.
    fn take_all(&self) -> Option<Taking<'_>> {
        None
    }

    /// Whether the client is done with what it does in the background with connections that were given back.
    fn is_at_rest(&self) -> bool {
        true
    }
}

/// Connections of a pool, which go back when it is dropped.
pub type Held = Box<dyn Any>;

/// The taking of all connections, or why one could not be had.
pub type Taking<'a> = Pin<Box<dyn Future<Output = Result<Held, String>> + 'a>>;

/// Takes so many connections, one after the other, each with `one`.
pub fn take<'a, T, E, F>(number: usize, one: impl Fn() -> F + 'a) -> Taking<'a>
where
    T: 'static,
    E: Display,
    F: Future<Output = Result<T, E>> + 'a,
{
    Box::pin(async move {
        let mut held = Vec::new();
        for taken in 0..number {
            let said = |error| format!("{taken} of {number} connections, then: {error}");
            held.push(one().await.map_err(said)?);
        }
        Ok(Box::new(held) as Held)
    })
}

/// The server behind a case.
pub trait Backend {
    /// Where it listens on 127.0.0.1, the same for its whole life.
    fn port(&self) -> u16;
    /// Stops all its processes, as a hung machine.
    fn pause(&mut self);
    /// Ends a pause.
    fn resume(&mut self);
    /// Kills all its processes.
    fn kill(&mut self);
    /// Starts it anew on the same port, and returns when it answers.
    fn restart(&mut self);
    /// Connections of clients in the server's own view, without that of who asks. `None` where it tells nobody.
    fn connections(&self) -> Option<usize>;
}

/// A server whose own view of its connections `count` asks for.
pub fn counted<K: Kind>(server: Server<K>, count: fn(&Server<K>) -> usize) -> Box<dyn Backend>
where
    Server<K>: 'static,
{
    Box::new(Counted { server, count: Some(count) })
}

/// A server that does not tell its connections.
pub fn uncounted<K: Kind>(server: Server<K>) -> Box<dyn Backend>
where
    Server<K>: 'static,
{
    Box::new(Counted { server, count: None })
}

struct Counted<K> {
    server: Server<K>,
    count: Option<fn(&Server<K>) -> usize>,
}

impl<K: Kind> Backend for Counted<K> {
    fn port(&self) -> u16 {
        self.server.port()
    }

    fn pause(&mut self) {
        self.server.pause();
    }

    fn resume(&mut self) {
        self.server.resume();
    }

    fn kill(&mut self) {
        self.server.kill();
    }

    fn restart(&mut self) {
        self.server.restart();
    }

    fn connections(&self) -> Option<usize> {
        self.count.map(|count| count(&self.server))
    }
}
