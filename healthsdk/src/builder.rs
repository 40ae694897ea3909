mod dialect;

use std::{
    any::type_name,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    BuildError, BuildInfo, Check, Monitor, Registration, Settings,
    about::About,
    actix::{Bearer, Details, Dialect, Listeners, Paths},
    dashboard::Dashboard,
    drain::Budget,
    fault,
    hook::Hook,
    inject::Inject,
    maintenance, observe,
    outlet::Outlet,
    plan::{Draft, LONGEST, Plan},
    registration::Linked,
    run::{Engine, Observer},
    transitions::Subscribers,
    watchdog::{self, Bounds, Workers},
};

mod about;
mod alerts;
#[cfg(feature = "metrics")]
mod metrics;
mod process;
mod redact;
mod separate;
mod settings;

const DEADLINE: Duration = Duration::from_millis(200);
const LONGEST_DEADLINE: Duration = Duration::from_secs(60);

/// Describes a [`Monitor`].
///
/// ```
/// use std::sync::Arc;
/// use healthsdk::{Check, Kind, Monitor};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder()
///     .data(Arc::new(String::from("what checks take as Arc<String> or web::Data<String>")))
///     .check(Check::new("always", || async {}).kind(Kind::Readiness))
///     .service("orders")
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[must_use = "nothing runs until `build`"]
pub struct MonitorBuilder {
    draft: Draft,
    linked: bool,
    deadline: Duration,
    details: Details,
    paths: Paths,
    dialect: Dialect,
    budget: Budget,
    build_info: BuildInfo,
    drain_token: Option<Bearer>,
    watch: Option<Bounds>,
    maintenance: Option<PathBuf>,
    settings: Vec<Settings>,
    settings_file: Option<PathBuf>,
    /// Who is told what the engine does.
    observers: Vec<Arc<dyn Observer>>,
    hooks: Vec<Hook>,
    outlets: Vec<Box<dyn Outlet>>,
    faults: Vec<String>,
}

