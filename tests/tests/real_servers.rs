//! Real dependencies under real faults: killed, paused, and brought back, while a service is probed.

use std::time::{Duration, Instant};

use actix_web::web;
use healthsdk::{Details, Monitor, check, health_check};
use healthsdk_tests::http::{self, Answer};
use healthsdk_tests::servers::{Postgres, Redis};
use healthsdk_tests::{Service, eventually, eventually_some, need};
use redis::aio::ConnectionManager;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

const POOL: u32 = 5;
const SOON: Duration = Duration::from_mins(1);
/// The deadline is 200 ms, and a paused server never answers. In between is room for a busy machine.
const IN_TIME: Duration = Duration::from_secs(3);

#[health_check(
    name = "postgres",
    timeout = "150ms",
    cancel_after = "600ms",
    interval = "3s",
    retry_interval = "100ms"
)]
async fn check_postgres(pool: web::Data<PgPool>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(pool.get_ref()).await.map(drop)
}

#[health_check(
    name = "redis",
    timeout = "150ms",
    cancel_after = "600ms",
    interval = "3s",
    retry_interval = "100ms"
)]
async fn check_redis(redis: web::Data<ConnectionManager>) -> redis::RedisResult<()> {
    redis::cmd("PING").exec_async(&mut redis.get_ref().clone()).await
}

/// A service on a real PostgreSQL and a real Redis.
struct Stack {
    postgres: Postgres,
    redis: Redis,
    pool: PgPool,
    service: Service,
    monitor: Monitor,
}

impl Stack {
    async fn start(postgres: Postgres, redis: Redis) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(POOL)
            .acquire_timeout(Duration::from_secs(2))
            .connect_lazy(&postgres.url())
            .expect("the address is legal");
        let client = redis::Client::open(redis.url()).expect("the address is legal");
        let manager = ConnectionManager::new(client).await.expect("redis answers");
        let monitor = Monitor::builder()
            .linked(false)
            .register(check!(check_postgres))
            .register(check!(check_redis))
            .data(web::Data::new(pool.clone()))
            .data(web::Data::new(manager))
            .details(Details::Always)
            .build()
            .expect("the checks are legal");
        let service = Service::start(monitor.probes());
        let stack = Self { postgres, redis, pool, service, monitor };
        stack.ready("at the start");
        stack
    }

    /// One answer, held against the deadline.
    fn probe(&self) -> Answer {
        let answer = http::get(self.service.addr(), "/readyz");
        assert!(answer.took < IN_TIME, "answered after {:?}: {}", answer.took, answer.text());
        answer
    }

    fn ready(&self, when: &str) {
        eventually(&format!("ready {when}"), SOON, || self.probe().status == 200);
    }

    /// Probes until it is out, and holds every answer until then against the threshold.
    fn unready(&self, culprit: &str, innocent: &str) {
        let began = Instant::now();
        let mut slowest = Duration::ZERO;
        let message = eventually_some(&format!("`{culprit}` takes the service out"), SOON, || {
            let answer = self.probe();
            slowest = slowest.max(answer.took);
            let checks = &answer.json()["checks"];
            let failures = checks[culprit]["failures"].as_u64().expect("a number");
            assert_eq!(
                answer.status == 503,
                failures >= 3,
                "at the third failure in a row: {}",
                answer.text()
            );
            assert_eq!(
                (&checks[innocent]["status"], &checks[innocent]["failures"]),
                (&"ok".into(), &0.into())
            );
            assert_eq!(http::get(self.service.addr(), "/livez").status, 200);
            (answer.status == 503).then(|| checks[culprit]["message"].to_string())
        });
        println!("{culprit}: out after {:?}, slowest answer {slowest:?}, {message}", began.elapsed());
    }

    /// The application takes every connection of its pool at once.
    async fn every_connection_can_be_had(&self) {
        let mut held = Vec::new();
        for number in 0..POOL {
            let connection = tokio::time::timeout(SOON, self.pool.acquire()).await.expect("in time");
            let mut connection = connection.unwrap_or_else(|error| panic!("connection {number}: {error}"));
            sqlx::query("SELECT 1").execute(&mut *connection).await.expect("it works");
            held.push(connection);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_postgres_is_named_in_time_and_its_pool_is_whole_afterwards() {
    let (Some(postgres), Some(redis)) = (need!(Postgres::start()), need!(Redis::start())) else { return };
    let mut stack = Stack::start(postgres, redis).await;
    for _ in 0..2 {
        stack.postgres.pause();
        stack.unready("postgres", "redis");
        stack.postgres.resume();
        stack.ready("after the pause");
        stack.every_connection_can_be_had().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_postgres_is_named_and_comes_back() {
    let (Some(postgres), Some(redis)) = (need!(Postgres::start()), need!(Redis::start())) else { return };
    let mut stack = Stack::start(postgres, redis).await;
    stack.postgres.kill();
    stack.unready("postgres", "redis");
    stack.postgres.restart();
    stack.ready("after the restart");
    stack.every_connection_can_be_had().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_or_killed_redis_is_named_and_comes_back() {
    let (Some(postgres), Some(redis)) = (need!(Postgres::start()), need!(Redis::start())) else { return };
    let mut stack = Stack::start(postgres, redis).await;
    stack.redis.pause();
    stack.unready("redis", "postgres");
    stack.redis.resume();
    stack.ready("after the pause");
    stack.redis.kill();
    stack.unready("redis", "postgres");
    stack.redis.restart();
    stack.ready("after the restart");
    stack.every_connection_can_be_had().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_a_check_opened_outlives_the_monitor() {
    let (Some(postgres), Some(redis)) = (need!(Postgres::start()), need!(Redis::start())) else { return };
    let Stack { postgres, redis, pool, service, monitor } = Stack::start(postgres, redis).await;
    assert!(pool.size() > 0, "the check opened it");
    drop(service);
    drop(monitor);
    for _ in 0..3 {
        sqlx::query("SELECT 1").execute(&pool).await.expect("its socket is still served");
    }
    drop((postgres, redis));
}
