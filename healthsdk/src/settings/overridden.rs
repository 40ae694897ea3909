use std::{collections::BTreeMap, time::SystemTime};

use super::{choice::Choice, wanted::Wanted};

/// What settings made of a check, in place of what was declared in code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    options: BTreeMap<&'static str, String>,
    reason: Option<String>,
    until: Option<SystemTime>,
    source: String,
}

impl Override {
    /// Of those that hold, the later ones weigh more.
    pub(super) fn of<'a>(wanted: impl Iterator<Item = &'a Wanted>) -> Option<Self> {
        let mut sum = Self { options: BTreeMap::new(), reason: None, until: None, source: String::new() };
        let mut sources = Vec::new();
        for one in wanted.filter(|one| !one.choices.is_empty()) {
            for (choice, _) in &one.choices {
                match choice {
                    Choice::Interval(_) => drop(sum.options.remove("ttl")),
                    Choice::Ttl(_) => drop(sum.options.remove("interval")),
                    _ => {}
                }
                sum.options.insert(choice.option(), choice.to_string());
            }
            sum.reason = one.reason.clone().or(sum.reason);
            sum.until = [sum.until, one.until].into_iter().flatten().min();
            sources.push(one.source.to_string());
        }
        sources.dedup();
        sum.source = sources.join(" and ");
        (!sum.options.is_empty()).then_some(sum)
    }

    /// The options that are not as declared, with their values, by name.
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().map(|(option, value)| (*option, value.as_str()))
    }

    /// The reason that was given, at most 200 characters; one that was cut ends with `…`.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// When the first of these settings ends; `None` where they stay.
    pub fn until(&self) -> Option<SystemTime> {
        self.until
    }

    /// Where they come from: `settings`, `environment`, or the path of the settings file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The value of an option.
    pub(crate) fn option(&self, option: &str) -> Option<&str> {
        self.options.get(option).map(String::as_str)
    }

    /// What it comes to, in words.
    pub(crate) fn effect(&self) -> String {
        match (self.option("enabled"), self.option("failure_status")) {
            (Some("false"), _) => "disabled".to_owned(),
            (_, Some("ok")) => "ignored".to_owned(),
            (_, Some(status)) => format!("failures are {status}"),
            (_, None) => {
                let said: Vec<_> =
                    self.options().map(|(option, value)| format!("{option} {value}")).collect();
                said.join(", ")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::source::Source;

    #[test]
    fn each_source_is_named_once_and_the_first_end_counts() {
        let wanted = |source: Source, runs, until| Wanted {
            choices: vec![(Choice::FailureThreshold(runs), String::new())],
            until,
            ..Wanted::of(source)
        };
        let now = SystemTime::UNIX_EPOCH;
        let all = [
            wanted(Source::Given, 4, None),
            wanted(Source::Given, 5, Some(now)),
            wanted(Source::Environment, 6, None),
        ];
        let sum = Override::of(all.iter()).expect("something is set");
        assert_eq!((sum.source(), sum.until()), ("settings and environment", Some(now)));
        assert_eq!(sum.options().collect::<Vec<_>>(), [("failure_threshold", "6")]);
    }
}
