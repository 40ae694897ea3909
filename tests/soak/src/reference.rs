use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::limits::STALL;
use crate::shared::Shared;

const PAUSE: Duration = Duration::from_millis(10);
/// What is shorter is no lag.
const LEAST: Duration = Duration::from_millis(5);

/// How long a byte took to the service and back, past a thread that does nothing else: the lag of the machine.
#[derive(Debug, Default)]
pub(crate) struct Reference(Mutex<Vec<Lag>>);

#[derive(Clone, Copy, Debug)]
struct Lag {
    sent: Instant,
    back: Instant,
    /// Without what the soak has frozen the service for.
    own: Duration,
}

impl Reference {
    /// Sends one byte after another until the soak ends.
    pub(crate) fn run(&self, address: SocketAddr, shared: &Shared) -> io::Result<()> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        while !shared.is_over() {
            let sent = Instant::now();
            stream.write_all(b".")?;
            stream.read_exact(&mut [0])?;
            let back = Instant::now();
            if back - sent > LEAST {
                let own = (back - sent).saturating_sub(shared.freezes.within(sent, back));
                self.lock().push(Lag { sent, back, own });
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// The worst lag that touches this time, freezes among it.
    pub(crate) fn worst(&self, from: Instant, to: Instant) -> Duration {
        self.meets(from, to, |lag| lag.back - lag.sent)
    }

    /// Whether the machine stood still for a moment, through no doing of the soak.
    pub(crate) fn stalled(&self, from: Instant, to: Instant) -> bool {
        self.meets(from, to, |lag| lag.own) > STALL
    }

    /// The worst lag without freezes.
    pub(crate) fn worst_own(&self) -> Duration {
        self.lock().iter().map(|lag| lag.own).max().unwrap_or_default()
    }

    fn meets(&self, from: Instant, to: Instant, length: impl Fn(&Lag) -> Duration) -> Duration {
        let lags = self.lock();
        let recent = lags.iter().rev().take_while(|lag| lag.back >= from);
        recent.filter(|lag| lag.sent <= to).map(length).max().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Lag>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
