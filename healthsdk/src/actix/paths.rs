use std::borrow::Cow;

use crate::{Kind, endpoint::Endpoint};

/// Where the probes are mounted.
///
/// ```
/// use healthsdk::Paths;
///
/// let paths = Paths::default().liveness("/internal/alive").everything(None);
/// ```
#[derive(Clone, Debug)]
pub struct Paths([Option<Cow<'static, str>>; Endpoint::ALL.len()]);

impl Default for Paths {
    /// `/livez`, `/readyz`, `/startupz` and `/health`.
    fn default() -> Self {
        Self(["/livez", "/readyz", "/startupz", "/health"].map(|path| Some(Cow::Borrowed(path))))
    }
}

impl Paths {
    /// The liveness probe's path; `None` for none.
    pub fn liveness(self, path: impl IntoPath) -> Self {
        self.with(Endpoint::Liveness, path)
    }

    /// The readiness probe's path; `None` for none.
    pub fn readiness(self, path: impl IntoPath) -> Self {
        self.with(Endpoint::Readiness, path)
    }

    /// The startup probe's path; `None` for none.
    pub fn startup(self, path: impl IntoPath) -> Self {
        self.with(Endpoint::Startup, path)
    }

    /// The path of the answer about every check; `None` for none.
    pub fn everything(self, path: impl IntoPath) -> Self {
        self.with(Endpoint::Everything, path)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Endpoint, &str)> {
        Endpoint::ALL
            .into_iter()
            .filter_map(|endpoint| Some((endpoint, self.0[endpoint as usize].as_deref()?)))
    }

    /// Where a kind's probe is. The kinds come first, in their own order.
    pub(crate) fn of(&self, kind: Kind) -> Option<&str> {
        self.0[kind as usize].as_deref()
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (endpoint, path) in self.iter() {
            if !path.starts_with('/') || path.contains(['{', '}', '?', '#', ' ']) {
                faults.push(format!(
                    "path `{path}` is not legal; write one like `/livez`, without `{{`, `?`, `#` or spaces"
                ));
            }
            if self.iter().any(|(other, same)| (other as usize) < endpoint as usize && same == path) {
                faults.push(format!("path `{path}` is given to two probes; give each its own"));
            }
        }
        faults
    }

    fn with(mut self, endpoint: Endpoint, path: impl IntoPath) -> Self {
        self.0[endpoint as usize] = path.into_path();
        self
    }
}

/// A path, or `None` for none.
pub trait IntoPath {
    /// The path, if any.
    fn into_path(self) -> Option<Cow<'static, str>>;
}

impl IntoPath for &'static str {
    fn into_path(self) -> Option<Cow<'static, str>> {
        Some(self.into())
    }
}

impl IntoPath for String {
    fn into_path(self) -> Option<Cow<'static, str>> {
        Some(self.into())
    }
}

impl IntoPath for Option<&'static str> {
    fn into_path(self) -> Option<Cow<'static, str>> {
        self.map(Cow::Borrowed)
    }
}
