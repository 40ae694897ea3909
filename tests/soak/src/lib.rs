//! A soak of healthsdk: a service with every kind of check is troubled at random, and must keep its promises meanwhile.
//!
//! `soaked` is the service, in a process of its own; `healthsdk-soak` starts it with real servers, breaks and mends what it
//! depends on by a [`plan`] that the seed decides, asks it all along, and [judges](judge) every answer by what was
//! [true](truth) at the time. How to run it, and what the margins are: `docs/soak.md`.

pub mod service;
pub mod soak;

mod actors;
mod bug;
mod cast;
mod clients;
mod control;
mod course;
mod crew;
mod drain;
mod end;
mod freezes;
mod growth;
mod judge;
mod layout;
mod limits;
mod mode;
mod options;
mod phase;
mod plan;
mod process;
mod reference;
mod seed;
mod seen;
mod shared;
mod spec;
mod stages;
mod starved;
mod summary;
mod tally;
mod told;
mod truth;
mod verdict;
mod violations;
mod watch;
