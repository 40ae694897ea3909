//! A service whose check is nearly always under way and fails at the first fault, for tests that freeze the process.

use std::future::{Ready, ready};
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, web};
use healthsdk::{Details, Monitor, health_check};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_millis(500);

/// Where Redis listens.
struct Redis(u16);

/// A run is under way, with most of its time still to come.
static UNDER_WAY: AtomicBool = AtomicBool::new(false);

fn under_way() -> Ready<HttpResponse> {
    let code = if UNDER_WAY.load(Ordering::SeqCst) { StatusCode::OK } else { StatusCode::NOT_FOUND };
    ready(HttpResponse::new(code))
}

#[health_check(
    timeout = "600ms",
    interval = "300ms",
    retry_interval = "10ms",
    failure_threshold = 1,
    success_threshold = 1
)]
async fn redis(redis: web::Data<Redis>) -> io::Result<()> {
    let ping = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, redis.0)).await?;
        UNDER_WAY.store(true, Ordering::SeqCst);
        sleep(Duration::from_millis(230)).await;
        UNDER_WAY.store(false, Ordering::SeqCst);
        sleep(Duration::from_millis(40)).await;
        stream.write_all(b"PING\r\n").await?;
        stream.read_exact(&mut [0; 7]).await.map(drop)
    };
    timeout(PATIENCE, ping).await?
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let port = std::env::var("REDIS_PORT")?.parse()?;
    let monitor = Monitor::builder().data(web::Data::new(Redis(port))).details(Details::Always).build()?;
    let probes = monitor.probes();
    let app = move || App::new().configure(probes.clone()).route("/under-way", web::get().to(under_way));
    let server = HttpServer::new(app).bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("listening on http://{}", server.addrs()[0]);
    server.workers(1).run().await?;
    Ok(())
}
