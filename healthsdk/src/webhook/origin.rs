use std::{borrow::Cow, env, fs};

use crate::BuildInfo;

/// Who says it.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub(super) service: Option<String>,
    pub(super) version: Option<String>,
    /// Which replica.
    pub(super) instance: Option<String>,
}

impl Origin {
    pub(super) fn new(about: &BuildInfo, instance: Option<String>) -> Self {
        let owned = |text: &Option<Cow<'static, str>>| text.as_deref().map(str::to_owned);
        Self {
            service: owned(&about.service),
            version: owned(&about.version),
            instance: instance.or_else(host),
        }
    }
}

/// What the machine is called: in a container, the container or pod.
fn host() -> Option<String> {
    let variable = env::var("HOSTNAME").ok();
    let kernel = || fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = variable.filter(|name| !name.is_empty()).or_else(kernel)?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
