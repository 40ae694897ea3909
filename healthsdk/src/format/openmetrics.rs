//! `OpenMetrics` 1.0 (<https://prometheus.io/docs/specs/om/open_metrics_spec/>), and the text that came before it, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt::{Display, Write};

use bytes::Bytes;

use super::families::{self as f, CHECK_LABEL, Family, Type};
use crate::{
    Status,
    run::{RunResult, Tallied, Tallies},
};

/// In which of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    OpenMetrics,
    /// Which scrapers read that know no other.
    Prometheus,
}

impl Text {
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// Everything that is counted.
pub(crate) fn detailed(tallies: &Tallies, text: Text) -> Bytes {
    let mut page = Page::new(text, 1024 + 4096 * tallies.checks.len());
    let Tallies { about, lifecycle, ready, lag, freezes, checks } = tallies;
    page.family(f::BUILD).info(&f::build(about));
    page.family(f::READY).sample("", &[], u8::from(*ready));
    let states = page.family(f::LIFECYCLE);
    for (state, value) in f::states(*lifecycle) {
        states.sample("", &[("state", &state)], value);
    }
    page.family(f::LAG).sample("", &[], lag.as_secs_f64());
    page.family(f::FREEZES).sample("", &[], freezes);
    if !checks.is_empty() {
        page.checks(checks);
    }
    page.end()
}

/// For those who may know no more: whether the service is ready.
pub(crate) fn terse(ready: bool, text: Text) -> Bytes {
    let mut page = Page::new(text, 256);
    page.family(f::READY).sample("", &[], u8::from(ready));
    page.end()
}

/// A page being written, and the family that it is at.
struct Page {
    written: String,
    text: Text,
    family: Family,
}

impl Page {
    fn new(text: Text, capacity: usize) -> Self {
        Self { written: String::with_capacity(capacity), text, family: f::READY }
    }

    fn checks(&mut self, checks: &[Tallied]) {
        self.family(f::CHECK);
        for check in checks {
            self.info(&f::declared(&check.entry));
        }
        for (family, value) in f::OF_ENTRY {
            self.each(family, checks, |check| Some(value(&check.entry)));
        }
        self.each(f::IN_FLIGHT, checks, |check| Some(u8::from(check.in_flight)));
        self.each(f::COMPLETED, checks, |check| check.tally.completed_at().map(f::timestamp));
        self.family(f::RUNS);
        for check in checks {
            for result in RunResult::ALL {
                self.of(check, "outcome", result.as_str(), check.tally.runs(result));
            }
        }
        self.each(f::TIMEOUTS, checks, |check| Some(check.tally.timeouts()));
        self.family(f::TRANSITIONS);
        for check in checks {
            for to in Status::ALL {
                self.of(check, "to", to.as_str(), check.tally.transitions(to));
            }
        }
        self.family(f::DURATION);
        for check in checks {
            self.histogram(check);
        }
    }

    /// A sample of each check that has a value.
    fn each<V: Display>(
        &mut self,
        family: Family,
        checks: &[Tallied],
        value: impl Fn(&Tallied) -> Option<V>,
    ) {
        self.family(family);
        for (check, value) in checks.iter().filter_map(|check| Some((check, value(check)?))) {
            self.sample("", &[(CHECK_LABEL, &check.entry.name())], value);
        }
    }

    fn of(&mut self, check: &Tallied, label: &str, is: &str, value: u64) {
        self.sample("", &[(CHECK_LABEL, &check.entry.name()), (label, &is)], value);
    }

    fn histogram(&mut self, check: &Tallied) {
        let name = check.entry.name();
        let mut count = 0;
        for (bound, runs) in check.tally.durations() {
            // The specification wants `1.0`, and `+Inf`.
            let bound = if bound.is_finite() { format!("{bound:?}") } else { "+Inf".to_owned() };
            self.sample("_bucket", &[(CHECK_LABEL, &name), ("le", &bound)], runs);
            count = runs;
        }
        self.sample("_sum", &[(CHECK_LABEL, &name)], check.tally.total().as_secs_f64());
        self.sample("_count", &[(CHECK_LABEL, &name)], count);
    }

    /// Begins a family, whose samples follow.
    fn family(&mut self, family: Family) -> &mut Self {
        self.family = family;
        let Family { name, r#type, help } = family;
        let (name, r#type) = match (self.text, r#type) {
            (Text::OpenMetrics, Type::Counter) => (name.trim_end_matches("_total"), "counter"),
            (Text::OpenMetrics, Type::Info) => (name.trim_end_matches("_info"), "info"),
            (Text::Prometheus, Type::Counter) => (name, "counter"),
            (_, Type::Histogram) => (name, "histogram"),
            (_, Type::Gauge | Type::Info) => (name, "gauge"),
        };
        self.line(format_args!("# TYPE {name} {type}"));
        if self.text == Text::OpenMetrics && name.ends_with("_seconds") {
            self.line(format_args!("# UNIT {name} seconds"));
        }
        self.line(format_args!("# HELP {name} {help}"));
        self
    }

    fn info(&mut self, labels: &[(&'static str, String)]) {
        let labels: Vec<_> = labels.iter().map(|(label, value)| (*label, value as &dyn Display)).collect();
        self.sample("", &labels, 1);
    }

    fn sample(&mut self, suffix: &str, labels: &[(&str, &dyn Display)], value: impl Display) {
        let name = self.family.name;
        self.written.push_str(name);
        self.written.push_str(suffix);
        for (index, (label, value)) in labels.iter().enumerate() {
            self.written.push(if index == 0 { '{' } else { ',' });
            self.written.push_str(label);
            self.written.push_str("=\"");
            write!(Escaped(&mut self.written), "{value}").expect("a String takes all");
            self.written.push('"');
        }
        self.line(format_args!("{} {value}", if labels.is_empty() { "" } else { "}" }));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.written, "{line}").expect("a String takes all");
    }

    fn end(mut self) -> Bytes {
        if self.text == Text::OpenMetrics {
            self.written.push_str("# EOF\n");
        }
        self.written.into()
    }
}

/// What is written in quotes.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for c in text.chars() {
            match c {
                '\\' => self.0.push_str("\\\\"),
                '"' => self.0.push_str("\\\""),
                '\n' => self.0.push_str("\\n"),
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
