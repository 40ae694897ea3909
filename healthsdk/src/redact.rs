//! Secrets in texts, taken out before anything keeps them.

use std::{
    borrow::Cow,
    fmt::{self, Display},
    sync::Arc,
};

use serde_json::{Map, Value};

use crate::{
    guarded,
    outcome::{self, bounded},
    planted,
};

mod keys;
mod patterns;
pub(crate) mod rules;
mod values;

/// What stands in place of a secret.
pub(crate) const MARK: &str = "[redacted]";
/// What stands in place of a text of which the user's hook made none.
const WITHHELD: &str = "(withheld: the `redact` hook panicked)";

type Hook = dyn Fn(&str) -> Cow<'_, str> + Send + Sync;

/// Takes secrets out of texts: those of known patterns, and what the user's own hook finds besides.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Option<Arc<Hook>>);

impl Redactor {
    pub(crate) fn with_hook(hook: impl Fn(&str) -> Cow<'_, str> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    /// The text without secrets. Takes time in proportion to the text; the hook is the user's code.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if planted::unredacted() {
            return Cow::Borrowed(text);
        }
        let (known, _) = rules::known(text);
        let Some(hook) = &self.0 else { return known };
        match guarded::call(|| hook(&known).into_owned()) {
            Some(told) if told == known => known,
            Some(told) => Cow::Owned(told),
            None => Cow::Borrowed(WITHHELD),
        }
    }

    /// Whether there is nothing to take out.
    pub(crate) fn is_clean(&self, text: &str) -> bool {
        self.text(text) == text
    }

    /// A reason that somebody gave, as it is kept.
    pub(crate) fn reason(&self, reason: &dyn Display) -> String {
        self.message(bounded(reason))
    }

    /// A message that was cut to its limit, as it is kept.
    pub(crate) fn message(&self, message: String) -> String {
        self.changed(&message).map_or(message, outcome::cut)
    }

    /// What is mostly a constant.
    pub(crate) fn cow(&self, text: Cow<'static, str>) -> Cow<'static, str> {
        self.changed(&text).map_or(text, Cow::Owned)
    }

    /// A name for logs and reports: on one line, and not long.
    pub(crate) fn label(&self, name: &str) -> String {
        outcome::label(&self.reason(&name))
    }

    /// Values under keys that name a secret are taken out whole.
    pub(crate) fn data(&self, data: Map<String, Value>) -> Map<String, Value> {
        data.into_iter().map(|(key, value)| self.member(key, value)).collect()
    }

    fn member(&self, key: String, value: Value) -> (String, Value) {
        let value = if keys::hides(&key, &value) { MARK.into() } else { self.value(value) };
        (self.owned(key), value)
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.owned(text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => Value::Object(self.data(members)),
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    fn owned(&self, text: String) -> String {
        self.changed(&text).unwrap_or(text)
    }

    fn changed(&self, text: &str) -> Option<String> {
        let told = self.text(text);
        (told != text).then(|| told.into_owned())
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(..)")
    }
}

#[cfg(test)]
mod tests;
