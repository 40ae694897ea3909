use std::time::Duration;

use serde_json::{Value, json};

use super::{
    counts::Deliveries,
    delivery::{Delivery, delivery_options},
    origin::Origin,
    policy::{Message, Says},
    sign::Secret,
};
use crate::{Kind, Status, Transition};

/// A target that takes signed JSON: one `POST` for each message, as [Standard Webhooks](https://www.standardwebhooks.com) says, whose
/// libraries verify it.
///
/// The headers are `webhook-id`, the same for each attempt; `webhook-timestamp`, of the attempt; and `webhook-signature`, `v1,` and the
/// HMAC-SHA256 of id, timestamp and body in Base64. The body is described by
/// [`webhook.schema.json`](https://github.com/healthsdk/healthsdk/blob/main/healthsdk/schema/webhook.schema.json).
///
/// ```no_run
/// use healthsdk::{Check, Monitor, Status, webhook::Webhook};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// # let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// let pager = Webhook::new("https://pager.example.com/hook", secret).at_least(Status::Error);
/// let deliveries = pager.deliveries();
/// let monitor = Monitor::builder().check(Check::new("redis", || async {})).webhook(pager).build()?;
/// assert_eq!(deliveries.dropped(), 0);
/// # drop(monitor); Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "it is told nothing until it is given to `MonitorBuilder::webhook`"]
pub struct Webhook {
    pub(super) delivery: Delivery,
    pub(super) secrets: Vec<Secret>,
}

impl Webhook {
    /// A target at this address. The secret is what the receiver gave out: `whsec_` and Base64 of 24 to 64 random bytes, as `echo
    /// whsec_$(openssl rand -base64 32)` makes it. Anything else fails [`build`](crate::MonitorBuilder::build).
    pub fn new(url: impl AsRef<str>, secret: impl AsRef<str>) -> Self {
        let webhook = Self { delivery: Delivery::to(url.as_ref()), secrets: Vec::new() };
        webhook.also_signed_with(secret)
    }

    /// Signs with this secret as well, while one takes the place of another.
    pub fn also_signed_with(mut self, secret: impl AsRef<str>) -> Self {
        match Secret::parse(secret.as_ref()) {
            Some(secret) => self.secrets.push(secret),
            None => self.delivery.faults.push(
                "the secret must be `whsec_` and Base64 of 24 to 64 bytes; `echo whsec_$(openssl rand -base64 32)` makes one"
                    .to_owned(),
            ),
        }
        self
    }

    delivery_options!();
}

pub(super) fn body(message: &Message, origin: &Origin) -> Value {
    let Message { says, transition, untold, .. } = message;
    let seconds = (transition.lasted().as_secs_f64() * 1e3).round() / 1e3;
    let mut data = json!({
        "check": transition.check(),
        "kinds": transition.kinds().map(Kind::as_str).collect::<Vec<_>>(),
        "tags": transition.tags().collect::<Vec<_>>(),
        "from": transition.from().as_str(),
        "to": transition.to().as_str(),
        "failures": transition.failures(),
        "lasted_seconds": seconds,
        "untold": untold,
    });
    let known = [
        ("reason", transition.reason()),
        ("description", transition.description()),
        ("service", origin.service.as_deref()),
        ("version", origin.version.as_deref()),
        ("instance", origin.instance.as_deref()),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            data[name] = value.into();
        }
    }
    let timestamp = humantime::format_rfc3339_millis(Transition::at(transition)).to_string();
    json!({ "type": says.as_str(), "timestamp": timestamp, "data": data })
}

impl Says {
    fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "health_check.failed",
            Self::Changed => "health_check.changed",
            Self::Recovered => "health_check.recovered",
        }
    }
}
