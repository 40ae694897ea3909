mod applied;
mod choice;
mod details;
#[cfg(any(test, fuzzing))]
pub(crate) mod doors;
mod faults;
mod file;
mod grammar;
mod layer;
mod live;
mod overridden;
mod reader;
mod rules;
mod source;
mod value;
mod variables;
mod wanted;
#[cfg(feature = "yaml")]
mod yaml;
#[cfg(not(feature = "yaml"))]
#[path = "settings/no_yaml.rs"]
mod yaml;

use std::{collections::BTreeMap, env, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

pub(crate) use applied::Applied;
pub(crate) use layer::{Globals, Layer};
pub(crate) use live::{Live, over};
pub use overridden::Override;
use reader::Reader;
pub(crate) use rules::{InForce, Rules};
use source::Source;
pub(crate) use wanted::Wanted;

use crate::redact::Redactor;

/// What operators set in place of what developers wrote, without a rebuild.
///
/// It is deserialised from whatever a service loads its configuration with, as a field of the service's own for example, or taken from
/// the environment by [`from_env`](Self::from_env), and given to [`MonitorBuilder::settings`](crate::MonitorBuilder::settings). All keys may
/// be left out:
///
/// ```
/// use healthsdk::{Check, Monitor, Settings};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let settings: Settings = serde_json::from_str(r#"{
///     "deadline": "150ms", "ttl": "2s", "drain_delay": "15s", "grace": "60s", "details": { "bearer_file": "/dev/null" },
///     "checks": {
///         "redis": { "timeout": "80ms", "failure_status": "degraded" },
///         "search": { "enabled": false, "until": "2026-03-02T06:00:00Z", "reason": "moves to zone b" }
///     }
/// }"#)?;
/// # let settings: Settings = serde_json::from_str(r#"{ "checks": { "redis": { "timeout": "80ms" }, "search": { "enabled": false } } }"#)?;
/// let monitor = Monitor::builder()
///     .check(Check::new("redis", || async {}))
///     .check(Check::new("search", || async {}))
///     .settings(settings)
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
///
/// Of a check: `enabled`, `timeout`, `cancel_after`, `ttl` or `interval`, `retry_interval`, `degraded_above`, `failure_threshold`,
/// `success_threshold`, `failure_status`, `until` and `reason`. They mean what they mean in code, and the same rules hold. `until` is a time
/// (RFC 3339) from which on the others do not hold any more; a check that is not `enabled` does not run, and is listed as ok, so
/// that nobody forgets it. Once it is enabled again, what it was before is no verdict: it stays ok and runs at once, and that one run
/// decides, whatever `failure_threshold` is. While the process is [`Starting`](crate::Lifecycle::Starting), a check that has never passed is
/// pending instead; later it counts as one that has.
///
/// `details` is `"never"`, `"always"`, `"loopback"`, `"listener"`, a map of `bearer`, `bearer_file` and `cidr` (with `proxies`), or a list of them; any of
/// them lets a caller pass, as the methods of [`Details`](crate::Details) say.
///
/// Durations are a number and a unit in quotes. Numbers, `true` and `false` may be in quotes, too. What is wrong in settings, a check or key
/// that is not known for example, is told by [`MonitorBuilder::build`](crate::MonitorBuilder::build), with all other faults. A token is
/// neither printed nor serialised.
#[derive(Clone)]
pub struct Settings(Form);

#[derive(Clone)]
enum Form {
    Tree(Value),
    Variables(BTreeMap<String, String>),
}

impl Settings {
    /// Those of the process' environment: `HEALTHSDK_DEADLINE`, `HEALTHSDK_TTL`, `HEALTHSDK_DRAIN_DELAY`, `HEALTHSDK_GRACE`,
    /// `HEALTHSDK_DETAILS` (words with commas between them), `HEALTHSDK_DETAILS_BEARER`, `_BEARER_FILE`, `_CIDR` and `_PROXIES`,
    /// `HEALTHSDK_SETTINGS_FILE` (see [`MonitorBuilder::settings_file`](crate::MonitorBuilder::settings_file)), and
    /// `HEALTHSDK_CHECK_<NAME>_<OPTION>`, where the name of the check has `_` for each `-`, `.` and `/`, all in upper case:
    /// `HEALTHSDK_CHECK_SHARD_EU_TIMEOUT=150ms`.
    ///
    /// Building the monitor fails for any other variable that begins with `HEALTHSDK_`, but for `HEALTHSDK_TEST_`, and for those that
    /// Kubernetes gives to pods beside a Service whose name begins with `healthsdk`: `_SERVICE_HOST`, `_SERVICE_PORT`, `_PORT`,
    /// `_PORT_80_TCP` and the like.
    pub fn from_env() -> Self {
        let variables = env::vars_os();
        Self::from_variables(
            variables.map(|(name, value)| {
                (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
            }),
        )
    }

    /// As [`from_env`](Self::from_env), from other variables: those of a file, or of a test.
    pub fn from_variables<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(Form::Variables(variables.filter(|(name, _)| variables::is_meant(name)).collect()))
    }

    /// What they say of checks with these names, and what is wrong in them.
    pub(crate) fn read(&self, known: &[String], redactor: &Redactor) -> (Layer, Vec<String>) {
        let (layer, faults) = match &self.0 {
            Form::Tree(tree) => read_tree(tree, &Source::Given, known),
            Form::Variables(variables) => {
                let mut reader = Reader::new(&Source::Environment, known);
                reader.variables(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                reader.end()
            }
        };
        (layer.redacted(redactor), faults)
    }

    /// Without what is secret.
    fn shown(&self) -> Value {
        match &self.0 {
            Form::Tree(Value::Object(map)) => {
                let shown = |(key, value): (&String, &Value)| {
                    let open = key == "checks" || layer::GLOBALS.contains(&key.as_str());
                    let value = match key.as_str() {
                        "details" => details::withheld(value),
                        _ if open => value.clone(),
                        // Perhaps `details`, mistyped.
                        _ => Value::Null,
                    };
                    (key.clone(), value)
                };
                Value::Object(map.iter().map(shown).collect())
            }
            Form::Tree(_) => Value::Null,
            Form::Variables(variables) => {
                let shown = |(name, value): (&String, &String)| {
                    let open = variables::is_open(name);
                    (name.clone(), if open { value.as_str().into() } else { Value::Null })
                };
                Value::Object(variables.iter().map(shown).collect())
            }
        }
    }
}

fn read_tree(tree: &Value, source: &Source, known: &[String]) -> (Layer, Vec<String>) {
    let mut reader = Reader::new(source, known);
    reader.tree(tree);
    reader.end()
}

/// Sets nothing.
impl Default for Settings {
    fn default() -> Self {
        Self(Form::Tree(Value::Null))
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|tree| Self(Form::Tree(tree)))
    }
}

/// As they were written, without what is secret: a token is `null`, which is no legal one.
impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown().serialize(serializer)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Settings").field(&format_args!("{}", self.shown())).finish()
    }
}
