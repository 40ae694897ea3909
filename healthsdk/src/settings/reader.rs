use std::{collections::BTreeMap, path::Path, sync::Arc};

use serde_json::Value;

use super::{
    choice::{Choice, OPTIONS},
    details::details,
    faults::Faults,
    layer::{GLOBALS, Layer},
    source::Source,
    value,
    wanted::Wanted,
};
use crate::{text, words};

const LONGEST_REASON: usize = 200;

/// Understands what one source says, and keeps every fault in it.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    /// The names of all checks.
    pub(super) known: &'a [String],
    layer: Layer,
    checks: BTreeMap<String, Wanted>,
    pub(super) faults: Faults,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source, known: &'a [String]) -> Self {
        Self { source, known, layer: Layer::default(), checks: BTreeMap::new(), faults: Faults::default() }
    }

    pub(super) fn end(mut self) -> (Layer, Vec<String>) {
        for (name, wanted) in self.checks {
            let says = |option| wanted.choices.iter().find(|(choice, _)| choice.option() == option);
            if let (Some((_, interval)), Some((_, ttl))) = (says("interval"), says("ttl")) {
                self.faults.push(format!(
                    "{interval} is for background checks, {ttl} makes the check on-demand; write one"
                ));
            }
            self.layer.checks.insert(name, Arc::new(wanted));
        }
        (self.layer, self.faults.told())
    }

    pub(super) fn tree(&mut self, tree: &Value) {
        let map = match tree {
            Value::Null => return,
            Value::Object(map) => map,
            other => {
                let what = value::kind(other);
                return self.faults.push(format!("{} must be a map, and is {what}", self.source.key("")));
            }
        };
        for (key, value) in map.iter().filter(|(_, value)| !value.is_null()) {
            let label = self.source.key(key);
            match GLOBALS.into_iter().find(|global| global == key) {
                Some(global) => self.global(global, value, label),
                None if key == "checks" => self.checks(value),
                None => self.unknown(
                    key,
                    &GLOBALS.into_iter().chain(["checks"]).collect::<Vec<_>>(),
                    "keys",
                    &label,
                ),
            }
        }
    }

    pub(super) fn global(&mut self, global: &'static str, value: &Value, label: String) {
        let globals = &mut self.layer.globals;
        globals.written.insert(global, value.clone());
        let (into, parsed) = match global {
            "details" => {
                return match details(value) {
                    Ok(details) => globals.details = Some((details, label)),
                    Err(wrong) => self.faults.push(format!("{label} {wrong}")),
                };
            }
            "deadline" => (&mut globals.deadline, value::duration(value)),
            "drain_delay" => (&mut globals.drain_delay, value::delay(value)),
            "grace" => (&mut globals.grace, value::duration(value)),
            _ => (&mut globals.ttl, value::duration(value)),
        };
        match parsed {
            Ok(parsed) => *into = Some((parsed, label)),
            Err(wrong) => self.faults.push(format!("{label}: {wrong}")),
        }
    }

    pub(super) fn file(&mut self, file: &str) {
        self.layer.globals.file = Some(Path::new(file).to_owned());
    }

    pub(super) fn option(&mut self, name: &str, option: &str, value: &Value, label: String) {
        let wanted = self.checks.entry(name.to_owned()).or_insert_with(|| Wanted::of(self.source.clone()));
        let wrong = match option {
            "until" => value::time(value).map(|until| wanted.until = Some(until)).err(),
            "reason" => value::text(value).map(|reason| wanted.reason = Some(bounded(reason))).err(),
            option => match Choice::parse(option, value) {
                Some(Ok(choice)) => return wanted.choices.push((choice, label)),
                Some(Err(wrong)) => Some(wrong),
                None => return self.unknown(option, &options(), "options", &label),
            },
        };
        self.faults.extend(wrong.map(|wrong| format!("{label}: {wrong}")));
    }

    fn checks(&mut self, checks: &Value) {
        let Some(checks) = checks.as_object() else {
            let label = self.source.key("checks");
            return self.faults.push(format!("{label} is {}; write a map", value::kind(checks)));
        };
        for (name, options) in checks {
            let label = self.source.key(&format!("checks.{name}"));
            if !self.known.contains(name) {
                self.faults.push(no_check(name, self.known, &label));
                continue;
            }
            match options {
                Value::Null => {}
                Value::Object(options) => {
                    for (option, value) in options.iter().filter(|(_, value)| !value.is_null()) {
                        let label = self.source.key(&format!("checks.{name}.{option}"));
                        self.option(name, option, value, label);
                    }
                }
                other => self.faults.push(format!("{label} is {}; write a map", value::kind(other))),
            }
        }
    }

    fn unknown(&mut self, word: &str, legal: &[&str], what: &str, label: &str) {
        let meant = words::nearest(word, legal.iter().copied());
        let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
        let listed = words::list(legal).replace(" or ", " and ");
        self.faults.push(format!("{label} is not known; {meant}the {what} are {listed}"));
    }
}

pub(super) fn options() -> Vec<&'static str> {
    OPTIONS.into_iter().chain(["reason", "until"]).collect()
}

/// A check that is not there, in words.
pub(super) fn no_check(name: &str, known: &[String], label: &str) -> String {
    let meant = words::nearest(name, known.iter().map(String::as_str));
    let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    if known.is_empty() {
        return format!("{label} is no check; no checks are there");
    }
    format!("{label} is no check; {meant}the checks are: {}", known.join(", "))
}

/// With `…` at the end where it is cut, by which half a secret is known.
fn bounded(reason: &str) -> String {
    let plain = |c: char| if text::is_active(c) { ' ' } else { c };
    let (mut rest, mut kept) = (reason.trim().chars().map(plain), String::new());
    kept.extend(rest.by_ref().take(LONGEST_REASON));
    if rest.next().is_some() { kept + "…" } else { kept }
}
