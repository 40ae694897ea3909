use std::{borrow::Cow, fmt, time::SystemTime};

use crate::redact::Redactor;

/// What authorised callers are told of the service itself.
#[derive(Clone, Default)]
pub struct BuildInfo {
    pub(crate) service: Option<Cow<'static, str>>,
    pub(crate) version: Option<Cow<'static, str>>,
    pub(crate) commit: Option<Cow<'static, str>>,
}

impl BuildInfo {
    /// For [`build_info!`](crate::build_info): a package's name and version, and the first commit that is set and not empty.
    pub fn new(service: &'static str, version: &'static str, commits: &[Option<&'static str>]) -> Self {
        let commit = commits.iter().flatten().find(|commit| !commit.is_empty());
        Self {
            service: Some(service.into()),
            version: Some(version.into()),
            commit: commit.map(|commit| Cow::Borrowed(*commit)),
        }
    }
}

impl fmt::Debug for BuildInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [service, version, commit] = [&self.service, &self.version, &self.commit]
            .map(|text| text.as_deref().map(|text| Redactor::default().text(text).into_owned()));
        f.debug_struct("BuildInfo")
            .field("service", &service)
            .field("version", &version)
            .field("commit", &commit)
            .finish()
    }
}

impl BuildInfo {
    pub(crate) fn fault(&self, redactor: &Redactor) -> Option<String> {
        let service = self.service.as_deref().filter(|service| !redactor.is_clean(service));
        service.map(|_| {
            "the service's name looks like a secret, and is not repeated here; write its plain name"
                .to_owned()
        })
    }

    pub(crate) fn redacted(self, redactor: &Redactor) -> Self {
        let [version, commit] = [self.version, self.commit].map(|text| text.map(|text| redactor.cow(text)));
        Self { version, commit, ..self }
    }
}

/// The name and version of the calling package, and the commit from the first of `GIT_SHA`, `GIT_COMMIT`, `GITHUB_SHA`,
/// `CI_COMMIT_SHA`, `VERGEN_GIT_SHA` and `SOURCE_COMMIT` that is set when the caller is compiled.
///
/// ```
/// use healthsdk::{Monitor, build_info};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder().build_info(build_info!()).allow_empty().build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[macro_export]
macro_rules! build_info {
    () => {
        $crate::BuildInfo::new(
            ::core::env!("CARGO_PKG_NAME"),
            ::core::env!("CARGO_PKG_VERSION"),
            &[
                ::core::option_env!("GIT_SHA"),
                ::core::option_env!("GIT_COMMIT"),
                ::core::option_env!("GITHUB_SHA"),
                ::core::option_env!("CI_COMMIT_SHA"),
                ::core::option_env!("VERGEN_GIT_SHA"),
                ::core::option_env!("SOURCE_COMMIT"),
            ],
        )
    };
}

/// The service and since when it runs.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) build: BuildInfo,
    pub(crate) started_at: SystemTime,
}
