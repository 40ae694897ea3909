//! Alerts to other services: what arrives, and what becomes of what does not.

mod alertmanager;
mod ending;
mod failing;
mod rules;
mod secrets;
mod signed;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use healthsdk::webhook::{Deliveries, Target, Webhook};
use healthsdk::{Check, Kind, Monitor, MonitorBuilder, Outcome, Status};
use healthsdk_tests::{Receiver, eventually};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(20);
const OFTEN: Duration = Duration::from_millis(20);
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A check that fails while it is told to, without thresholds.
#[derive(Clone, Default)]
struct Switch(Arc<AtomicBool>);

impl Switch {
    fn check(&self, name: &str) -> Check {
        let broken = Arc::clone(&self.0);
        let look = move || {
            let broken = broken.load(Ordering::SeqCst);
            async move { if broken { Outcome::error("unplugged") } else { Outcome::ok() } }
        };
        let check = Check::new(name.to_owned(), look).kind(Kind::Readiness).tags(["storage"]);
        check.interval(OFTEN).retry_interval(OFTEN).failure_threshold(1).success_threshold(1)
    }

    fn set(&self, broken: bool) {
        self.0.store(broken, Ordering::SeqCst);
    }
}

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).service("orders").version("1.2.3")
}

fn webhook(receiver: &Receiver) -> Webhook {
    Webhook::new(receiver.url("/hook"), SECRET).instance("orders-1").quiet(Duration::ZERO)
}

/// One check with a switch, which has passed, and whose transitions are told to this target.
fn started(name: &str, target: impl Into<Target>) -> (Monitor, Switch) {
    started_of(builder(), name, target)
}

fn started_of(builder: MonitorBuilder, name: &str, target: impl Into<Target>) -> (Monitor, Switch) {
    let switch = Switch::default();
    let builder = builder.check(switch.check(name)).webhook(target);
    let monitor = builder.build().expect("the check is legal");
    passed(&monitor, name);
    (monitor, switch)
}

fn status(monitor: &Monitor, check: &str) -> Option<Status> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    let report = runtime.block_on(monitor.report(Kind::Readiness));
    report.entries().find(|entry| entry.name() == check && !entry.is_pending()).map(healthsdk::Entry::status)
}

fn passed(monitor: &Monitor, check: &str) {
    eventually("it has passed", SOON, || status(monitor, check) == Some(Status::Ok));
}

/// Breaks it, and mends it, each once it is published.
fn flip(monitor: &Monitor, switch: &Switch, check: &str, broken: bool) {
    switch.set(broken);
    let wanted = if broken { Status::Error } else { Status::Ok };
    eventually("it is published", SOON, || status(monitor, check) == Some(wanted));
}

fn types(receiver: &Receiver) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    receiver.received().iter().map(|received| text(&received.json()["type"])).collect()
}

fn counted(deliveries: &Deliveries, delivered: u64, dropped: u64) {
    let counts = || [deliveries.delivered(), deliveries.dropped(), deliveries.waiting()];
    eventually("all is settled", SOON, || counts() == [delivered, dropped, 0]);
}
