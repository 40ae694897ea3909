//! A check of one client in front of one kind of server, and what it should say.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use healthsdk::{Cause, Status};
use healthsdk_tests::servers::Missing;

use crate::matrix::Fault;
use crate::subject::{Backend, Subject};

/// The timeout of every check in the fault matrix.
pub const TIMEOUT: Duration = Duration::from_secs(1);

/// Starts the server. The port is where clients find it, for a server that tells clients its address: that of the proxy, or
/// none where clients come to the server itself.
pub type Start = fn(Option<u16>) -> Result<Box<dyn Backend>, Missing>;

pub(crate) type Connect = Box<dyn Fn(u16) -> Pin<Box<dyn Future<Output = Box<dyn Subject>>>>>;

/// What a fault should be reported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Says(Said),
    NotApplicable(&'static str),
}

/// The status of a report, and the cause where it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: Status,
    pub(crate) cause: Option<Cause>,
}

impl Said {
    pub(crate) const OK: Self = Self { status: Status::Ok, cause: None };
    pub(crate) const EXHAUSTED: Self = Self { status: Status::Degraded, cause: Some(Cause::Exhausted) };

    pub(crate) const fn error(cause: Cause) -> Self {
        Self { status: Status::Error, cause: Some(cause) }
    }
}

/// A check of one client in front of one kind of server. Made with what most say: each deviation has a reason.
pub struct Case {
    pub(crate) name: &'static str,
    pub(crate) start: Start,
    pub(crate) connect: Connect,
    pub(crate) wrong: Option<Connect>,
    pub(crate) cells: [Cell; Fault::ALL.len()],
    pub(crate) notes: Vec<(Fault, &'static str)>,
    pub(crate) recovery: Duration,
    pub(crate) round_trips: u64,
    pub(crate) connections: u64,
    pub(crate) costly: &'static str,
    pub(crate) runs: u32,
    pub(crate) few: &'static str,
}

impl Case {
    /// A case by its name in the documents, such as "sqlx, PostgreSQL". `connect` is called in the application's runtime, with
    /// the port to connect to, and never fails: a client that begins with a connection is given a healthy server.
    pub fn new<S, F>(name: &'static str, start: Start, connect: impl Fn(u16) -> F + 'static) -> Self
    where
        S: Subject + 'static,
        F: Future<Output = S> + 'static,
    {
        Self {
            name,
            start,
            connect: boxed(connect),
            wrong: None,
            cells: Fault::ALL.map(Fault::usual),
            notes: Vec::new(),
            recovery: TIMEOUT * 4,
            round_trips: 1,
            connections: 0,
            costly: "",
            runs: 1000,
            few: "",
        }
    }

    /// The same client with a wrong password, made without a connection: the check then says
    /// [`Unauthenticated`](Cause::Unauthenticated).
    pub fn wrong_password<S, F>(mut self, connect: impl Fn(u16) -> F + 'static) -> Self
    where
        S: Subject + 'static,
        F: Future<Output = S> + 'static,
    {
        self.wrong = Some(boxed(connect));
        self.cells[Fault::WrongPassword as usize] = Cell::Says(Said::error(Cause::Unauthenticated));
        self
    }

    /// Says something else than most under this fault, because of `why`, a clause for the document.
    pub fn says(
        mut self,
        fault: Fault,
        status: Status,
        cause: impl Into<Option<Cause>>,
        why: &'static str,
    ) -> Self {
        self.cells[fault as usize] = Cell::Says(Said { status, cause: cause.into() });
        self.notes.push((fault, why));
        self
    }

    /// The fault does not apply.
    pub fn without(mut self, fault: Fault, why: &'static str) -> Self {
        self.cells[fault as usize] = Cell::NotApplicable(why);
        self
    }

    /// How long after a fault the check passes again at the latest. Else 4 s.
    pub fn recovers_within(mut self, recovery: Duration) -> Self {
        self.recovery = recovery;
        self
    }

    /// Needs more than one round trip a run, because of `why`.
    pub fn round_trips(mut self, round_trips: u64, why: &'static str) -> Self {
        (self.round_trips, self.costly) = (round_trips, why);
        self
    }

    /// Opens so many connections a run, because of `why`.
    pub fn connections(mut self, connections: u64, why: &'static str) -> Self {
        (self.connections, self.costly) = (connections, why);
        self
    }

    /// Has fewer runs against a paused server than 1000, because of `why`.
    pub fn runs(mut self, runs: u32, why: &'static str) -> Self {
        (self.runs, self.few) = (runs, why);
        self
    }

    /// Its name in the documents.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("name", &self.name).finish_non_exhaustive()
    }
}

fn boxed<S, F>(connect: impl Fn(u16) -> F + 'static) -> Connect
where
    S: Subject + 'static,
    F: Future<Output = S> + 'static,
{
    Box::new(move |port| {
        let connecting = connect(port);
        Box::pin(async move { Box::new(connecting.await) as Box<dyn Subject> })
    })
}
