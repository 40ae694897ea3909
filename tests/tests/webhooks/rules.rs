use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use healthsdk::webhook::{Alertmanager, Webhook};
use healthsdk::{Check, Kind, Outcome, Status};
use healthsdk_tests::{Receiver, eventually};

use crate::{OFTEN, SECRET, SOON, Switch, builder, counted, flip, passed, started, status, types, webhook};

#[test]
fn a_check_that_flaps_is_told_once_in_the_quiet_time() {
    let target = Receiver::start();
    let webhook = webhook(&target).quiet(Duration::from_secs(3));
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    for _ in 0..5 {
        flip(&monitor, &switch, "plug", true);
        flip(&monitor, &switch, "plug", false);
    }
    flip(&monitor, &switch, "plug", true);
    let received = target.wait(3, SOON);
    counted(&deliveries, 3, 0);
    let words = ["failed", "recovered", "failed"].map(|word| format!("health_check.{word}"));
    assert_eq!(types(&target), words);
    assert_eq!(received[2].json()["data"]["untold"], 8, "what came and went is summed up");
    assert!(received[2].at - received[0].at >= Duration::from_millis(2900));
}

#[test]
fn planned_maintenance_is_silent_and_what_still_fails_at_its_end_is_told_then() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("maintenance");
    let target = Receiver::start();
    let webhook = webhook(&target);
    let deliveries = webhook.deliveries();
    let (stays, goes) = (Switch::default(), Switch::default());
    let builder = builder().maintenance_file(&file).check(stays.check("stays")).check(goes.check("goes"));
    let monitor = builder.webhook(webhook).build().expect("the checks are legal");
    for check in ["stays", "goes", "process/maintenance"] {
        passed(&monitor, check);
    }
    fs::write(&file, "moving").expect("the folder is there");
    let is_out = || status(&monitor, "process/maintenance") == Some(Status::Error);
    eventually("it is out", SOON, is_out);
    flip(&monitor, &stays, "stays", true);
    flip(&monitor, &goes, "goes", true);
    flip(&monitor, &goes, "goes", false);
    assert!(target.received().is_empty() && deliveries.waiting() == 0);
    fs::remove_file(&file).expect("it is there");
    let received = target.wait(1, SOON);
    counted(&deliveries, 1, 0);
    assert_eq!(received[0].json()["data"]["check"], "stays");
}

#[test]
fn a_service_that_takes_itself_out_alerts_nobody_meanwhile() {
    let target = Receiver::start();
    let webhook = webhook(&target);
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    monitor.set_ready(false, "moving");
    flip(&monitor, &switch, "plug", true);
    flip(&monitor, &switch, "plug", false);
    flip(&monitor, &switch, "plug", true);
    assert!(target.received().is_empty());
    monitor.set_ready(true, "moved");
    assert_eq!(target.wait(1, SOON)[0].json()["data"]["untold"], 2);
    counted(&deliveries, 1, 0);
}

#[test]
fn what_was_told_and_recovers_in_planned_maintenance_is_no_alert_any_more() {
    let receiver = Receiver::start();
    let webhook = webhook(&receiver);
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    flip(&monitor, &switch, "plug", true);
    counted(&deliveries, 1, 0);
    monitor.set_ready(false, "moving");
    flip(&monitor, &switch, "plug", false);
    counted(&deliveries, 2, 0);
    assert_eq!(types(&receiver), ["health_check.failed", "health_check.recovered"]);
}

#[test]
fn who_wants_errors_alone_is_not_told_of_less_and_nobody_of_other_kinds() {
    let target = Receiver::start();
    let webhook = webhook(&target).at_least(Status::Error).kind(Kind::Readiness);
    let deliveries = webhook.deliveries();
    let runs = AtomicU64::new(0);
    let slow = move || {
        let slow = runs.fetch_add(1, Ordering::SeqCst) > 0;
        async move { if slow { Outcome::degraded("slow") } else { Outcome::ok() } }
    };
    let slow = Check::new("slow", slow).interval(OFTEN).failure_threshold(1);
    let alive = Switch::default();
    let lives = alive.check("plug").kind(Kind::Readiness);
    let other = Check::new("other", || async { Outcome::error("no") }).kind(Kind::Liveness);
    let other = other.interval(OFTEN).retry_interval(OFTEN).failure_threshold(1);
    let builder = builder().check(slow).check(lives).check(other).webhook(webhook);
    let monitor = builder.build().expect("the checks are legal");
    passed(&monitor, "plug");
    eventually("it is degraded", SOON, || status(&monitor, "slow") == Some(Status::Degraded));
    flip(&monitor, &alive, "plug", true);
    counted(&deliveries, 1, 0);
    assert_eq!(target.wait(1, SOON)[0].json()["data"]["check"], "plug");
}

#[test]
fn what_cannot_be_sent_is_a_fault_at_the_start_and_each_is_told() {
    let builder = builder()
        .allow_empty()
        .webhook(Webhook::new("pager.example.com", SECRET).queue(0))
        .webhook(Webhook::new("https://pager.example.com", "hunter2").header("a b", "x"))
        .webhook(Alertmanager::new("ftp://alerts").label("severity", "x").refresh(Duration::ZERO))
        .webhook(Alertmanager::new("http://alerts").label("a-b", "x").timeout(Duration::ZERO));
    let faults = builder.build().expect_err("it is full of faults");
    let faults: Vec<_> = faults.faults().map(str::to_owned).collect();
    let expected = [
        "must be a whole one",
        "`.queue(0)` must be at least 1",
        "the secret must be `whsec_`",
        "is no name of a header",
        "must be a whole one",
        "\"severity\" cannot be a label",
        "`.refresh(0ns)`",
        "\"a-b\" cannot be a label",
        "`.timeout(0ns)`",
    ];
    for expected in expected {
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected} in {faults:#?}");
    }
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
}

#[test]
fn an_address_with_https_needs_a_client_with_tls() {
    let pager = Webhook::new("https://pager.example.com", SECRET);
    // Where another package of the workspace enables TLS, there is nothing to say.
    if let Err(error) = builder().allow_empty().webhook(pager).build() {
        let told = error.to_string();
        assert!(
            told.contains(
                "`Webhook` for https://pager.example.com: the crate `reqwest` is built without TLS"
            ),
            "{told}"
        );
    }
}
