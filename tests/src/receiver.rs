//! An HTTP server that keeps what it is sent, and answers as a test says.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::eventually;

/// What a request is answered with.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status without a body.
    Status(u16),
    /// A status with one more header, such as `Retry-After: 1`.
    Header(u16, String),
    /// Nothing, until the receiver is dropped.
    Hang,
    /// The end of the connection.
    HangUp,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Received {
    /// When it was there.
    pub at: Instant,
    /// The path of the request.
    pub path: String,
    /// The headers, their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Received {
    /// The body.
    ///
    /// # Panics
    /// Where it is no JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

/// A server on a free port of 127.0.0.1. It answers 200, until it is told otherwise.
#[derive(Debug)]
pub struct Receiver {
    addr: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    received: Mutex<Vec<Received>>,
    /// What the next requests are answered with, and then the last for ever.
    replies: Mutex<VecDeque<Reply>>,
    open: AtomicBool,
}

impl Receiver {
    /// Starts one.
    ///
    /// # Panics
    /// Where it cannot listen.
    pub fn start() -> Receiver {
        Receiver::start_at(0)
    }

    /// As [`start`](Self::start), on this port.
    ///
    /// # Panics
    /// Where it cannot listen.
    pub fn start_at(port: u16) -> Receiver {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
        let addr = listener.local_addr().expect("it is bound");
        let replies = Mutex::new(VecDeque::from([Reply::Status(200)]));
        let state = State { received: Mutex::default(), replies, open: AtomicBool::new(true) };
        let state = Arc::new(state);
        let serving = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten().take_while(|_| serving.is_open()) {
                let state = Arc::clone(&serving);
                thread::spawn(move || state.serve(stream));
            }
        });
        Receiver { addr, state }
    }

    /// What a client posts to.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// From now on requests are answered so, one after the other, and all further ones as the last.
    pub fn answer(&self, replies: impl IntoIterator<Item = Reply>) {
        *lock(&self.state.replies) = replies.into_iter().collect();
    }

    /// All so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.state.received).clone()
    }

    /// The first so many, waiting for them.
    ///
    /// # Panics
    /// Where they do not come in time.
    #[track_caller]
    pub fn wait(&self, number: usize, within: Duration) -> Vec<Received> {
        let what = format!("{number} requests come");
        eventually(&what, within, || lock(&self.state.received).len() >= number);
        self.received()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.state.open.store(false, Ordering::SeqCst);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.addr));
    }
}

impl State {
    fn is_open(&self) -> bool {
        self.open.load(Ordering::SeqCst)
    }

    fn serve(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        while let Ok(received) = read(&mut stream) {
            lock(&self.received).push(received);
            let reply = {
                let mut replies = lock(&self.replies);
                if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() }
            };
            let answered = match reply {
                Some(Reply::Status(status)) => answer(stream.get_mut(), status, ""),
                Some(Reply::Header(status, header)) => {
                    answer(stream.get_mut(), status, &format!("{header}\r\n"))
                }
                Some(Reply::HangUp) | None => return,
                Some(Reply::Hang) => {
                    while self.is_open() {
                        thread::sleep(Duration::from_millis(20));
                    }
                    return;
                }
            };
            if answered.is_err() {
                return;
            }
        }
    }
}

fn answer(stream: &mut TcpStream, status: u16, header: &str) -> io::Result<()> {
    write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: 0\r\n{header}\r\n")
}

fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.trim_end().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    let header = |line: &String| {
        line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
    };
    let headers: BTreeMap<_, _> = lines.iter().skip(1).filter_map(header).collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Received { at: Instant::now(), path, headers, body })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
