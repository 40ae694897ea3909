use std::{borrow::Cow, time::SystemTime};

/// What authorised readers are told of the service itself.
#[derive(Clone, Debug, Default)]
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
