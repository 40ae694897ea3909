use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    sync::mpsc,
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

pub(super) fn dial(place: &Place, until: Instant) -> io::Result<Box<dyn Stream>> {
    match place {
        Place::Ips(ips) => tcp(ips, until),
        Place::Name(name, port) => {
            let (name, port) = (name.clone(), *port);
            // A resolver knows no deadline.
            let ips = within(until, move || Ok((name, port).to_socket_addrs()?.collect::<Vec<_>>()))?;
            tcp(&ips, until)
        }
        Place::Unix(socket) => unix::dial(socket, until),
    }
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
pub(super) fn within<T: Send + 'static>(
    until: Instant,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, done) = mpsc::channel();
    thread::Builder::new().spawn(move || drop(sender.send(work())))?;
    done.recv_timeout(left(until)?).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// The first address that takes the connection; each has its share of the time. Otherwise the first one's error.
fn tcp(ips: &[SocketAddr], until: Instant) -> io::Result<Box<dyn Stream>> {
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
