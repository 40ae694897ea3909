//! What those who trace are told: a span for each run, an event for each transition, and nothing for a probe.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use healthsdk::{Check, Details, Kind, Monitor, Outcome};
use healthsdk_tests::{Service, eventually, eventually_some, http};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

const SOON: Duration = Duration::from_secs(20);
const OFTEN: Duration = Duration::from_millis(20);
const NEVER: Duration = Duration::from_hours(1);

/// A span or an event.
#[derive(Clone, Debug)]
struct Told {
    id: Option<Id>,
    name: &'static str,
    target: String,
    level: Level,
    parent: Option<Id>,
    fields: BTreeMap<String, String>,
    closed: bool,
}

impl Told {
    fn new(id: Option<&Id>, metadata: &Metadata<'_>, parent: Option<Id>) -> Self {
        let (name, target) = (metadata.name(), metadata.target().to_owned());
        let (id, level) = (id.cloned(), *metadata.level());
        Self { id, name, target, level, parent, fields: BTreeMap::new(), closed: false }
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    fn is_of(&self, check: &str) -> bool {
        self.field("check") == Some(check)
    }
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name().to_owned(), value.to_owned());
    }
}

/// All spans and events of this process. Other tests may write here too, so each looks for names of its own.
#[derive(Clone, Default)]
struct Traces(Arc<Mutex<Vec<Told>>>);

impl Traces {
    fn of_process() -> Self {
        static ALL: OnceLock<Traces> = OnceLock::new();
        let begin = || {
            let traces = Traces::default();
            let subscriber = tracing_subscriber::registry().with(traces.clone()).with(Panics::default());
            tracing::subscriber::set_global_default(subscriber).expect("no other subscriber");
            traces
        };
        ALL.get_or_init(begin).clone()
    }

    fn all(&self) -> MutexGuard<'_, Vec<Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first of a check that is like this, waiting for it.
    #[track_caller]
    fn find(&self, what: &str, like: impl Fn(&Told) -> bool) -> Told {
        eventually_some(what, SOON, || self.all().iter().find(|told| like(told)).cloned())
    }

    /// The first span of a run of this check that is closed.
    #[track_caller]
    fn run(&self, check: &str) -> Told {
        self.find("a run is over", |told| told.name == "health_check" && told.is_of(check) && told.closed)
    }

    /// The first run of this check that ended so: one that the machine made void by a stall does not count.
    #[track_caller]
    fn ended(&self, check: &str, outcome: &str) -> Told {
        let so = |told: &Told| told.is_of(check) && told.closed && told.field("outcome") == Some(outcome);
        self.find(outcome, |told| told.name == "health_check" && so(told))
    }

    fn change(&self, id: &Id, change: impl FnOnce(&mut Told)) {
        let mut all = self.all();
        // Ids are used again: the last is meant.
        if let Some(told) = all.iter_mut().rev().find(|told| told.id.as_ref() == Some(id)) {
            change(told);
        }
    }
}

impl<S: Subscriber> Layer<S> for Traces
where
    S: for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let parent = if attributes.is_contextual() { context.current_span().id().cloned() } else { None };
        let parent = parent.or_else(|| attributes.parent().cloned());
        let mut told = Told::new(Some(id), attributes.metadata(), parent);
        attributes.record(&mut told);
        self.all().push(told);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        self.change(id, |told| values.record(told));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let parent = context.event_span(event).map(|span| span.id());
        let mut told = Told::new(None, event.metadata(), parent);
        event.record(&mut told);
        self.all().push(told);
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.change(&id, |told| told.closed = true);
    }
}

/// Panics in the spans of one check, at the place that a test names.
#[derive(Default)]
struct Panics(Mutex<BTreeSet<u64>>);

const UNHARMED: &str = "unharmed";
const PLACES: [&str; 3] = ["new", "entered", "left"];
static PLACE: AtomicUsize = AtomicUsize::new(usize::MAX);

