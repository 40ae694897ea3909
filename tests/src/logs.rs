//! The log events of this process, kept for assertions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::subscriber::{self, DefaultGuard, Subscriber};
use tracing::{Event, Level};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::eventually_some;

/// One event.
#[derive(Clone, Debug)]
pub struct Line {
    /// How grave it is.
    pub level: Level,
    /// Who says so: a module path, unless the event names another.
    pub target: String,
    /// The text.
    pub message: String,
    /// The other fields, as they print.
    pub fields: BTreeMap<String, String>,
    /// When it was seen.
    pub at: Instant,
}

/// The events since this was made.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    lines: Arc<Mutex<Vec<Line>>>,
    from: usize,
}

impl Logs {
    /// Those of this thread alone, until the guard is dropped.
    pub fn of_thread() -> (Logs, DefaultGuard) {
        let logs = Logs::default();
        let guard = subscriber::set_default(logs.subscriber());
        (logs, guard)
    }

    /// Those of all threads, such as the library's own; other tests of the same process write here too, so look for a
    /// name that only this test has.
    ///
    /// # Panics
    /// Where the process has another global subscriber.
    pub fn of_process() -> Logs {
        static ALL: OnceLock<Logs> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            let logs = Logs::default();
            subscriber::set_global_default(logs.subscriber()).expect("no other global subscriber");
            logs
        });
        Logs { lines: Arc::clone(&all.lines), from: all.lock().len() }
    }

    /// All so far.
    pub fn lines(&self) -> Vec<Line> {
        self.lock()[self.from..].to_vec()
    }

    /// Those so far that have this text in them, wherever.
    pub fn with(&self, text: &str) -> Vec<Line> {
        self.lines().into_iter().filter(|line| line.to_string().contains(text)).collect()
    }

    /// The first with this level and this text in it, waiting for it.
    ///
    /// # Panics
    /// Where it does not come in time.
    #[track_caller]
    pub fn logged(&self, level: Level, text: &str, within: Duration) -> Line {
        let find = || self.with(text).into_iter().find(|line| line.level == level);
        eventually_some(&format!("{level} {text:?} is logged"), within, find)
    }

    fn subscriber(&self) -> impl Subscriber + Send + Sync + use<> {
        tracing_subscriber::registry().with(Collect(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.target, self.message)?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

struct Collect(Logs);

impl<S: Subscriber> Layer<S> for Collect {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.0.remove("message").unwrap_or_default();
        let meta = event.metadata();
        let (level, target) = (*meta.level(), meta.target().to_owned());
        self.0.lock().push(Line { level, target, message, fields: fields.0, at: Instant::now() });
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}
