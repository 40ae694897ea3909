//! Alerts by HTTP: [`Webhook`] posts signed JSON, [`Alertmanager`] posts to Prometheus' Alertmanager, which groups what many
//! replicas say. Given to [`MonitorBuilder::webhook`](crate::MonitorBuilder::webhook).
//!
//! Each target has a queue, a thread and a runtime of its own: one that hangs holds up neither checks nor other targets.
//!
//! - A [`Transition`](crate::Transition) is posted until the target answers 2xx, with growing pauses, in order. What is
//!   answered 3xx or 4xx (but 408 and 429) is not posted again: it is dropped, as is what is older than
//!   [`give_up_after`](Webhook::give_up_after), and the oldest where more than [`queue`](Webhook::queue) wait. What is dropped is
//!   counted by [`Deliveries`] and told in the log, with its reason and without the target's path.
//! - An answer that is lost makes the same message come twice; it then has the same id.
//! - A recovery follows only what was delivered. A check that fails again within [`quiet`](Webhook::quiet) is posted when
//!   that is over, if it still fails then, with the number of transitions that were not.
//! - During planned maintenance nothing is posted but that what was told before it is over; what fails when it ends is posted
//!   then. The check of the maintenance file itself is nobody's alert.
//! - When the drain begins, no more comes, and what waits is posted within [`flush_within`](Webhook::flush_within), for which the
//!   stop of the server waits; what is left is dropped. So it is at the end of the monitor, for which nobody waits.
//!
//! Redirects are not followed, and proxies of the environment are not used. Addresses with `https` need a feature of the crate
//! `reqwest`, such as `rustls`, in the service's own `Cargo.toml`.

mod alertmanager;
mod builder;
mod counts;
mod delivery;
mod desk;
mod generic;
mod origin;
mod policy;
mod post;
mod retry;
mod sign;
mod target;
mod worker;

pub use alertmanager::Alertmanager;
pub use counts::Deliveries;
pub use generic::Webhook;
pub use target::Target;
