use std::{fmt::Debug, sync::Arc};

use crate::{BuildInfo, Monitor, redact::Redactor, run::Observer};

/// Somebody outside of the process who is told, on a thread of its own.
pub(crate) trait Outlet: Debug + Send + Sync {
    /// What is wrong with how it was described.
    fn faults(&self, redactor: &Redactor) -> Vec<String>;

    /// What takes the events, and does not wait for anybody outside.
    fn observer(&self) -> Arc<dyn Observer>;

    /// Starts the thread, which the monitor does not wait for.
    ///
    /// # Errors
    /// With what is wrong.
    fn start(self: Box<Self>, monitor: &Monitor, about: &BuildInfo) -> Result<(), String>;
}
