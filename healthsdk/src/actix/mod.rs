//! actix-web: the only part of the crate that names it.

mod accept;
mod answer;
mod below;
mod details;
mod dialect;
mod drain;
mod inject;
mod paths;
mod probes;
mod query;
mod question;
mod source;

pub use details::Details;
pub(crate) use dialect::Dialect;
pub use drain::DrainMiddleware;
pub use paths::Paths;
pub use source::Source;
