use std::{sync::mpsc, thread, time::Duration};

use actix_web::{HttpServer, dev::ServerHandle};
use healthsdk::Monitor;

use crate::{
    Result,
    service::{Copied, app, block_on},
};

/// Longer than any connection has nothing to do while others have their turn.
const KEEP_ALIVE: Duration = Duration::from_secs(120);

/// A server on a port of its own.
pub(crate) struct Server {
    pub(crate) port: u16,
    handle: ServerHandle,
    thread: Option<thread::JoinHandle<std::io::Result<()>>>,
}

impl Server {
    /// With one worker.
    pub(crate) fn start(monitor: Monitor) -> Result<Self> {
        Self::with_workers(monitor, 1, None)
    }

    pub(crate) fn with_workers(monitor: Monitor, workers: usize, copied: Option<Copied>) -> Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            block_on(async {
                let server = HttpServer::new(move || app(&monitor, copied.clone()))
                    .workers(workers)
                    .keep_alive(KEEP_ALIVE)
                    .disable_signals()
                    .bind(("127.0.0.1", 0))?;
                let ports: Vec<_> = server.addrs().iter().map(std::net::SocketAddr::port).collect();
                let running = server.run();
                drop(sender.send((ports[0], running.handle())));
                running.await
            })
        });
        match receiver.recv() {
            Ok((port, handle)) => Ok(Self { port, handle, thread: Some(thread) }),
            Err(_) => Err(format!("the server did not start: {:?}", thread.join()).into()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The command is sent by the call; what is dropped would wait for the end.
        drop(self.handle.stop(false));
        drop(self.thread.take().map(thread::JoinHandle::join));
    }
}
