//! Requests at a fixed rate, each timed from when it was due: those that a server which stands still keeps from being sent are sent
//! late, and counted so.

use std::time::{Duration, Instant};

use crate::{Result, load::request, polled::Polled};

/// Requests of one kind, one after the other on whatever connection has nothing to wait for.
pub(crate) struct Paced {
    connections: Vec<Polled>,
    requests: Vec<Vec<u8>>,
    period: Duration,
    sent: usize,
    due: Instant,
    until: Instant,
}

impl Paced {
    /// The paths take turns.
    pub(crate) fn connect(port: u16, connections: usize, paths: &[&str], period: Duration) -> Result<Self> {
        let (connections, now) = ((0..connections).map(|_| Polled::connect(port)), Instant::now());
        Ok(Self {
            connections: connections.collect::<Result<_>>()?,
            requests: paths.iter().map(|path| request(path)).collect(),
            period,
            sent: 0,
            due: now,
            until: now,
        })
    }

    /// Goes on with the period where it ended before.
    fn begin(&mut self, now: Instant, time: Duration) {
        (self.due, self.until) = (now + (self.due - self.until), now + time);
    }

    fn is_done(&self) -> bool {
        self.due >= self.until && !self.connections.iter().any(Polled::waits)
    }

    /// Looks at each connection once, and sends what is due.
    fn turn(&mut self, took: &mut Vec<Duration>) -> Result {
        for connection in &mut self.connections {
            took.extend(connection.answered()?);
        }
        while self.due < self.until && self.due <= Instant::now() {
            let Some(free) = self.connections.iter().position(|connection| !connection.waits()) else {
                break;
            };
            self.connections[free].send(&self.requests[self.sent % self.requests.len()], self.due)?;
            // Each in its turn, as the server would close one that is never used.
            self.connections[free..].rotate_left(1);
            self.sent += 1;
            self.due += self.period;
        }
        Ok(())
    }
}

/// All of them for so long, and how long each answer took. One thread looks at all connections and never sleeps: how it is woken
/// must not tell.
pub(crate) fn together<const N: usize>(
    mut all: [&mut Paced; N],
    time: Duration,
) -> Result<[Vec<Duration>; N]> {
    let (mut took, now) = ([const { Vec::new() }; N], Instant::now());
    for paced in &mut all {
        paced.begin(now, time);
    }
    while !all.iter().all(|paced| paced.is_done()) {
        all.iter_mut().zip(&mut took).try_for_each(|(paced, took)| paced.turn(took))?;
    }
    Ok(took)
}

/// Which so many percent do not exceed, in microseconds.
pub(crate) fn percentile(took: &mut [Duration], percent: usize) -> Result<f64> {
    took.sort_unstable();
    let limit = took.get(took.len() * percent / 100).ok_or("no answer")?;
    Ok(limit.as_secs_f64() * 1e6)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
        thread,
    };

    use super::*;

    const STILL: Duration = Duration::from_millis(100);

    /// Answers a single connection, and the first request late.
    fn slow_at_first(listener: &TcpListener) {
        let (mut stream, _) = listener.accept().expect("somebody connects");
        let lines = BufReader::new(stream.try_clone().expect("it has two ends")).lines();
        for (number, _) in lines.map_while(std::result::Result::ok).filter(String::is_empty).enumerate() {
            if number == 0 {
                thread::sleep(STILL);
            }
            if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").is_err() {
                break;
            }
        }
    }

    #[test]
    fn what_a_server_that_stands_still_keeps_from_being_sent_is_counted_from_when_it_was_due() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a port");
        let port = listener.local_addr().expect("it is bound").port();
        thread::spawn(move || slow_at_first(&listener));
        let period = Duration::from_millis(10);
        let mut paced = Paced::connect(port, 1, &["/"], period).expect("it accepts");
        let [took] = together([&mut paced], STILL).expect("it answers");
        assert_eq!(took.len(), 10);
        for (number, took) in (0..).zip(took) {
            assert!(took + period * number >= STILL, "{number}: {took:?}");
        }
    }
}
