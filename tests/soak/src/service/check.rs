use std::sync::Arc;
use std::time::Duration;

use healthsdk::{Check, IntoOutcome, checks};

use super::board::{Board, Desk};
use super::body::{Takes, awaits, blocks_by};
use super::clients::Clients;
use crate::spec::{Body, Spec};

/// The check that a spec declares.
pub(super) fn of(spec: &Spec, board: &Board, clients: &Clients) -> Check {
    let desk = board.desk(spec.name).expect("the board is made of the specs");
    let mut check = with_body(spec, Arc::clone(desk), clients)
        .timeout(spec.timeout)
        .cancel_after(spec.cancel_after)
        .retry_interval(spec.retry_interval)
        .failure_threshold(spec.failure_threshold)
        .success_threshold(spec.success_threshold)
        .failure_status(spec.failure_status)
        .scope(spec.scope);
    for kind in spec.kinds {
        check = check.kind(*kind);
    }
    if let Some(interval) = spec.interval {
        check = check.interval(interval);
    }
    if let Some(ttl) = spec.ttl {
        check = check.ttl(ttl);
    }
    if let Some(above) = spec.degraded_above {
        check = check.degraded_above(above);
    }
    check
}

fn with_body(spec: &Spec, desk: Arc<Desk>, clients: &Clients) -> Check {
    let name = spec.name;
    match spec.body {
        Body::Switched(passing) => switched(spec, passing, desk),
        Body::Server("postgres") => {
            let pool = clients.postgres.clone().expect("it was connected");
            awaiting(name, desk, move || {
                let pool = pool.clone();
                async move { checks::sqlx::ping(&pool).await }
            })
        }
        Body::Server("redis") => {
            let client = clients.redis.clone().expect("it was connected");
            awaiting(name, desk, move || {
                let client = client.clone();
                async move { checks::redis::ping(&client).await }
            })
        }
        Body::Server("memcached") => {
            let pool = clients.memcached.clone().expect("it was connected");
            blocking(name, desk, move |_| checks::memcache::ping(&pool))
        }
        Body::Server(_) => {
            let client = clients.nats.clone().expect("it was connected");
            awaiting(name, desk, move || {
                let client = client.clone();
                async move { checks::async_nats::ping(&client).await }
            })
        }
    }
}

fn switched(spec: &Spec, passing: Duration, desk: Arc<Desk>) -> Check {
    let dawdling = spec.degraded_above.unwrap_or(passing) + Duration::from_millis(400);
    let takes = Takes { passing, dawdling, beyond: spec.timeout + spec.timeout / 4 };
    if spec.blocking {
        return blocking(spec.name, desk, move |desk| blocks_by(desk, takes));
    }
    let switch = Arc::clone(&desk);
    awaiting(spec.name, desk, move || {
        let mode = switch.mode();
        async move { awaits(mode, takes).await }
    })
}

fn awaiting<F, Fut>(name: &'static str, desk: Arc<Desk>, body: F) -> Check
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoOutcome> + Send + 'static,
{
    Check::new(name, move || {
        let (desk, run) = (Arc::clone(&desk), body());
        async move {
            let _running = desk.run();
            run.await
        }
    })
}

fn blocking<F, R>(name: &'static str, desk: Arc<Desk>, body: F) -> Check
where
    F: Fn(&Arc<Desk>) -> R + Send + Sync + 'static,
    R: IntoOutcome,
{
    Check::blocking(name, move || {
        let _running = desk.run();
        body(&desk)
    })
}
