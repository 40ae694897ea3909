//! A service whose check is nearly always under way and fails at the first fault, for tests that freeze the process.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use healthsdk::{Details, Monitor, health_check};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_millis(500);

/// Where Redis listens.
struct Redis(u16);

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
        sleep(Duration::from_millis(270)).await;
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
    let server =
        HttpServer::new(move || App::new().configure(probes.clone())).bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("listening on http://{}", server.addrs()[0]);
    server.workers(1).run().await?;
    Ok(())
}
