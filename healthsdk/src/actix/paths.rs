use std::{borrow::Cow, cmp::Reverse};

use crate::{Kind, endpoint::Endpoint};

/// The parameter of a path that names a check.
pub(super) const CHECK: &str = "health_check";

const DEFAULT: [&str; Endpoint::ALL.len()] = ["livez", "readyz", "startupz", "health"];

/// Where the probes are mounted. What is below a path belongs to its probe: `/livez/` is `/livez`, and `/livez/{check}` tells
/// authorised callers of one check. A slash at the end changes nothing, and below `/` itself nothing is taken.
///
/// ```
/// use healthsdk::Paths;
///
/// let paths = Paths::default().liveness("/internal/alive").everything(None);
/// ```
#[derive(Clone, Debug)]
pub struct Paths {
    probes: [Option<Cow<'static, str>>; Endpoint::ALL.len()],
    /// That of the page for people.
    pub(super) dashboard: Option<Cow<'static, str>>,
}

impl Default for Paths {
    /// `/livez`, `/readyz`, `/startupz` and `/health`.
    fn default() -> Self {
        Self { probes: DEFAULT.map(|name| Some(format!("/{name}").into())), dashboard: None }
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
            .filter_map(|endpoint| Some((endpoint, self.probes[endpoint as usize].as_deref()?)))
    }

    /// Where a kind's probe is. The kinds come first, in their own order.
    pub(crate) fn of(&self, kind: Kind) -> Option<&str> {
        self.probes[kind as usize].as_deref()
    }

    /// Every path itself, without a slash at its end.
    pub(crate) fn whole(&self) -> impl Iterator<Item = (Endpoint, &str)> {
        self.iter().map(|(endpoint, path)| {
            (endpoint, Some(bare(path)).filter(|bare| !bare.is_empty()).unwrap_or("/"))
        })
    }

    /// Every path below which something is taken, the longest first, so that none is hidden by another.
    pub(super) fn below(&self) -> impl Iterator<Item = (Endpoint, &str)> {
        let mut below: Vec<_> = self.iter().map(|(endpoint, path)| (endpoint, bare(path))).collect();
        below.retain(|(_, path)| !path.is_empty());
        below.sort_by_key(|(_, path)| Reverse(path.len()));
        below.into_iter()
    }

    /// The last segment of the path, for texts.
    pub(super) fn name(&self, endpoint: Endpoint) -> &str {
        let path = self.probes[endpoint as usize].as_deref().unwrap_or_default();
        let bytes = bare(path).as_bytes();
        let begin = bytes.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        path.get(begin..bytes.len()).filter(|name| !name.is_empty()).unwrap_or(DEFAULT[endpoint as usize])
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let paths: Vec<_> = self.probes.iter().chain([&self.dashboard]).flatten().collect();
        for (index, path) in paths.iter().enumerate() {
            if !path.starts_with('/') || path.contains(['{', '}', '*', '?', '#', ' ']) {
                faults.push(format!(
                    "path `{path}` is not legal; write one like `/livez`, without `{{`, `*`, `?`, `#` or spaces"
                ));
            }
            if paths[..index].iter().any(|other| bare(other) == bare(path)) {
                faults.push(format!("path `{path}` is given to two probes; give each its own"));
            }
        }
        faults
    }

    fn with(mut self, endpoint: Endpoint, path: impl IntoPath) -> Self {
        self.probes[endpoint as usize] = path.into_path();
        self
    }
}

/// `/livez/` is `/livez`.
pub(super) fn bare(path: &str) -> &str {
    path.trim_end_matches('/')
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
