use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    pin::pin,
    sync::Arc,
    thread,
    time::Duration,
};

use futures_util::{Stream, future, stream};
use tokio::{
    net,
    runtime::Builder,
    sync::{Semaphore, watch},
    time::sleep,
};
use tonic::transport::Server;

use super::{GrpcHealth, HealthServer, connection::Connection, source::Source};
use crate::{Lifecycle, Monitor, observe};

/// The most connections at a time; more wait to be accepted.
const CONNECTIONS: usize = 256;
/// The most calls under way on one connection.
const CALLS: u32 = 100;
/// How long a connection may be silent until it is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(30);
/// The pause after a connection that could not be accepted, mostly for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);
/// How long calls have to end once the monitor is gone.
const LAST: Duration = Duration::from_secs(1);

impl Monitor {
    /// Serves the health service of gRPC, without TLS, at an address and on a thread of its own, which no request of the service
    /// can starve: for services without tonic, and for Kubernetes' `grpc` probes. What its names stand for is told in
    /// [`grpc`](crate::grpc).
    ///
    /// Gives the address, with the port that was chosen where 0 was asked for. It is no server of the service: the lifecycle
    /// waits for that one. It ends when the last clone of the monitor is dropped. It takes 256 connections at a time.
    ///
    /// ```no_run
    /// # use healthsdk::Monitor;
    /// # fn f(monitor: Monitor) -> std::io::Result<()> {
    /// monitor.serve_grpc("0.0.0.0:9091")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Where the address cannot be bound, or a thread cannot be started.
    pub fn serve_grpc(&self, addr: impl ToSocketAddrs) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(addr)?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _context = runtime.enter();
            net::TcpListener::from_std(listener)?
        };
        let publications = self.engine().publications();
        let health = GrpcHealth::serve(Source::new(self), None);
        thread::Builder::new()
            .name("health-grpc".to_owned())
            .spawn(move || runtime.block_on(serve(listener, health, publications)))?;
        Ok(addr)
    }
}

async fn serve(
    listener: net::TcpListener,
    health: HealthServer<GrpcHealth>,
    publications: watch::Receiver<Lifecycle>,
) {
    let server = Server::builder().max_concurrent_streams(CALLS).http2_keepalive_interval(Some(SILENCE));
    let serving =
        server.serve_with_incoming_shutdown(health, connections(listener), gone(publications.clone()));
    let cut = async {
        gone(publications).await;
        sleep(LAST).await;
    };
    if let future::Either::Left((Err(error), _)) = future::select(pin!(serving), pin!(cut)).await {
        observe::grpc::ended(&error);
    }
}

/// The monitor is gone, and its publications with it.
async fn gone(mut publications: watch::Receiver<Lifecycle>) {
    while publications.changed().await.is_ok() {}
}

fn connections(listener: net::TcpListener) -> impl Stream<Item = io::Result<Connection>> {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    stream::unfold((listener, free), async |(listener, free)| {
        let permit = Arc::clone(&free).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    // Without it answers are late, not wrong.
                    let _ = stream.set_nodelay(true);
                    return Some((Ok(Connection::new(stream, permit)), (listener, free)));
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    })
}
