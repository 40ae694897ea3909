use serde_json::Value;
use serde_saphyr::{Error, from_str_with_options, options};

/// No fault repeats what is written there: it may be a token.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    from_str_with_options(text, options! { with_snippet: false }).map_err(|error| match place(&error) {
        Some((line, column)) => format!("it is no YAML, at line {line} column {column}"),
        None => "it is no YAML".to_owned(),
    })
}

fn place(error: &Error) -> Option<(u64, u64)> {
    error.location().map(|location| (location.line(), location.column()))
}
