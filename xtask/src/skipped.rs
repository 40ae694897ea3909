use std::env;
use std::error::Error;
use std::fmt;

/// Why a step did nothing: what it needs is not on this machine.
#[derive(Debug)]
struct Skipped(String);

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Skipped {}

/// An error that says so. It fails nothing, unless `HEALTHSDK_STEPS` is `require`.
pub(crate) fn skipped(reason: impl Into<String>) -> Box<dyn Error> {
    Box::new(Skipped(reason.into()))
}

pub(crate) fn may_be(error: &(dyn Error + 'static)) -> bool {
    error.is::<Skipped>() && env::var_os("HEALTHSDK_STEPS").is_none_or(|steps| steps != "require")
}
