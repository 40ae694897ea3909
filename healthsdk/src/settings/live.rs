//! The settings file while the service runs, and the built-in check that reads it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
    time::{Duration, SystemTime},
};

use serde_json::Value;

use super::{Layer, Rules, Wanted, faults::Faults, file};
use crate::{Check, Component, Kind, Outcome, Status, observe, plan::Plan, redact::Redactor, run::Engine};

const PERIOD: Duration = Duration::from_secs(1);
/// A file on a network may take its time.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What the settings file says, now and at the start.
pub(crate) struct Live {
    path: Option<PathBuf>,
    known: Vec<String>,
    redactor: Redactor,
    started: BTreeMap<&'static str, Value>,
    state: Mutex<State>,
    rules: OnceLock<BTreeMap<String, Rules>>,
    engine: OnceLock<Weak<Engine>>,
}

#[derive(Default)]
struct State {
    seen: Option<Vec<u8>>,
    /// Something else, which may be half-written: it counts once it is found twice in a row.
    found: Option<Found>,
    /// Of the last content that was legal.
    good: Good,
    /// What is wrong with what was seen.
    wrong: Option<String>,
}

/// Nothing where there is no file.
#[derive(PartialEq)]
struct Found(Option<Vec<u8>>);

#[derive(Clone, Default)]
struct Good {
    checks: BTreeMap<String, Arc<Wanted>>,
    globals: BTreeMap<&'static str, Value>,
}

impl Live {
    /// Reads the file for the first time. One that is not there is legal.
    pub(crate) fn new(
        path: Option<PathBuf>,
        known: Vec<String>,
        redactor: Redactor,
    ) -> (Self, Layer, Vec<String>) {
        let (mut state, mut layer, mut faults) = (State::default(), Layer::default(), Vec::new());
        if let Some(path) = &path {
            match file::content(path) {
                Ok(None) => observe::no_settings_file(path),
                Err(error) => faults.push(unreadable(path, &error)),
                Ok(Some(content)) => {
                    match file::understood(&content, path, &known) {
                        Ok(understood) => layer = understood.redacted(&redactor),
                        Err(wrong) => faults = wrong,
                    }
                    state.seen = Some(content);
                }
            }
        }
        state.good = Good::from(&layer);
        let started = state.good.globals.clone();
        (
            Self {
                path,
                known,
                redactor,
                started,
                state: Mutex::new(state),
                rules: OnceLock::new(),
                engine: OnceLock::new(),
            },
            layer,
            faults,
        )
    }

    pub(crate) fn has_file(&self) -> bool {
        self.path.is_some()
    }

    /// The built-in check. It is in every report, and never an error.
    pub(crate) fn check(self: &Arc<Self>) -> Check {
        let live = Arc::clone(self);
        Check::blocking("process/settings", move || live.look())
            .kind(Kind::Liveness)
            .kind(Kind::Readiness)
            .kind(Kind::Startup)
            .component(Component::System)
            .failure_status(Status::Degraded)
            .interval(PERIOD)
            .retry_interval(PERIOD)
            .timeout(TIMEOUT)
            .failure_threshold(1)
            .success_threshold(1)
    }

    /// How the checks were planned, for what the file says later.
    pub(crate) fn plan(&self, plan: &Plan) {
        let rules = plan
            .checks
            .iter()
            .filter_map(|planned| {
                Some((planned.info.name.to_string(), planned.rules.as_ref()?.with_file(None)))
            })
            .collect();
        drop(self.rules.set(rules));
    }

    pub(crate) fn run(&self, engine: &Arc<Engine>) {
        drop(self.engine.set(Arc::downgrade(engine)));
    }

    pub(crate) fn look(&self) -> Outcome {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unreadable = None;
        if let Some(engine) = self.engine.get().and_then(Weak::upgrade) {
            let looked = self.path.as_deref().map_or(Ok(false), |path| self.read(path, &mut state, &engine));
            if looked == Ok(true) || self.ends(&state.good) {
                engine.adjust(&state.good.checks);
            }
            unreadable = looked.err();
        }
        let wrong = unreadable.or_else(|| state.wrong.clone());
        let told = self.told(&state.good, SystemTime::now());
        match (wrong, told.is_empty()) {
            (Some(wrong), true) => Outcome::degraded(wrong),
            (Some(wrong), false) => Outcome::degraded(format_args!("{wrong}; {told}")),
            (None, true) => Outcome::ok(),
            (None, false) => Outcome::noted(&told),
        }
    }

