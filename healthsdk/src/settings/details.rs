//! Who is told details, as settings have it. No fault repeats what was written: it may be a token.

use serde_json::{Map, Value};

use super::value;
use crate::{Details, words};

const WORDS: [&str; 4] = ["always", "listener", "loopback", "never"];
const KEYS: [&str; 4] = ["bearer", "bearer_file", "cidr", "proxies"];

/// A word, a map, or a list of them of which any lets a caller pass.
pub(super) fn details(value: &Value) -> Result<Details, String> {
    match value {
        Value::String(word) => self::word(word),
        Value::Object(map) => self::map(map),
        Value::Array(list) => {
            if list.iter().any(|one| one == "never") && list.len() > 1 {
                return Err("says \"never\" beside others; leave it out".to_owned());
            }
            let mut each = list.iter().map(details);
            let first = each.next().ok_or("is an empty list; write \"never\"")??;
            each.try_fold(first, |all, one| Ok(all.or(one?)))
        }
        value => Err(format!("is {}; {}", value::kind(value), forms())),
    }
}

/// The same without what is secret, for all that prints.
pub(super) fn withheld(value: &Value) -> Value {
    match value {
        Value::String(word) if WORDS.contains(&word.as_str()) => value.clone(),
        Value::Array(list) => list.iter().map(withheld).collect(),
        Value::Object(map) => {
            let open = |key: &str| key != "bearer" && KEYS.contains(&key);
            let shown = |(key, value): (&String, &Value)| {
                (key.clone(), if open(key) { value.clone() } else { Value::Null })
            };
            Value::Object(map.iter().map(shown).collect())
        }
        _ => Value::Null,
    }
}

fn word(word: &str) -> Result<Details, String> {
    match word {
        "always" => Ok(Details::Always),
        "listener" => Ok(Details::listener()),
        "loopback" => Ok(Details::loopback()),
        "never" => Ok(Details::Never),
        _ => Err(format!("is no word that is known; {}", forms())),
    }
}

fn map(map: &Map<String, Value>) -> Result<Details, String> {
    if let Some(key) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let meant = words::nearest(key, KEYS.into_iter()).map(|near| format!("did you mean `{near}`? "));
        return Err(format!("has an unknown key; {}{}", meant.unwrap_or_default(), forms()));
    }
    let said = |key: &str| map.get(key).map(|value| texts(key, value)).transpose();
    let (cidr, proxies) = (said("cidr")?, said("proxies")?);
    let networks = match (cidr, proxies) {
        (Some(networks), Some(proxies)) => Some(Details::cidr_behind(networks, proxies)),
        (Some(networks), None) => Some(Details::cidr(networks)),
        (None, Some(_)) => {
            return Err("has `proxies` without `cidr`; write whom they pass on as `cidr`".to_owned());
        }
        (None, None) => None,
    };
    let tokens = said("bearer")?.map(Details::bearers);
    let files = said("bearer_file")?.into_iter().flatten().map(Details::bearer_file);
    let all = tokens.into_iter().chain(files).chain(networks).reduce(Details::or);
    all.ok_or_else(|| format!("is empty; {}", forms()))
}

/// One text, or several.
fn texts<'v>(key: &str, value: &'v Value) -> Result<Vec<&'v str>, String> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let texts: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
    texts.ok_or_else(|| format!("has a `{key}` that is no text, nor a list of texts; write it in quotes"))
}

fn forms() -> String {
    let words: Vec<_> = WORDS.iter().map(|word| format!("\"{word}\"")).collect();
    let keys: Vec<_> = KEYS.iter().map(|key| format!("{{\"{key}\": ..}}")).collect();
    format!("write {}", words::list(&[words, keys].concat()))
}