impl Panics {
    fn at(&self, id: &Id, place: &str) {
        let now = PLACES.get(PLACE.load(Ordering::SeqCst));
        let ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let panics = ids.contains(&id.into_u64()) && now == Some(&place);
        drop(ids);
        assert!(!panics, "a subscriber that breaks where a span is {place}");
    }
}

impl<S: Subscriber> Layer<S> for Panics {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let mut told = Told::new(Some(id), attributes.metadata(), None);
        attributes.record(&mut told);
        if told.is_of(UNHARMED) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.into_u64());
        }
        self.at(id, "new");
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        self.at(id, "entered");
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        self.at(id, "left");
    }
}

/// Tells of its end.
struct Says(&'static str);

impl Drop for Says {
    fn drop(&mut self) {
        tracing::info!(told = self.0, "dropped");
    }
}

fn monitor(check: Check) -> Monitor {
    let builder = Monitor::builder().linked(false).details(Details::Always);
    builder.check(check).build().expect("the check is legal")
}

#[test]
fn each_run_is_a_closed_root_span_with_its_fields() {
    let traces = Traces::of_process();
    let outer = tracing::info_span!("of the application").entered();
    let check = Check::new("fine", || async {}).kind(Kind::Liveness).kind(Kind::Readiness);
    let _monitor = monitor(check.interval(OFTEN));
    let run = traces.run("fine");
    assert_eq!((run.target.as_str(), run.level, run.parent), ("healthsdk::run", Level::INFO, None));
    let fields: Vec<_> = run.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(
        matches!(
            fields[..],
            [("check", "fine"), ("duration_seconds", _), ("kinds", "liveness+readiness"), ("outcome", "ok"),]
        ),
        "{fields:?}"
    );
    assert!(run.fields["duration_seconds"].parse::<f64>().is_ok());
    let runs = || traces.all().iter().filter(|told| told.is_of("fine") && told.closed).count();
    eventually("each further run has one, too", SOON, || runs() >= 3);
    drop(outer);
}

#[test]
fn a_span_that_a_check_leaves_open_is_no_parent_of_further_runs() {
    let traces = Traces::of_process();
    let look = || async { std::mem::forget(tracing::info_span!(parent: None, "left open").entered()) };
    let _monitor = monitor(Check::new("leaks", look).interval(OFTEN));
    let runs = || traces.all().iter().filter(|told| told.is_of("leaks") && told.closed).count();
    eventually("it has run again", SOON, || runs() >= 5);
    assert!(traces.all().iter().filter(|told| told.is_of("leaks")).all(|run| run.parent.is_none()));
}

#[test]
fn what_a_check_tells_is_inside_of_its_span_from_the_first_poll_to_the_last_destructor() {
    let traces = Traces::of_process();
    let look = || async {
        let _says = Says("in-a-destructor");
        tracing::info!(told = "before-a-wait", "asks");
        tokio::time::sleep(OFTEN).await;
        tracing::info!(told = "after-a-wait", "has an answer");
        let _inner = tracing::info_span!("inner-of-a-check").entered();
    };
    let _monitor = monitor(Check::new("talks", look).interval(NEVER));
    let run = traces.run("talks");
    for told in ["before-a-wait", "after-a-wait", "in-a-destructor"] {
        let event = traces.find(told, |event| event.field("told") == Some(told));
        assert_eq!(event.parent, run.id, "{told}");
    }
    let hangs = || async {
        let _says = Says("where-it-is-dropped");
        std::future::pending::<()>().await;
    };
    let hanging = Check::new("dropped", hangs).timeout(OFTEN).interval(NEVER).retry_interval(NEVER);
    let _hangs = monitor(hanging.cancel_after(Duration::from_millis(100)));
    let dropped = traces.find("it is dropped", |event| event.field("told") == Some("where-it-is-dropped"));
    assert_eq!(dropped.parent, traces.run("dropped").id);
    let inner = traces.find("a span of the check", |span| span.name == "inner-of-a-check");
    assert_eq!(inner.parent, run.id);
}

#[test]
fn a_check_that_blocks_its_thread_has_a_span_as_well() {
    let traces = Traces::of_process();
    let look = || tracing::info!(told = "while-it-blocks", "looks");
    let _monitor = monitor(Check::blocking("blocks", look).interval(NEVER));
    let run = traces.run("blocks");
    let event = traces.find("its event", |event| event.field("told") == Some("while-it-blocks"));
    assert_eq!((run.field("outcome"), event.parent), (Some("ok"), run.id.clone()));
}

#[test]
fn a_run_that_says_why_it_is_not_well_has_the_reason_and_an_error_the_status_of_opentelemetry() {
    let traces = Traces::of_process();
    let _degraded = monitor(Check::new("slow-disk", || async { Outcome::degraded("90 % full") }));
    let _failed = monitor(Check::new("no-disk", || async { Outcome::error("gone") }));
    let (degraded, failed) = (traces.run("slow-disk"), traces.run("no-disk"));
    let told =
        |run: &Told| ["outcome", "reason", "otel.status_code"].map(|name| run.fields.get(name).cloned());
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(told(&degraded), [some("degraded"), some("90 % full"), None]);
    assert_eq!(told(&failed), [some("error"), some("gone"), some("ERROR")]);
}

#[test]
fn runs_that_panic_come_late_or_are_dropped_are_closed_with_that_outcome() {
    let traces = Traces::of_process();
    let panics = || async { assert!(NEVER.is_zero(), "out of order") };
    let again = |check: Check| monitor(check.timeout(OFTEN).interval(OFTEN).retry_interval(OFTEN));
    let _panics = again(Check::new("panics", panics));
    let late = || tokio::time::sleep(Duration::from_millis(200));
    let _late = again(Check::new("late", late).cancel_after(SOON));
    let hangs = Check::new("hangs", std::future::pending::<()>);
    let _hangs = again(hangs.cancel_after(Duration::from_millis(200)));
    for (check, outcome) in [("panics", "panicked"), ("late", "late"), ("hangs", "dropped")] {
        let run = traces.ended(check, outcome);
        assert_eq!(run.field("otel.status_code"), Some("ERROR"), "{check}");
    }
    assert!(traces.ended("panics", "panicked").fields["reason"].contains("out of order"));
}

#[test]
fn a_run_that_the_drain_or_the_end_takes_the_meaning_of_is_closed_as_void() {
    let traces = Traces::of_process();
    let begun = |check: &'static str| traces.find("it has begun", move |told| told.is_of(check));
    let slow = || tokio::time::sleep(Duration::from_millis(300));
    let drained = monitor(Check::new("drained", slow));
    begun("drained");
    drained.drain();
    assert_eq!(traces.run("drained").field("outcome"), Some("void"));

    let ended = monitor(Check::new("ended", std::future::pending::<()>));
    begun("ended");
    drop(ended);
    assert_eq!(traces.run("ended").field("outcome"), Some("void"));
}

#[test]
fn a_transition_is_one_event_with_all_that_is_to_be_known() {
    let traces = Traces::of_process();
    let broken = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&broken);
    let look = move || {
        let broken = seen.load(Ordering::SeqCst);
        async move { if broken { Err("unplugged") } else { Ok(()) } }
    };
    let check = Check::new("plug", look).interval(OFTEN).retry_interval(OFTEN);
    let _monitor = monitor(check.failure_threshold(3).success_threshold(1));
    traces.run("plug");
    broken.store(true, Ordering::SeqCst);
    let is = |to: &'static str| {
        move |told: &Told| {
            told.name == "health_check_transition" && told.field("to") == Some(to) && told.is_of("plug")
        }
    };
    let failure = traces.find("it fails", is("error"));
    assert_eq!((failure.target.as_str(), failure.level), ("healthsdk", Level::WARN));
    assert_eq!(failure.parent, None, "nobody's run");
    let fields = ["from", "reason", "failures", "planned"].map(|name| failure.field(name));
    assert_eq!(fields, [Some("ok"), Some("unplugged"), Some("3"), Some("false")]);
    assert!(failure.fields["lasted_seconds"].parse::<f64>().is_ok());
    broken.store(false, Ordering::SeqCst);
    let recovery = traces.find("it recovers", is("ok"));
    assert_eq!(
        (recovery.level, recovery.field("from"), recovery.field("reason")),
        (Level::INFO, Some("error"), None)
    );
    let told = traces.all().iter().filter(|told| told.id.is_none() && told.is_of("plug")).count();
    assert_eq!(told, 2, "one for each");
}

