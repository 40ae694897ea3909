//! An actix-web server inside the test process.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer, rt};

const BOUND: Duration = Duration::from_secs(10);

/// An `HttpServer` on a free port of 127.0.0.1, with a thread and an actix system of its own. Dropping it stops it at
/// once, without grace.
#[derive(Debug)]
pub struct Service {
    addr: SocketAddr,
    handle: ServerHandle,
    ended: Receiver<io::Result<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    /// Serves what `configure` sets up, with one worker.
    pub fn start(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Service {
        Service::with_workers(1, configure)
    }

    /// As [`start`](Self::start), with so many workers; `configure` is called once in each.
    ///
    /// # Panics
    /// Where the server does not start.
    pub fn with_workers(
        workers: usize,
        configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Service {
        Service::serve(Ipv4Addr::LOCALHOST.into(), workers, configure)
    }

    /// As [`start`](Self::start), on another address of this machine. [`addr`](Self::addr) is where a client reaches it.
    pub fn start_at(ip: IpAddr, configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Service {
        let mut service = Service::serve(ip, 1, configure);
        if ip.is_unspecified() {
            service.addr.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        service
    }

    fn serve(
        ip: IpAddr,
        workers: usize,
        configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Service {
        let (started, start) = mpsc::channel();
        let (ending, ended) = mpsc::channel();
        let serve = move || async move {
            let app = move || App::new().configure(configure.clone());
            let server = HttpServer::new(app).workers(workers).disable_signals();
            let server = server.bind((ip, 0))?;
            let addr = server.addrs()[0];
            let server = server.run();
            drop(started.send((addr, server.handle())));
            server.await
        };
        let run = move || drop(ending.send(rt::System::new().block_on(serve())));
        let thread =
            thread::Builder::new().name("service".to_owned()).spawn(run).expect("a thread can be started");
        match start.recv_timeout(BOUND) {
            Ok((addr, handle)) => Service { addr, handle, ended, thread: Some(thread) },
            Err(error) => panic!("the service did not start: {error}; {:?}", ended.try_recv()),
        }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What a client asks for a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // The command is sent by the call; the future only waits, which is done below and in bounds.
        drop(self.handle.stop(false));
        let joined = self.ended.recv_timeout(BOUND).is_ok()
            && self.thread.take().is_some_and(|thread| thread.join().is_ok());
        assert!(joined || thread::panicking(), "the service at {} did not stop within {BOUND:?}", self.addr);
    }
}
