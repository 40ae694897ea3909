use serde_json::Value;

pub(super) fn parse(_: &str) -> Result<Value, String> {
    Err("YAML is read with the feature `yaml` of healthsdk; enable it, or write JSON".to_owned())
}