#[test]
fn a_transition_by_settings_is_one_event_of_a_name_of_its_own() {
    let traces = Traces::of_process();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("health.json");
    let look = || async { Outcome::error("unplugged") };
    let check = Check::new("ignored", look).interval(OFTEN).retry_interval(OFTEN).failure_threshold(1);
    let monitor = Monitor::builder().linked(false).check(check).settings_file(&file).build();
    let _monitor = monitor.expect("the check is legal");
    traces.find("it fails", |told| told.name == "health_check_transition" && told.is_of("ignored"));
    let ignored = r#"{"checks": {"ignored": {"failure_status": "ok", "reason": "index is rebuilt"}}}"#;
    std::fs::write(&file, ignored).expect("the folder is there");
    let changed = traces.find("it is ignored", |told| told.name == "health_check_settings_changed");
    assert_eq!((changed.target.as_str(), changed.level), ("healthsdk", Level::INFO));
    let fields = ["check", "from", "to", "reason"].map(|name| changed.field(name));
    assert_eq!(fields, [Some("ignored"), Some("error"), Some("ok"), Some("index is rebuilt")]);
    assert!(changed.fields["lasted_seconds"].parse::<f64>().is_ok());
    let is_transition = |told: &&Told| told.name == "health_check_transition" && told.is_of("ignored");
    assert_eq!(traces.all().iter().filter(is_transition).count(), 1, "the failure");
}

