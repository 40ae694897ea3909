use std::{
    error::Error,
    fmt::{self, Debug, Write},
    io, iter, thread,
    time::{Duration, SystemTime},
};

use reqwest::{
    Client, Url,
    header::{CONTENT_TYPE, RETRY_AFTER},
    redirect::Policy,
};

use tokio::runtime::Builder;

use super::{
    delivery::Delivery,
    retry::{self, Verdict},
};
use crate::redact::Redactor;

/// Sends bodies to one address.
pub(super) struct Post {
    client: Client,
    url: Url,
    redactor: Redactor,
}

/// Why a body was not taken.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) why: String,
    /// Whether it may be taken later.
    pub(super) again: bool,
    /// How long the target wants to be left alone.
    pub(super) asked: Option<Duration>,
    /// It may have been taken all the same.
    pub(super) uncertain: bool,
}

impl Post {
    /// # Errors
    /// With what is wrong.
    pub(super) fn new(delivery: &mut Delivery, redactor: Redactor) -> Result<Self, String> {
        let builder = Client::builder()
            .user_agent(concat!("healthsdk/", env!("CARGO_PKG_VERSION")))
            .default_headers(delivery.headers.clone())
            .redirect(Policy::none())
            .no_proxy()
            .timeout(delivery.timeout)
            // Alerts are rare: a kept connection that a firewall has forgotten would cost one its first attempt.
            .pool_max_idle_per_host(0);
        let builder = match delivery.client.take() {
            Some(customise) => customise(builder),
            None => builder,
        };
        let client = builder.build().map_err(|error| told(&error.without_url()))?;
        let url = delivery.url.clone().ok_or("it has no address")?;
        if url.scheme() == "https" && !has_tls() {
            let fault = "the crate `reqwest` is built without TLS; enable its feature `rustls` in the service's own `Cargo.toml`";
            return Err(fault.to_owned());
        }
        Ok(Self { client, url, redactor })
    }

    pub(super) async fn send(
        &self,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<(), Failure> {
        let mut request =
            self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await.map_err(|error| {
            let uncertain = !error.is_connect() && !error.is_builder();
            let why = self.redactor.message(told(&error.without_url()));
            Failure { why, again: true, asked: None, uncertain }
        })?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let asked = retry_after.and_then(|value| retry::asked(value, SystemTime::now()));
        match retry::verdict(status) {
            Verdict::Delivered => Ok(()),
            verdict => Err(Failure {
                why: format!("it answers {status}"),
                again: verdict == Verdict::Again,
                asked,
                uncertain: false,
            }),
        }
    }
}

/// The path of the address is a password for many receivers.
impl Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Post(..)")
    }
}

/// Whether the client can speak TLS, which its features decide: without it, it does not even try to connect. On a thread of its
/// own, because the caller may be in a runtime.
fn has_tls() -> bool {
    let ask = || {
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let client = Client::builder().no_proxy().build().ok()?;
        // Nobody listens on port 0.
        let error = runtime.block_on(client.get("https://127.0.0.1:0/").send()).err()?;
        let mut causes = iter::successors(error.source(), |&cause| cause.source());
        Some(causes.any(<dyn Error>::is::<io::Error>))
    };
    thread::scope(|scope| scope.spawn(ask).join().ok().flatten().unwrap_or(false))
}

/// An error with its causes.
fn told(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        write!(text, ": {cause}").expect("a String takes all");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_not_printed() {
        let mut delivery = Delivery::to("http://bot:hunter2@127.0.0.1/hunter2?key=hunter2");
        let post = Post::new(&mut delivery, Redactor::default()).expect("it can be sent to");
        assert!(!format!("{post:?} {post:#?}").contains("hunter2"));
    }
}
