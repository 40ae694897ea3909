use std::panic::Location;

use crate::{
    check::Start,
    inject::Context,
    options::{Options, option_methods},
};

/// The static record of one annotated check, written by [`#[health_check]`](macro@crate::health_check): a `const`
/// builder with one method per attribute option.
///
/// [`check!`](crate::check) names the record of a function, for
/// [`MonitorBuilder::register`](crate::MonitorBuilder::register).
#[derive(Debug)]
pub struct Registration {
    pub(crate) name: &'static str,
    pub(crate) options: Options,
    pub(crate) tags: &'static [&'static str],
    pub(crate) description: Option<&'static str>,
    pub(crate) location: &'static Location<'static>,
    pub(crate) prepare: fn(&Context<'_>) -> Option<Start>,
}

impl Registration {
    /// A check named after its function, and how to take its parameters.
    #[track_caller]
    pub const fn new(name: &'static str, prepare: fn(&Context<'_>) -> Option<Start>) -> Self {
        let location = Location::caller();
        Self { name, options: Options::NONE, tags: &[], description: None, location, prepare }
    }

    option_methods!();

    /// The name in all output, where it is not the function's.
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Groups that the check belongs to. Default: none.
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }

    /// A sentence for authorised callers. Default: none.
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }
}

/// A registration that the linker brought in.
#[derive(Debug)]
pub struct Linked(pub &'static Registration);

inventory::collect!(Linked);

impl Linked {
    pub(crate) fn all() -> impl Iterator<Item = &'static Registration> {
        inventory::iter::<Self>.into_iter().map(|linked| linked.0)
    }
}
