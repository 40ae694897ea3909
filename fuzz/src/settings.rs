use std::{collections::BTreeSet, path::Path};

use healthsdk::{
    Settings,
    fuzzing::{self, Told},
};
use serde_json::Value;

/// What every fault has some of, because it says what to write.
const INSTEAD: [&str; 14] = [
    "write ",
    "did you mean",
    "the keys are",
    "the options are",
    "the checks are",
    "the units are",
    "must be",
    "leave ",
    "There are",
    "there is",
    "it is no YAML, ",
    "it is no JSON, ",
    "it is not UTF-8",
    " more",
];
const MOST: usize = 21;

/// Settings of JSON, of YAML and of the environment: all that they say is set, or nothing is and each fault says what to write. What is
/// printed of them is JSON without the token.
pub fn settings(input: &[u8]) {
    let known = ["postgres", "redis-cache", "shard.eu"].map(str::to_owned);
    let tree = serde_json::from_slice::<Value>(input).ok();
    if let Ok(settings) = serde_json::from_slice::<Settings>(input) {
        let told = fuzzing::given(&settings, &known);
        is_whole(tree.as_ref(), &told);
        is_withheld(&settings, tree.as_ref());
        assert_eq!(
            told.is_ok(),
            fuzzing::file(input, Path::new("x.json"), &known).is_ok(),
            "a file says the same"
        );
    }
    is_whole(tree.as_ref(), &fuzzing::file(input, Path::new("x.json"), &known));
    is_whole(None, &fuzzing::file(input, Path::new("x.yaml"), &known));
    let text = String::from_utf8_lossy(input);
    let variables: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let settings =
        Settings::from_variables(variables.iter().map(|(name, value)| (format!("HEALTHSDK_{name}"), *value)));
    is_whole(None, &fuzzing::given(&settings, &known));
    is_withheld(&settings, None);
}

fn is_whole(tree: Option<&Value>, told: &Told) {
    match told {
        Ok(set) => {
            let Some(tree) = tree else { return };
            assert_eq!(written(tree), set.keys().cloned().collect(), "all of it is set: {tree}");
        }
        Err(faults) => {
            assert!((1..=MOST).contains(&faults.len()), "{faults:?}");
            for fault in faults {
                assert!(
                    INSTEAD.iter().any(|instead| fault.contains(instead)),
                    "{fault:?} does not say what to write"
                );
            }
        }
    }
}

/// The keys that have a value.
fn written(tree: &Value) -> BTreeSet<String> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let mut written = BTreeSet::new();
    for (key, value) in members(tree).into_iter().filter(|(_, value)| !value.is_null()) {
        if key != "checks" {
            written.insert(key);
            continue;
        }
        for (name, options) in members(&value) {
            let set = members(&options).into_iter().filter(|(_, value)| !value.is_null());
            written.extend(set.map(|(option, _)| format!("{name}.{option}")));
        }
    }
    written
}

fn is_withheld(settings: &Settings, tree: Option<&Value>) {
    let shown = serde_json::to_string(settings).expect("it is JSON");
    assert!(serde_json::from_str::<Value>(&shown).is_ok() && format!("{settings:?}").contains("Settings("));
    let bearer = tree.and_then(|tree| tree.get("details")?.get("bearer")).and_then(Value::as_str);
    if let Some(token) =
        bearer.filter(|token| token.len() > 8 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        let elsewhere = tree.map(ToString::to_string).unwrap_or_default().matches(token).count() > 1;
        assert!(elsewhere || !shown.contains(token), "the token is shown: {shown}");
    }
}
