//! actix-web: the only part of the crate that names it.

mod announce;
mod answer;
mod details;
mod drain;
mod inject;
mod listener;
mod listeners;
mod paths;
mod probes;
mod source;

pub(crate) use details::Bearer;
pub use details::Details;
pub use drain::DrainMiddleware;
pub use listener::Listener;
pub(crate) use listeners::Listeners;
pub use paths::Paths;
pub use source::Source;
