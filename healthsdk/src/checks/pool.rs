use std::ops::{Deref, DerefMut};

use super::{failure::Failure, measure::PoolSize};
use crate::Cause;

/// A pool that has no connection to give.
pub(super) fn exhausted(size: PoolSize) -> Failure {
    Failure::new(Cause::Exhausted, format_args!("all {} connections of the pool are in use", size.limit))
}

/// A connection that is taken out of its pool and closed, unless it is given back: nobody else then meets an answer that
/// is still due, or a peer that fell silent.
#[derive(Debug)]
pub(super) struct Loan<C> {
    connection: Option<C>,
    close: fn(C),
}

impl<C> Loan<C> {
    const HELD: &'static str = "a loan holds its connection until it ends";

    /// `close` takes the connection out of its pool.
    pub(super) fn new(connection: C, close: fn(C)) -> Self {
        Self { connection: Some(connection), close }
    }

    /// Ends the loan of a connection that is as it was.
    pub(super) fn give_back(mut self) -> C {
        self.connection.take().expect(Self::HELD)
    }
}

impl<C> Deref for Loan<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.connection.as_ref().expect(Self::HELD)
    }
}

impl<C> DerefMut for Loan<C> {
    fn deref_mut(&mut self) -> &mut C {
        self.connection.as_mut().expect(Self::HELD)
    }
}

impl<C> Drop for Loan<C> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            (self.close)(connection);
        }
    }
}
