#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The modules stand in the order in which data flows through them.
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

// What is declared: a check in words,
mod words;
mod kind;
mod options;
mod status;
mod cause;
mod outcome;
mod guarded;
mod redact;
mod text;
mod check;
mod registration;
// what its parameters are taken from,
mod inject;
// and all of them, validated.
mod fault;
mod info;
mod plan;
mod timing;
mod settings;
mod maintenance;
mod watchdog;
mod builder;
mod monitor;
// What runs,
mod run;
mod planted;
// what that says of the checks and the process,
mod about;
mod endpoint;
mod last;
mod entry;
mod health;
mod lifecycle;
mod process;
mod gate;
mod drain;
mod draining;
mod contract;
mod kubernetes;
mod reach;
mod report;
mod selection;
// and who is told: people by logs,
mod observe;
// the service's own code by transitions,
mod transition;
mod transitions;
mod hook;
// people also by a page,
#[cfg(feature = "dashboard")]
mod dashboard;
#[cfg(not(feature = "dashboard"))]
#[path = "dashboard/off.rs"]
mod dashboard;
mod outlet;
// other services by HTTP,
#[cfg(feature = "webhook")]
pub mod webhook;
// and callers by bytes in an answer.
mod format;
mod actix;
// Made of `grpc/health.proto` with tonic-prost-build, `configure().build_client(false)`, and protox for protoc.
#[cfg(any(feature = "grpc", feature = "tonic"))]
#[cfg_attr(not(feature = "grpc"), allow(dead_code, reason = "a client needs the messages alone"))]
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]
#[rustfmt::skip]
mod proto;
#[cfg(feature = "grpc")]
pub mod grpc;
#[cfg(all(feature = "systemd", target_os = "linux"))]
mod systemd;
// Checks of what most services have: each of one client, as users would declare it.
pub mod checks;
// The other end: who asks.
pub mod probe;
// What a fuzzer reaches.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
// The fuzz targets' bodies, which the tests run too, name the crate.
#[cfg(test)]
extern crate self as healthsdk;

pub use about::BuildInfo;
pub use actix::{Details, DrainMiddleware, Listener, Paths};
pub use builder::MonitorBuilder;
pub use cause::Cause;
pub use check::Check;
pub use contract::Contract;
pub use draining::Hold;
pub use entry::Entry;
pub use fault::BuildError;
pub use gate::StartupGate;
pub use health::Health;
pub use healthsdk_macros::{check, health_check, health_route};
pub use inject::Inject;
pub use kind::Kind;
pub use kubernetes::KubernetesProbes;
pub use lifecycle::Lifecycle;
pub use monitor::Monitor;
pub use options::{Component, Scope};
pub use outcome::{IntoOutcome, Outcome};
pub use registration::Registration;
pub use report::Report;
pub use run::DURATION_BUCKETS;
pub use selection::Selection;
pub use settings::{Override, Settings};
pub use status::Status;
pub use transition::Transition;
pub use transitions::Transitions;
