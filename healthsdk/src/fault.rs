use std::{fmt, io, panic::Location, time::Duration};

/// All faults of a set-up, each with its place and what to write instead.
///
/// `Debug` prints as `Display`, because `main` prints the error it returns that way.
pub struct BuildError {
    faults: Vec<String>,
}

impl BuildError {
    pub(crate) fn new(faults: Vec<String>) -> Self {
        Self { faults }
    }

    /// One text for each fault, in a stable order.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.faults.iter().map(String::as_str)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.faults.len() == 1 { "fault" } else { "faults" };
        write!(f, "the health checks have {} {plural}:", self.faults.len())?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BuildError {}

impl From<BuildError> for io::Error {
    fn from(error: BuildError) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error)
    }
}

pub(crate) fn duplicate(name: &str, first: &Location<'_>, second: &Location<'_>) -> String {
    format!(
        "two checks are named `{name}`: {first} and {second}; give one another name with `name = \"...\"`"
    )
}

pub(crate) fn compiled_twice(name: &str, location: &Location<'_>) -> String {
    format!(
        "check `{name}` at {location} is compiled in twice: its module is part of both the library and the binary; write `mod` in \
         one of them and `use` it in the other"
    )
}

pub(crate) fn made_twice(name: &str, location: &Location<'_>) -> String {
    format!(
        "two checks made at {location} are named `{name}`; give each a name of its own, with its number or address in it"
    )
}

pub(crate) fn missing_data(name: &str, location: &Location<'_>, type_name: &str) -> String {
    format!(
        "check `{name}` at {location} needs `{type_name}`, which was not given; add \
         `.data(web::Data::new(...))` or `.data(Arc::new(...))` with a `{type_name}` to the builder"
    )
}

pub(crate) fn data_given_twice(type_name: &str) -> String {
    format!("`.data(..)` was given `{type_name}` twice; give it once, or wrap one in a type of its own")
}

pub(crate) fn expected(name: &str, known: &[&str]) -> String {
    format!(
        "check `{name}` is expected but was not linked; write `use my_checks as _;` in the binary, with the crate that \
         declares it, so that the linker keeps it, or `.register(check!(my_checks::{name}))`; {}",
        linked(known)
    )
}

pub(crate) fn unknown(method: &str, name: &str, known: &[&str]) -> String {
    format!("`{method}` names `{name}`, which is no check; {}", linked(known))
}

pub(crate) fn empty() -> String {
    "no check is registered, which would always answer \"ok\"; annotate a function with `#[health_check]`, write `use my_checks as _;` \
     where a crate of yours declares them, or say `.allow_empty()`"
        .to_owned()
}

pub(crate) fn invalid_name(name: &str, location: &Location<'_>) -> String {
    format!(
        "check name `{}` at {location} is not legal; write 1 to 64 ASCII letters, digits, `-`, `_` or `.`, beginning with a letter \
         or digit",
        name.escape_debug()
    )
}

pub(crate) fn secret(what: &str, location: &Location<'_>) -> String {
    format!(
        "a {what} of the check at {location} looks like a secret, and is not repeated here; names are in every output: write one \
         that anybody may read"
    )
}

pub(crate) fn option(name: &str, location: &Location<'_>, what: impl fmt::Display) -> String {
    format!("check `{name}` at {location}: {what}")
}

pub(crate) fn dependency(kind: crate::Kind, taken: &str) -> String {
    format!(
        "a {kind} check takes injected data (`{taken}`), so a fault of that dependency would get the container killed; use \
         `kind = \"readiness\"`, or say `allow_dependency` where a restart really mends it"
    )
}

pub(crate) fn too_long(option: &str, value: Duration, other: &str, limit: Duration) -> String {
    format!("`{option}` ({value:?}) must be shorter than `{other}` ({limit:?})")
}

/// Names the settings that have a part in it.
pub(crate) fn set_by(fault: String, settings: &[String]) -> String {
    if settings.is_empty() {
        return fault;
    }
    format!("{fault}; set are {}", settings.join(" and "))
}

fn linked(known: &[&str]) -> String {
    if known.is_empty() {
        return "no checks are there".to_owned();
    }
    format!("the checks are: {}", known.join(", "))
}
