//! A service that notifies systemd, with checks that the files in its working folder, or in `FAULTS`, decide: it starts once
//! `started` is there, is not ready while `unready` is, and not live while `dead` is.

use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use healthsdk::{Check, Kind, Monitor};

fn check(name: &'static str, kind: Kind, passes: impl Fn() -> bool + Send + Sync + 'static) -> Check {
    Check::blocking(name, move || if passes() { Ok(()) } else { Err("a secret reason") })
        .kind(kind)
        .interval(Duration::from_millis(20))
        .retry_interval(Duration::from_millis(20))
        .failure_threshold(1)
        .success_threshold(1)
}

/// Keeps its worker from everything else.
async fn block(seconds: web::Path<u64>) -> &'static str {
    std::thread::sleep(Duration::from_secs(*seconds));
    "done"
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let folder = std::env::var_os("FAULTS").map_or_else(PathBuf::new, PathBuf::from);
    let is_there = move |file: &'static str| {
        let file = folder.join(file);
        move || Path::exists(&file)
    };
    let (started, unready, dead) = (is_there("started"), is_there("unready"), is_there("dead"));
    let monitor = Monitor::builder()
        .linked(false)
        .check(check("warm", Kind::Startup, started))
        .check(check("database", Kind::Readiness, move || !unready()))
        .check(check("loop", Kind::Liveness, move || !dead()))
        .watch_workers_after(Duration::from_secs(2), Duration::from_secs(4))
        .drain_delay(Duration::from_millis(300))
        .build()?;
    println!("notifies: {}", monitor.notify_systemd()?);
    println!("again: {:?}", monitor.notify_systemd().map_err(|error| error.kind()));
    let probes = monitor.probes();
    let server = HttpServer::new(move || {
        App::new().configure(probes.clone()).route("/block/{seconds}", web::get().to(block))
    });
    let server = server.shutdown_signal(monitor.shutdown_signal()).bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("listening on http://{}", server.addrs()[0]);
    server.workers(1).run().await?;
    Ok(())
}
