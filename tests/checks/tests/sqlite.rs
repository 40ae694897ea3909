//! The check of SQLite through sqlx: there is no server and no network, and what can fail is the file.

use std::fs;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use healthsdk::{Cause, Outcome, Status, checks};
use healthsdk_tests::eventually;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tempfile::TempDir;

const LIMIT: u32 = 2;
const SOON: Duration = Duration::from_secs(10);

fn pool(dir: &TempDir) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(dir.path().join("data"))
        .busy_timeout(Duration::from_millis(100));
    SqlitePoolOptions::new().max_connections(LIMIT).connect_lazy_with(options)
}

fn said(outcome: &Outcome) -> (Status, Option<Cause>) {
    (outcome.status(), outcome.cause())
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// A folder with a database of one table.
async fn database() -> TempDir {
    let dir = folder();
    fs::write(dir.path().join("data"), []).expect("the folder can be written");
    let pool = pool(&dir);
    sqlx::query("CREATE TABLE t (a INTEGER)").execute(&pool).await.expect("the file can be written");
    pool.close().await;
    dir
}

#[tokio::test]
async fn a_healthy_file_tells_the_version() {
    let dir = database().await;
    let outcome = checks::sqlx::ping(&pool(&dir)).await;
    assert_eq!(said(&outcome), (Status::Ok, None), "{outcome:?}");
    let version = outcome.data()["version"].as_str().expect("it has a version");
    assert!(version.starts_with("3."), "{version}");
    assert_eq!(outcome.data()["limit"], LIMIT);
}

#[tokio::test]
async fn an_exhausted_pool_is_degraded_and_the_file_is_not_blamed() {
    let dir = database().await;
    let pool = pool(&dir);
    let held = (pool.acquire().await.expect("one"), pool.acquire().await.expect("another"));
    let outcome = checks::sqlx::ping(&pool).await;
    assert_eq!(said(&outcome), (Status::Degraded, Some(Cause::Exhausted)), "{outcome:?}");
    drop(held);
    let outcome = checks::sqlx::ping(&pool).await;
    assert_eq!(outcome.status(), Status::Ok, "{outcome:?}");
}

#[tokio::test]
async fn what_is_wrong_with_the_file_is_told() {
    let dir = folder();
    let outcome = checks::sqlx::ping(&pool(&dir)).await;
    assert_eq!(said(&outcome), (Status::Error, Some(Cause::Refused)), "no file: {outcome:?}");

    fs::write(dir.path().join("data"), "this is no database, however long one makes it".repeat(99))
        .expect("it is ours");
    let outcome = checks::sqlx::ping(&pool(&dir)).await;
    assert_eq!(said(&outcome), (Status::Error, Some(Cause::WrongAnswer)), "no database: {outcome:?}");
}

#[tokio::test]
async fn a_file_that_another_writes_for_long_is_unavailable() {
    let dir = database().await;
    let (pool, other) = (pool(&dir), pool(&dir));
    let mut writer = other.acquire().await.expect("the file can be opened");
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut *writer).await.expect("nobody else writes");
    let outcome = checks::sqlx::ping(&pool).await;
    assert_eq!(said(&outcome), (Status::Error, Some(Cause::Unavailable)), "{outcome:?}");
    sqlx::raw_sql("ROLLBACK").execute(&mut *writer).await.expect("it had begun");
    let outcome = checks::sqlx::ping(&pool).await;
    assert_eq!(outcome.status(), Status::Ok, "{outcome:?}");
}

/// Dropped after each number of polls in turn, until one is enough.
#[tokio::test]
async fn a_run_that_is_dropped_takes_no_connection_along() {
    let dir = database().await;
    let pool = pool(&dir);
    for polls in 1.. {
        let mut run = Box::pin(checks::sqlx::ping(&pool));
        let mut done = false;
        for _ in 0..polls {
            let polled = std::future::poll_fn(|_| {
                Poll::Ready(run.as_mut().poll(&mut Context::from_waker(Waker::noop())))
            });
            done |= polled.await.is_ready();
            if done {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(run);
        let all = async { (pool.acquire().await, pool.acquire().await) };
        let (one, other) = tokio::time::timeout(SOON, pin!(all)).await.expect("no permit was lost");
        assert!(one.is_ok() && other.is_ok(), "after {polls} polls");
        if done {
            break;
        }
    }
    eventually("the pool has no more than its own", SOON, || pool.size() <= LIMIT);
}
