//! A service with the worker watchdog at its strictest and probes on a port of their own, for tests that freeze the process.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use actix_web::{App, HttpServer};
use healthsdk::{Check, Details, Monitor};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let monitor = Monitor::builder()
        .linked(false)
        .check(Check::new("fine", || async {}).interval(Duration::from_millis(200)))
        .watch_workers_after(Duration::from_secs(2), Duration::from_secs(3))
        .details(Details::Always)
        .build()?;
    let listener = monitor.serve("127.0.0.1:0")?;
    println!("probes on http://{}", listener.addrs()[0]);
    let announce = monitor.without_probes();
    let server = HttpServer::new(move || App::new().configure(announce.clone()));
    server.workers(2).bind((Ipv4Addr::LOCALHOST, 0))?.run().await?;
    Ok(())
}
