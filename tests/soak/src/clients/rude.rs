use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use healthsdk_tests::http::Client;
use nix::libc::linger;
use nix::sys::socket::{setsockopt, sockopt};

use super::request;
use crate::phase::Phase;
use crate::shared::Shared;
use crate::tally::Worth;
use crate::told::Caller;
use crate::violations::Invariant;

/// So many rude clients.
pub(crate) const CLIENTS: u32 = 6;
const PERIOD: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(15);
/// Until something is written or read, where it is not about an answer.
const SHORT: Duration = Duration::from_millis(500);

/// What one does to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rudeness {
    /// Connects, says nothing, and stays.
    Silent,
    /// Sends half a head, and stays.
    HalfOpen,
    /// Sends a head byte by byte.
    Drip,
    /// Asks for much, and reads a byte now and then.
    SlowRead,
    /// Goes in the midst of its request.
    LeaveAmid,
    /// Goes without reading the answer.
    LeaveUnread,
    /// Goes with a reset in place of a farewell.
    Reset,
    /// Asks many times before it reads.
    Pipeline,
    /// Sends what is no HTTP.
    Garbage,
    /// Sends a head without end.
    GiantHead,
}

const ALL: [Rudeness; 10] = [
    Rudeness::Silent,
    Rudeness::HalfOpen,
    Rudeness::Drip,
    Rudeness::SlowRead,
    Rudeness::LeaveAmid,
    Rudeness::LeaveUnread,
    Rudeness::Reset,
    Rudeness::Pipeline,
    Rudeness::Garbage,
    Rudeness::GiantHead,
];

/// Is rude until probing is over; in a calm it lets go of all that it holds, and waits.
pub(crate) fn run(number: u32, shared: &Shared) {
    let mut rng = shared.seed.of(&format!("rude client {number}"));
    let mut held: Vec<(Instant, TcpStream)> = Vec::new();
    for tick in 0.. {
        let (rudeness, mut own) = (ALL[rng.usize(..ALL.len())], rng.fork());
        let at = PERIOD * tick + PERIOD * number / CLIENTS;
        if shared.began.elapsed() > at + PERIOD {
            continue;
        }
        if !shared.sleep_until(at, Phase::is_probed) {
            return;
        }
        if shared.is_calm() {
            held.clear();
            continue;
        }
        held.retain(|(until, _)| *until > Instant::now());
        shared.counts.rude.add(1);
        // That the service hangs up on it is its own fault.
        if let Ok(Some(stream)) = be(rudeness, &mut own, shared) {
            held.push((Instant::now() + Duration::from_secs(own.u64(1..8)), stream));
        }
    }
}

/// The connection, where it is kept.
fn be(rudeness: Rudeness, rng: &mut Rng, shared: &Shared) -> io::Result<Option<TcpStream>> {
    if rudeness == Rudeness::Pipeline {
        return pipeline(rng, shared).map(|()| None);
    }
    let mut stream = TcpStream::connect(shared.web)?;
    stream.set_write_timeout(Some(SHORT))?;
    stream.set_read_timeout(Some(SHORT))?;
    let whole = request("/health", Caller::Friend);
    match rudeness {
        Rudeness::Silent => return Ok(Some(stream)),
        Rudeness::HalfOpen => {
            stream.write_all(&whole[..rng.usize(1..whole.len())])?;
            return Ok(Some(stream));
        }
        Rudeness::Drip => drip(&mut stream, &whole, shared)?,
        Rudeness::SlowRead => {
            setsockopt(&stream.as_fd(), sockopt::RcvBuf, &2048)?;
            stream.write_all(&whole.repeat(rng.usize(1..64)))?;
            for _ in 0..rng.u8(1..10) {
                stream.read_exact(&mut [0])?;
                thread::sleep(Duration::from_millis(50));
            }
            return Ok(Some(stream));
        }
        Rudeness::LeaveAmid => stream.write_all(&whole[..rng.usize(1..whole.len())])?,
        Rudeness::LeaveUnread => stream.write_all(&whole)?,
        Rudeness::Reset => {
            stream.write_all(&whole)?;
            setsockopt(&stream.as_fd(), sockopt::Linger, &linger { l_onoff: 1, l_linger: 0 })?;
        }
        Rudeness::Garbage => {
            let garbage: Vec<_> = (0..rng.usize(1..4096)).map(|_| rng.u8(..)).collect();
            stream.write_all(&garbage)?;
            let _ = stream.read(&mut [0; 512])?;
        }
        Rudeness::GiantHead => {
            let head =
                format!("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
            stream.write_all(head.as_bytes())?;
            let _ = stream.read(&mut [0; 512])?;
        }
        Rudeness::Pipeline => {}
    }
    Ok(None)
}

fn drip(stream: &mut TcpStream, whole: &[u8], shared: &Shared) -> io::Result<()> {
    for byte in whole {
        if !shared.phase.is_probed() || shared.is_calm() {
            break;
        }
        stream.write_all(&[*byte])?;
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Rude, but legal: each question is answered.
fn pipeline(rng: &mut Rng, shared: &Shared) -> io::Result<()> {
    let count = rng.usize(2..32);
    let sent = Instant::now();
    let mut client = Client::connect(shared.web, PATIENCE)?;
    client.send(&request("/livez", Caller::Stranger).repeat(count))?;
    for nth in 1..=count {
        shared.counts.tallies.add(Invariant::Answered, Worth::Judged);
        if let Err(error) = client.answer() {
            let seen = format!("{nth} of {count} pipelined: {error}");
            shared.note(Invariant::Answered, sent, seen, "an answer to each");
            break;
        }
    }
    Ok(())
}
