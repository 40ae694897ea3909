//! How soon a tokio runtime gets round to a new task.
//!
//! - **Proves**: that at least one worker of the runtime takes new tasks, and how soon. A runtime whose workers are all blocked
//!   or spinning is a check that timed out.
//! - **Does not prove**: that each worker does: a task behind a blocked worker may wait while others run.
//! - **Kind**: readiness. Liveness, where nothing but a restart frees the runtime; then with a timeout of many seconds.
//! - **Timeout**: the default. Degraded above 100 ms; set [`degraded_above`](Check::degraded_above) for another bound.
//! - **Permission**: none.
//! - **Cost**: one empty task. Where a run is dropped because the runtime is blocked, its task stays in the queue until it goes on.
//!
//! The checks themselves run elsewhere, on threads of the monitor, so that this one can tell. For actix-web's own workers,
//! which are one runtime each, see `actix_workers`, and the monitor's worker watchdog. For a bound of the tasks alive:
//! `saturation::of("tasks", move || (runtime.metrics().num_alive_tasks(), 10_000))`.

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

use super::measure::milliseconds;
use crate::{Check, Component, Outcome};

const DEGRADED_ABOVE: Duration = Duration::from_millis(100);

/// Has the runtime run an empty task, and measures how long that took to begin.
///
/// Data: `delay_ms`; `workers`; `alive_tasks`; `queued`, the tasks that no worker has taken yet.
///
/// ```
/// use healthsdk::{Status, checks::tokio_runtime};
///
/// let runtime = tokio::runtime::Runtime::new()?;
/// let outcome = runtime.block_on(tokio_runtime::delay(runtime.handle()));
/// assert_eq!(outcome.status(), Status::Ok);
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn delay(runtime: &Handle) -> Outcome {
    let asked = Instant::now();
    let began = runtime.spawn(async { Instant::now() }).await;
    let Ok(began) = began else { return Outcome::error("the runtime has shut down") };
    let metrics = runtime.metrics();
    Outcome::ok()
        .with("delay_ms", milliseconds(began.saturating_duration_since(asked)))
        .with("workers", metrics.num_workers())
        .with("alive_tasks", metrics.num_alive_tasks())
        .with("queued", metrics.global_queue_depth())
}

/// A check of this runtime's [`delay`], of component [`System`](Component::System).
///
/// ```
/// use healthsdk::{Monitor, checks};
/// use tokio::runtime::Handle;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder()
/// #   .linked(false)
///     .check(checks::tokio_runtime::of("runtime", Handle::current()))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, runtime: Handle) -> Check {
    let delay = move || {
        let runtime = runtime.clone();
        async move { delay(&runtime).await }
    };
    Check::new(name, delay).component(Component::System).degraded_above(DEGRADED_ABOVE)
}
