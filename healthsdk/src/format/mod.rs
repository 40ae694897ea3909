//! Reports as bytes. Pure writers: none waits, and none reads the clock.

mod json;

pub(crate) use json::{detailed, terse};
