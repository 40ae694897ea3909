use std::{
    borrow::Cow,
    fmt,
    future::{Future, ready},
    panic::Location,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use crate::{
    IntoOutcome, Outcome,
    options::{Options, option_methods},
    redact::Redactor,
};

pub(crate) type BoxFuture = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// How a run of a check begins. The user's code is called at the first poll, on a poller, never by who starts the run.
#[derive(Clone)]
pub struct Start(Arc<dyn Begin>);

/// A trait of its own: each check has a table of it in the binary, which would be three times as long for `Fn`.
trait Begin: Send + Sync {
    fn begin(&self) -> BoxFuture;
}

struct Awaiting<F>(F);

struct Blocking<F>(F);

impl<F, Fut> Begin for Awaiting<F>
where
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output: IntoOutcome> + Send + 'static,
{
    fn begin(&self) -> BoxFuture {
        let run = (self.0)();
        Box::pin(async move { run.await.into_outcome() })
    }
}

impl<F: Fn() -> R + Send + Sync, R: IntoOutcome> Begin for Blocking<F> {
    fn begin(&self) -> BoxFuture {
        Box::pin(ready((self.0)().into_outcome()))
    }
}

impl Start {
    /// A check that awaits.
    pub fn future<F, Fut>(check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        Self(Arc::new(Awaiting(check)))
    }

    /// A check that may block its thread.
    pub fn blocking<F, R>(check: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: IntoOutcome,
    {
        Self(Arc::new(Blocking(check)))
    }

    pub(crate) fn begin(&self) -> RunFuture {
        RunFuture::Unbegun(self.clone())
    }
}

/// A run. Until its first poll it is no more than a way to begin: what the check awaits is not made, so that thousands may be
/// queued at once.
pub(crate) enum RunFuture {
    Unbegun(Start),
    Begun(BoxFuture),
}

impl Future for RunFuture {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let this = self.get_mut();
        loop {
            match this {
                Self::Unbegun(start) => *this = Self::Begun(start.0.begin()),
                Self::Begun(run) => return run.as_mut().poll(context),
            }
        }
    }
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start").finish_non_exhaustive()
    }
}

/// A check made at run time, for what is known only then: one check per shard, per tenant, per peer.
///
/// ```
/// use std::time::Duration;
/// use healthsdk::{Check, Kind, Monitor};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let mut builder = Monitor::builder();
/// for shard in 0..3 {
///     let check = Check::new(format!("shard-{shard}"), move || async move {
///         if shard < 3 { Ok(()) } else { Err("no such shard") }
///     });
///     builder = builder.check(check.kind(Kind::Readiness).interval(Duration::from_secs(10)));
/// }
/// let monitor = builder.build()?;
/// # drop(monitor); Ok(()) }
/// ```
pub struct Check {
    pub(crate) name: Cow<'static, str>,
    pub(crate) options: Options,
    pub(crate) tags: Vec<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) location: &'static Location<'static>,
    pub(crate) start: Start,
}

impl Check {
    /// A check that awaits. The name follows the rules of the attribute's `name`: 1 to 64 ASCII letters, digits,
    /// `-`, `_` and `.`, beginning with a letter or digit; it is examined when the monitor is built.
    #[track_caller]
    pub fn new<F, Fut>(name: impl Into<Cow<'static, str>>, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        Self::with_start(name.into(), Start::future(check))
    }

    /// A check that may block its thread: a plain function.
    #[track_caller]
    pub fn blocking<F, R>(name: impl Into<Cow<'static, str>>, check: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: IntoOutcome,
    {
        Self::with_start(name.into(), Start::blocking(check))
    }

    option_methods!();

    /// Groups that the check belongs to. Default: none.
    pub fn tags<T: Into<Cow<'static, str>>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// A sentence for authorised callers. Default: none.
    pub fn description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(description.into());
        self
    }

    #[track_caller]
    fn with_start(name: Cow<'static, str>, start: Start) -> Self {
        let location = Location::caller();
        Self { name, options: Options::NONE, tags: Vec::new(), description: None, location, start }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Redactor::default().reason(&self.name);
        f.debug_struct("Check").field("name", &name).field("location", &self.location).finish_non_exhaustive()
    }
}
