//! Settings of the environment: `HEALTHSDK_DEADLINE`, and `HEALTHSDK_CHECK_<NAME>_<OPTION>` for the options of a check.

use serde_json::{Map, Value, json};

use super::{
    layer::GLOBALS,
    reader::{Reader, options},
};
use crate::words;

const PREFIX: &str = "HEALTHSDK_";
/// Of those who test, not of those who operate.
const IGNORED: &str = "TEST_";
const CHECK: &str = "CHECK_";
const DETAILS: [&str; 5] =
    ["DETAILS", "DETAILS_BEARER", "DETAILS_BEARER_FILE", "DETAILS_CIDR", "DETAILS_PROXIES"];
const FILE: &str = "SETTINGS_FILE";

/// Whether a variable is a setting, or a mistyped one.
pub(super) fn is_meant(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|rest| !rest.starts_with(IGNORED))
}

/// Whether it may be printed. One that is mistyped may hold a token.
pub(super) fn is_open(name: &str) -> bool {
    let rest = name.strip_prefix(PREFIX).unwrap_or(name);
    let global = || GLOBALS.into_iter().any(|global| global != "details" && spelt(global) == rest);
    rest.starts_with(CHECK) || rest == FILE || DETAILS[2..].contains(&rest) || global()
}

impl Reader<'_> {
    pub(super) fn variables<'v>(&mut self, variables: impl Iterator<Item = (&'v str, &'v str)>) {
        let (mut told, mut networks) = (Vec::new(), Map::new());
        for (name, value) in variables {
            let rest = name.strip_prefix(PREFIX).unwrap_or(name);
            let global = GLOBALS.into_iter().find(|global| spelt(global) == rest);
            match (rest.strip_prefix(CHECK), global) {
                (Some(check), _) => self.variable_of_check(name, check, value),
                _ if rest == "DETAILS_CIDR" => drop(networks.insert("cidr".to_owned(), parted(value))),
                _ if rest == "DETAILS_PROXIES" => drop(networks.insert("proxies".to_owned(), parted(value))),
                _ if DETAILS.contains(&rest) => told.push(details(rest, value)),
                (None, Some(global)) => self.global(global, &value.into(), format!("`{name}`")),
                (None, None) if rest == FILE => self.file(value),
                (None, None) => self.unknown_variable(name, rest),
            }
        }
        if !networks.is_empty() {
            told.push(networks.into());
        }
        match &told[..] {
            [] => {}
            [one] => self.global("details", one, "`HEALTHSDK_DETAILS`".to_owned()),
            _ => self.global("details", &told.into(), "`HEALTHSDK_DETAILS`".to_owned()),
        }
    }

    /// The name and the option both may have underscores, so every way to part them is tried.
    fn variable_of_check(&mut self, variable: &str, rest: &str, value: &str) {
        let ways: Vec<(&String, &str)> = self
            .known
            .iter()
            .flat_map(|name| options().into_iter().map(move |option| (name, option)))
            .filter(|(name, option)| format!("{}_{}", spelt(name), spelt(option)) == rest)
            .collect();
        match ways[..] {
            [(name, option)] => self.option(name, option, &value.into(), format!("`{variable}`")),
            [] => self.unknown_variable(variable, &format!("{CHECK}{rest}")),
            _ => {
                let ways: Vec<_> =
                    ways.iter().map(|(name, option)| format!("`{option}` of `{name}`")).collect();
                let ways = words::list(&ways);
                self.faults.push(format!(
                    "`{variable}` may be {ways}; write it in a settings file, or give a check another name"
                ));
            }
        }
    }

    fn unknown_variable(&mut self, variable: &str, rest: &str) {
        if is_injected(variable) {
            return;
        }
        let globals =
            GLOBALS.into_iter().map(spelt).chain(DETAILS.into_iter().chain([FILE]).map(str::to_owned));
        let of_checks = self.known.iter().flat_map(|name| {
            options().into_iter().map(move |option| format!("{CHECK}{}_{}", spelt(name), spelt(option)))
        });
        let legal: Vec<String> = globals.chain(of_checks).collect();
        let lower: Vec<String> = legal.iter().map(|name| name.to_lowercase()).collect();
        let meant = words::nearest(rest, lower.iter().map(String::as_str));
        let meant = meant.map(|meant| format!("did you mean `{PREFIX}{}`? ", meant.to_uppercase()));
        self.faults.push(format!(
            "`{variable}` is no setting; {}There are `{PREFIX}DEADLINE`, `_TTL`, `_DRAIN_DELAY`, `_GRACE`, `_DETAILS`, \
             `_SETTINGS_FILE` and `{PREFIX}CHECK_<NAME>_<OPTION>`; the checks are: {}",
            meant.unwrap_or_default(),
            self.known.join(", ")
        ));
    }
}

/// Whether Kubernetes gives the variable to every pod beside a Service whose name begins with `healthsdk`:
/// <https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>
fn is_injected(name: &str) -> bool {
    ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"].iter().any(|end| name.ends_with(end))
        || name.contains("_SERVICE_PORT_")
        || name.split("_PORT_").skip(1).any(is_of_a_port)
}

/// `80_TCP`, `80_TCP_ADDR`.
fn is_of_a_port(rest: &str) -> bool {
    let mut words = rest.split('_');
    words.next().is_some_and(|port| port.parse::<u16>().is_ok())
        && words.next().is_some_and(|protocol| ["TCP", "UDP", "SCTP"].contains(&protocol))
}

/// A name or key, as it is spelt in a variable.
fn spelt(name: &str) -> String {
    name.replace(['-', '.', '/'], "_").to_uppercase()
}

fn details(rest: &str, value: &str) -> Value {
    match rest {
        "DETAILS_BEARER" => json!({ "bearer": value }),
        "DETAILS_BEARER_FILE" => json!({ "bearer_file": value }),
        _ if value.contains(',') => parted(value),
        _ => json!(value.trim()),
    }
}

fn parted(value: &str) -> Value {
    value.split(',').map(|word| Value::from(word.trim())).collect()
}
