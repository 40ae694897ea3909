//! The service under test. `SOAK_SERVERS` names its servers and their ports: `redis=12345,nats=12346`.

mod board;
mod body;
mod check;
mod clients;
mod control;
mod reference;

use std::error::Error;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use healthsdk::{Details, Monitor};
use tokio::time::sleep;

use crate::cast::{DRAIN_DELAY, GRACE, TOKEN};
use crate::spec::specs;
use board::Board;
use clients::Clients;

/// Runs it until SIGTERM, and says on its standard output where it serves, where it is switched, and where it answers
/// without healthsdk.
///
/// # Errors
/// Where it cannot start.
pub async fn run() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_ansi(false).with_writer(io::stderr).init();
    std::panic::set_hook(Box::new(|_| {}));
    let servers = servers(&std::env::var("SOAK_SERVERS").unwrap_or_default())?;
    let names: Vec<_> = servers.iter().map(|(name, _)| name.as_str()).collect();
    let specs = specs(&names);
    let board = Arc::new(Board::of(&specs));
    let clients = Clients::connect(&servers).await?;
    let mut builder = Monitor::builder()
        .linked(false)
        .details(Details::bearer(TOKEN))
        .drain_delay(DRAIN_DELAY)
        .grace(GRACE);
    for spec in &specs {
        builder = builder.check(check::of(spec, &board, &clients));
    }
    let monitor = builder.build()?;
    let probes = monitor.probes();
    let app = move || {
        App::new()
            .configure(probes.clone())
            .route("/work/{milliseconds}", web::get().to(work))
            .route("/bytes/{count}", web::get().to(bytes))
    };
    let server = HttpServer::new(app)
        .workers(2)
        .keep_alive(Duration::from_mins(1))
        .shutdown_signal(monitor.shutdown_signal())
        .shutdown_timeout(monitor.shutdown_timeout())
        .bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("serving on http://{}", server.addrs()[0]);
    println!("switched at {}", control::listen(board)?);
    println!("reference at {}", reference::listen()?);
    server.run().await?;
    Ok(())
}

async fn work(milliseconds: web::Path<u64>) -> &'static str {
    sleep(Duration::from_millis(*milliseconds)).await;
    "done"
}

async fn bytes(count: web::Path<usize>) -> String {
    "b".repeat(*count)
}

fn servers(list: &str) -> Result<Vec<(String, u16)>, Box<dyn Error>> {
    let pair = |pair: &str| {
        let (name, port) = pair.split_once('=').ok_or("a server is a name and its port")?;
        Ok((name.to_owned(), port.parse()?))
    };
    list.split(',').filter(|pair| !pair.is_empty()).map(pair).collect()
}
