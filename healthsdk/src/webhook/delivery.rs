use std::{fmt, time::Duration};

use reqwest::{
    ClientBuilder, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use super::{counts::Deliveries, policy::Rules};
use crate::{Kind, Status, plan, redact::Redactor};

/// How a target is reached, and what it wants to hear of: the same for all sorts.
pub(super) struct Delivery {
    /// `None` where it is no address.
    pub(super) url: Option<Url>,
    pub(super) rules: Rules,
    pub(super) headers: HeaderMap,
    pub(super) instance: Option<String>,
    pub(super) timeout: Duration,
    pub(super) give_up_after: Duration,
    pub(super) flush_within: Duration,
    pub(super) queue: usize,
    pub(super) client: Option<Customise>,
    pub(super) deliveries: Deliveries,
    pub(super) faults: Vec<String>,
}

pub(super) type Customise = Box<dyn FnOnce(ClientBuilder) -> ClientBuilder + Send + Sync>;

impl Delivery {
    pub(super) fn to(url: &str) -> Self {
        let quiet = Duration::from_secs(5 * 60);
        Self {
            url: Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https")),
            rules: Rules { least: Status::Degraded, kinds: Vec::new(), quiet },
            headers: HeaderMap::new(),
            instance: None,
            timeout: Duration::from_secs(10),
            give_up_after: Duration::from_secs(60 * 60),
            flush_within: Duration::from_secs(5),
            queue: 256,
            client: None,
            deliveries: Deliveries::default(),
            faults: Vec::new(),
        }
    }

    /// Scheme, host and port: the rest of an address is often a secret.
    pub(super) fn name(&self) -> String {
        self.url.as_ref().map_or_else(|| "no address".to_owned(), |url| url.origin().ascii_serialization())
    }

    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            (Ok(_), Err(_)) => {
                self.faults.push(format!("the value of the header `{name}` cannot be sent in one"));
            }
            (Err(_), _) => self.faults.push(format!("{name:?} is no name of a header")),
        }
    }

    pub(super) fn add_kind(&mut self, kind: Kind) {
        self.rules.kinds.push(kind);
    }

    /// `labels`: what is told to everybody who sees the alert, beside what the checks say.
    pub(super) fn faults<'a>(
        &'a self,
        sort: &str,
        labels: impl Iterator<Item = &'a String>,
        redactor: &Redactor,
    ) -> Vec<String> {
        let mut faults = self.faults.clone();
        let secrets = labels.chain(&self.instance).filter(|label| !redactor.is_clean(label)).count();
        if secrets > 0 {
            faults.push("a label or the instance holds a secret, which everybody would see".to_owned());
        }
        if self.url.is_none() {
            faults.push(
                "the address must be a whole one, such as `https://alerts.example.com/hook`".to_owned(),
            );
        }
        let times = [
            ("timeout", self.timeout),
            ("give_up_after", self.give_up_after),
            ("flush_within", self.flush_within),
        ];
        for (option, time) in times {
            if time.is_zero() || time > plan::LONGEST {
                faults.push(format!("`.{option}({time:?})` must be longer than zero and at most 24 h"));
            }
        }
        if self.rules.quiet > plan::LONGEST {
            faults.push(format!("`.quiet({:?})` must be at most 24 h", self.rules.quiet));
        }
        if self.queue == 0 {
            faults.push("`.queue(0)` must be at least 1".to_owned());
        }
        faults.into_iter().map(|fault| format!("`{sort}` for {}: {fault}", self.name())).collect()
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("to", &self.name())
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// The options that all sorts of targets have.
macro_rules! delivery_options {
    () => {
        /// Leaves out what is less than this: with [`Status::Error`], a check that is degraded is as good as well. Default:
        /// [`Status::Degraded`].
        pub fn at_least(mut self, status: Status) -> Self {
            self.delivery.rules.least = status;
            self
        }

        /// Leaves out checks that are not of this kind. Called again, it adds a kind. Default: all.
        pub fn kind(mut self, kind: Kind) -> Self {
            self.delivery.add_kind(kind);
            self
        }

        /// How long the same of a check is not said again, however often it comes and goes. Default: 5 min.
        pub fn quiet(mut self, quiet: Duration) -> Self {
            self.delivery.rules.quiet = quiet;
            self
        }

        /// Sends this header as well, such as `authorization`. Its value is shown nowhere.
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.delivery.set_header(name.as_ref(), value.as_ref());
            self
        }

        /// What this replica is called. Default: `HOSTNAME`, which is the pod's name in Kubernetes, or what the machine is
        /// called.
        pub fn instance(mut self, instance: impl Into<String>) -> Self {
            self.delivery.instance = Some(instance.into());
            self
        }

        /// How long one attempt may take. Default: 10 s.
        pub fn timeout(mut self, timeout: Duration) -> Self {
            self.delivery.timeout = timeout;
            self
        }

        /// How old a message may become until it is dropped. Default: 1 h.
        pub fn give_up_after(mut self, age: Duration) -> Self {
            self.delivery.give_up_after = age;
            self
        }

        /// How long what waits is still posted after the drain has begun. Default: 5 s.
        pub fn flush_within(mut self, time: Duration) -> Self {
            self.delivery.flush_within = time;
            self
        }

        /// How many messages may wait. Default: 256.
        pub fn queue(mut self, messages: usize) -> Self {
            self.delivery.queue = messages;
            self
        }

        /// Changes the client before it is built: certificates of one's own, a proxy.
        pub fn client(
            mut self,
            customise: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
        ) -> Self {
            self.delivery.client = Some(Box::new(customise));
            self
        }

        /// What becomes of its messages, to be read at any time.
        pub fn deliveries(&self) -> Deliveries {
            self.delivery.deliveries.clone()
        }
    };
}

pub(super) use delivery_options;
