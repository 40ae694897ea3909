//! A service with a prober in it. On a Unix socket, so that who asks can know the address before the service is there.

use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use healthsdk::{Details, Kind, Monitor, health_check};

/// Passes when the file is there that is named by `READY_FILE`.
#[health_check(interval = "20ms", retry_interval = "20ms", success_threshold = 1)]
fn file() -> Result<(), String> {
    let path = std::env::var("READY_FILE").map_err(|_| "no READY_FILE")?;
    std::fs::metadata(path).map(drop).map_err(|_| "not\tyet".to_owned())
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    healthsdk::probe::run_if_asked(std::env::var("PROBED").unwrap_or_default());
    let monitor = Monitor::builder().details(Details::bearer("a-token-for-tests"));
    let monitor = monitor.deadline(Duration::from_secs(1)).build()?;
    let probes = monitor.probes();
    let drain = async || HttpResponse::Accepted().finish();
    let app = move || App::new().configure(probes.clone()).route("/drain", web::post().to(drain));
    let server = HttpServer::new(app).workers(1);
    let server = server.bind_uds(std::env::var("SOCKET")?)?;
    println!(
        "{} checks",
        monitor.report(healthsdk::Selection::everything().kind(Kind::Readiness)).await.entries().count()
    );
    server.run().await?;
    Ok(())
}
