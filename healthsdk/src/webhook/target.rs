use std::{
    io,
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use serde_json::Value;
use tokio::runtime::Builder;

use super::{
    Alertmanager, Webhook,
    alertmanager::{self, Labels},
    delivery::Delivery,
    desk::Desk,
    generic,
    origin::Origin,
    policy::Message,
    post::Post,
    sign::{Secret, signatures},
    worker::Worker,
};
use crate::{BuildInfo, Monitor, outlet::Outlet, redact::Redactor, run::Observer};

/// A [`Webhook`] or an [`Alertmanager`].
#[derive(Debug)]
pub struct Target {
    delivery: Delivery,
    form: Form,
    desk: Arc<Desk>,
}

/// What is posted.
#[derive(Debug)]
pub(super) enum Form {
    Signed(Vec<Secret>),
    Alerts { labels: Labels, refresh: Duration },
}

impl From<Webhook> for Target {
    fn from(Webhook { delivery, secrets }: Webhook) -> Self {
        Self::new(delivery, Form::Signed(secrets))
    }
}

impl From<Alertmanager> for Target {
    fn from(Alertmanager { delivery, labels, refresh }: Alertmanager) -> Self {
        Self::new(delivery, Form::Alerts { labels, refresh })
    }
}

impl Target {
    fn new(delivery: Delivery, form: Form) -> Self {
        let desk =
            Desk::new(delivery.name(), delivery.rules.clone(), delivery.queue, delivery.deliveries.clone());
        Self { delivery, form, desk: Arc::new(desk) }
    }
}

impl Outlet for Target {
    fn faults(&self, redactor: &Redactor) -> Vec<String> {
        let labels = match &self.form {
            Form::Signed(_) => None,
            Form::Alerts { labels, .. } => Some(labels.values()),
        };
        self.delivery.faults(self.form.sort(), labels.into_iter().flatten(), redactor)
    }

    fn observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.desk) as _
    }

    fn start(self: Box<Self>, monitor: &Monitor, about: &BuildInfo) -> Result<(), String> {
        let sort = self.form.sort();
        let name = self.delivery.name();
        self.run(monitor, about).map_err(|fault| format!("`{sort}` for {name}: {fault}"))
    }
}

impl Target {
    fn run(self, monitor: &Monitor, about: &BuildInfo) -> Result<(), String> {
        let Self { mut delivery, form, desk } = self;
        desk.attach(monitor.shutdown());
        let origin = Origin::new(about, delivery.instance.take());
        let post = Post::new(&mut delivery, monitor.engine().redactor().clone())?;
        let worker = Worker::new(desk, post, form, origin, &delivery, monitor.engine().transitions());
        let no_thread = |error: io::Error| format!("its thread cannot be started: {error}");
        let runtime = Builder::new_current_thread().enable_all().build().map_err(no_thread)?;
        let run = move || runtime.block_on(worker.run());
        thread::Builder::new().name("health-webhook".to_owned()).spawn(run).map(drop).map_err(no_thread)
    }
}

impl Form {
    fn sort(&self) -> &'static str {
        match self {
            Self::Signed(_) => "Webhook",
            Self::Alerts { .. } => "Alertmanager",
        }
    }

    /// The headers and the body of one message.
    pub(super) fn message(
        &self,
        message: &Message,
        id: &str,
        origin: &Origin,
        now: SystemTime,
    ) -> (Vec<(&'static str, String)>, Vec<u8>) {
        match self {
            Self::Signed(secrets) => {
                let body = generic::body(message, origin).to_string().into_bytes();
                let timestamp = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
                let headers = vec![
                    ("webhook-id", id.to_owned()),
                    ("webhook-timestamp", timestamp.to_string()),
                    ("webhook-signature", signatures(secrets, id, timestamp, &body)),
                ];
                (headers, body)
            }
            Self::Alerts { labels, refresh } => {
                let alerts = alertmanager::alerts(message, origin, labels, now + *refresh * 4);
                (Vec::new(), Value::from(alerts).to_string().into_bytes())
            }
        }
    }

    /// What fails, said once more.
    pub(super) fn refreshed(&self, failing: &[Message], origin: &Origin, now: SystemTime) -> Vec<u8> {
        let Self::Alerts { labels, refresh } = self else { return Vec::new() };
        let ends = now + *refresh * 4;
        let alerts: Vec<_> = failing
            .iter()
            .filter_map(|message| alertmanager::firing(message, origin, labels, ends))
            .collect();
        Value::from(alerts).to_string().into_bytes()
    }

    /// How often that is said.
    pub(super) fn refresh(&self) -> Option<Duration> {
        match self {
            Self::Signed(_) => None,
            Self::Alerts { refresh, .. } => Some(*refresh),
        }
    }
}
