use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::shared::Shared;

const PAUSE: Duration = Duration::from_millis(10);
/// What is shorter is no lag.
const LEAST: Duration = Duration::from_millis(5);

/// How long a byte took to the service and back, past a thread that does nothing else: the lag of the machine.
#[derive(Debug, Default)]
pub(crate) struct Reference(Mutex<Lags>);

#[derive(Debug, Default)]
struct Lags {
    past: Vec<Lag>,
    /// Since when a byte is under way.
    sent: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Lag {
    sent: Instant,
    back: Instant,
    /// Without what the soak has frozen the service for.
    own: Duration,
}

impl Lag {
    fn new(sent: Instant, back: Instant, frozen: impl Fn(Instant, Instant) -> Duration) -> Self {
        Self { sent, back, own: (back - sent).saturating_sub(frozen(sent, back)) }
    }
}

impl Reference {
    /// Sends one byte after another until the soak ends.
    pub(crate) fn run(&self, address: SocketAddr, shared: &Shared) -> io::Result<()> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        while !shared.phase.is_over() {
            let sent = Instant::now();
            self.lock().sent = Some(sent);
            stream.write_all(b".")?;
            stream.read_exact(&mut [0])?;
            let lag = Lag::new(sent, Instant::now(), |from, to| shared.freezes.within(from, to));
            let mut lags = self.lock();
            lags.sent = None;
            if lag.back - lag.sent > LEAST {
                lags.past.push(lag);
            }
            drop(lags);
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// The worst lag that touches this time, freezes among it.
    pub(crate) fn worst(&self, from: Instant, to: Instant) -> Duration {
        self.meets(from, to, |lag| lag.back - lag.sent)
    }

    /// The worst lag that touches this time, without freezes.
    pub(crate) fn worst_own(&self, from: Instant, to: Instant) -> Duration {
        self.meets(from, to, |lag| lag.own)
    }

    /// The worst lag of all, without freezes.
    pub(crate) fn worst_ever(&self) -> Duration {
        self.lock().past.iter().map(|lag| lag.own).max().unwrap_or_default()
    }

    fn meets(&self, from: Instant, to: Instant, length: impl Fn(&Lag) -> Duration) -> Duration {
        self.lock().touching(from, to, Instant::now()).iter().map(length).max().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Lags> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lags {
    /// The one that is not over yet is as long as it has lasted; a freeze that it may be of counts as the machine's.
    fn touching(&self, from: Instant, to: Instant, now: Instant) -> Vec<Lag> {
        let under_way = self.sent.map(|sent| Lag::new(sent, now, |_, _| Duration::ZERO));
        let recent = self.past.iter().rev().take_while(|lag| lag.back >= from).copied();
        recent.chain(under_way).filter(|lag| lag.sent <= to && lag.back >= from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lag_that_is_not_over_counts_as_long_as_it_has_lasted() {
        let began = Instant::now();
        let at = |milliseconds| began + Duration::from_millis(milliseconds);
        let mut lags = Lags::default();
        lags.past.push(Lag::new(at(100), at(400), |_, _| Duration::from_millis(200)));
        let worst = |lags: &Lags, from, to| {
            let lags = lags.touching(at(from), at(to), at(5000));
            lags.iter().map(|lag| lag.own.as_millis()).max()
        };
        assert_eq!(worst(&lags, 300, 900), Some(100));
        assert_eq!(worst(&lags, 500, 900), None);
        lags.sent = Some(at(800));
        assert_eq!(worst(&lags, 500, 900), Some(4200));
        assert_eq!(worst(&lags, 500, 700), None);
    }
}
