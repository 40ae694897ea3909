use std::time::Duration;

/// What the query of a request asks for. What it has besides means nothing here.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) verbose: bool,
    pub(super) exclude: Vec<String>,
    /// As it was written.
    pub(super) wait: Option<String>,
    kubernetes: bool,
}

impl Query {
    /// Bytes that are no UTF-8 become U+FFFD, which is in no name. Of several waits the last counts.
    pub(super) fn parse(query: &str) -> Self {
        let mut parsed = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "verbose" => parsed.verbose = true,
                "exclude" => parsed.exclude.push(value.into_owned()),
                "wait" => parsed.wait = Some(value.into_owned()),
                "format" => parsed.kubernetes |= value == "kubernetes",
                _ => {}
            }
        }
        parsed
    }

    /// Whether it can only be answered in Kubernetes' words.
    pub(super) fn is_in_text(&self) -> bool {
        self.verbose || self.kubernetes || !self.exclude.is_empty()
    }
}

/// `2s`, `1m 30s`, or a number of seconds.
pub(super) fn wait(text: &str) -> Option<Duration> {
    let seconds = || text.parse().ok().map(Duration::from_secs);
    humantime::parse_duration(text).ok().or_else(seconds)
}