impl MonitorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            draft: Draft::default(),
            linked: true,
            deadline: DEADLINE,
            details: Details::Never,
            paths: Paths::default(),
            dialect: Dialect::default(),
            budget: Budget::default(),
            build_info: BuildInfo::default(),
            drain_token: None,
            watch: None,
            maintenance: None,
            settings: Vec::new(),
            settings_file: None,
            observers: Vec::new(),
            hooks: Vec::new(),
            outlets: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Gives checks a parameter: `web::Data<T>` or `Arc<T>`. What is given as one may be taken as the other.
    pub fn data<D: Inject>(mut self, data: D) -> Self {
        if !self.draft.data.insert(data) {
            self.faults.push(fault::data_given_twice(type_name::<D::Target>()));
        }
        self
    }

    /// Registers an annotated function by hand, where the linker does not reach; [`check!`](crate::check) names it. One
    /// that is linked as well is no duplicate.
    pub fn register(mut self, registration: &'static Registration) -> Self {
        self.draft.registrations.push(registration);
        self
    }

    /// Adds a check made at run time.
    pub fn check(mut self, check: Check) -> Self {
        self.draft.checks.push(check);
        self
    }

    /// Keeps only the checks of these names, which are not validated otherwise. Called again, it adds names.
    pub fn only<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.draft.only.get_or_insert_default().extend(names.into_iter().map(Into::into));
        self
    }

    /// Leaves out the checks of these names.
    pub fn without<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.draft.without.extend(names.into_iter().map(Into::into));
        self
    }

    /// Whether the checks that the linker brought in take part. Default: yes.
    pub fn linked(mut self, linked: bool) -> Self {
        self.linked = linked;
        self
    }

    /// Names checks that must be there: a crate whose checks nobody mentions is not linked, and its checks are silently
    /// absent.
    pub fn expect_checks<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.draft.expected.extend(names.into_iter().map(Into::into));
        self
    }

    /// Lets a monitor without checks be built. It answers that all is well.
    pub fn allow_empty(mut self) -> Self {
        self.draft.allow_empty = true;
        self
    }

    /// How long an answer waits for runs at most. It bounds the wait, never a run. Default: 200 ms.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Makes checks that name neither `interval` nor `ttl` on-demand, with this `ttl`. Default: they run in the background.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.draft.defaults.ttl = Some(ttl);
        self
    }

    /// Who is told more than the status. Default: nobody.
    ///
    /// Where this tells callers apart (all but [`Details::Never`] and [`Details::Always`]), a caller who is not authorised starts no
    /// run: on-demand checks are then run in the background too, every 5 s or every `ttl` where that is longer.
    pub fn details(mut self, details: Details) -> Self {
        self.details = details;
        self
    }

    /// Where the probes are. Default: `/livez`, `/readyz`, `/startupz` and `/health`.
    pub fn paths(mut self, paths: Paths) -> Self {
        self.paths = paths;
        self
    }

    /// How long the listener stays open after the first signal to stop, with readiness answering 503: as long as whoever sends
    /// requests needs to notice. Default: 10 s.
    ///
    /// A readiness probe with a period of 5 s and 2 failures notices within 10 s at most, because the answer comes at once. Whoever deletes a
    /// pod of Kubernetes takes it out of traffic at the same time.
    pub fn drain_delay(mut self, delay: Duration) -> Self {
        self.budget.delay = delay;
        self
    }

    /// From the first signal to stop until whatever runs the service kills it: `terminationGracePeriodSeconds` of
    /// Kubernetes, `TimeoutStopSec` of systemd. Default: 30 s.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.budget.grace = grace;
        self
    }

    /// Validates everything and starts the checks.
    ///
    /// # Errors
    /// All faults at once, each with the check, its `file:line` and what to write instead: duplicate and ill-formed names, missing
    /// data, expected checks that are absent, contradicting options, no check at all. Also where a thread cannot be started.
    pub fn build(self) -> Result<Monitor, BuildError> {
        Monitor::built();
        self.start()
    }

    pub(crate) fn start(mut self) -> Result<Monitor, BuildError> {
        if self.linked {
            self.draft.registrations.extend(Linked::all());
        }
        let workers = self.watch.map(|_| Workers::new());
        let watchdog = self.watch.zip(workers.clone());
        self.draft.built_in.extend(watchdog.map(|(bounds, workers)| watchdog::check(workers, bounds)));
        let redactor = self.draft.redactor.clone();
        let maintenance = self.maintenance.take().map(|path| maintenance::check(path, redactor.clone()));
        self.draft.built_in.extend(maintenance);
        let mut faults = std::mem::take(&mut self.faults);
        let (live, set) = self.apply_settings(&mut faults);
        self.draft.defaults.strangers = self.details.tells_apart();
        if self.deadline.is_zero() || self.deadline > LONGEST_DEADLINE {
            faults
                .push(format!("`.deadline({:?})` must be longer than zero and at most 60 s", self.deadline));
        }
        if let Some(ttl) = self.draft.defaults.ttl.filter(|ttl| ttl.is_zero() || *ttl > LONGEST) {
            faults.push(format!("`.ttl({ttl:?})` must be longer than zero and at most 24 h"));
            self.draft.defaults.ttl = None;
        }
        faults.extend(self.details.fault());
        self.draft.built_in.extend(self.details.checks());
        faults.extend(self.paths.faults());
        faults.extend(self.budget.fault().map(|fault| fault::set_by(fault, &set)));
        faults.extend(self.watch.and_then(Bounds::fault));
        faults.extend(self.build_info.fault(&redactor));
        faults.extend(self.outlets.iter().flat_map(|outlet| outlet.faults(&redactor)));
        let plan = match Plan::new(self.draft) {
            Ok(plan) if faults.is_empty() => plan,
            plan => {
                faults.extend(plan.err().into_iter().flatten());
                let faults = faults.iter().map(|fault| redactor.text(fault).into_owned());
                return Err(BuildError::new(faults.collect()));
            }
        };
        observe::started(&plan, &self.budget);
        if let Some(live) = &live {
            live.plan(&plan);
        }
        let build = self.build_info.redacted(&redactor);
        let about = About { build: build.clone(), started_at: SystemTime::now() };
        let no_thread = |error| {
            BuildError::new(vec![format!("a thread for the health checks cannot be started: {error}")])
        };
        let subscribers = Arc::new(Subscribers::default());
        self.observers.push(Arc::clone(&subscribers) as _);
        let dashboard = Dashboard::new();
        self.observers.extend(dashboard.observers());
        self.observers.extend(self.outlets.iter().map(|outlet| outlet.observer()));
        self.hooks
            .into_iter()
            .try_for_each(|hook| hook.listen(&subscribers, &redactor))
            .map_err(no_thread)?;
        let engine = Engine::start(plan, self.deadline, about, self.observers).map_err(no_thread)?;
        if let Some(live) = live {
            live.run(&engine);
        }
        let listeners = Listeners::new(self.drain_token, workers, dashboard);
        let (budget, details, dialect) = (self.budget, self.details, self.dialect);
        let monitor = Monitor::new(engine, subscribers, budget, details, self.paths, dialect, listeners);
        let started = self.outlets.into_iter().map(|outlet| outlet.start(&monitor, &build));
        let faults: Vec<_> =
            started.filter_map(Result::err).map(|fault| redactor.text(&fault).into_owned()).collect();
        if faults.is_empty() { Ok(monitor) } else { Err(BuildError::new(faults)) }
    }
}

impl std::fmt::Debug for MonitorBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MonitorBuilder").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}
