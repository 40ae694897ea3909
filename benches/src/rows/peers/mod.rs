//! healthsdk beside others that do the same job, each in a server of its own.

mod body;
mod figure;
mod load;
mod servers;
mod slow;
mod storm;

pub(crate) use load::run as load;
pub(crate) use servers::build as binaries;
pub(crate) use slow::{blocked, hung};
pub(crate) use storm::run as storm;
