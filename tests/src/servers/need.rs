use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};

/// The value of a started server, or `None` where what it takes is missing: the test is then counted as skipped, by name.
///
/// With `HEALTHSDK_TEST_SERVERS=require` that fails the test, unless it is the machine that forbids it. `HEALTHSDK_TEST_SKIPPED` names a file to which each
/// skipped test adds a line.
#[macro_export]
macro_rules! need {
    ($started:expr) => {{
        fn here() {}
        $crate::servers::need($started, $crate::servers::test_name(&here))
    }};
}

/// What a test starts is not on this machine, or not allowed here.
#[derive(Debug)]
pub struct Missing {
    reason: String,
    /// No set-up could bring it.
    forbidden: bool,
}

impl Missing {
    /// The reason, after which the sentence ends.
    pub(crate) fn new(reason: impl Into<String>) -> Missing {
        Missing { reason: reason.into(), forbidden: false }
    }

    /// The machine does not let the tests do it, whatever is installed.
    pub fn forbidden(reason: impl Into<String>) -> Missing {
        Missing { reason: reason.into(), forbidden: true }
    }

    /// A binary, and the Debian package that brings it.
    pub(crate) fn binary(binary: &str, package: &str) -> Missing {
        Missing::new(format!("no {binary} binary (apt-get install {package})"))
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Error for Missing {}

/// What [`need!`](crate::need!) calls, with the name of the test it stands in.
///
/// # Panics
/// Where the server is missing, although it could be installed, and `HEALTHSDK_TEST_SERVERS` is `require`.
pub fn need<T>(started: Result<T, Missing>, test: &str) -> Option<T> {
    let missing = match started {
        Ok(server) => return Some(server),
        Err(missing) => missing,
    };
    assert!(
        missing.forbidden
            || std::env::var_os("HEALTHSDK_TEST_SERVERS").is_none_or(|value| value != "require"),
        "{test}: {missing}, and HEALTHSDK_TEST_SERVERS=require"
    );
    // Past the capture of the test harness, which shows the output of failed tests alone.
    drop(writeln!(io::stderr(), "SKIPPED {test}: {missing}"));
    if let Some(list) = std::env::var_os("HEALTHSDK_TEST_SKIPPED") {
        File::options()
            .create(true)
            .append(true)
            .open(list)
            .and_then(|mut list| list.write_all(format!("{test}: {missing}\n").as_bytes()))
            .expect("HEALTHSDK_TEST_SKIPPED names a file that can be written");
    }
    None
}

/// The path of the function in which the function `_here` is written.
pub fn test_name<F>(_here: &F) -> &'static str {
    let path = std::any::type_name::<F>();
    let path = path.rsplit_once("::").map_or(path, |(test, _)| test);
    path.trim_end_matches("::{{closure}}")
}

#[cfg(test)]
mod tests {
    use crate::servers::Missing;

    #[test]
    fn a_test_is_named_by_its_path() {
        fn here() {}
        let inside = || {
            fn here() {}
            super::test_name(&here)
        };
        assert_eq!(super::test_name(&here), concat!(module_path!(), "::a_test_is_named_by_its_path"));
        assert_eq!(inside(), super::test_name(&here));
    }

    #[test]
    fn the_reason_says_what_to_install() {
        assert_eq!(
            Missing::binary("wonder", "wonderful").to_string(),
            "no wonder binary (apt-get install wonderful)"
        );
    }
}
