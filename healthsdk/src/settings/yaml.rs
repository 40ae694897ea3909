use serde_json::Value;

pub(super) fn parse(text: &str) -> Result<Value, String> {
    serde_saphyr::from_str(text).map_err(|error| format!("it is no YAML: {error}"))
}
