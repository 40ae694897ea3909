//! Where the connection of a run goes that is dropped while its server is silent.

use std::future::Future;
use std::time::Duration;

use bb8_postgres::PostgresConnectionManager;
use deadpool_postgres::Manager;
use healthsdk::{Status, checks};
use healthsdk_tests::eventually;
use healthsdk_tests::servers::{Postgres, need};
use sqlx::postgres::PgPoolOptions;
use tokio::time::timeout;
use tokio_postgres::NoTls;

const SILENT: Duration = Duration::from_millis(100);
const SOON: Duration = Duration::from_secs(10);

async fn drop_late(run: impl Future) {
    assert!(timeout(SILENT, run).await.is_err(), "the server is silent");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlx_closes_it_and_has_its_place_again() {
    let Some(mut server) = need(Postgres::start(), "dropped::sqlx") else { return };
    let pool = PgPoolOptions::new().max_connections(2).connect(&server.url()).await.expect("it is up");
    drop((pool.acquire().await.expect("one"), pool.acquire().await.expect("another")));
    eventually("both are given back", SOON, || pool.num_idle() == 2);

    server.pause();
    drop_late(checks::sqlx::ping(&pool)).await;
    eventually("one is gone", SOON, || (pool.size(), pool.num_idle()) == (1, 1));
    server.resume();
    let both = async { (pool.acquire().await, pool.acquire().await) };
    let (one, other) = timeout(SOON, both).await.expect("no permit was lost");
    assert!(one.is_ok() && other.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn deadpool_closes_it_and_has_its_place_again() {
    let Some(mut server) = need(Postgres::start(), "dropped::deadpool") else { return };
    let manager = Manager::new(server.url().parse().expect("a legal address"), NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).max_size(2).build().expect("a legal pool");
    drop((pool.get().await.expect("one"), pool.get().await.expect("another")));

    server.pause();
    drop_late(checks::deadpool_postgres::ping(&pool)).await;
    let status = pool.status();
    assert_eq!((status.size, status.available), (1, 1));
    server.resume();
    let both = async { (pool.get().await, pool.get().await) };
    let (one, other) = timeout(SOON, both).await.expect("no permit was lost");
    assert!(one.is_ok() && other.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn bb8_keeps_it_and_the_next_user_gets_the_answer_that_is_meant_for_it() {
    let Some(mut server) = need(Postgres::start(), "dropped::bb8") else { return };
    let manager = PostgresConnectionManager::new_from_stringlike(server.url(), NoTls).expect("legal");
    let builder = bb8::Pool::builder().max_size(1).test_on_check_out(false);
    let pool = builder.build(manager).await.expect("it is up");
    assert_eq!(checks::bb8_postgres::ping(&pool).await.status(), Status::Ok);

    server.pause();
    for _ in 0..3 {
        drop_late(checks::bb8_postgres::ping(&pool)).await;
        let state = pool.state();
        assert_eq!((state.connections, state.idle_connections), (1, 1));
    }
    server.resume();
    let connection = timeout(SOON, pool.get()).await.expect("it is free").expect("it lives");
    let row = connection.query_one("SELECT 42", &[]).await.expect("the server answers");
    assert_eq!(row.get::<_, i32>(0), 42);
}
