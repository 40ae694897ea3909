use std::{borrow::Cow, panic::Location};

use crate::{Component, Kind, Override, Scope, Status, kind::Kinds};

/// What is known of a check before it runs, shared by all its entries.
#[derive(Clone, Debug)]
pub(crate) struct Info {
    pub(crate) name: Cow<'static, str>,
    pub(crate) kinds: Kinds,
    pub(crate) tags: Box<[Cow<'static, str>]>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) component: Option<Component>,
    pub(crate) scope: Scope,
    pub(crate) failure_status: Status,
    /// Where the check is declared; `None` for what no code declares.
    pub(crate) location: Option<&'static Location<'static>>,
    /// It runs; settings may say otherwise.
    pub(crate) enabled: bool,
    /// What settings made of it.
    pub(crate) overridden: Option<Box<Override>>,
}

impl Info {
    /// A check for startup alone has run its course once it has passed.
    pub(crate) fn is_done_once_passed(&self) -> bool {
        self.kinds == Kinds::NONE.with(Kind::Startup)
    }
}
