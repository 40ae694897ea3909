//! The running engine: the only part of the crate that knows threads, tasks and clocks.
//!
//! In the order in which a run passes through: the clock finds a check due by its `schedule`, or a reader asks for it; a `flight` with an
//! `attempt` is polled by the `pool`; what it says moves the check's `threshold`; the `snapshot` of all of them is what readers see.

mod adjust;
mod attempt;
#[cfg(test)]
mod cases;
mod caught;
mod cell;
mod clock;
mod consequence;
mod driver;
mod effect;
mod engine;
#[allow(dead_code, reason = "each observer takes what it needs, and most are behind features")]
mod feed;
mod flight;
mod hops;
mod journal;
mod lane;
mod lag;
mod launch;
mod moment;
mod pool;
mod reader;
mod rest;
mod round;
mod schedule;
mod shutdown;
mod signals;
mod snapshot;
mod span;
mod stamping;
mod steer;
mod table;
mod tallies;
mod tally;
mod thaw;
mod threshold;
mod traffic;
mod wait;
#[cfg(all(feature = "systemd", target_os = "linux"))]
mod watched;

pub(crate) use caught::caught;
pub(crate) use consequence::Declared;
pub(crate) use effect::News;
pub(crate) use engine::Engine;
pub(crate) use feed::{Adjusted, Event, Observer, Run, RunResult};
pub(crate) use hops::Hops;
pub(crate) use moment::Moment;
pub(crate) use reader::Reader;
pub(crate) use shutdown::Shutdown;
pub(crate) use snapshot::Snapshot;
pub(crate) use stamping::stamp;
pub(crate) use tallies::{Tallied, Tallies};
pub use tally::DURATION_BUCKETS;
#[cfg(test)]
pub(crate) use tally::Tally;
#[cfg_attr(
    not(feature = "heartbeat"),
    allow(unused_imports, reason = "for checks that measure silence")
)]
pub(crate) use thaw::thawed;
pub(crate) use threshold::{Change, Transition};
pub(crate) use traffic::{Lane, Passage};
