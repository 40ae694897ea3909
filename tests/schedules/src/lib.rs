//! The files of healthsdk's engine in which threads meet, as they are, compiled a second time: against loom's locks, atomics and
//! threads, which play every schedule of them, and every old value that an atomic may still show.
//!
//! The files name `std` and `tokio`, and here both are this crate: [`sync`] and [`thread`] are loom's, all else is the real
//! thing. What the files need of the rest of healthsdk is as small as it can be.
//!
//! What is played is in [`scenarios`]. A thread that waits for what never comes is a deadlock, and fails. Not played are
//! waits that end by time: who waits for work waits for ever.

// With their own tests, which the files bring, they would need all of healthsdk.
#![cfg(not(test))]
#![allow(
    clippy::missing_panics_doc,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "what stands in for something is shaped like it"
)]

// Both are what the files of healthsdk name.
extern crate self as std;
extern crate self as tokio;
extern crate std as real;

pub use real::{any, collections, fmt, future, io, iter, mem, num, panic, pin, prelude, task, time};

mod shim;
mod run;
#[path = "../../../healthsdk/src/kind.rs"]
mod kind;
pub mod sync;
pub mod thread;

pub use kind::Kind;
pub use run::scenarios;

use shim::{Outcome, check, info, outcome, redact};
