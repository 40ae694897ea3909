use std::{iter::once, panic::Location, time::Duration};

use serde::{Serialize, Serializer};

use crate::{
    Entry, Kind, Lifecycle, Override, Scope, Status, endpoint::Endpoint, format::Overridden, kind::Kinds,
    lifecycle::Progress, report, run::Declared, timing::Cadence,
};

/// One check's part of the contract.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Clause {
    pub(super) name: String,
    /// What it proves, in the words of who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) kinds: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) component: Option<&'static str>,
    pub(super) scope: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    #[serde(flatten)]
    pub(super) runs: Runs,
    pub(super) retry_interval: String,
    pub(super) timeout: String,
    pub(super) cancel_after: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) degraded_above: Option<String>,
    pub(super) failure_threshold: u32,
    pub(super) success_threshold: u32,
    pub(super) failure_status: &'static str,
    /// The longest time until a failure is published, where no run blocks its thread for good.
    pub(super) detected_within: String,
    /// How long a result may be waited for until the check fails as stale.
    pub(super) stale_after: String,
    pub(super) if_it_fails: Failure,
    /// What of it settings have changed.
    #[serde(rename = "override", skip_serializing_if = "Option::is_none", serialize_with = "overridden")]
    pub(super) overridden: Option<Override>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) declared_at: Option<Place>,
}

/// What makes it run.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Runs {
    Background {
        interval: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_delay: Option<String>,
    },
    OnDemand {
        ttl: String,
        /// Runs without a question so often.
        #[serde(skip_serializing_if = "Option::is_none")]
        refresh: Option<String>,
    },
}

/// What each path answers while the check fails, and all others pass.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Failure {
    /// Where it has never passed.
    pub(super) at_first: Vec<Answer>,
    /// Where it has passed before; `None` where it does not run any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) later: Option<Vec<Answer>>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Answer {
    pub(super) path: String,
    pub(super) code: u16,
    pub(super) status: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u32,
}

impl Clause {
    pub(super) fn new(
        declared: Declared,
        paths: &[(Endpoint, String)],
        code: impl Fn(Status, Kinds) -> u16,
    ) -> Self {
        let Declared { info, timing, consequence } = declared;
        let answers = |entry: &Entry| {
            let progress = progress(entry);
            let answer = |(endpoint, path): &(Endpoint, String)| {
                let selection = endpoint.selection();
                let status = report::status(once(entry), &selection, progress);
                Answer { path: path.clone(), code: code(status, selection.kinds), status: status.as_str() }
            };
            paths.iter().map(answer).collect()
        };
        Self {
            name: info.name.to_string(),
            description: info.description.as_deref().map(str::to_owned),
            kinds: info.kinds.iter().map(Kind::as_str).collect(),
            component: info.component.map(crate::Component::as_str),
            scope: info.scope.as_str(),
            tags: info.tags.iter().map(ToString::to_string).collect(),
            runs: Runs::from(timing.cadence),
            retry_interval: span(timing.retry_interval),
            timeout: span(timing.timeout),
            cancel_after: span(timing.cancel_after),
            degraded_above: timing.degraded_above.map(span),
            failure_threshold: timing.failure_threshold,
            success_threshold: timing.success_threshold,
            failure_status: info.failure_status.as_str(),
            detected_within: span(timing.worst_detection()),
            stale_after: span(timing.stale_after()),
            if_it_fails: Failure {
                at_first: answers(&consequence.at_first),
                later: consequence.later.as_ref().map(answers),
            },
            overridden: info.overridden.as_deref().cloned(),
            declared_at: info.location.map(Place::from),
        }
    }

    pub(super) fn is_shared(&self) -> bool {
        self.scope == Scope::Shared.as_str()
    }
}

/// What the process has come to where this check alone stands in its way.
fn progress(entry: &Entry) -> Progress {
    let started = entry.started || !entry.kinds().any(|kind| kind == Kind::Startup);
    let lifecycle = if started { Lifecycle::Ready } else { Lifecycle::Starting };
    Progress { lifecycle, started, serving: true, held: false }
}

impl From<Cadence> for Runs {
    fn from(cadence: Cadence) -> Self {
        match cadence {
            Cadence::Background { interval, initial_delay } => Self::Background {
                interval: span(interval),
                initial_delay: (!initial_delay.is_zero()).then(|| span(initial_delay)),
            },
            Cadence::OnDemand { ttl, refresh } => {
                Self::OnDemand { ttl: span(ttl), refresh: refresh.map(span) }
            }
        }
    }
}

impl From<&Location<'_>> for Place {
    fn from(location: &Location<'_>) -> Self {
        Self { file: relative(location.file()), line: location.line() }
    }
}

#[allow(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn overridden<S: Serializer>(of: &Option<Override>, serializer: S) -> Result<S::Ok, S::Error> {
    of.as_ref().map(Overridden::from).serialize(serializer)
}

/// Of a dependency's file, what is the same on every machine: its package, and the path in it. Cargo names the others from the
/// workspace.
fn relative(file: &str) -> String {
    let file = file.replace('\\', "/");
    let package = file.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    package.map(|(_, file)| file.to_owned()).unwrap_or(file)
}

/// As the options are written.
pub(super) fn span(duration: Duration) -> String {
    format!("{duration:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_as_on_every_machine() {
        assert_eq!(relative("examples/orders/src/main.rs"), "examples/orders/src/main.rs");
        assert_eq!(
            relative("/home/me/.cargo/registry/src/registry.example-1/our-checks-1.2.0/src/lib.rs"),
            "our-checks-1.2.0/src/lib.rs"
        );
        assert_eq!(relative(r"src\health.rs"), "src/health.rs");
    }
}
