//! The dashboard: what it shows to whom, that it follows, and that looking at it changes nothing.

mod answers;
mod browser;
mod service;
mod streams;
