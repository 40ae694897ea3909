use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::{Result, load};

/// A connection that never waits: what has come is read when it is looked at.
pub(crate) struct Polled {
    stream: TcpStream,
    answer: Vec<u8>,
    due: Option<Instant>,
}

impl Polled {
    pub(crate) fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, answer: Vec::new(), due: None })
    }

    /// Whether an answer is still to come.
    pub(crate) fn waits(&self) -> bool {
        self.due.is_some()
    }

    /// Sends a request that may be late.
    pub(crate) fn send(&mut self, request: &[u8], due: Instant) -> Result {
        self.stream.write_all(request)?;
        self.due = Some(due);
        Ok(())
    }

    /// The time from when the request was due to its answer, once that is whole, which must be a 200.
    pub(crate) fn answered(&mut self) -> Result<Option<Duration>> {
        if !self.waits() {
            return Ok(None);
        }
        let mut part = [0; 4096];
        match self.stream.read(&mut part) {
            Ok(0) => return Err("the connection was closed".into()),
            Ok(read) => self.answer.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        if load::length(&self.answer)?.is_none_or(|length| self.answer.len() < length) {
            return Ok(None);
        }
        if !self.answer.starts_with(b"HTTP/1.1 200 ") {
            return Err(format!("no 200: {}", String::from_utf8_lossy(&self.answer)).into());
        }
        self.answer.clear();
        Ok(self.due.take().map(|due| due.elapsed()))
    }
}
