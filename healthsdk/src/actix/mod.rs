//! actix-web: the only part of the crate that names it.

mod answer;
mod details;
mod drain;
mod inject;
mod paths;
mod probes;
mod source;

pub use details::Details;
pub use drain::DrainMiddleware;
pub use paths::Paths;
pub use source::Source;
