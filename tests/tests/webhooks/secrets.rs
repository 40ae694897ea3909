use std::time::Duration;

use healthsdk::webhook::{Alertmanager, Target, Webhook};
use healthsdk_tests::{Logs, free_port};
use tracing::Level;

use crate::{SECRET, SOON, builder, counted, flip, started, started_of};

const PLANTED: [&str; 4] =
    ["hunter2-in-the-user", "hunter2-in-the-path", "hunter2-in-the-query", "hunter2-in-a-header"];

fn address(port: u16) -> String {
    format!("http://bot:{}@127.0.0.1:{port}/{}?key={}", PLANTED[0], PLANTED[1], PLANTED[2])
}

fn clean(text: &str) {
    for secret in PLANTED.iter().chain(&[SECRET]) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn an_address_and_its_headers_are_told_nowhere_but_for_the_host() {
    let logs = Logs::of_process();
    let port = free_port();
    let webhook = Webhook::new(address(port), SECRET).header("authorization", PLANTED[3]);
    let webhook = webhook.give_up_after(Duration::from_secs(1));
    let deliveries = webhook.deliveries();
    clean(&format!("{webhook:?} {deliveries:?}"));
    let target = Target::from(webhook);
    clean(&format!("{target:?}"));
    let (monitor, switch) = started("secretive", target);
    flip(&monitor, &switch, "secretive", true);
    counted(&deliveries, 0, 1);
    logs.logged(Level::WARN, &format!("alerts to http://127.0.0.1:{port} are not delivered"), SOON);
    logs.logged(Level::ERROR, "an alert to", SOON);
    logs.lines().iter().for_each(|line| clean(&line.to_string()));
}

#[test]
fn why_an_alert_is_not_delivered_is_searched_for_secrets_and_on_one_line() {
    let logs = Logs::of_process();
    let webhook = Webhook::new(address(free_port()), SECRET).give_up_after(Duration::from_secs(1));
    let builder = builder().redact(|text| text.replace("Connection refused", "hidden\nby hook").into());
    let (monitor, switch) = started_of(builder, "hooked", webhook);
    flip(&monitor, &switch, "hooked", true);
    for (level, text) in [(Level::WARN, "are not delivered"), (Level::ERROR, "was dropped")] {
        let told = logs.logged(level, text, SOON);
        assert!(told.message.contains(r"hidden\nby hook"), "{told}");
        assert!(told.fields["reason"].contains(r"hidden\nby hook"), "{told}");
    }
}

#[test]
fn nor_are_they_where_something_is_wrong_with_them() {
    let alertmanager = Alertmanager::new(address(1)).header("authorization", format!("{}\n", PLANTED[3]));
    let wrong = Webhook::new(address(1).replace("http", "ftp"), PLANTED[0]);
    let builder = builder().allow_empty().webhook(alertmanager.label("a-b", "x")).webhook(wrong);
    clean(&format!("{builder:?}"));
    let error = builder.build().expect_err("neither can be used");
    clean(&format!("{error} {error:?}"));
}

#[test]
fn a_label_that_is_a_secret_is_a_fault() {
    let alerts =
        Alertmanager::new("http://alerts:9093").label("database", "postgres://app:hunter2@db/orders");
    let error = builder().allow_empty().webhook(alerts).build().expect_err("everybody would see it");
    assert!(
        error.to_string().contains("holds a secret") && !error.to_string().contains("hunter2"),
        "{error}"
    );
}
