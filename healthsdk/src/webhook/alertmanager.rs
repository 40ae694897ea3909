use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

use super::{
    counts::Deliveries,
    delivery::{Delivery, delivery_options},
    origin::Origin,
    policy::{Message, Says},
};
use crate::{Kind, Status};

/// The names of the labels that are made here.
const OWN: [&str; 5] = ["alertname", "check", "instance", "service", "severity"];

/// Prometheus' Alertmanager, by its API v2: it groups what many replicas say, and sends one notification.
///
/// The labels are `alertname` (`HealthCheckFailing`), `service`, `check`, `severity` (`degraded` or `error`), `instance`, and those of
/// [`label`](Self::label). The reason is in the annotation `description`, never in a label. With
/// `group_by: [alertname, service, check]`, 500 replicas that fail alike are one notification.
///
/// An alert is posted again each minute while it lasts, and ends by itself four times as long after the replica has
/// gone. Each Alertmanager of a cluster is a target of its own.
///
/// ```
/// use healthsdk::{Check, Monitor, webhook::Alertmanager};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let alerts = Alertmanager::new("http://alertmanager:9093").label("team", "orders");
/// let monitor = Monitor::builder().check(Check::new("redis", || async {})).webhook(alerts).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "it is told nothing until it is given to `MonitorBuilder::webhook`"]
pub struct Alertmanager {
    pub(super) delivery: Delivery,
    pub(super) labels: Labels,
    pub(super) refresh: Duration,
}

pub(super) type Labels = BTreeMap<String, String>;

impl Alertmanager {
    /// The Alertmanager at this address, to which `/api/v2/alerts` is added.
    pub fn new(url: impl AsRef<str>) -> Self {
        let mut delivery = Delivery::to(url.as_ref());
        if let Some(url) = &mut delivery.url {
            let path = format!("{}/api/v2/alerts", url.path().trim_end_matches('/'));
            url.set_path(&path);
        }
        Self { delivery, labels: Labels::new(), refresh: Duration::from_secs(60) }
    }

    /// Adds a label to all alerts.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        if OWN.contains(&&*name) || !is_label(&name) {
            let fault = format!(
                "{name:?} cannot be a label: write letters, digits and `_`, and none of {}",
                OWN.join(", ")
            );
            self.delivery.faults.push(fault);
        }
        self.labels.insert(name, value.into());
        self
    }

    /// How often an alert that lasts is posted again; it ends four times as long after the last. Default: 1 min.
    pub fn refresh(mut self, period: Duration) -> Self {
        if period.is_zero() || period > Duration::from_secs(60 * 60) {
            self.delivery
                .faults
                .push(format!("`.refresh({period:?})` must be longer than zero and at most 1 h"));
        }
        self.refresh = period;
        self
    }

    delivery_options!();
}

fn is_label(name: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_alphabetic() || letter == b'_';
    let bytes = name.as_bytes();
    bytes.first().is_some_and(|first| is_letter(*first))
        && bytes.iter().all(|byte| is_letter(*byte) || byte.is_ascii_digit())
}

/// What a message makes of alerts: one that ends, one that begins, or both.
pub(super) fn alerts(message: &Message, origin: &Origin, labels: &Labels, ends: SystemTime) -> Vec<Value> {
    let ended = message.was.map(|was| alert(message, origin, labels, was, message.transition.at()));
    let begun = firing(message, origin, labels, ends).filter(|_| message.says != Says::Recovered);
    ended.into_iter().chain(begun).collect()
}

/// The alert of what fails, until further notice.
pub(super) fn firing(message: &Message, origin: &Origin, labels: &Labels, ends: SystemTime) -> Option<Value> {
    let (status, since) = message.failing();
    (status > Status::Ok).then(|| alert(message, origin, labels, (status, since), ends))
}

fn alert(
    message: &Message,
    origin: &Origin,
    labels: &Labels,
    (status, since): (Status, SystemTime),
    ends: SystemTime,
) -> Value {
    let (check, to) = (message.check(), message.transition.to());
    let service = origin.service.as_deref();
    let mut labels = labels.clone();
    let own = [
        ("alertname", Some("HealthCheckFailing")),
        ("check", Some(check)),
        ("instance", origin.instance.as_deref()),
        ("service", service),
        ("severity", Some(status.as_str())),
    ];
    labels.extend(own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
    let of = service.map(|service| format!(" of {service}")).unwrap_or_default();
    let reason = message.transition.reason().unwrap_or("the check passes");
    let description = match message.untold {
        0 => reason.to_owned(),
        untold => format!("{reason} (and {untold} transitions before that were not told)"),
    };
    let time = |time| humantime::format_rfc3339_millis(time).to_string();
    json!({
        "labels": labels,
        "annotations": { "summary": format!("health check `{check}`{of} is {to}"), "description": description },
        "startsAt": time(since),
        "endsAt": time(ends),
    })
}
