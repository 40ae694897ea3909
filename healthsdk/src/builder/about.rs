use std::borrow::Cow;

use super::MonitorBuilder;
use crate::BuildInfo;

/// What the service is.
impl MonitorBuilder {
    /// The service's name for authorised callers.
    pub fn service(mut self, service: impl Into<Cow<'static, str>>) -> Self {
        self.build_info.service = Some(service.into());
        self
    }

    /// The service's version for authorised callers.
    pub fn version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.build_info.version = Some(version.into());
        self
    }

    /// The commit that the service was built from, for authorised callers.
    pub fn commit(mut self, commit: impl Into<Cow<'static, str>>) -> Self {
        self.build_info.commit = Some(commit.into());
        self
    }

    /// Name, version and commit at once, from [`build_info!`](crate::build_info).
    pub fn build_info(mut self, build_info: BuildInfo) -> Self {
        self.build_info = build_info;
        self
    }
}
