//! What the fault matrix does not show of Redis' clients: what the first run after a fault says, and that a server which
//! says no is not asked again and again.

use std::process::Command;

use bb8_redis::RedisConnectionManager;
use bb8_redis::bb8::Pool;
use deadpool_redis::{Config, Runtime};
use healthsdk::{Cause, Outcome, Status, checks};
use healthsdk_tests::proxy::Proxy;
use healthsdk_tests::servers::{Redis, client};
use healthsdk_tests::{free_port, need};
use redis::Client;
use redis::cluster::ClusterClient;

/// Who connects without a password is let in, and refused what it asks.
fn url(port: u16) -> String {
    format!("redis://127.0.0.1:{port}")
}

fn said(outcome: &Outcome) -> (Status, Option<Cause>) {
    (outcome.status(), outcome.cause())
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_meanwhile_is_no_failure() {
    let Some(mut server) = need!(Redis::start()) else { return };
    let kept = checks::redis::Kept::new(Client::open(url(server.port())).expect("a legal address"));
    assert_eq!(said(&kept.ping().await), (Status::Ok, None));
    server.restart();
    assert_eq!(said(&kept.ping().await), (Status::Ok, None));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn without_a_password_each_pool_says_so_each_time_and_asks_a_few_times_only() {
    let Some(server) = need!(Redis::start_with_password()) else { return };
    let proxy = Proxy::start();
    proxy.lead_to(server.port());
    let refused = (Status::Error, Some(Cause::Unauthenticated));
    let deadpool =
        Config::from_url(url(proxy.port())).create_pool(Some(Runtime::Tokio1)).expect("a legal pool");
    let bb8 = Pool::builder()
        .build_unchecked(RedisConnectionManager::new(url(proxy.port())).expect("a legal address"));
    for run in 1..=3 {
        let before = proxy.counts();
        assert_eq!(said(&checks::deadpool_redis::ping(&deadpool).await), refused, "run {run}");
        assert!((proxy.counts() - before).connections <= 1, "{:?}", proxy.counts() - before);
        let before = proxy.counts();
        assert_eq!(said(&checks::bb8_redis::ping(&bb8).await), refused, "run {run}");
        assert!((proxy.counts() - before).connections <= 3, "{:?}", proxy.counts() - before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_node_of_a_cluster_that_answers_is_enough_and_none_is_not() {
    let Some(cli) = need!(client("redis-cli", "redis-tools")) else { return };
    let start = || {
        let bus = free_port().to_string();
        Redis::start_with(&[
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            "1000",
            "--cluster-port",
            &bus,
        ])
    };
    let Some(mut servers) = need!([start(), start(), start()].into_iter().collect::<Result<Vec<_>, _>>())
    else {
        return;
    };
    let nodes = || servers.iter().map(|server| format!("127.0.0.1:{}", server.port()));
    let created = Command::new(cli).args(["--cluster", "create"]).args(nodes()).arg("--cluster-yes").output();
    let created = created.expect("redis-cli runs");
    assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stdout));
    let client = ClusterClient::builder(servers.iter().map(|server| url(server.port()))).retries(1).build();
    let connection = client.expect("legal addresses").get_async_connection().await.expect("a cluster");
    assert_eq!(said(&checks::redis::ping(&connection).await), (Status::Ok, None));

    servers[2].kill();
    let outcome = checks::redis::ping(&connection).await;
    assert_eq!(said(&outcome), (Status::Ok, None), "one that is gone is passed over: {outcome:?}");
    servers.iter_mut().for_each(Redis::kill);
    let outcome = checks::redis::ping(&connection).await;
    assert_eq!(outcome.status(), Status::Error, "{outcome:?}");
    assert!(outcome.cause().is_some(), "{outcome:?}");
}
