use std::panic::Location;

use super::MonitorBuilder;
use crate::{Transition, hook::Hook, outlet::Outlet};

impl MonitorBuilder {
    /// Has this called for every [`Transition`], in order, on a thread of its own. Called again, it adds a hook.
    ///
    /// A hook may block: that holds up neither checks nor logs nor other hooks. At most 256 transitions wait for it; then the
    /// oldest is lost for each that comes, which the log tells. So it does of a hook that panics, which is called again for the
    /// next.
    ///
    /// ```
    /// # use healthsdk::{Check, Monitor};
    /// # fn page(_: &str) {}
    /// # fn main() -> Result<(), healthsdk::BuildError> {
    /// let monitor = Monitor::builder()
    ///     .check(Check::new("redis", || async {}))
    ///     .on_transition(|transition| {
    ///         if transition.is_failure() && !transition.is_planned() {
    ///             page(transition.check());
    ///         }
    ///     })
    ///     .build()?;
    /// # drop(monitor); Ok(()) }
    /// ```
    #[track_caller]
    pub fn on_transition(mut self, hook: impl Fn(&Transition) + Send + Sync + 'static) -> Self {
        self.hooks.push(Hook::new(hook, Location::caller()));
        self
    }

    #[cfg_attr(not(feature = "webhook"), allow(dead_code, reason = "for those outside of the process"))]
    pub(crate) fn add_outlet(&mut self, outlet: impl Outlet + 'static) {
        self.outlets.push(Box::new(outlet));
    }
}
