use std::time::Duration;

use healthsdk::webhook::Alertmanager;
use healthsdk_tests::receiver::{Receiver, Reply};
use healthsdk_tests::{Logs, eventually, free_port};
use tracing::Level;

use crate::{SOON, Switch, builder, counted, flip, passed, started, types, webhook};

#[test]
fn a_target_that_fails_is_asked_again_after_growing_pauses_with_the_same_id() {
    let logs = Logs::of_process();
    let listener = Receiver::start();
    listener.answer([Reply::Status(503), Reply::HangUp, Reply::Status(500), Reply::Status(204)]);
    let webhook = webhook(&listener);
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    flip(&monitor, &switch, "plug", true);
    let received = listener.wait(4, SOON);
    counted(&deliveries, 1, 0);
    let ids = received.iter().map(|one| &one.headers["webhook-id"]);
    assert!(ids.clone().all(|id| id == &received[0].headers["webhook-id"]), "{:?}", ids.collect::<Vec<_>>());
    assert!(received.iter().all(|one| one.body == received[0].body));
    let pause = |nth: usize| received[nth + 1].at - received[nth].at;
    for (nth, least) in [250, 500, 1000].into_iter().enumerate() {
        assert!(pause(nth) >= Duration::from_millis(least), "pause {nth} was {:?}", pause(nth));
    }
    let target = listener.url("");
    assert_eq!(
        logs.with(&format!("alerts to {target} are not delivered")).len(),
        1,
        "not one for each attempt"
    );
    logs.logged(Level::INFO, &format!("alerts to {target} are delivered again"), SOON);
}

#[test]
fn an_alert_that_is_posted_again_in_vain_is_told_and_so_is_that_it_works_again_each_time() {
    let logs = Logs::of_process();
    let receiver = Receiver::start();
    let replies = [200, 503, 200, 503, 200];
    receiver.answer(replies.map(Reply::Status));
    let alerts = Alertmanager::new(receiver.url("")).refresh(Duration::from_millis(200));
    let (monitor, switch) = started("plug", alerts);
    flip(&monitor, &switch, "plug", true);
    let target = receiver.url("");
    let told = |what: &str| logs.with(&format!("alerts to {target} are {what}")).len();
    eventually("both are told", SOON, || [told("not delivered"), told("delivered again")] == [2, 2]);
    drop(monitor);
}

#[test]
fn a_target_that_asks_for_time_gets_it() {
    let listener = Receiver::start();
    listener.answer([Reply::Header(429, "Retry-After: 2".to_owned()), Reply::Status(200)]);
    let (monitor, switch) = started("plug", webhook(&listener));
    flip(&monitor, &switch, "plug", true);
    let received = listener.wait(2, SOON);
    assert!(received[1].at - received[0].at >= Duration::from_secs(2));
}

#[test]
fn what_is_refused_is_dropped_and_told_and_no_recovery_follows_it() {
    let logs = Logs::of_process();
    let listener = Receiver::start();
    listener.answer([Reply::Status(400), Reply::Status(200)]);
    let webhook = webhook(&listener);
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("refused-plug", webhook);
    flip(&monitor, &switch, "refused-plug", true);
    counted(&deliveries, 0, 1);
    let told = logs.logged(Level::ERROR, "check `refused-plug` is error: it answers 400", SOON);
    assert_eq!(told.fields["dropped"], "1");
    flip(&monitor, &switch, "refused-plug", false);
    counted(&deliveries, 0, 2);
    flip(&monitor, &switch, "refused-plug", true);
    counted(&deliveries, 1, 2);
    assert_eq!(
        types(&listener),
        ["health_check.failed"; 2],
        "each transition is delivered once, or told as dropped"
    );
}

#[test]
fn redirects_are_not_followed() {
    let (listener, other) = (Receiver::start(), Receiver::start());
    listener.answer([Reply::Header(307, format!("Location: {}", other.url("/")))]);
    let webhook = webhook(&listener);
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    flip(&monitor, &switch, "plug", true);
    counted(&deliveries, 0, 1);
    assert!(other.received().is_empty());
}

#[test]
fn a_target_that_hangs_holds_up_neither_checks_nor_another_and_gets_all_in_order_once_it_answers() {
    let (hangs, fine) = (Receiver::start(), Receiver::start());
    hangs.answer([Reply::Hang, Reply::Status(200)]);
    let slow = webhook(&hangs).timeout(Duration::from_secs(2));
    let deliveries = slow.deliveries();
    let switch = Switch::default();
    let builder = builder().check(switch.check("plug")).webhook(slow).webhook(webhook(&fine));
    let monitor = builder.build().expect("the check is legal");
    passed(&monitor, "plug");
    flip(&monitor, &switch, "plug", true);
    hangs.wait(1, SOON);
    for broken in [false, true, false] {
        flip(&monitor, &switch, "plug", broken);
    }
    fine.wait(4, SOON);
    assert_eq!(hangs.received().len(), 1, "it still hangs");
    counted(&deliveries, 4, 0);
    let received = hangs.received();
    assert_eq!(
        received[0].headers["webhook-id"], received[1].headers["webhook-id"],
        "the one it did not answer"
    );
    let words = ["failed", "recovered", "failed", "recovered"].map(|word| format!("health_check.{word}"));
    assert_eq!(types(&hangs)[1..], words);
}

#[test]
fn what_was_sent_before_the_target_was_there_arrives_once_it_is() {
    let port = free_port();
    let nobody = format!("http://127.0.0.1:{port}/hook");
    let webhook = healthsdk::webhook::Webhook::new(nobody, crate::SECRET).quiet(Duration::ZERO);
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    flip(&monitor, &switch, "plug", true);
    flip(&monitor, &switch, "plug", false);
    assert_eq!((deliveries.delivered(), deliveries.dropped(), deliveries.waiting()), (0, 0, 2));
    let listener = Receiver::start_at(port);
    counted(&deliveries, 2, 0);
    assert_eq!(types(&listener), ["health_check.failed", "health_check.recovered"]);
}

#[test]
fn where_too_many_wait_the_oldest_are_dropped_counted_and_told() {
    let logs = Logs::of_process();
    let listener = Receiver::start();
    listener.answer([Reply::Hang, Reply::Status(200)]);
    let webhook = webhook(&listener).queue(2).timeout(Duration::from_secs(3));
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    flip(&monitor, &switch, "plug", true);
    listener.wait(1, SOON);
    for broken in [false, true, false, true] {
        flip(&monitor, &switch, "plug", broken);
    }
    eventually("two are dropped", SOON, || deliveries.dropped() == 2);
    logs.logged(Level::ERROR, &format!("too many alerts wait for {}", listener.url("")), SOON);
    counted(&deliveries, 3, 2);
    let words = ["failed", "failed", "recovered", "failed"].map(|word| format!("health_check.{word}"));
    assert_eq!(types(&listener), words, "the first twice, because it was not answered");
}

#[test]
fn what_is_too_old_is_dropped() {
    let listener = Receiver::start();
    listener.answer([Reply::Status(503)]);
    let webhook = webhook(&listener).give_up_after(Duration::from_secs(1));
    let deliveries = webhook.deliveries();
    let (monitor, switch) = started("plug", webhook);
    flip(&monitor, &switch, "plug", true);
    counted(&deliveries, 0, 1);
    assert!(listener.received().len() >= 2, "it was tried again before");
}
