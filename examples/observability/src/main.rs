//! A service to look at: with Prometheus, Grafana and an OpenTelemetry collector.

mod telemetry;

use std::{fs, path::Path, time::Duration};

use actix_web::{App, HttpServer, rt, web};
use healthsdk::{Details, Monitor, Outcome, build_info, health_check};

/// Fails while this file exists: `touch /tmp/observability-broken`.
fn switch() -> std::path::PathBuf {
    std::env::var_os("BROKEN").map_or_else(|| Path::new("/tmp/observability-broken").to_owned(), Into::into)
}

#[health_check(kind = "readiness", interval = "1s", tags = "storage", description = "The warehouse answers")]
async fn warehouse() -> Outcome {
    tracing::info!(query = "SELECT 1", "asks the warehouse");
    rt::time::sleep(Duration::from_millis(5)).await;
    match fs::exists(switch()) {
        Ok(true) => Outcome::error("the warehouse is closed"),
        _ => Outcome::ok(),
    }
}

#[health_check(kind = "liveness", interval = "1s")]
async fn turns() {
    rt::task::yield_now().await;
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::var("PORT").ok().map_or(Ok(8080), |port| port.parse::<u16>())?;
    let traces = telemetry::start("observability")?;
    // On a loopback address alone: see the README for a service that others reach.
    let monitor = Monitor::builder().build_info(build_info!()).details(Details::Always).build()?;
    let (probes, drain) = (monitor.probes(), monitor.drain_middleware());
    HttpServer::new(move || {
        let index = web::get().to(async || "hello\n");
        App::new().configure(probes.clone()).route("/", index).wrap(drain.clone())
    })
    .shutdown_signal(monitor.shutdown_signal())
    .shutdown_timeout(monitor.shutdown_timeout())
    .bind(("127.0.0.1", port))?
    .run()
    .await?;
    if let Some(traces) = traces {
        traces.shutdown()?;
    }
    Ok(())
}
