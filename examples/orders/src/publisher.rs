use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use actix_web::web;
use sqlx::PgPool;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};
use tracing::warn;

use crate::broker::Broker;

const BATCH: i64 = 100;
/// Ends a pass, so that no dependency stops the publisher.
const PATIENCE: Duration = Duration::from_secs(5);
/// Looks for orders of other replicas that died.
const PERIOD: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(1);

/// Tells the rest of the company of new orders, through RabbitMQ: each at least once.
#[derive(Default)]
pub(crate) struct Publisher {
    waiting: AtomicUsize,
    placed: Notify,
}

impl Publisher {
    /// An order was placed.
    pub(crate) fn placed(&self) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.placed.notify_one();
    }

    /// About how many orders wait to be published.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Goes round until the pool is closed.
    pub(crate) async fn run(publisher: web::Data<Self>, pool: PgPool, broker: web::Data<Broker>) {
        let mut failing = false;
        while !pool.is_closed() {
            let pass = timeout(PATIENCE, pass(&pool, &broker)).await;
            orders_checks::PUBLISHER.beat();
            match pass.unwrap_or_else(|_| Err(format!("no end within {PATIENCE:?}").into())) {
                Ok(count) => {
                    failing = false;
                    let left = |waiting: usize| Some(waiting.saturating_sub(count));
                    let _ = publisher.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
                    if count == 0 {
                        publisher.waiting.store(0, Ordering::Relaxed);
                        // Either an order comes or the time is up.
                        let _ = timeout(PERIOD, publisher.placed.notified()).await;
                    }
                }
                Err(error) => {
                    if !failing && !pool.is_closed() {
                        warn!("orders cannot be published now: {error}");
                    }
                    failing = true;
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

/// Publishes the oldest orders, and tells how many.
async fn pass(pool: &PgPool, broker: &Broker) -> Result<usize, Box<dyn std::error::Error>> {
    let queue = broker.queue().await?;
    let waiting: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM orders WHERE published_at IS NULL ORDER BY placed_at LIMIT $1")
            .bind(BATCH)
            .fetch_all(pool)
            .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    queue.announce(&waiting).await?;
    sqlx::query("UPDATE orders SET published_at = now() WHERE id = ANY($1)")
        .bind(&waiting)
        .execute(pool)
        .await?;
    Ok(waiting.len())
}
