use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use super::Tally;
use crate::http::{self, Answer, Client, get_request};

/// One client of a load.
#[derive(Debug)]
pub(super) struct LoadClient {
    addr: SocketAddr,
    request: Vec<u8>,
    keep_alive: bool,
    name: String,
    started: Instant,
    open: Option<Client>,
    pub(super) tally: Tally,
}

impl LoadClient {
    pub(super) fn new(
        addr: SocketAddr,
        path: &str,
        index: u32,
        keep_alive: bool,
        started: Instant,
    ) -> LoadClient {
        let kind = if keep_alive { "keep-alive" } else { "one-request" };
        LoadClient {
            addr,
            request: get_request(path, !keep_alive),
            keep_alive,
            name: format!("{kind} client {index}"),
            started,
            open: None,
            tally: Tally::default(),
        }
    }

    /// One request, counted whatever becomes of it.
    pub(super) fn ask(&mut self) {
        let at = self.started.elapsed();
        match self.answer() {
            Ok(answer) => {
                let failed = self.tally.answer(&answer);
                if failed {
                    let text = String::from_utf8_lossy(&answer.body).into_owned();
                    self.tally.failure(at, &self.name, &format!("{} {text:.200}", answer.status));
                }
            }
            Err((step, error)) => {
                self.tally.error(step, &error);
                self.tally.failure(at, &self.name, &format!("{step}: {error}"));
            }
        }
    }

    fn answer(&mut self) -> Result<Answer, (&'static str, io::Error)> {
        let mut client = match self.reused() {
            Some(client) => client,
            None => self.connect().map_err(|error| ("connect", error))?,
        };
        let answer = client.request(&self.request).map_err(|error| ("request", error))?;
        if self.keep_alive && !answer.closes() {
            self.open = Some(client);
        }
        Ok(answer)
    }

    fn reused(&mut self) -> Option<Client> {
        let client = self.open.take()?;
        let open = client.is_reusable();
        self.tally.closed_idle += u64::from(!open);
        open.then_some(client)
    }

    fn connect(&mut self) -> io::Result<Client> {
        self.tally.connections += 1;
        Client::connect(self.addr, http::TIMEOUT)
    }
}
