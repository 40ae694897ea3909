//! What the expansions of the macros name. Not part of the public interface: it changes together with the macros.

pub use std::{option::Option::Some, time::Duration};

pub use inventory::submit;

pub use crate::{
    Component, Kind, Registration, Scope, Status, actix::Source, check::Start, inject::Context,
    registration::Linked, selection::Selection,
};
