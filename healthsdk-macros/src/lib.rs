//! The macros of [`healthsdk`](https://github.com/healthsdk/healthsdk). Use them through that crate, which re-exports them: the
//! expansions name its items.

mod args;
mod check;
mod duration;
mod errors;
mod function;
mod grammar;
mod name;
mod options;
mod path;
mod reference;
mod route;
mod rules;
mod signature;
#[cfg(test)]
mod tests;
mod value;
mod words;

use proc_macro::TokenStream;

/// Makes a function a health check, which registers itself when the program is linked.
///
/// ```
/// # mod sqlx {
/// #     #[derive(Debug)] pub struct Error;
/// #     impl std::fmt::Display for Error { fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { Ok(()) } }
/// #     pub struct PgPool;
/// #     pub struct Query;
/// #     impl Query { pub async fn execute(self, _: &PgPool) -> Result<u64, Error> { Ok(1) } }
/// #     pub fn query(_: &str) -> Query { Query }
/// # }
/// # use actix_web::web;
/// # use sqlx::PgPool;
/// use healthsdk::health_check;
///
/// #[health_check(kind = "readiness", timeout = "150ms", tags = ["storage"])]
/// async fn postgres(pool: web::Data<PgPool>) -> Result<(), sqlx::Error> {
///     sqlx::query("SELECT 1").execute(pool.get_ref()).await.map(drop)
/// }
/// ```
///
/// The function stays as it is and can be called as before. It may be `async`, or a plain `fn` that blocks: neither
/// runs on a thread that answers requests. It returns `()`, `Result<(), E>` where `E: Display`, `Outcome` or
/// `Result<Outcome, E>`. Each parameter is a `web::Data<T>` or an `Arc<T>`, and is taken from what
/// `Monitor::builder().data(...)` was given.
///
/// # Options
///
/// All are optional, each is written at most once, and `#[health_check]` alone is a readiness check that runs every
/// five seconds.
///
/// | option | value | meaning | default |
/// | --- | --- | --- | --- |
/// | `kind` | `"liveness"`, `"readiness"` or `"startup"`, or a list of them | the probes that the check takes part in | `"readiness"` |
/// | `name` | a name | what the check is called in all output | the function's name |
/// | `timeout` | a duration | a run that takes longer counts as failed; it may still end by itself | `"1s"` |
/// | `cancel_after` | a duration, not shorter than `timeout` | an unfinished run is dropped | 8 timeouts, at least `"8s"`, at most 1.9 intervals less `retry_interval` |
/// | `interval` | a duration | the background period, from start to start, with up to 10 % of jitter | `"5s"` |
/// | `retry_interval` | a duration, not longer than `interval` | the period while a change of status is pending | `"1s"`, or the interval where that is shorter |
/// | `initial_delay` | a duration | the wait before the first background run | none |
/// | `ttl` | a duration; not together with `interval` or `initial_delay` | makes the check on-demand: it runs only when asked, and an answer younger than this is used again | in the background |
/// | `failure_threshold` | 1 to 1000 | failed runs in a row until the check is published as failed | 3 |
/// | `success_threshold` | 1 to 1000 | passed runs in a row until a failed check is published as recovered | 2 |
/// | `failure_status` | `"error"`, `"degraded"` or `"ok"` | what a failure counts as | `"error"` |
/// | `scope` | `"local"` or `"shared"` | `"shared"`: all replicas share the dependency, so it must pass once and a failure afterwards is degraded | `"local"` |
/// | `degraded_above` | a duration shorter than `timeout` | a pass slower than this is degraded | never |
/// | `tags` | a name, or a list of them | groups that the check belongs to | none |
/// | `description` | a string | a sentence for authorised callers | none |
/// | `component` | `"component"`, `"datastore"` or `"system"` | what sort of thing the check looks at | not said |
/// | `allow_dependency` | none: the word alone | lets a liveness or startup check take data (see below) | a compile error |
/// | `crate` | a path without quotes | where `healthsdk` is, if it was renamed or re-exported | `::healthsdk` |
///
/// A *duration* is a string of one number directly followed by a unit, `ns`, `us`, `ms`, `s`, `m` or `h`: `"150ms"`,
/// `"1.5s"`. It is longer than zero and at most `"24h"`.
///
/// A *name* is 1 to 64 ASCII letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
///
/// # Liveness and startup
///
/// A failure of such a check gets the container killed. That mends nothing where the fault lies in what the
/// container depends on, and makes an outage of a database one of everything that uses it. A liveness or startup check with
/// parameters is therefore a compile error, unless `allow_dependency` says that a restart does mend it.
///
/// # Together with other attributes
///
/// `#[cfg]` may stand above or below. A handler can be a check at once: write `#[get(...)]` above `#[health_check]`.
#[proc_macro_attribute]
pub fn health_check(args: TokenStream, item: TokenStream) -> TokenStream {
    check::expand(args.into(), item.into()).into()
}

/// Gives a handler of one's own the state of the registered checks.
///
/// ```
/// use actix_web::{get, web};
/// use healthsdk::{Health, Report, health_route};
/// # struct Queue;
/// # impl Queue { fn depth(&self) -> usize { 0 } }
///
/// #[get("/health")]
/// #[health_route(kind = "readiness")]
/// async fn health(mut health: Health, queue: web::Data<Queue>) -> Report {
///     match queue.depth() {
///         ..=1000 => health.ok("queue"),
///         depth => health.degraded("queue", format!("{depth} waiting")),
///     }
///     health.status()
/// }
/// ```
///
/// The function is `async` and has one parameter of type `Health`; the others are extractors as in any handler, and
/// it returns what any handler may. The attribute may stand above or below `#[get]`, `#[route]` and `#[routes]`, and
/// without them the function is given to `web::get().to(...)`.
///
/// # Options
///
/// | option | value | meaning | default |
/// | --- | --- | --- | --- |
/// | `kind` | `"liveness"`, `"readiness"` or `"startup"`, or a list of them | only checks of these kinds | every kind |
/// | `tags` | a name, or a list of them | only checks that have at least one of these tags | every check |
/// | `crate` | a path without quotes | where `healthsdk` is, if it was renamed or re-exported | `::healthsdk` |
#[proc_macro_attribute]
pub fn health_route(args: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(args.into(), item.into()).into()
}

/// The `&'static Registration` of an annotated function, named by the function's path.
///
/// The path is that of the module in which the function is written: a re-export by name (`pub use checks::postgres`)
/// brings the function alone, one of everything (`pub use checks::*`) the registration as well.
///
/// ```
/// mod checks {
///     use healthsdk::health_check;
///
///     #[health_check]
///     pub async fn postgres() {}
/// }
///
/// use healthsdk::{Monitor, check};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder().linked(false).register(check!(checks::postgres)).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[proc_macro]
pub fn check(input: TokenStream) -> TokenStream {
    reference::expand(&input.into()).into()
}