    /// Whether time alone may change a check.
    fn ends(&self, good: &Good) -> bool {
        good.checks.values().any(|wanted| wanted.until.is_some())
            || self.rules.get().into_iter().flat_map(BTreeMap::values).any(Rules::ends)
    }

    /// Looks at the file, and whether it says something else now; or why it cannot be looked at.
    fn read(&self, path: &Path, state: &mut State, engine: &Engine) -> Result<bool, String> {
        let before = state.found.take();
        let found = Found(file::content(path).map_err(|error| unreadable(path, &error))?);
        if found.0 == state.seen {
            return Ok(false);
        }
        if before.as_ref() != Some(&found) {
            state.found = Some(found);
            return Ok(false);
        }
        let Found(content) = found;
        let good = content.as_deref().map_or(Ok(Good::default()), |content| self.good(content, path));
        let told = path.to_owned();
        let changed = good.is_ok();
        match good {
            Ok(good) => {
                let removed = content.is_none();
                let later = self.later(&good).filter(|_| good.globals != state.good.globals);
                engine.tell(move || observe::settings_file_changed(&told, removed, later.as_deref()));
                (state.good, state.wrong) = (good, None);
            }
            Err(wrong) => {
                let wrong = format!("{}; what it said before holds", wrong.join("; "));
                let wrong = self.redactor.text(&wrong).into_owned();
                state.wrong = Some(wrong.clone());
                engine.tell(move || observe::settings_file_wrong(&told, &wrong));
            }
        }
        state.seen = content;
        Ok(changed)
    }

    fn good(&self, content: &[u8], path: &Path) -> Result<Good, Vec<String>> {
        let layer = file::understood(content, path, &self.known)?.redacted(&self.redactor);
        let now = SystemTime::now();
        let mut faults = Faults::default();
        for (name, rules) in self.rules.get().into_iter().flatten() {
            let wrong = rules.with_file(layer.checks.get(name).cloned()).faults(now);
            faults.extend(wrong.into_iter().map(|wrong| format!("check `{name}`: {wrong}")));
        }
        let faults = faults.told();
        if faults.is_empty() { Ok(Good::from(&layer)) } else { Err(faults) }
    }

    /// What of it waits for a start.
    fn later(&self, good: &Good) -> Option<String> {
        let keys = self.started.keys().chain(good.globals.keys());
        let mut changed: Vec<_> = keys
            .filter(|key| self.started.get(*key) != good.globals.get(*key))
            .map(|key| format!("`{key}`"))
            .collect();
        changed.sort();
        changed.dedup();
        let verb = if changed.len() == 1 { "takes" } else { "take" };
        (!changed.is_empty()).then(|| format!("{} {verb} effect at the next start", changed.join(", ")))
    }

    fn told(&self, good: &Good, now: SystemTime) -> String {
        let summary = |(name, rules): (&String, &Rules)| {
            let in_force = rules.with_file(good.checks.get(name).cloned()).at(now);
            Some(observe::override_summary(name, in_force.overridden.as_deref()?))
        };
        let overrides: Vec<_> = self.rules.get().into_iter().flatten().filter_map(summary).collect();
        let plural = if overrides.len() == 1 { "override" } else { "overrides" };
        let counted = (!overrides.is_empty())
            .then(|| format!("{} {plural}: {}", overrides.len(), overrides.join(", ")));
        let over = over(&good.checks, now);
        let all: Vec<_> = counted.into_iter().chain(over).chain(self.later(good)).collect();
        all.join("; ")
    }
}

/// Those that hold no more, in words.
pub(crate) fn over(checks: &BTreeMap<String, Arc<Wanted>>, now: SystemTime) -> Option<String> {
    let over: Vec<_> = checks
        .iter()
        .filter_map(|(name, wanted)| Some((name, wanted.until.filter(|until| *until <= now)?)))
        .map(|(name, until)| format!("`{name}` was set until {}", humantime::format_rfc3339_seconds(until)))
        .collect();
    (!over.is_empty()).then(|| over.join(", "))
}

fn unreadable(path: &Path, error: &std::io::Error) -> String {
    format!("settings file {} cannot be read: {error}", path.display())
}

impl From<&Layer> for Good {
    fn from(layer: &Layer) -> Self {
        Self { checks: layer.checks.clone(), globals: layer.globals.written.clone() }
    }
}
