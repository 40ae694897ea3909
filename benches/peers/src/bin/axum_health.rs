//! axum-health, as its documentation sets it up.

use axum::{Router, routing::get};
use axum_health::prelude::{Health, HealthBuilder, HealthDetail, HealthIndicator, health_check};
use healthsdk_peers::{PATH, args, check, names, serve_runs, set_up};
use tokio::{net::TcpListener, runtime::Builder};

struct Indicator {
    number: usize,
    name: String,
}

#[async_trait::async_trait]
impl HealthIndicator for Indicator {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn details(&self) -> HealthDetail {
        check(self.number).await;
        HealthDetail::up()
    }
}

fn main() -> std::io::Result<()> {
    set_up(&args());
    let indicators = names().map(|(number, name)| Indicator { number, name });
    let health = indicators.fold(Health::builder(), HealthBuilder::with_indicator);
    let router = Router::new().route(PATH, get(health_check)).layer(health.build());
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        serve_runs(listener.local_addr()?.port());
        axum::serve(listener, router).await
    })
}
