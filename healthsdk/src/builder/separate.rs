use super::MonitorBuilder;
use crate::actix::Bearer;

impl MonitorBuilder {
    /// The token with which `POST /drain` on a TCP port of [`Monitor::serve`](crate::Monitor::serve) begins the drain, sent as
    /// `Authorization: Bearer <token>` and compared in constant time. Default: none, and the path is 404 there.
    ///
    /// Building the monitor fails where the token is empty or has a character that a header cannot carry. A unix socket needs
    /// no token: who may open it may drain.
    pub fn drain_token(mut self, token: impl AsRef<str>) -> Self {
        let token = Bearer::new([token]);
        self.faults.extend(token.fault("MonitorBuilder::drain_token", "leave it out"));
        self.drain_token = Some(token);
        self
    }
}
