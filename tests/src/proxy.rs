//! A TCP proxy in front of a server, which can spoil the connections through it, and counts what they cost.

use std::future::pending;
use std::io;
use std::net::Ipv4Addr;
use std::ops::Sub;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering::SeqCst};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::{eventually, free_port};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

const SOON: Duration = Duration::from_secs(10);
const BURST: usize = 64 << 10;

/// What the proxy does with what comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Passes everything on.
    Forward,
    /// Passes nothing on, either way. Nothing is lost: as TCP would send it again, it is passed on when the mode changes.
    Swallow,
    /// Passes the beginning of each answer on this much later.
    Delay(Duration),
    /// Passes the first half of what comes next from the server on, then resets the connection: each connection's next answer.
    CutAnswer,
    /// As a port on which nothing listens: closes every connection, refuses new ones.
    Refuse,
}

/// What has come through since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections of the client.
    pub connections: u64,
    /// Times that the server answered what the client had sent.
    pub round_trips: u64,
    /// Bytes from the client.
    pub sent: u64,
    /// Bytes from the server.
    pub received: u64,
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            connections: self.connections - before.connections,
            round_trips: self.round_trips - before.round_trips,
            sent: self.sent - before.sent,
            received: self.received - before.received,
        }
    }
}

/// The proxy, on a thread of its own. Dropping it closes every connection.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    mode: Option<watch::Sender<Mode>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    server: AtomicU16,
    listening: AtomicBool,
    open: AtomicU64,
    connections: AtomicU64,
    round_trips: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

impl Proxy {
    /// A proxy on a free port of 127.0.0.1, to be [led](Self::lead_to) to a server.
    ///
    /// # Panics
    /// Where it does not begin to listen.
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let (mode, watched) = watch::channel(Mode::Forward);
        let port = free_port();
        let on_thread = Arc::clone(&shared);
        let body = move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
            runtime.block_on(serve(port, watched, on_thread));
        };
        let thread =
            thread::Builder::new().name("proxy".into()).spawn(body).expect("a thread can be started");
        eventually("the proxy listens", SOON, || shared.listening.load(SeqCst));
        Self { port, shared, mode: Some(mode), thread: Some(thread) }
    }

    /// From now on, new connections go to this port of 127.0.0.1.
    pub fn lead_to(&self, server: u16) {
        self.shared.server.store(server, SeqCst);
    }

    /// Where clients connect.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes the mode; what comes from now on is treated so.
    ///
    /// # Panics
    /// Where the port does not close, or open again.
    pub fn set(&self, mode: Mode) {
        self.mode.as_ref().expect("it is there until dropped").send_replace(mode);
        let refuses = mode == Mode::Refuse;
        eventually("the proxy heeds its mode", SOON, || {
            self.shared.listening.load(SeqCst) != refuses && !(refuses && self.open() > 0)
        });
    }

    /// Connections that are open now.
    pub fn open(&self) -> u64 {
        self.shared.open.load(SeqCst)
    }

    /// What has come through since the start.
    pub fn counts(&self) -> Counts {
        let Shared { connections, round_trips, sent, received, .. } = &*self.shared;
        let [connections, round_trips, sent, received] =
            [connections, round_trips, sent, received].map(|count| count.load(SeqCst));
        Counts { connections, round_trips, sent, received }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.mode = None;
        let ended = self.thread.take().is_none_or(|thread| thread.join().is_ok());
        assert!(ended || thread::panicking(), "the proxy has panicked");
    }
}

/// Until the sender of the mode is gone.
async fn serve(port: u16, mut mode: watch::Receiver<Mode>, shared: Arc<Shared>) {
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
        shared.listening.store(true, SeqCst);
        let ended = listen(listener, mode.clone(), &shared).await.is_none();
        shared.listening.store(false, SeqCst);
        if ended || mode.wait_for(|mode| *mode != Mode::Refuse).await.is_err() {
            return;
        }
    }
}

/// Until the mode is to refuse: then all connections are closed. `None` where the proxy ends.
async fn listen(listener: TcpListener, mut mode: watch::Receiver<Mode>, shared: &Arc<Shared>) -> Option<()> {
    let watched = mode.clone();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            refuse = mode.wait_for(|mode| *mode == Mode::Refuse) => return refuse.is_ok().then_some(()),
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                let (client, _) = accepted.expect("the listener lives");
                shared.connections.fetch_add(1, SeqCst);
                connections.spawn(connection(client, watched.clone(), Open::new(shared)));
            }
        }
    }
}

/// A connection that counts as open.
struct Open(Arc<Shared>);

impl Open {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.open.fetch_add(1, SeqCst);
        Self(Arc::clone(shared))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

async fn connection(mut client: TcpStream, mode: watch::Receiver<Mode>, open: Open) {
    let shared = &*open.0;
    flowing(&mut mode.clone()).await;
    let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, shared.server.load(SeqCst))).await else {
        let _ = client.set_zero_linger();
        return;
    };
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let asked = AtomicBool::new(false);
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let ended = tokio::select! {
        ended = up(from_client, to_server, mode.clone(), &asked, shared) => ended,
        ended = down(from_server, to_client, mode.clone(), &asked, shared) => ended,
    };
    if ended.is_err() {
        let _ = client.set_zero_linger();
        let _ = server.set_zero_linger();
    }
}

/// From the client to the server. An orderly end is passed on, and the answers to what came before it still come.
async fn up(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut mode: watch::Receiver<Mode>,
    asked: &AtomicBool,
    shared: &Shared,
) -> io::Result<()> {
    let mut burst = vec![0; BURST];
    loop {
        let read = from.read(&mut burst).await?;
        flowing(&mut mode).await;
        if read == 0 {
            to.shutdown().await?;
            return pending().await;
        }
        shared.sent.fetch_add(read as u64, SeqCst);
        asked.store(true, SeqCst);
        to.write_all(&burst[..read]).await?;
    }
}

/// From the server to the client.
async fn down(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut mode: watch::Receiver<Mode>,
    asked: &AtomicBool,
    shared: &Shared,
) -> io::Result<()> {
    let mut burst = vec![0; BURST];
    loop {
        let read = from.read(&mut burst).await?;
        flowing(&mut mode).await;
        if read == 0 {
            return Ok(());
        }
        let answers = asked.swap(false, SeqCst);
        shared.round_trips.fetch_add(answers.into(), SeqCst);
        shared.received.fetch_add(read as u64, SeqCst);
        let now = *mode.borrow();
        match now {
            Mode::CutAnswer => {
                to.write_all(&burst[..read / 2]).await?;
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            Mode::Delay(delay) if answers => sleep(delay).await,
            _ => {}
        }
        to.write_all(&burst[..read]).await?;
    }
}

/// Waits while nothing is to pass.
async fn flowing(mode: &mut watch::Receiver<Mode>) {
    // The sender is gone only when the proxy ends.
    let _ = mode.wait_for(|mode| *mode != Mode::Swallow).await;
}