#[test]
fn a_thousand_probes_are_no_span_and_no_event() {
    let traces = Traces::of_process();
    let monitor = monitor(Check::new("asked", || async {}).interval(NEVER));
    let service = Service::start(monitor.probes());
    let ready = || http::get(service.addr(), "/readyz").status == 200;
    eventually("it is ready", SOON, ready);
    traces.run("asked");
    let ours = || traces.all().iter().filter(|told| told.target.starts_with("healthsdk")).count();
    let line = |told: &Told| told.field("message").is_some_and(|line| line.contains("the service is ready"));
    traces.find("the start is told", line);
    let before = ours();
    let mut client = http::Client::connect(service.addr(), SOON).expect("it listens");
    for number in 0..1000 {
        let path = ["/readyz", "/livez", "/health", "/health?format=kubernetes"][number % 4];
        assert_eq!(client.get(path).expect("it answers").status, 200);
    }
    assert_eq!(ours(), before);
}

#[test]
fn a_subscriber_that_panics_breaks_no_check() {
    let traces = Traces::of_process();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let look = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async {}
    };
    let monitor = monitor(Check::new(UNHARMED, look).interval(OFTEN).failure_threshold(1));
    traces.run(UNHARMED);
    for place in 0..=PLACES.len() {
        PLACE.store(place, Ordering::SeqCst);
        let before = runs.load(Ordering::SeqCst);
        eventually("it runs on", SOON, || runs.load(Ordering::SeqCst) > before + 5);
    }
    let service = Service::start(monitor.probes());
    let entry = || http::get(service.addr(), "/readyz").json()["checks"][UNHARMED].clone();
    assert_eq!((entry()["status"].as_str(), entry()["failures"].as_u64()), (Some("ok"), Some(0)));
    let failed = |told: &Told| told.is_of(UNHARMED) && told.name == "health_check_transition";
    assert!(!traces.all().iter().any(failed));
}
