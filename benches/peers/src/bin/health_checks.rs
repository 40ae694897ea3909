//! health-checks with the endpoint for axum that it has, the timeout of its documentation, and its default answer, the status alone.

use std::time::Duration;

use axum::Router;
use health_checks::{HealthCheckOptions, HealthCheckResult, HealthChecks, axum::RouterExt};
use healthsdk_peers::{PATH, args, check, names, serve_runs, set_up};
use tokio::{net::TcpListener, runtime::Builder};

const TIMEOUT: Duration = Duration::from_secs(5);

fn main() -> std::io::Result<()> {
    set_up(&args());
    let health = names().fold(HealthChecks::builder().default_timeout(TIMEOUT), |health, (number, name)| {
        health.add_async_fn(name, move || async move {
            check(number).await;
            Ok(HealthCheckResult::healthy())
        })
    });
    let router = Router::new().map_health_checks(PATH, health.build(), HealthCheckOptions::new());
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        serve_runs(listener.local_addr()?.port());
        axum::serve(listener, router).await
    })
}
