mod clause;
mod markdown;

use serde::Serialize;

use crate::{Monitor, Status, endpoint::Endpoint};
use clause::{Clause, span};

/// What healthy means for a service, as those who build it and those who run it have agreed: each check with what it proves, its
/// limits and thresholds, and what the probes say where it fails. Made by [`Monitor::describe`].
///
/// `Display` writes Markdown, for people and for a copy in the repository that is reviewed and compared: it has neither line
/// numbers nor the version of the service, so that it changes with the agreement alone. [`json`](Self::json) has both.
#[derive(Clone, Debug, Serialize)]
pub struct Contract {
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// How long an answer waits at most.
    deadline: String,
    drain_delay: String,
    grace: String,
    details: String,
    codes: Codes,
    probes: Vec<Probe>,
    checks: Vec<Clause>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Codes {
    ok: u16,
    degraded: u16,
    error: u16,
}

#[derive(Clone, Debug, Serialize)]
struct Probe {
    path: String,
    asks: &'static str,
}

impl Monitor {
    /// What healthy means here, as JSON and as Markdown. The checks that were left out are not in it; what settings changed is, as
    /// changed.
    ///
    /// Authorised callers get it with `?format=contract` and `?format=contract-markdown`. A binary prints it so that it can be reviewed
    /// and compared in a repository:
    ///
    /// ```
    /// # use healthsdk::{Check, Monitor};
    /// # fn main() -> Result<(), healthsdk::BuildError> {
    /// # let monitor = Monitor::builder().linked(false).check(Check::new("always", || async {})).build()?;
    /// if std::env::args().nth(1).is_some_and(|argument| argument == "describe") {
    ///     print!("{}", monitor.describe());
    ///     return Ok(());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn describe(&self) -> Contract {
        let (engine, budget, dialect) = (self.engine(), self.shutdown().budget(), self.dialect());
        let build = &engine.about().build;
        let code = |status, kinds| dialect.code(status, kinds).as_u16();
        let readiness = |status| code(status, Endpoint::Readiness.selection().kinds);
        let probes: Vec<_> =
            self.paths().whole().map(|(endpoint, path)| (endpoint, path.to_owned())).collect();
        let clause = |declared| Clause::new(declared, &probes, code);
        Contract {
            service: build.service.as_deref().map(str::to_owned),
            version: build.version.as_deref().map(str::to_owned),
            deadline: span(engine.deadline()),
            drain_delay: span(budget.delay),
            grace: span(budget.grace),
            details: self.details().told(),
            codes: Codes {
                ok: readiness(Status::Ok),
                degraded: readiness(Status::Degraded),
                error: readiness(Status::Error),
            },
            checks: engine.declared().into_iter().map(clause).collect(),
            probes: probes
                .iter()
                .map(|(endpoint, path)| Probe { path: path.clone(), asks: asks(*endpoint) })
                .collect(),
        }
    }
}

impl Contract {
    /// The same as JSON, indented, as `schema/contract.schema.json` describes it.
    pub fn json(&self) -> String {
        // Strings and numbers alone: nothing in it can fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn asks(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Liveness => "liveness",
        Endpoint::Readiness => "readiness",
        Endpoint::Startup => "startup",
        Endpoint::Everything => "everything",
    }
}
