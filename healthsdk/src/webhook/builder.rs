use super::Target;
use crate::MonitorBuilder;

impl MonitorBuilder {
    /// Has transitions told to another service by HTTP: a [`Webhook`](super::Webhook) or an
    /// [`Alertmanager`](super::Alertmanager). Called again, it adds a target. See [`webhook`](crate::webhook).
    ///
    /// What cannot be sent to it, as a wrong address or secret, fails [`build`](Self::build).
    pub fn webhook(mut self, target: impl Into<Target>) -> Self {
        self.add_outlet(target.into());
        self
    }
}
