use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::{address::Place, unix};

/// A connection whose every read and write can be bounded.
pub(super) trait Stream: Read + Write + Send {
    fn bound(&self, left: Duration) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn bound(&self, left: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(left))?;
        self.set_write_timeout(Some(left))
    }
}

type Dialled = io::Result<Box<dyn Stream>>;

pub(super) fn dial(place: &Place, until: Instant) -> Dialled {
    if let Place::Ips(ips) = place {
        return tcp(ips, until);
    }
    // A resolver knows no time limit, nor does the connect to a Unix socket whose listener's queue is full.
    let place = place.clone();
    within(until, move || match place {
        Place::Ips(ips) => tcp(&ips, until),
        Place::Name(name, port) => tcp(&(name, port).to_socket_addrs()?.collect::<Vec<_>>(), until),
        Place::Unix(socket) => unix::dial(&socket),
    })
}

/// What is left until then.
///
/// # Errors
/// Timed out, where nothing is.
pub(super) fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// What `work` brings until then; afterwards its thread is left to itself.
///
/// Not through a channel, which would add 50 KB to every binary.
fn within(until: Instant, work: impl FnOnce() -> Dialled + Send + 'static) -> Dialled {
    let shared = Arc::new((Mutex::new(None), Condvar::new()));
    let its = Arc::clone(&shared);
    thread::Builder::new().spawn(move || {
        let dialled = work();
        *its.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(dialled);
        its.1.notify_one();
    })?;
    let (slot, done) = &*shared;
    let slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    let waited = done.wait_timeout_while(slot, left(until)?, |slot| slot.is_none());
    let (mut slot, _) = waited.unwrap_or_else(PoisonError::into_inner);
    slot.take().unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()))
}

/// The first address that takes the connection; each has its share of the time. Otherwise the first one's error.
fn tcp(ips: &[SocketAddr], until: Instant) -> Dialled {
    let mut first = None;
    for (ip, share) in ips.iter().zip((1..=ips.len()).rev()) {
        let share = left(until)? / u32::try_from(share).unwrap_or(u32::MAX);
        match TcpStream::connect_timeout(ip, share.max(Duration::from_millis(1))) {
            Ok(stream) => return Ok(Box::new(stream)),
            Err(error) => drop(first.get_or_insert(error)),
        }
    }
    Err(first.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
}
