//! For the fuzz targets.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, SystemTime},
};

use serde_json::Value;

use super::{Layer, Rules, Settings, file::understood, value};
use crate::{options::Options, redact::Redactor, timing::Defaults};

/// What settings set, by its key, or all that is wrong with them.
pub type Told = Result<BTreeMap<String, String>, Vec<String>>;

/// Of settings that were given to the builder.
///
/// # Errors
/// All that is wrong with them.
pub fn given(settings: &Settings, known: &[String]) -> Told {
    match settings.read(known, &Redactor::default()) {
        (layer, faults) if faults.is_empty() => Ok(told(&layer)),
        (_, faults) => Err(faults),
    }
}

/// Of a settings file.
///
/// # Errors
/// All that is wrong with it.
pub fn file(content: &[u8], path: &Path, known: &[String]) -> Told {
    understood(content, path, known).map(|layer| told(&layer.redacted(&Redactor::default())))
}

pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    value::duration(&Value::from(text))
}

pub(crate) fn written(duration: Duration) -> String {
    value::written(duration)
}

fn told(layer: &Layer) -> BTreeMap<String, String> {
    let globals = layer.globals.written.iter().map(|(key, value)| ((*key).to_owned(), value.to_string()));
    let mut told: BTreeMap<_, _> = globals.collect();
    for (name, wanted) in &layer.checks {
        let mut set = |option: &str, value: String| told.insert(format!("{name}.{option}"), value);
        for (choice, _) in &wanted.choices {
            set(choice.option(), choice.to_string());
        }
        wanted.reason.iter().for_each(|reason| drop(set("reason", reason.clone())));
        wanted.until.iter().for_each(|until| {
            drop(set("until", humantime::format_rfc3339_seconds(*until).to_string()));
        });
        in_force(&Rules::new(Options::NONE, Defaults::default(), vec![wanted.clone()]));
    }
    told
}

/// What is legal can be in force, at whatever time.
fn in_force(rules: &Rules) {
    let now = SystemTime::UNIX_EPOCH;
    if rules.faults(now).is_empty() {
        for time in std::iter::once(now).chain(rules.next_change(now)) {
            let timing = rules.at(time).timing;
            assert!(timing.cancel_after >= timing.timeout && timing.failure_threshold > 0, "{timing:?}");
            assert!(timing.worst_detection() >= timing.timeout, "{timing:?}");
            assert!(rules.at(time).changes(&rules.at(now)).len() <= 11);
        }
    }
}
