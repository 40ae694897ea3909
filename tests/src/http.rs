//! A small HTTP/1.1 client over a raw socket, so that tests decide about every byte and every connection.

mod answer;

pub use answer::Answer;

use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrIn, bind, connect, socket};

/// How long an answer may take, unless said otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// The answer to one GET on a connection of its own.
///
/// # Panics
/// Where none comes within [`TIMEOUT`]; see [`request`] for where that is what a test is about.
#[track_caller]
pub fn get(addr: SocketAddr, path: &str) -> Answer {
    request(addr, &get_request(path, true)).unwrap_or_else(|error| panic!("GET http://{addr}{path}: {error}"))
}

/// The answer to `raw`, a whole request as it goes over the wire, on a connection of its own.
///
/// # Errors
/// Where the connection fails, or no whole answer comes within [`TIMEOUT`].
pub fn request(addr: SocketAddr, raw: &[u8]) -> io::Result<Answer> {
    Client::connect(addr, TIMEOUT)?.request(raw)
}

/// One connection, kept alive between requests.
#[derive(Debug)]
pub struct Client {
    addr: SocketAddr,
    stream: BufReader<Bounded>,
    timeout: Duration,
}

impl Client {
    /// Connects; `timeout` bounds the connect and then each request with its whole answer.
    ///
    /// # Errors
    /// Where the connection is refused, or not made in time.
    pub fn connect(addr: SocketAddr, timeout: Duration) -> io::Result<Client> {
        Client::over(TcpStream::connect_timeout(&addr, timeout)?, addr, timeout)
    }

    /// As [`connect`](Self::connect), from this address of the machine.
    ///
    /// # Errors
    /// Where the connection is refused, or the address is none of IPv4.
    pub fn connect_from(from: Ipv4Addr, addr: SocketAddr, timeout: Duration) -> io::Result<Client> {
        let SocketAddr::V4(to) = addr else { return Err(io::ErrorKind::Unsupported.into()) };
        let socket = socket(AddressFamily::Inet, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?;
        bind(socket.as_raw_fd(), &SockaddrIn::from(SocketAddrV4::new(from, 0)))?;
        connect(socket.as_raw_fd(), &SockaddrIn::from(to))?;
        Client::over(socket.into(), addr, timeout)
    }

    fn over(stream: TcpStream, addr: SocketAddr, timeout: Duration) -> io::Result<Client> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(timeout))?;
        let stream = BufReader::new(Bounded { stream, until: Instant::now() });
        Ok(Client { addr, stream, timeout })
    }

    /// Asks for a path, and leaves the connection open.
    ///
    /// # Errors
    /// Where the connection fails, or no whole answer comes in time.
    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.request(&get_request(path, false))
    }

    /// Sends `raw`, and reads one answer.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn request(&mut self, raw: &[u8]) -> io::Result<Answer> {
        let start = Instant::now();
        self.stream.get_mut().until = start + self.timeout;
        self.send(raw)?;
        let head = raw.starts_with(b"HEAD ");
        Answer::read(&mut self.stream, head, start)
    }

    /// Reads the answer to what was sent before.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn answer(&mut self) -> io::Result<Answer> {
        let start = Instant::now();
        self.stream.get_mut().until = start + self.timeout;
        Answer::read(&mut self.stream, false, start)
    }

    /// Sends bytes and waits for nothing, as a prober does that gives up.
    ///
    /// # Errors
    /// Where the connection fails.
    pub fn send(&mut self, raw: &[u8]) -> io::Result<()> {
        self.stream.get_mut().stream.write_all(raw)
    }

    /// Whether the other end has left the connection open and silent, so that it may be used again.
    pub fn is_reusable(&self) -> bool {
        let stream = &self.stream.get_ref().stream;
        let peek = || {
            stream.set_nonblocking(true)?;
            let seen = stream.peek(&mut [0]);
            stream.set_nonblocking(false)?;
            seen
        };
        self.stream.buffer().is_empty()
            && peek().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// The other end.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

/// A stream on which nothing is read after an instant, however slowly it dribbles.
#[derive(Debug)]
struct Bounded {
    stream: TcpStream,
    until: Instant,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
            _ => error,
        })
    }
}

pub(crate) fn get_request(path: &str, close: bool) -> Vec<u8> {
    let connection = if close { "close" } else { "keep-alive" };
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\n\r\n").into_bytes()
}

/// What the first read of the answer to one GET brings: all of it, where it left in one write.
///
/// # Errors
/// Where the connection fails.
pub fn one_read(addr: SocketAddr, path: &str) -> io::Result<Vec<u8>> {
    let mut client = Client::connect(addr, TIMEOUT)?;
    client.send(&get_request(path, true))?;
    let mut bytes = vec![0; 64 << 10];
    client.stream.get_mut().until = Instant::now() + TIMEOUT;
    let read = client.stream.get_mut().read(&mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}
