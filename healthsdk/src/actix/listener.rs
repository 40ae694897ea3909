use std::{
    future::Future,
    io,
    net::SocketAddr,
    sync::mpsc::{self, SendError, Sender},
    thread,
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    http::KeepAlive,
    rt,
};

use super::details::OwnListener;
use crate::{Monitor, observe};

mod address;
mod drain;
mod reach;
#[cfg(unix)]
mod unix;

use address::Address;
#[cfg(not(unix))]
use std::convert::Infallible as SocketFile;
#[cfg(unix)]
use unix::SocketFile;

/// Connections at a time. Each ends with its answer, so that a storm of them only queues.
const CONNECTIONS: usize = 256;
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// How long a request may take to arrive: one lost packet, and hardly more, because idle connections keep others out.
const REQUEST: Duration = Duration::from_secs(2);

type Started = Sender<io::Result<(Vec<SocketAddr>, ServerHandle)>>;

/// The probes on a port of their own. Made by [`Monitor::serve`]; dropping it does not stop them.
#[derive(Debug)]
pub struct Listener {
    addrs: Vec<SocketAddr>,
    server: ServerHandle,
    monitor: Monitor,
}

impl Monitor {
    /// Serves the probes on a port and a thread of their own, so that no traffic, and no blocked worker of the main
    /// server, can keep them from answering.
    ///
    /// The address is `0.0.0.0:9090`, `localhost:9090`, with port 0 for one that is free, or `unix:/run/app.sock` for
    /// a unix socket that only the service's own user may open. Returns once it is bound. The paths and
    /// [`Details`](crate::Details) are those of the main server; HTTP/1 alone, and each connection ends with its
    /// answer. It takes 256 connections at a time, and closes one on which no request arrives after 2 s.
    ///
    /// Readiness and startup wait for the main server, which tells of itself by [`probes`](Self::probes) or
    /// [`without_probes`](Self::without_probes); see [`Listener::alone`] for a process without one. From then on the
    /// main server is connected to once a second, by TCP and without a request: after three failures in a row
    /// readiness is 503, until a connection is accepted. A main server on a unix socket is not covered.
    ///
    /// `POST /drain` does what [`drain`](Self::drain) does, and answers 202: on a unix socket for everybody who may
    /// open it, on a TCP port with the token of [`drain_token`](crate::MonitorBuilder::drain_token). For others the
    /// path is 404.
    ///
    /// It answers during the drain too, until [`Listener::stop`] or until the last clone of the monitor is dropped.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let monitor = healthsdk::Monitor::builder().build()?;
    /// monitor.serve("0.0.0.0:9090")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Where the address cannot be bound: it is not one, it is in use, or the socket file's folder cannot be written
    /// to. A socket file that a dead process left behind is replaced.
    pub fn serve(&self, address: impl AsRef<str>) -> io::Result<Listener> {
        let address = Address::parse(address.as_ref());
        let (monitor, (started, start)) = (self.inside(), mpsc::channel());
        let run = move || {
            let ended = rt::System::new().block_on(run(&monitor, &address, &started));
            // Who waits for the start hears of an error; later only the log does.
            if let Err(error) = ended
                && let Err(SendError(Err(error))) = started.send(Err(error))
            {
                let address = monitor.engine().redactor().reason(&address);
                monitor.engine().tell(move || observe::no_listener(&address, &error));
            }
        };
        thread::Builder::new().name("health-listener".to_owned()).spawn(run)?;
        let (addrs, server) = start.recv().map_err(io::Error::other)??;
        Ok(Listener { addrs, server, monitor: self.inside() })
    }
}

impl Listener {
    /// Where it listens: several where a name has several addresses, none for a unix socket.
    pub fn addrs(&self) -> &[SocketAddr] {
        &self.addrs
    }

    /// This process has no main server, as one that works off a queue: readiness and startup do not wait for one.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let monitor = healthsdk::Monitor::builder().build()?;
    /// monitor.serve("0.0.0.0:9090")?.alone();
    /// # Ok(()) }
    /// ```
    pub fn alone(self) -> Self {
        self.monitor.engine().serving();
        self
    }

    /// Closes it and cuts what is under way. The future only waits for the end.
    pub fn stop(&self) -> impl Future<Output = ()> + Send + 'static {
        self.server.stop(false)
    }
}

async fn run(monitor: &Monitor, address: &Address, started: &Started) -> io::Result<()> {
    let (mounted, trusted) = (monitor.clone(), matches!(address, Address::Unix(_)));
    let app = move || {
        App::new().app_data(OwnListener).configure(|config| {
            mounted.mount(config);
            drain::mount(config, &mounted, trusted);
        })
    };
    let server = HttpServer::new(app)
        .workers(1)
        .disable_signals()
        .backlog(BACKLOG)
        .max_connections(CONNECTIONS)
        .keep_alive(KeepAlive::Disabled)
        .client_request_timeout(REQUEST);
    let (server, file) = match address {
        Address::Tcp(address) => (server.bind(address)?, None::<SocketFile>),
        #[cfg(not(unix))]
        Address::Unix(_) => return Err(io::ErrorKind::Unsupported.into()),
        #[cfg(unix)]
        Address::Unix(path) => {
            let (listener, file) = unix::bind(path)?;
            (server.listen_uds(listener)?, Some(file))
        }
    };
    let addrs = if trusted { Vec::new() } else { server.addrs() };
    let server = server.run();
    let id = monitor.listeners().began(server.handle());
    let told = monitor.engine().redactor().reason(&told(address, &addrs));
    monitor.engine().tell(move || observe::listening(&told));
    drop(started.send(Ok((addrs, server.handle()))));
    let watch = rt::spawn(reach::watch(monitor.clone()));
    let ended = hold(file, server).await;
    watch.abort();
    if monitor.listeners().ended(id) {
        reach::release(monitor);
    }
    ended
}

/// The file is there for as long as the server runs.
async fn hold(_file: Option<SocketFile>, server: Server) -> io::Result<()> {
    server.await
}

/// The addresses with the ports that the system chose.
fn told(address: &Address, addrs: &[SocketAddr]) -> String {
    match address {
        Address::Tcp(_) => addrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Address::Unix(_) => address.to_string(),
    }
}
