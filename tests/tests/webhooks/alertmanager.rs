use std::collections::BTreeSet;
use std::time::Duration;

use healthsdk::Monitor;
use healthsdk::webhook::Alertmanager as Alerts;
use healthsdk_tests::receiver::{Received, Receiver};
use healthsdk_tests::servers::Alertmanager;
use healthsdk_tests::{eventually, eventually_some, need};
use serde_json::Value;

use crate::{SOON, Switch, builder, counted, flip, passed, started};

const GROUP_BY: [&str; 3] = ["alertname", "service", "check"];

fn alerts(server: &Alertmanager) -> Alerts {
    Alerts::new(server.url()).instance("orders-1").label("team", "shop").quiet(Duration::ZERO)
}

#[test]
fn an_alert_has_what_tells_it_apart_in_labels_and_the_reason_in_none() {
    let receiver = Receiver::start();
    let Some(server) = need!(Alertmanager::start_to(&receiver.url("/notify"), &GROUP_BY)) else { return };
    let alerts = alerts(&server);
    let deliveries = alerts.deliveries();
    let (monitor, switch) = started("plug", alerts);
    flip(&monitor, &switch, "plug", true);
    counted(&deliveries, 1, 0);
    let alert = eventually_some("it is known", SOON, || server.alerts().pop());
    let labels = serde_json::json!({
        "alertname": "HealthCheckFailing", "service": "orders", "check": "plug", "severity": "error",
        "instance": "orders-1", "team": "shop",
    });
    assert_eq!(alert["labels"], labels);
    assert_eq!(alert["annotations"]["summary"], "health check `plug` of orders is error");
    assert_eq!(alert["annotations"]["description"], "unplugged");
    let notified = receiver.wait(1, SOON)[0].json();
    assert_eq!((&notified["status"], &notified["alerts"][0]["labels"]), (&"firing".into(), &labels));

    flip(&monitor, &switch, "plug", false);
    counted(&deliveries, 2, 0);
    let resolved = receiver.wait(2, SOON)[1].json();
    assert_eq!((&resolved["status"], &resolved["alerts"][0]["labels"]), (&"resolved".into(), &labels));
    assert_eq!(resolved["alerts"][0]["startsAt"], notified["alerts"][0]["startsAt"], "it is the same alert");
}

#[test]
fn what_many_replicas_say_is_one_notification() {
    const REPLICAS: usize = 20;
    let receiver = Receiver::start();
    let Some(server) = need!(Alertmanager::start_to(&receiver.url("/notify"), &GROUP_BY)) else { return };
    let switch = Switch::default();
    let replica = |number: usize| -> Monitor {
        let alerts = alerts(&server).instance(format!("orders-{number}"));
        builder().check(switch.check("shared-plug")).webhook(alerts).build().expect("the check is legal")
    };
    let replicas: Vec<_> = (0..REPLICAS).map(replica).collect();
    for replica in &replicas {
        passed(replica, "shared-plug");
    }
    switch.set(true);
    eventually("all are known", SOON, || server.alerts().len() == REPLICAS);
    let all = |received: &Received| {
        let body = received.json();
        let alerts = body["alerts"].as_array().expect("it is a list").clone();
        let name = |alert: &Value| alert["labels"]["instance"].as_str().map(str::to_owned);
        (body["status"] == "firing").then(|| alerts.iter().filter_map(name).collect::<BTreeSet<_>>())
    };
    let notified = receiver.wait(1, SOON);
    assert_eq!(all(&notified[0]).map(|instances| instances.len()), Some(REPLICAS), "all in the first");
    switch.set(false);
    let resolved = |received: &Received| received.json()["status"] == "resolved";
    eventually("it is over", SOON, || receiver.received().last().is_some_and(resolved));
    let firing = receiver.received().iter().filter(|received| all(received).is_some()).count();
    assert!(firing <= 2, "one for all, and at most one where they recover over two intervals: {firing}");
}

#[test]
fn an_alert_that_lasts_is_posted_again_so_that_it_does_not_end_and_ends_after_the_replica() {
    let receiver = Receiver::start();
    let Some(server) = need!(Alertmanager::start_to(&receiver.url("/notify"), &GROUP_BY)) else { return };
    let (monitor, switch) = started("plug", alerts(&server).refresh(Duration::from_millis(500)));
    flip(&monitor, &switch, "plug", true);
    let ends = || server.alerts().pop().map(|alert| alert["endsAt"].as_str().expect("a time").to_owned());
    let first = eventually_some("it is known", SOON, ends);
    let beyond = humantime::parse_rfc3339(&first).expect("it is a time") + Duration::from_secs(4);
    let later = || ends().is_some_and(|ends| humantime::parse_rfc3339(&ends).is_ok_and(|ends| ends > beyond));
    eventually("it lasts much longer than one post says", SOON, later);
    let resolved = |received: &Received| received.json()["status"] == "resolved";
    assert!(!receiver.received().iter().any(resolved));
    drop(monitor);
    eventually("it ends by itself", SOON, || receiver.received().iter().any(resolved));
}

#[test]
fn an_alertmanager_that_lost_all_learns_it_again() {
    let receiver = Receiver::start();
    let Some(mut server) = need!(Alertmanager::start_to(&receiver.url("/notify"), &GROUP_BY)) else { return };
    let (monitor, switch) = started("plug", alerts(&server).refresh(Duration::from_millis(500)));
    flip(&monitor, &switch, "plug", true);
    eventually("it is known", SOON, || server.alerts().len() == 1);
    server.kill();
    server.restart();
    eventually("it is known again", SOON, || server.alerts().len() == 1);
    drop(monitor);
}
