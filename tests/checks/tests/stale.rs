//! Connections that died while they were idle are not held against a server that is up again: the first run passes.

use std::time::Duration;

use healthsdk::{Outcome, Status, checks};
use healthsdk_tests::eventually;
use healthsdk_tests::servers::{Postgres, need};
use sqlx::postgres::PgPoolOptions;
use tokio_postgres::NoTls;

const SOON: Duration = Duration::from_secs(10);

fn passes(outcome: &Outcome) {
    assert_eq!(outcome.status(), Status::Ok, "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlx() {
    let Some(mut server) = need(Postgres::start(), "stale::sqlx") else { return };
    let pool = PgPoolOptions::new().max_connections(3).connect(&server.url()).await.expect("it is up");
    drop((pool.acquire().await, pool.acquire().await, pool.acquire().await));
    eventually("all are given back", SOON, || pool.num_idle() == 3);
    server.kill();
    server.restart();
    passes(&checks::sqlx::ping(&pool).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn deadpool() {
    let Some(mut server) = need(Postgres::start(), "stale::deadpool") else { return };
    let manager = deadpool_postgres::Manager::new(server.url().parse().expect("a legal address"), NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).max_size(3).build().expect("a legal pool");
    drop((pool.get().await, pool.get().await, pool.get().await));
    server.kill();
    server.restart();
    passes(&checks::deadpool_postgres::ping(&pool).await);
}
