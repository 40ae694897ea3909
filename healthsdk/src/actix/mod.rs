//! actix-web: the only part of the crate that names it.

mod accept;
mod announce;
mod answer;
mod below;
#[cfg(feature = "dashboard")]
mod dashboard;
#[cfg(not(feature = "dashboard"))]
#[path = "no_dashboard.rs"]
mod dashboard;
mod details;
mod dialect;
mod document;
mod drain;
mod inject;
mod listener;
mod listeners;
mod paths;
mod probes;
mod query;
mod question;
mod source;

pub(crate) use details::Bearer;
pub use details::Details;
pub(crate) use dialect::Dialect;
pub use drain::DrainMiddleware;
pub use listener::Listener;
pub(crate) use listeners::Listeners;
pub use paths::Paths;
pub use source::Source;
